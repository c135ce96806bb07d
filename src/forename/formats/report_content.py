"""What a report says, in order, built from an `Analysis` in one language.

`report_document` gathers the chapters; the proposals have a module of their own. Nothing here
knows about HTML or PDF.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Sequence

from forename.formats.report_blocks import (
    Block,
    Bullets,
    Details,
    Document,
    Facts,
    Figure,
    Isolated,
    Notice,
    Number,
    Numbers,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Text,
)
from forename.formats.report_figures import Cell, draw_matrix, matrix_panels
from forename.formats.report_numbers import decimal, percent
from forename.formats.report_proposals import Lookup, listing, proposal_cards, proposal_table
from forename.formats.wording import Wording
from forename.genetics.findings import Finding, Severity
from forename.genetics.results import Analysis, Assignment, Exclusion

NONE_OF_THE_MISSING = "*"

_MATRIX_POSTERIOR = 0.001
_MATRIX_LOG10_LR = 2.0
_EXCLUSIONS_IN_FULL = 400
_FINDINGS_PRINTED = 60
_PAIRS_SHOWN = 300


def report_document(
    analysis: Analysis, wording: Wording, issued: datetime.date | None = None
) -> Document:
    """Return the whole report of an analysis, dated where a date of issue is given."""
    lookup = Lookup.of(analysis)
    sections = (
        _state(analysis, wording),
        _proposals(analysis, lookup, wording),
        _symmetric(analysis, wording),
        _near_misses(analysis, wording),
        _advice(analysis, wording),
        _cases(analysis, lookup, wording),
        _matrix(analysis, lookup, wording),
        _groups(analysis, wording),
        _exclusions(analysis, wording),
        _sensitivity(analysis, wording),
        _findings(analysis, wording),
        _assignments(analysis, wording),
        _provenance(analysis, wording),
    )
    code = report_code(analysis)
    problem = analysis.problem
    title: Text = (Isolated(problem.title),) if problem.title else wording.say("title")
    phrases = {
        key: wording.plain(f"frame.{key}")
        for key in ("contents", "page", "of", "code", "simulated", "skip", "report", "issued")
    }
    return Document(
        title,
        problem.title or wording.plain("title"),
        wording.language,
        wording.direction,
        code,
        issued.isoformat() if issued else "",
        _notices(analysis, wording),
        tuple(section for section in sections if section is not None),
        phrases,
    )


def report_code(analysis: Analysis) -> str:
    """Return a short code of what the report rests on: the same inputs give the same code."""
    p = analysis.provenance
    rested = repr(
        (
            p.version,
            sorted(p.settings.items()),
            p.prior,
            p.markers,
            sorted(p.digests.items()),
            p.frequencies,
            analysis.problem.title,
            analysis.problem.simulated,
        )
    )
    digest = hashlib.sha256(rested.encode()).hexdigest()
    return f"FN-{digest[:4]}-{digest[4:8]}-{digest[8:12]}"


def _notices(analysis: Analysis, wording: Wording) -> tuple[Notice, ...]:
    notices = []
    if analysis.problem.simulated:
        notices.append(Notice(wording.say("notice.simulated"), "simulated"))
    blocking = sum(f.severity is Severity.BLOCKING for f in analysis.findings)
    if blocking:
        notices.append(Notice(wording.say("notice.blocking", count=blocking), "contradiction"))
    return tuple(notices)


def _state(analysis: Analysis, wording: Wording) -> Section:
    samples = sum(len(group.samples) for group in analysis.groups)
    persons = len(analysis.groups)
    proposed = len({proposal.group for proposal in analysis.proposals})
    registered = sum(len(family.missing) for family in analysis.problem.families)
    named = {proposal.missing_person for proposal in analysis.proposals}
    linked = {i for proposal in analysis.proposals for i in proposal.linked} - named
    threshold = percent(analysis.problem.settings.proposal_posterior)
    waiting = registered - len(named) - len(linked)
    numbers = Numbers(
        (
            Number(
                str(persons),
                wording.say("state.persons"),
                wording.say("state.persons.definition", samples=samples),
            ),
            Number(
                str(proposed),
                wording.say("state.proposed"),
                wording.say("state.proposed.definition", threshold=threshold),
            ),
            Number(
                str(waiting),
                wording.say("state.waiting"),
                wording.say("state.waiting.definition", registered=registered),
            ),
        )
    )
    return Section("state", wording.say("state"), (numbers,))


def _proposals(analysis: Analysis, lookup: Lookup, wording: Wording) -> Section:
    blocks: list[Block] = [Paragraph(wording.say("proposals.lead"))]
    if analysis.proposals:
        blocks.append(proposal_table(analysis, lookup, wording))
        blocks.append(Paragraph(wording.say("proposals.terms"), "small"))
    else:
        threshold = percent(analysis.problem.settings.proposal_posterior)
        blocks.append(Paragraph(wording.say("proposals.none", threshold=threshold)))
    return Section("proposals", wording.say("proposals"), tuple(blocks))


def _symmetric(analysis: Analysis, wording: Wording) -> Section | None:
    if not analysis.symmetric:
        return None
    items = tuple(
        (
            *wording.say(
                "symmetric.item",
                remains=listing(match.groups, wording),
                missing=listing(match.missing_persons, wording),
                posterior=percent(match.posterior),
            ),
            " ",
            *wording.quote(match.text),
        )
        for match in analysis.symmetric
    )
    lead = Paragraph(wording.say("symmetric.lead"))
    return Section("symmetric", wording.say("symmetric"), (lead, Bullets(items)))


def _near_misses(analysis: Analysis, wording: Wording) -> Section | None:
    if not analysis.near_misses:
        return None
    rows = tuple(
        Row(
            (
                (Strong(miss.missing_person),),
                _remains(miss.remains, miss.samples, wording),
                (Isolated(percent(miss.posterior)),),
                (Isolated(decimal(miss.log10_lr)),),
                listing(miss.markers, wording),
            ),
            (wording.quote(miss.text),),
        )
        for miss in sorted(analysis.near_misses, key=lambda miss: -miss.posterior)
    )
    table = Table(
        wording.say("near.caption"),
        (
            wording.say("column.missing"),
            wording.say("column.remains"),
            wording.say("column.posterior"),
            wording.say("column.log10_lr"),
            wording.say("column.failing"),
        ),
        rows,
        (3, 5, 3, 2, 4),
        (2, 3),
    )
    lead = Paragraph(wording.say("near.lead"))
    return Section("near-misses", wording.say("near"), (lead, table))


def _remains(label: str, samples: Sequence[str], wording: Wording) -> Text:
    if tuple(samples) == (label,):
        return (Isolated(label),)
    return wording.say("remains.group", label=label, samples=listing(samples, wording))


def _advice(analysis: Analysis, wording: Wording) -> Section | None:
    if not analysis.advice:
        return None
    items = tuple((Strong(a.record), ": ", *wording.quote(a.text)) for a in analysis.advice)
    return Section("advice", wording.say("advice"), (Bullets(items),))


def _cases(analysis: Analysis, lookup: Lookup, wording: Wording) -> Section | None:
    if not analysis.proposals:
        return None
    key = Paragraph(wording.say("cases.key"), "small")
    return Section("cases", wording.say("cases"), (key, *proposal_cards(analysis, lookup, wording)))


def _matrix(analysis: Analysis, lookup: Lookup, wording: Wording) -> Section:
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
        drawing = draw_matrix(panel, {NONE_OF_THE_MISSING: none})
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


def _groups(analysis: Analysis, wording: Wording) -> Section:
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


def _exclusions(analysis: Analysis, wording: Wording) -> Section:
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


def _sensitivity(analysis: Analysis, wording: Wording) -> Section | None:
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
        headings.extend((Isolated(value),) for value in columns)
        caption = wording.say("sensitivity.caption", setting=wording.named("setting", name))
        ends = tuple(range(2, len(headings)))
        widths = (3, 3, *(4 for _ in columns))
        blocks.append(Table(caption, tuple(headings), tuple(rows), widths, ends))
    return Section("sensitivity", wording.say("sensitivity"), tuple(blocks))


def _findings(analysis: Analysis, wording: Wording) -> Section:
    blocks: list[Block] = []
    for severity in (Severity.BLOCKING, Severity.WARNING, Severity.INFO):
        findings = [f for f in analysis.findings if f.severity is severity]
        if not findings:
            continue
        findings.sort(key=lambda finding: finding.code)
        table = _finding_table(findings, severity, wording)
        if severity is Severity.INFO and len(findings) > 12:
            printed: list[Block] = [_finding_table(findings[:_FINDINGS_PRINTED], severity, wording)]
            if len(findings) > _FINDINGS_PRINTED:
                rest = len(findings) - _FINDINGS_PRINTED
                printed.append(Paragraph(wording.say("findings.rest", count=rest), "small"))
            summary = wording.say("findings.info.summary", count=len(findings))
            blocks.append(Details(summary, (table,), tuple(printed)))
        else:
            blocks.append(table)
    if not blocks:
        blocks.append(Paragraph(wording.say("findings.none")))
    lead = Paragraph(wording.say("findings.lead"))
    return Section("findings", wording.say("findings"), (lead, *blocks))


def _finding_table(findings: Sequence[Finding], severity: Severity, wording: Wording) -> Table:
    rows = []
    for finding in findings:
        places = listing([str(place) for place in finding.locations], wording)
        below = [wording.quote(finding.text)]
        if finding.advice:
            advice = wording.quote(finding.advice)
            below.append(wording.say("findings.advice", advice=advice))
        named = wording.named("finding", finding.code)
        code: Text = named if named == (Isolated(finding.code),) else (
            *named, " ", Isolated(f"[{finding.code}]")
        )  # fmt: skip
        rows.append(Row((code, listing(finding.records, wording), places), tuple(below)))
    return Table(
        wording.say(f"findings.{severity.value}", count=len(findings)),
        tuple(wording.say(f"column.{key}") for key in ("finding", "records", "place")),
        tuple(rows),
        (4, 4, 4),
    )


def _assignments(analysis: Analysis, wording: Wording) -> Section | None:
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


def _provenance(analysis: Analysis, wording: Wording) -> Section:
    p = analysis.provenance
    facts = Facts(
        (
            (wording.say("provenance.version"), (Isolated(f"Forename {p.version}"),)),
            (wording.say("provenance.code"), (Isolated(report_code(analysis)),)),
            (wording.say("provenance.prior"), wording.quote(p.prior)),
            (wording.say("provenance.frequencies"), wording.quote(p.frequencies)),
            (wording.say("provenance.markers"), listing(p.markers, wording)),
        )
    )
    settings = Table(
        wording.say("provenance.settings"),
        (wording.say("column.setting"), wording.say("column.value")),
        tuple(
            Row(((*wording.named("setting", name), " ", Isolated(f"[{name}]")), (Isolated(value),)))
            for name, value in p.settings.items()
        ),
        (3, 2),
    )
    blocks: list[Block] = [Paragraph(wording.say("provenance.lead")), facts, settings]
    if p.method:
        blocks.append(
            Table(
                wording.say("provenance.method"),
                (wording.say("column.step"), wording.say("column.method")),
                tuple(Row(((Isolated(k),), wording.quote(v))) for k, v in p.method.items()),
                (2, 6),
            )
        )
    if p.digests:
        blocks.append(
            Table(
                wording.say("provenance.digests"),
                (wording.say("column.file"), wording.say("column.digest")),
                tuple(Row(((Isolated(f),), (Isolated(d),))) for f, d in p.digests.items()),
                (2, 5),
            )
        )
    return Section("provenance", wording.say("provenance"), tuple(blocks))
