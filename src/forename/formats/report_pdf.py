"""A report as a PDF, set by Typst: fonts come with the program, nothing is fetched."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from forename.formats.report_blocks import Document, as_data

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "templates" / "report.typ"
_FONTS = _HERE / "fonts"

# Code points that the report's fonts can draw: Latin, Greek, Cyrillic, Hebrew, Arabic, signs.
# PDF/A refuses a text that holds any other; an id in another script must not end the report.
_DRAWN = (
    range(0x20, 0x7F),
    range(0xA0, 0x485),
    range(0x487, 0x500),
    range(0x531, 0x605),
    range(0x606, 0x61D),
    range(0x61E, 0x700),
    range(0x750, 0x780),
    range(0x1E00, 0x2041),
    range(0x2070, 0x20C1),
    range(0x2190, 0x2400),
    range(0xFB50, 0xFBC2),
    range(0xFE70, 0xFEFF),
)


def render_pdf(document: Document) -> bytes:
    """Return the document as a PDF of A4 sheets; the same document gives the same bytes.

    The content goes to the template as JSON, so that no text in it can act as markup. A dated
    document is PDF/A-2a, made to be kept; that standard refuses documents without a date. A
    character that the fonts lack is written by its number, such as ``[U+9AA8]``.
    """
    data = json.dumps(as_data(document), ensure_ascii=False, separators=(",", ":"))
    # What JSON escapes, a control character such as \u001b, no font can draw either.
    data = re.sub(
        r"\\(?:u(00[01][0-9a-f])|.)", lambda m: f"[U+{m[1].upper()}]" if m[1] else m[0], data
    )
    numbered = {c for c in set(data) if not is_drawn(c)}
    while True:
        text = "".join(f"[U+{ord(c):04X}]" if c in numbered else c for c in data)
        try:
            return _set(text, "a-2a" if document.issued else "1.7")
        except typst.TypstError as error:
            # Whether a combining mark can be drawn depends on the letter that bears it.
            refused = _refused(str(error)) - numbered
            if not refused:
                raise
            numbered |= refused


def _set(data: str, standard: Literal["a-2a", "1.7"]) -> bytes:
    result = typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": data},
        format="pdf",
        pdf_standards=[standard],
        timestamp=0,
    )
    if not isinstance(result, bytes):
        raise TypeError("typst returned no single PDF")
    return result


def _refused(message: str) -> set[str]:
    """Return the characters that an error of Typst says it cannot draw, none for other errors."""
    found = re.search(r'the text `"(.*)"` could not be displayed', message, re.DOTALL)
    text = found[1] if found else ""
    escaped = {chr(int(code, 16)) for code in re.findall(r"\\u\{([0-9a-f]+)\}", text)}
    return escaped | {c for c in text if not c.isascii()}


def is_drawn(character: str) -> bool:
    """Return whether the report's fonts can draw a character."""
    known = unicodedata.category(character) != "Cn"
    return known and any(ord(character) in drawn for drawn in _DRAWN)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
