"""Smaller copies of pictures without location data; the originals stay untouched."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageFilter, ImageOps

from forename.records.files import blob_path, write_blob

LONGEST_PX = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
# Larger pictures are not shown: decoding one would take the server's memory. A JPEG is made
# smaller while it is read, any other picture has to be in memory whole.
MOST_PIXELS_JPEG = 120_000_000
MOST_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = None  # counted here, with an answer that says what to do
# Made smaller as they are; palettes and 16 bits of grey have to become colours first.
_SCALED = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})


@dataclass(frozen=True)
class Copy:
    """A stored copy: its SHA-256 and its size in pixels."""

    sha256: str
    width: int
    height: int


def smaller_copy(original: str, longest_px: int = LONGEST_PX, blur_px: int = 0) -> Copy:
    """Store a JPEG of an original (its SHA-256) without any metadata; return what was stored.

    ``blur_px`` is the radius of a blur, 0 for none. Raises ValidationError for what is no picture
    that can be shown, or has too many pixels.
    """
    bounds = (longest_px, longest_px)
    try:
        # Opened by its bytes: Pillow maps a TIFF that it opens by name, and forgets to turn it.
        with (
            blob_path(original).open("rb") as file,
            Image.open(file, formats=FORMATS) as picture,
        ):
            _check_pixels(picture)
            picture.draft("RGB", bounds)
            plain = _on_white(_made_smaller(picture, bounds))
    except ValidationError:
        raise
    except Exception as error:  # Pillow raises errors of many kinds on damaged files
        raise ValidationError(
            _("This file is no picture that can be shown; JPEG, PNG, WebP and TIFF can.")
        ) from error
    if blur_px:
        plain = plain.filter(ImageFilter.GaussianBlur(blur_px))
    out = io.BytesIO()
    # A new picture of pixels only: nothing of the original's metadata can come along.
    bare = Image.frombytes("RGB", plain.size, plain.tobytes())
    bare.save(out, "JPEG", quality=82, optimize=True)
    sha256, _size = write_blob([out.getvalue()])
    return Copy(sha256, bare.width, bare.height)


def _check_pixels(picture: Image.Image) -> None:
    most = MOST_PIXELS_JPEG if picture.format == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise ValidationError(
            _("This picture has more than %(most)s million pixels; add a smaller copy.")
            % {"most": most // 10**6}
        )


def _made_smaller(picture: Any, bounds: tuple[int, int]) -> Any:
    """Return a picture upright and within bounds; it is whole in memory once, not more often."""
    if picture.mode not in _SCALED:
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits of grey
            upright = upright.point(lambda value: value / 256)
        picture = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
    picture.thumbnail(bounds)
    return ImageOps.exif_transpose(picture)


def _on_white(picture: Any) -> Image.Image:
    if picture.mode in ("RGBA", "LA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    plain: Image.Image = picture.convert("RGB")
    return plain
