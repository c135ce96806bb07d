"""A report as a PDF, set by Typst: fonts come with the program, nothing is fetched."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import typst

from forename.formats.report_blocks import Document, as_data

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "templates" / "report.typ"
_FONTS = _HERE / "fonts"


def render_pdf(document: Document) -> bytes:
    """Return the document as a PDF of A4 sheets; the same document gives the same bytes.

    The content goes to the template as JSON, so that no text in it can act as markup. A dated
    document is PDF/A-2a, made to be kept; that standard refuses documents without a date.
    """
    data = json.dumps(as_data(document), ensure_ascii=False, separators=(",", ":"))
    result = typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": data},
        format="pdf",
        pdf_standards=["a-2a"] if document.issued else ["1.7"],
        timestamp=0,
    )
    if not isinstance(result, bytes):
        raise TypeError("typst returned no single PDF")
    return result


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
