"""Smaller copies of pictures without location data; the originals stay untouched."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from forename.records.files import blob_path, write_blob

LONGEST_PX = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
# Larger pictures are stored, and not shown: decoding one would take the server's memory.
MOST_PIXELS = 120_000_000


@dataclass(frozen=True)
class Copy:
    """A stored copy: its SHA-256 and its size in pixels."""

    sha256: str
    width: int
    height: int


def smaller_copy(original: str, longest_px: int = LONGEST_PX, blur_px: int = 0) -> Copy:
    """Store a JPEG of an original (its SHA-256) without any metadata; return what was stored.

    ``blur_px`` is the radius of a blur, 0 for none. Raises ValidationError for what is no picture
    that can be shown.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(blob_path(original), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValidationError(
                        _("This picture has more than 120 million pixels; add a smaller copy.")
                    )
                picture.draft("RGB", (longest_px, longest_px))
                upright: Any = ImageOps.exif_transpose(picture)
                plain = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning) as error:
        raise ValidationError(
            _("This file is no picture that can be shown; JPEG, PNG, WebP and TIFF can.")
        ) from error
    plain.thumbnail((longest_px, longest_px))
    if blur_px:
        plain = plain.filter(ImageFilter.GaussianBlur(blur_px))
    out = io.BytesIO()
    # A new picture of pixels only: nothing of the original's metadata can come along.
    bare = Image.frombytes("RGB", plain.size, plain.tobytes())
    bare.save(out, "JPEG", quality=82, optimize=True)
    sha256, _size = write_blob([out.getvalue()])
    return Copy(sha256, bare.width, bare.height)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.point(lambda value: value / 256).convert("RGB")
    return picture.convert("RGB")
