"""Results as tables: ``matches.csv`` and a workbook, safe against formulas in names."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from forename.formats.case_cells import table_text
from forename.genetics.results import Analysis, Pair

Cell = str | float | int | None

MATCH_HEADER = (
    "remains", "group", "missing_person", "family", "log10_lr", "sex_log10_lr", "posterior",
    "posterior_error_bound", "proposed", "markers", "exclusions",
)  # fmt: skip
# Spreadsheets run text that begins with one of these; an apostrophe before it stops them.
# The wide forms count too: some spreadsheets take them for the narrow ones.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Part of a workbook that openpyxl fills with the time of writing.
_WRITTEN = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def matches_csv(analysis: Analysis) -> str:
    """Return ``matches.csv``: one row for each group of remains and missing person.

    Rows are those of ``group_pairs`` above the reporting level, best first; LRs are log10,
    numbers have all their digits. Texts that a spreadsheet would run are preceded by ``'``.
    """
    rows = ([_csv_cell(cell) for cell in row] for row in match_rows(analysis))
    return table_text(MATCH_HEADER, rows)


def match_rows(analysis: Analysis) -> list[list[Cell]]:
    """Return the rows of ``matches.csv`` as values."""
    level = analysis.problem.settings.report_log10_lr
    posteriors = {(p.remains, p.missing_person): p for p in analysis.posteriors}
    by_sample = {(sample, p.missing_person): p for p in analysis.posteriors for sample in p.samples}
    proposed = {(p.group, p.missing_person) for p in analysis.proposals}

    def row(pair: Pair) -> list[Cell]:
        posterior = posteriors.get((pair.remains, pair.missing_person))
        if posterior is None and pair.samples:
            posterior = by_sample.get((pair.samples[0], pair.missing_person))
        return [
            "; ".join(pair.samples or (pair.remains,)),
            pair.remains,
            pair.missing_person,
            pair.family,
            pair.log10_lr,
            pair.sex_log10_lr,
            posterior.posterior if posterior else None,
            posterior.error_bound if posterior else None,
            "yes" if (pair.remains, pair.missing_person) in proposed else "no",
            pair.markers,
            "; ".join(pair.exclusions),
        ]

    pairs = [pair for pair in analysis.group_pairs if pair.log10_lr > level]
    return [row(pair) for pair in sorted(pairs, key=lambda p: -p.log10_lr)]


def results_workbook(analysis: Analysis) -> bytes:
    """Return ``results.xlsx``; the same analysis gives the same bytes.

    Texts are stored as texts, so that none is run as a formula.
    """
    import openpyxl  # imported late: it is slow, and most uses do not write a workbook
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    moment = datetime.datetime(*_EPOCH)
    book.properties.created = moment
    book.properties.creator = f"Forename {analysis.provenance.version}"
    for title, header, rows in _sheets(analysis):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for values in (header, *rows):
            cells = []
            for value in values:
                cell = WriteOnlyCell(sheet, _sheet_value(value))
                if isinstance(value, str):
                    cell.data_type = "s"  # otherwise text with a leading = becomes a formula
                cells.append(cell)
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return _timeless(stream.getvalue())


def _sheets(analysis: Analysis) -> list[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]:
    problem, provenance = analysis.problem, analysis.provenance
    about: list[Sequence[Cell]] = [
        ["title", problem.title],
        ["simulated data", "yes" if problem.simulated else "no"],
        ["remains", len(problem.remains)],
        ["families", len(problem.families)],
        ["Forename version", provenance.version],
        ["prior", provenance.prior],
        ["frequencies", provenance.frequencies],
        ["markers", ", ".join(provenance.markers)],
        ["likelihood ratios", "log10; 'these remains are this missing person' against 'unrelated'"],
        *(["setting " + name, value] for name, value in provenance.settings.items()),
        *(["method " + name, str(said)] for name, said in provenance.method.items()),
        *(["SHA-256 of " + name, value] for name, value in provenance.digests.items()),
    ]
    return [
        ("About", ("what", "value"), about),
        (
            "Proposals",
            ("remains", "missing_person", "family", "posterior", "log10_lr", "reasons", "rivals"),
            [
                [
                    "; ".join(p.remains),
                    p.missing_person,
                    p.family,
                    p.posterior,
                    p.log10_lr,
                    " ".join(map(str, p.reasons)),
                    "; ".join(f"{name} {value:.4g}" for name, value in p.rivals),
                ]
                for p in analysis.proposals
            ],
        ),
        ("Matches", MATCH_HEADER, match_rows(analysis)),
        (
            "Parts of one person",
            ("group", "samples", "conflicts"),
            [
                [g.label, "; ".join(g.samples), "; ".join(g.conflicts)]
                for g in analysis.groups
                if len(g.samples) > 1
            ],
        ),
        (
            "Near misses",
            ("remains", "missing_person", "log10_lr", "posterior", "markers", "text"),
            [
                [
                    n.remains,
                    n.missing_person,
                    n.log10_lr,
                    n.posterior,
                    "; ".join(n.markers),
                    str(n.text),
                ]
                for n in analysis.near_misses
            ],
        ),
        (
            "Findings",
            ("severity", "code", "records", "text", "advice", "places"),
            [
                [
                    f.severity.value,
                    f.code,
                    "; ".join(f.records),
                    str(f.text),
                    str(f.advice or ""),
                    "; ".join(str(place) for place in f.locations[:20]),
                ]
                for f in analysis.findings
            ],
        ),
        ("What would help", ("record", "text"), [[a.record, str(a.text)] for a in analysis.advice]),
    ]


def _csv_cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RISKY) else value
    return repr(float(value)) if isinstance(value, float) else str(value)


def _sheet_value(value: Cell) -> Cell:
    if isinstance(value, str):
        return _ILLEGAL.sub("\ufffd", value)[:32_767]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value


def _timeless(data: bytes) -> bytes:
    """Return a workbook without the time at which it was written."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as written,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for info in written.infolist():
            part = written.read(info)
            if info.filename == "docProps/core.xml":
                part = _WRITTEN.sub(b"", part)
            entry = zipfile.ZipInfo(info.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            kept.writestr(entry, part)
    return stream.getvalue()
