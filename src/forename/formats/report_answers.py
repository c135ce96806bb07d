"""The chapters behind the proposals: matrix, parts of one person, exclusions, what-if, answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from forename.formats.report_blocks import (
    Block,
    Details,
    Figure,
    Isolated,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Text,
)
from forename.formats.report_drawing import mirrored
from forename.formats.report_figures import Cell, draw_matrix, matrix_panels
from forename.formats.report_numbers import decimal, percent
from forename.formats.report_proposals import Lookup, listing
from forename.formats.wording import Wording
from forename.genetics.results import Analysis, Assignment, Exclusion

NONE_OF_THE_MISSING = "*"

_MATRIX_POSTERIOR = 0.001
_MATRIX_LOG10_LR = 2.0
_EXCLUSIONS_IN_FULL = 400
_PAIRS_SHOWN = 300


def matrix_section(analysis: Analysis, lookup: Lookup, wording: Wording) -> Section:
    """Return the posterior matrix, in panels, and its cells as a table."""
    cells = _matrix_cells(analysis, lookup)
    if not cells:
        nothing = Paragraph(wording.say("matrix.none"))
        return Section("matrix", wording.say("matrix"), (nothing,))
    brackets = [(frozenset(m.groups), frozenset(m.missing_persons)) for m in analysis.symmetric]
    lead = wording.say(
        "matrix.lead", posterior=percent(_MATRIX_POSTERIOR), level=decimal(_MATRIX_LOG10_LR, 0)
    )
    blocks: list[Block] = [Paragraph(lead), Paragraph(wording.say("matrix.key"), "small")]
    none = wording.plain("matrix.none_of_them")
    panels = matrix_panels(cells, brackets, none=NONE_OF_THE_MISSING)
    for number, panel in enumerate(panels, 1):
        description = wording.plain(
            "matrix.description", rows=", ".join(panel.rows), cells=len(panel.cells)
        )
        caption = wording.say("matrix.panel", number=number, count=len(panels))
        drawing = draw_matrix(panel, {**lookup.short, NONE_OF_THE_MISSING: none})
        if wording.direction == "rtl":
            drawing = mirrored(drawing)
        blocks.append(Figure(drawing, description, caption))
    rows = tuple(
        Row(
            (
                (Isolated(cell.row),),
                (none,) if cell.column == NONE_OF_THE_MISSING else (Isolated(cell.column),),
                (Isolated(percent(cell.posterior)),),
                () if cell.log10_lr is None else (Isolated(decimal(cell.log10_lr)),),
            )
        )
        for cell in cells
    )
    table = Table(
        wording.say("matrix.caption"),
        (
            wording.say("column.remains"),
            wording.say("column.missing"),
            wording.say("column.posterior"),
            wording.say("column.log10_lr"),
        ),
        rows,
        (3, 3, 2, 2),
        (2, 3),
    )
    blocks.append(Details(wording.say("matrix.table"), (table,), ()))
    return Section("matrix", wording.say("matrix"), tuple(blocks))


def _matrix_cells(analysis: Analysis, lookup: Lookup) -> list[Cell]:
    cells: dict[tuple[str, str], Cell] = {}
    for entry in analysis.posteriors:
        group = lookup.group_of(entry.remains, entry.samples)
        pair = lookup.pair(group, entry.missing_person)
        log10_lr = pair.log10_lr if pair else None
        certain = entry.posterior >= _MATRIX_POSTERIOR
        unnamed = entry.missing_person == NONE_OF_THE_MISSING
        likely = log10_lr is not None and log10_lr >= _MATRIX_LOG10_LR
        if (certain and not unnamed) or likely:
            key = (group, entry.missing_person)
            cells.setdefault(key, Cell(group, entry.missing_person, entry.posterior, log10_lr))
    rows = {group for group, _ in cells}
    for entry in analysis.posteriors:
        group = lookup.group_of(entry.remains, entry.samples)
        unnamed = entry.missing_person == NONE_OF_THE_MISSING
        if unnamed and group in rows and entry.posterior >= _MATRIX_POSTERIOR:
            cells.setdefault((group, "*"), Cell(group, "*", entry.posterior, None))
    best: dict[str, float] = defaultdict(float)
    for cell in cells.values():
        if cell.column != NONE_OF_THE_MISSING:
            best[cell.row] = max(best[cell.row], cell.posterior)
    return sorted(cells.values(), key=lambda c: (-best[c.row], c.row, -c.posterior, c.column))


def groups_section(analysis: Analysis, wording: Wording) -> Section:
    """Return the samples taken as parts of one person."""
    merged = [group for group in analysis.groups if len(group.samples) > 1]
    blocks: list[Block] = [
        Paragraph(
            wording.say(
                "groups.lead", level=decimal(analysis.problem.settings.same_person_log10_lr, 1)
            )
        )
    ]
    if not merged:
        blocks.append(Paragraph(wording.say("groups.none")))
        return Section("groups", wording.say("groups"), tuple(blocks))
    rows = []
    for group in merged:
        conflicts: list[Text] = [
            wording.say("groups.conflict", marker=marker, samples=listing(seen, wording))
            for marker, seen in group.conflicts.items()
        ]
        number: Text = (Isolated(str(len(group.samples))),)
        label: Text = (Strong(group.label),)
        rows.append(Row((label, number, listing(group.samples, wording)), tuple(conflicts)))
    headings = tuple(wording.say(f"column.{key}") for key in ("group", "count", "samples"))
    blocks.append(Table(wording.say("groups.caption"), headings, tuple(rows), (2, 1, 6), (1,)))
    pairs = sorted(analysis.same_person_pairs, key=lambda pair: -pair.log10_lr)
    if pairs:
        shown = pairs[:_PAIRS_SHOWN]
        table = Table(
            wording.say("groups.pairs.caption", shown=len(shown), count=len(pairs)),
            (
                wording.say("column.sample"),
                wording.say("column.sample"),
                wording.say("column.log10_lr"),
                wording.say("column.differing"),
            ),
            tuple(
                Row(
                    (
                        (Isolated(pair.sample_a),),
                        (Isolated(pair.sample_b),),
                        (Isolated(decimal(pair.log10_lr)),),
                        listing(pair.mismatches, wording),
                    )
                )
                for pair in shown
            ),
            (3, 3, 2, 5),
            (2,),
        )
        blocks.append(Details(wording.say("groups.pairs"), (table,), ()))
    return Section("groups", wording.say("groups"), tuple(blocks))


def exclusions_section(analysis: Analysis, wording: Wording) -> Section:
    """Return the excluded pairings, with the markers that exclude where they are few."""
    by_remains: dict[str, list[Exclusion]] = defaultdict(list)
    for exclusion in analysis.exclusions:
        by_remains[exclusion.remains].append(exclusion)
    count = len(analysis.exclusions)
    limit = analysis.problem.settings.exclusion_markers
    lead = Paragraph(
        wording.say("exclusions.lead", count=count, remains=len(by_remains), limit=limit)
    )
    blocks: list[Block] = [lead]
    if count:
        if count <= _EXCLUSIONS_IN_FULL:
            table = _exclusions_in_full(analysis.exclusions, wording)
        else:
            table = _exclusions_by_remains(by_remains, wording)
        printed = (Paragraph(wording.say("exclusions.printed"), "small"),)
        blocks.append(Details(wording.say("exclusions.table"), (table,), printed))
    return Section("exclusions", wording.say("exclusions"), tuple(blocks))


def _exclusions_in_full(exclusions: Sequence[Exclusion], wording: Wording) -> Table:
    rows = tuple(
        Row(((Isolated(e.remains),), (Isolated(e.missing_person),), listing(e.markers, wording)))
        for e in exclusions
    )
    headings = tuple(wording.say(f"column.{key}") for key in ("remains", "missing", "failing"))
    return Table(wording.say("exclusions.caption"), headings, rows, (2, 2, 6))


def _exclusions_by_remains(by_remains: dict[str, list[Exclusion]], wording: Wording) -> Table:
    rows = tuple(
        Row(
            (
                (Isolated(remains),),
                (Isolated(str(len(entries))),),
                (Isolated(", ".join(f"{e.missing_person} ({len(e.markers)})" for e in entries)),),
            )
        )
        for remains, entries in by_remains.items()
    )
    headings = tuple(
        wording.say(f"column.{key}") for key in ("remains", "excluded", "excluded_from")
    )
    return Table(wording.say("exclusions.caption.short"), headings, rows, (2, 1, 9), (1,))


def sensitivity_section(analysis: Analysis, wording: Wording) -> Section | None:
    """Return the posteriors under changed settings, or nothing where none were computed."""
    if not analysis.sensitivity:
        return None
    values: dict[str, dict[str, None]] = defaultdict(dict)
    found: dict[tuple[str, str], dict[tuple[str, str], tuple[float, float]]] = defaultdict(dict)
    for entry in analysis.sensitivity:
        values[entry.name][entry.value] = None
        pairing = (entry.remains, entry.missing_person)
        found[pairing][entry.name, entry.value] = (entry.posterior, entry.log10_lr)
    blocks: list[Block] = [Paragraph(wording.say("sensitivity.lead"))]
    for name, columns in values.items():
        rows = []
        for (remains, missing), answers in found.items():
            cells: list[Text] = [(Isolated(remains),), (Strong(missing),)]
            for value in columns:
                answer = answers.get((name, value))
                cells.append(
                    ()
                    if answer is None
                    else (Isolated(percent(answer[0])), " ", Isolated(f"({decimal(answer[1])})"))
                )
            if any(cells[2:]):
                rows.append(Row(tuple(cells)))
        headings: list[Text] = [wording.say("column.remains"), wording.say("column.missing")]
        headings.extend(
            (Isolated(value),) if value else wording.say("column.posterior") for value in columns
        )
        caption = wording.say("sensitivity.caption", setting=wording.named("setting", name))
        ends = tuple(range(2, len(headings)))
        widths = (3, 3, *(4 for _ in columns))
        blocks.append(Table(caption, tuple(headings), tuple(rows), widths, ends))
    return Section("sensitivity", wording.say("sensitivity"), tuple(blocks))


def assignments_section(analysis: Analysis, wording: Wording) -> Section | None:
    """Return the most probable complete answers, or nothing where there are none."""
    if not analysis.assignments:
        return None
    best = analysis.assignments[0]
    rows = tuple(
        Row(
            (
                (Isolated(str(rank)),),
                (Isolated(percent(answer.posterior)),),
                (Isolated(decimal(answer.log10_weight)),),
                _named_pairs(answer, wording) if rank == 1 else _changes(best, answer, wording),
            )
        )
        for rank, answer in enumerate(analysis.assignments, 1)
    )
    headings = tuple(
        wording.say(f"column.{key}") for key in ("rank", "posterior", "weight", "answer")
    )
    table = Table(wording.say("assignments.caption"), headings, rows, (1, 3, 2, 9), (0, 1, 2))
    lead = Paragraph(wording.say("assignments.lead"))
    return Section("assignments", wording.say("assignments"), (lead, table))


def _named_pairs(answer: Assignment, wording: Wording) -> Text:
    named = [f"{g} = {m}" for g, m in answer.pairs.items() if m != NONE_OF_THE_MISSING]
    return listing(named, wording) if named else wording.say("assignments.nobody")


def _changes(best: Assignment, answer: Assignment, wording: Wording) -> Text:
    changed = []
    for group in dict.fromkeys((*best.pairs, *answer.pairs)):
        before = best.pairs.get(group, NONE_OF_THE_MISSING)
        after = answer.pairs.get(group, NONE_OF_THE_MISSING)
        if before != after:
            changed.append(f"{group} = {after}")
    return wording.say("assignments.changes", pairs=listing(changed, wording))
