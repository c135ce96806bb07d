"""Write an analysis as a report for people: ``report.html`` and ``report.pdf``."""

from __future__ import annotations

import datetime
from pathlib import Path

from forename.formats.report_content import report_document
from forename.formats.report_html import render_html
from forename.formats.wording import wording_for
from forename.genetics.results import Analysis

HTML_NAME = "report.html"
PDF_NAME = "report.pdf"


def write_report(
    analysis: Analysis,
    folder: Path | str,
    *,
    language: str = "en",
    issued: datetime.date | None = None,
) -> Path:
    """Write ``report.html`` and ``report.pdf`` into ``folder`` and return the HTML file's path.

    ``language`` is ``en`` or ``ar``; ``issued`` is printed as the date of issue. The folder is
    made where it is missing; files of an earlier report are replaced. The same arguments give the
    same bytes. Both files stand by themselves and load nothing. Raises `InvalidSettingError` for
    another language.
    """
    from forename.formats.report_pdf import render_pdf  # a slow import: only where a PDF is made

    document = report_document(analysis, wording_for(language), issued)
    page = render_html(document)
    sheets = render_pdf(document)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    (target / PDF_NAME).write_bytes(sheets)
    path = target / HTML_NAME
    path.write_text(page, encoding="utf-8")
    return path
