"""Smaller copies of pictures: what is too large, damaged or tells a place does no harm."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from forename.records.derivatives import smaller_copy
from forename.records.files import blob_path, write_blob

COLOURS = {"L": 0, "RGB": 2, "RGBA": 6}
HALVES = 0x0112  # the tag of a picture's orientation


def stored(data: bytes) -> str:
    return write_blob([data])[0]


def written(picture: Image.Image, form: str, **said: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **said)
    return out.getvalue()


def flat_png(width: int, height: int, mode: str) -> bytes:
    """Return a picture of one colour, written row by row: few bytes, many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    packer = zlib.compressobj(9)
    row = bytes(1 + width * len(mode))
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, COLOURS[mode], 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [(8000, 6400, "50 million"), (30_000, 30_000, "50 million"), (1, 60_000_000, "50 million")],
)
def test_smaller_copy__of_too_many_pixels_says_so_before_it_is_decoded(
    width: int, height: int, said: str
) -> None:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    whole = flat_png(1, 1, "RGB")
    check = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    bomb = whole[:12] + b"IHDR" + head + check + whole[33:]
    with pytest.raises(ValidationError, match=said):
        smaller_copy(stored(bomb))


def test_smaller_copy__of_a_large_jpeg_is_made() -> None:
    data = written(Image.new("L", (10_000, 6_000)), "JPEG")
    copy = smaller_copy(stored(data))
    assert (copy.width, copy.height) == (1600, 960)


def test_smaller_copy__of_a_bomb_that_is_just_small_enough_takes_little_memory(
    tmp_path: Path,
) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(flat_png(4000, 5000, "RGBA"))
    assert bomb.stat().st_size < 200_000
    # In a process of its own: the highest memory of this one may lie in the past.
    code = f"""
import os, resource, sys
os.environ["FORENAME_HOME"] = {str(tmp_path)!r}
os.environ["DJANGO_SETTINGS_MODULE"] = "forename.web.settings"
import django
django.setup()
from forename.records.derivatives import smaller_copy
from forename.records.files import write_blob
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sha256, _ = write_blob([open({str(bomb)!r}, "rb").read()])
copy = smaller_copy(sha256)
print(copy.width, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    width, megabytes = map(int, done.stdout.split())
    assert width == 1280
    assert megabytes < 200  # 80 MB are the pixels themselves


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_smaller_copy__of_every_kind_of_pixels_is_upright_and_bare(mode: str) -> None:
    form = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    exif = Image.Exif()
    exif[HALVES] = 6  # lies on its side
    if form == "PNG":
        exif[0x8825] = {1: "N", 2: (36.0, 1.0, 1.0)}  # where it was taken
    data = written(Image.new(mode, (2000, 1000)), form, exif=exif)
    copy = smaller_copy(stored(data))
    assert (copy.width, copy.height) == (800, 1600)
    with Image.open(blob_path(copy.sha256)) as shown:
        assert shown.mode == "RGB"
        assert not dict(shown.getexif())
        assert b"Exif" not in blob_path(copy.sha256).read_bytes()


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA"])
def test_smaller_copy__what_is_clear_becomes_white(mode: str) -> None:
    clear = Image.new("RGBA", (2000, 2000), (200, 0, 0, 0))
    if mode == "P":
        data = written(Image.new("P", (2000, 2000), 0), "PNG", transparency=0)
    else:
        data = written(clear.convert(mode), "PNG")
    with Image.open(blob_path(smaller_copy(stored(data)).sha256)) as shown:
        assert min(shown.getpixel((800, 800))) > 250


def test_smaller_copy__of_damaged_pictures_is_made_or_refused() -> None:
    chance = random.Random(20261123)
    picture = Image.effect_noise((64, 48), 60)
    whole = [written(picture, form) for form in ("JPEG", "PNG", "TIFF")]
    whole += [
        written(picture.convert("RGB"), "WEBP"),
        written(picture, "TIFF", compression="tiff_lzw"),
    ]
    made = refused = 0
    for _number in range(400):
        data = bytearray(chance.choice(whole))
        for _change in range(chance.randint(1, 6)):
            data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        try:
            smaller_copy(stored(bytes(data)))
            made += 1
        except ValidationError:
            refused += 1
    assert made > 50
    assert refused > 50


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_smaller_copy__of_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValidationError, match="no picture"):
        smaller_copy(stored(data))
