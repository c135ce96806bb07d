"""A report as one HTML file: no network, no script, readable from a phone to a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path

from forename.formats.report_blocks import (
    Block,
    Bullets,
    Card,
    Columns,
    Details,
    Document,
    Facts,
    Figure,
    Isolated,
    Link,
    Notice,
    Numbers,
    Original,
    Paragraph,
    Run,
    Section,
    Strong,
    Table,
    Text,
    run_text,
)
from forename.formats.report_drawing import svg

_TEMPLATES = Path(__file__).parent / "templates"
# What a page may load: its own style sheet and nothing else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_UNBROKEN = 22
_WIDE = 5  # columns from which a table scrolls on a phone


def render_html(document: Document) -> str:
    """Return the document as a complete HTML page."""
    page = _Page()
    words = document.phrases
    contents = "".join(
        f'<li><a href="#{section.id}">{_text(section.heading)}</a></li>'
        for section in document.sections
    )
    notices = "".join(page.block(notice) for notice in document.notices)
    body = "".join(page.section(section) for section in document.sections)
    simulated = any(notice.style == "simulated" for notice in document.notices)
    mark = f"{escape(words['simulated'])} · " if simulated else ""
    origin = f'{escape(words["code"])} <bdi dir="ltr" class="code">{escape(document.code)}</bdi>'
    if document.issued:
        origin += f' · {escape(words["issued"])} <bdi dir="ltr">{escape(document.issued)}</bdi>'
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{document.language}" dir="{document.direction}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{mark}{escape(document.plain_title)}</title>\n"
        f"<style>\n{_style_sheet()}{_page_marks(document, simulated)}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{escape(words["skip"])}</a>\n'
        f"<header>\n{notices}"
        f'<p class="kind">{escape(words["report"])}</p>\n<h1>{_text(document.title)}</h1>\n'
        f'<p class="small">{origin}</p>\n</header>\n'
        f'<nav aria-labelledby="contents"><h2 id="contents">{escape(words["contents"])}</h2>'
        f"<ol>{contents}</ol></nav>\n"
        f'<main id="main">\n{body}</main>\n</body>\n</html>\n'
    )


@lru_cache(maxsize=1)
def _style_sheet() -> str:
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


def _page_marks(document: Document, simulated: bool) -> str:
    """Return the rules that print code and page numbers in the margin of every sheet."""
    words = document.phrases
    mark = f"{words['simulated']} · " if simulated else ""
    date = f" · {document.issued}" if document.issued else ""
    page = (
        f"{_css(words['page'] + ' ')} counter(page) {_css(' ' + words['of'] + ' ')} counter(pages)"
    )
    return (
        "@page {\n"
        f"  @bottom-left {{ content: {_css(mark + document.code + date)}; }}\n"
        f"  @bottom-right {{ content: {page}; }}\n"
        "}\n"
    )


def _css(text: str) -> str:
    """Return a CSS string; anything but letters, digits and spaces is written as a code point."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'


def _text(text: Text) -> str:
    return "".join([escape(run) if isinstance(run, str) else _run(run) for run in text])


def _run(run: Run) -> str:
    match run:
        case str():
            return escape(run)
        case Isolated():
            return _isolated(run.value)
        case Strong():
            return f"<strong>{_isolated(run.value)}</strong>"
        case Link():
            return f'<a href="#{escape(run.target)}">{_isolated(run.value)}</a>'
        case Original():
            return f'<bdi dir="ltr" lang="{escape(run.language)}">{escape(run.sentence)}</bdi>'


def _isolated(value: str) -> str:
    """Return a value kept from left to right; a short one is never broken."""
    long = ' class="long"' if len(value) > _UNBROKEN else ""
    return f'<bdi dir="ltr"{long}>{escape(value)}</bdi>'


class _Page:
    """Turns blocks into HTML; counts figures so that each has an id of its own."""

    def __init__(self) -> None:
        self.figures = 0

    def section(self, section: Section) -> str:
        return (
            f'<section id="{section.id}" aria-labelledby="{section.id}-heading">\n'
            f'<h2 id="{section.id}-heading">{_text(section.heading)}</h2>\n'
            f"{self.blocks(section.blocks)}</section>\n"
        )

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join([self.block(block) for block in blocks])

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                style = "" if block.style == "body" else f' class="{block.style}"'
                return f"<p{style}>{_text(block.text)}</p>\n"
            case Notice():
                return f'<p class="notice {block.style}">{_text(block.text)}</p>\n'
            case Bullets():
                items = "".join(f"<li>{_text(item)}</li>\n" for item in block.items)
                return f"<ul>\n{items}</ul>\n"
            case Facts():
                items = "".join(
                    f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>\n"
                    for name, value in block.items
                )
                return f"<dl>\n{items}</dl>\n"
            case Numbers():
                return self.numbers(block)
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case Columns():
                left, right = self.blocks(block.left), self.blocks(block.right)
                return f'<div class="columns"><div>{left}</div><div>{right}</div></div>\n'
            case Details():
                return (
                    f"<details><summary>{_text(block.summary)}</summary>\n"
                    f"{self.blocks(block.blocks)}</details>\n"
                )
            case Card():
                return (
                    f'<article class="card" id="{block.id}" aria-labelledby="{block.id}-heading">'
                    f'<h3 id="{block.id}-heading">{_text(block.heading)}</h3>\n'
                    f"{self.blocks(block.blocks)}</article>\n"
                )

    def numbers(self, numbers: Numbers) -> str:
        items = "".join(
            f'<div><dt><span class="figure">{_isolated(item.value)}</span> {_text(item.unit)}</dt>'
            f"<dd>{_text(item.definition)}</dd></div>\n"
            for item in numbers.items
        )
        return f'<dl class="numbers">\n{items}</dl>\n'

    def figure(self, figure: Figure) -> str:
        self.figures += 1
        drawing = svg(figure.drawing, f"figure-{self.figures}", figure.description)
        return (
            f'<figure><div class="drawing" tabindex="0">{drawing}</div>'
            f"<figcaption>{_text(figure.caption)}</figcaption></figure>\n"
        )

    def table(self, table: Table) -> str:
        if any(row.below for row in table.rows):
            return self.stacking_table(table)
        names, kinds = _columns(table)
        lines = []
        for row in table.rows:
            cells = "".join(
                [
                    f"<td{kind}>{_text(cell)}</td>"
                    for kind, cell in zip(kinds, row.cells, strict=True)
                ]
            )
            lines.append(f"<tr>{cells}</tr>\n")
        wide = ' class="wide"' if len(names) >= _WIDE else ""
        head = "".join(
            f'<th scope="col"{kind}>{name}</th>' for kind, name in zip(kinds, names, strict=True)
        )
        return (
            f'<div class="scroll" tabindex="0"><table{wide}>'
            f"<caption>{_text(table.caption)}</caption>{_widths(table)}"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{''.join(lines)}</tbody></table></div>\n"
        )

    def stacking_table(self, table: Table) -> str:
        """Return a table with sentences under its rows; on a phone its cells stand in a column.

        Roles are stated because a cell that is no longer laid out as one loses its own.
        """
        names, kinds = _columns(table)
        labels = ["".join(run_text(run) for run in heading) for heading in table.headings]
        lines = []
        for row in table.rows:
            cells = "".join(
                [
                    f'<td role="cell"{kind} data-label="{escape(label)}">'
                    f"<span>{_text(cell)}</span></td>"
                    for kind, label, cell in zip(kinds, labels, row.cells, strict=True)
                ]
            )
            lines.append(f'<tr role="row">{cells}</tr>\n')
            if row.below:
                sentences = "".join([f"<li>{_text(sentence)}</li>" for sentence in row.below])
                lines.append(
                    f'<tr role="row" class="below"><td role="cell" colspan="{len(names)}">'
                    f"<ul>{sentences}</ul></td></tr>\n"
                )
        head = "".join(
            f'<th role="columnheader" scope="col"{kind}>{name}</th>'
            for kind, name in zip(kinds, names, strict=True)
        )
        return (
            f'<table role="table" class="stack"><caption>{_text(table.caption)}</caption>'
            f'{_widths(table)}<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
            f'<tbody role="rowgroup">\n{"".join(lines)}</tbody></table>\n'
        )


def _columns(table: Table) -> tuple[list[str], list[str]]:
    """Return each column's heading and the class of its cells."""
    names = [_text(heading) for heading in table.headings]
    kinds = [' class="number"' if i in table.ends else "" for i in range(len(names))]
    return names, kinds


def _widths(table: Table) -> str:
    total = sum(table.widths)
    columns = [f'<col style="inline-size:{100 * width / total:.1f}%">' for width in table.widths]
    return f"<colgroup>{''.join(columns)}</colgroup>"
