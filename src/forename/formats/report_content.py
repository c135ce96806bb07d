"""What a report says, in order, built from an `Analysis` in one language.

`report_document` gathers the chapters; the proposals have a module of their own. Nothing here
knows about HTML or PDF.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence

from forename.formats.report_answers import (
    assignments_section,
    exclusions_section,
    groups_section,
    matrix_section,
    sensitivity_section,
)
from forename.formats.report_blocks import (
    Block,
    Bullets,
    Details,
    Document,
    Facts,
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
from forename.formats.report_numbers import decimal, percent
from forename.formats.report_proposals import (
    Lookup,
    listing,
    named_remains,
    proposal_cards,
    proposal_table,
)
from forename.formats.wording import Wording
from forename.genetics.findings import Finding, Severity
from forename.genetics.results import Analysis

_FINDINGS_PRINTED = 60


def report_document(
    analysis: Analysis, wording: Wording, issued: datetime.date | None = None
) -> Document:
    """Return the whole report of an analysis, dated where a date of issue is given."""
    lookup = Lookup.of(analysis)
    sections = (
        _state(analysis, wording),
        _proposals(analysis, wording),
        _symmetric(analysis, wording),
        _near_misses(analysis, wording),
        _advice(analysis, wording),
        _cases(analysis, lookup, wording),
        matrix_section(analysis, lookup, wording),
        groups_section(analysis, wording),
        exclusions_section(analysis, wording),
        sensitivity_section(analysis, wording),
        _findings(analysis, wording),
        assignments_section(analysis, wording),
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


def _proposals(analysis: Analysis, wording: Wording) -> Section:
    blocks: list[Block] = [Paragraph(wording.say("proposals.lead"))]
    if analysis.proposals:
        blocks.append(proposal_table(analysis, wording))
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
            *wording.sentence(match.text),
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
                named_remains(miss.remains, miss.samples, wording),
                (Isolated(percent(miss.posterior)),),
                (Isolated(decimal(miss.log10_lr)),),
                listing(miss.markers, wording),
            ),
            (wording.sentence(miss.text),),
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


def _advice(analysis: Analysis, wording: Wording) -> Section | None:
    if not analysis.advice:
        return None
    items = tuple((Strong(a.record), ": ", *wording.sentence(a.text)) for a in analysis.advice)
    return Section("advice", wording.say("advice"), (Bullets(items),))


def _cases(analysis: Analysis, lookup: Lookup, wording: Wording) -> Section | None:
    if not analysis.proposals:
        return None
    keys = [Paragraph(wording.say(key), "small") for key in ("cases.key", "cases.terms")]
    cards = proposal_cards(analysis, lookup, wording)
    return Section("cases", wording.say("cases"), (*keys, *cards))


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
        below = [wording.sentence(finding.text)]
        if finding.advice:
            advice = wording.sentence(finding.advice)
            below.append(wording.say("findings.advice", advice=advice))
        name = wording.named("finding", finding.code)
        records = listing(finding.records, wording)
        rows.append(Row((name, records, listing(_places(finding), wording)), tuple(below)))
    return Table(
        wording.say(f"findings.{severity.value}", count=len(findings)),
        tuple(wording.say(f"column.{key}") for key in ("finding", "records", "place")),
        tuple(rows),
        (4, 4, 4),
    )


def _places(finding: Finding) -> list[str]:
    """Return the lines of a finding, the file named once: ``a.txt:2``, ``:17``, ``b.txt:4:1``."""
    places: list[str] = []
    last = None
    for place in finding.locations:
        text = str(place)
        places.append(text.removeprefix(place.file) if place.file == last else text)
        last = place.file
    return [place for place in places if place]


def _provenance(analysis: Analysis, wording: Wording) -> Section:
    p = analysis.provenance
    facts = Facts(
        (
            (wording.say("provenance.version"), (Isolated(f"Forename {p.version}"),)),
            (wording.say("provenance.code"), (Isolated(report_code(analysis)),)),
            (wording.say("provenance.prior"), (Isolated(p.prior),)),
            (wording.say("provenance.frequencies"), (Isolated(p.frequencies),)),
            (wording.say("provenance.markers"), listing(p.markers, wording)),
        )
    )
    settings = Table(
        wording.say("provenance.settings"),
        (wording.say("column.setting"), wording.say("column.value")),
        tuple(
            Row(
                (
                    (*wording.named("setting", name), " ", Isolated(f"[{name}]")),
                    (Isolated(value or "–"),),
                )
            )
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
                tuple(
                    Row((wording.named("method", name), wording.sentence(said)))
                    for name, said in p.method.items()
                ),
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
