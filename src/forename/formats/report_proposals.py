"""The chapters on proposals: the table that opens a report, and one card for each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forename.formats.pedigree_layout import Layout, lay_out
from forename.formats.report_blocks import (
    Block,
    Card,
    Columns,
    Facts,
    Figure,
    Isolated,
    Link,
    Paragraph,
    Row,
    Run,
    Strong,
    Table,
    Text,
)
from forename.formats.report_drawing import mirrored
from forename.formats.report_figures import BarWords, Step, draw_marker_bars, draw_steps
from forename.formats.report_numbers import ODDS_TOLD, decimal, log10_odds, percent, power_text
from forename.formats.report_pedigree import LARGEST_DRAWN, PedigreeWords, draw_pedigree
from forename.formats.wording import Wording
from forename.genetics.problem import Evidence, Family
from forename.genetics.profiles import Sex
from forename.genetics.results import Analysis, Pair, Proposal

_SAME = 0.005  # log10 LRs that are printed as the same number


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where the parts of an analysis are found: pairs, groups, families, pedigree layouts."""

    pairs: Mapping[tuple[str, str], Pair]
    groups: Mapping[str, str]
    members: Mapping[str, tuple[Family, str]]
    remains: Mapping[str, str]
    short: Mapping[str, str]
    evidence: Mapping[tuple[str, str], tuple[Evidence, ...]]
    sexes: Mapping[str, Sex]
    layouts: dict[str, Layout] = field(default_factory=dict)

    @classmethod
    def of(cls, analysis: Analysis) -> Lookup:
        """Return the look-ups of an analysis; merged pairs take precedence over single samples."""
        pairs = {(p.remains, p.missing_person): p for p in (*analysis.pairs, *analysis.group_pairs)}
        groups = {sample: group.label for group in analysis.groups for sample in group.samples}
        members = {
            family.label(member): (family, member)
            for family in analysis.problem.families
            for member in family.missing
        }
        remains = {p.missing_person: p.group for p in reversed(analysis.proposals)}
        short = {group.label: short_label(group.label, group.samples) for group in analysis.groups}
        evidence: dict[tuple[str, str], tuple[Evidence, ...]] = {}
        for entry in analysis.problem.evidence:
            key = (groups.get(entry.remains, entry.remains), entry.missing_person)
            evidence[key] = (*evidence.get(key, ()), entry)
        sexes: dict[str, set[Sex]] = {}
        for profile in analysis.problem.remains:
            if profile.sex is not Sex.UNKNOWN:
                sexes.setdefault(groups.get(profile.sample, profile.sample), set()).add(profile.sex)
        agreed = {group: seen.pop() for group, seen in sexes.items() if len(seen) == 1}
        return cls(pairs, groups, members, remains, short, evidence, agreed)

    def group_of(self, remains: str, samples: Iterable[str] = ()) -> str:
        """Return the label of the group that remains, or one of their samples, belong to."""
        for name in (remains, *samples):
            if name in self.groups:
                return self.groups[name]
        return remains

    def shown(self, group: str) -> str:
        """Return what a drawing calls a group."""
        return self.short.get(group, group)

    def pair(self, group: str, missing_person: str) -> Pair | None:
        """Return the LRs of a pairing, or nothing where they were below the level kept."""
        return self.pairs.get((group, missing_person))

    def layout(self, family: Family) -> Layout:
        """Return the layout of a family's pedigree, made once."""
        if family.id not in self.layouts:
            self.layouts[family.id] = lay_out(family.pedigree)
        return self.layouts[family.id]


def listing(values: Iterable[str], wording: Wording) -> Text:
    """Return values one after the other, each isolated, with the language's comma."""
    runs: list[Run] = []
    for value in values:
        if runs:
            runs.append(wording.catalogue["comma"])
        runs.append(Isolated(value))
    return tuple(runs)


def _target(number: int) -> str:
    return f"proposal-{number}"


def proposal_table(analysis: Analysis, wording: Wording) -> Table:
    """Return all proposals, one row each, with their reasons under them."""
    rows = []
    for number, proposal in enumerate(analysis.proposals, 1):
        marks: list[Text] = []
        if proposal.undisputed:
            marks.append(wording.say("mark.undisputed"))
        if proposal.linked:
            marks.append(wording.say("mark.linked", ids=listing(proposal.linked, wording)))
        below = [*marks, *(wording.sentence(reason) for reason in proposal.reasons)]
        rows.append(
            Row(
                (
                    (Link(proposal.missing_person, _target(number)),),
                    named_remains(proposal.group, proposal.remains, wording),
                    (Strong(percent(proposal.posterior)),),
                    (Isolated(decimal(proposal.log10_lr)),),
                    _rivals(proposal, wording),
                ),
                tuple(below),
            )
        )
    headings = tuple(
        wording.say(f"column.{key}")
        for key in ("missing", "remains", "posterior", "log10_lr", "rivals")
    )
    return Table(wording.say("proposals.caption"), headings, tuple(rows), (3, 6, 4, 2, 4), (2, 3))


def short_label(label: str, samples: Sequence[str]) -> str:
    """Return a label for a drawing: a group named by its samples keeps the first of them."""
    if len(samples) > 1 and label == "+".join(samples):
        return f"{samples[0]} +{len(samples) - 1}"
    return label


def named_remains(label: str, samples: Sequence[str], wording: Wording) -> Text:
    """Return a group's samples, after its label where that is not made of them."""
    if label in (*samples[:1], "+".join(samples)):
        return listing(samples, wording)
    return wording.say("remains.group", label=label, samples=listing(samples, wording))


def _rivals(proposal: Proposal, wording: Wording) -> Text:
    runs: list[Run] = []
    for name, posterior in proposal.rivals:
        if runs:
            runs.append(wording.catalogue["comma"])
        runs.append(wording.catalogue["matrix.none_of_them"] if name == "*" else Isolated(name))
        runs.extend((" ", Isolated(percent(posterior))))
    return tuple(runs) or wording.say("rivals.none")


def proposal_cards(analysis: Analysis, lookup: Lookup, wording: Wording) -> tuple[Card, ...]:
    """Return one card per proposal: hypotheses, pedigree, LR of every marker, posterior."""
    return tuple(
        _card(number, proposal, lookup, wording)
        for number, proposal in enumerate(analysis.proposals, 1)
    )


def _card(number: int, proposal: Proposal, lookup: Lookup, wording: Wording) -> Card:
    pair = lookup.pair(proposal.group, proposal.missing_person)
    known = lookup.members.get(proposal.missing_person)
    facts = _facts(proposal, pair, lookup, wording)
    left: list[Block] = [facts]
    right: list[Block] = []
    if known is not None:
        left.extend(_pedigree(proposal, *known, lookup, wording))
    if pair is not None:
        right.append(_marker_bars(proposal, pair, wording))
    shorter = left if _height(left) < _height(right) else right
    shorter.append(_steps(proposal, lookup, wording))
    blocks: list[Block] = [_hypotheses(proposal, known[0] if known else None, wording)]
    if pair is None:
        blocks.append(Paragraph(wording.say("case.no_pair"), "small"))
    blocks.append(Columns(tuple(left), tuple(right)))
    heading = wording.say(
        "case.heading", missing=Strong(proposal.missing_person), remains=Strong(proposal.group)
    )
    return Card(_target(number), heading, tuple(blocks))


def _height(blocks: Iterable[Block]) -> float:
    """Return about how high blocks stand: columns are kept of like height."""
    drawn = sum(block.drawing.height + 30 for block in blocks if isinstance(block, Figure))
    return drawn + sum(26 * len(block.items) for block in blocks if isinstance(block, Facts))


def _facts(proposal: Proposal, pair: Pair | None, lookup: Lookup, wording: Wording) -> Facts:
    lr = wording.say(
        "case.lr.value", log10=decimal(proposal.log10_lr), value=power_text(proposal.log10_lr)
    )
    items: list[tuple[Text, Text]] = [
        (wording.say("column.samples"), listing(proposal.remains, wording)),
        (wording.say("case.lr"), lr),
        (wording.say("column.posterior"), (Strong(percent(proposal.posterior)),)),
        (wording.say("column.rivals"), _rivals(proposal, wording)),
    ]
    if pair is not None:
        items.append((wording.say("case.markers"), (Isolated(str(pair.markers)),)))
        if pair.exclusions:
            items.append((wording.say("case.impossible"), listing(pair.exclusions, wording)))
    if proposal.log10_glr is not None and abs(proposal.log10_glr - proposal.log10_lr) > _SAME:
        items.append((wording.say("case.glr"), (Isolated(decimal(proposal.log10_glr)),)))
    if proposal.log10_lr0 is not None and abs(proposal.log10_lr0) > _SAME:
        items.append((wording.say("case.lr0"), (Isolated(decimal(proposal.log10_lr0)),)))
    if proposal.linked:
        items.append((wording.say("case.linked"), listing(proposal.linked, wording)))
    for entry in lookup.evidence.get((proposal.group, proposal.missing_person), ()):
        weight: Text = (Isolated(decimal(entry.log10_weight)), " ", Isolated(entry.source))
        items.append((wording.say("case.evidence"), weight))
    return Facts(tuple(items))


def _hypotheses(proposal: Proposal, family: Family | None, wording: Wording) -> Facts:
    relatives: Text = ()
    if family is not None:
        typed = [member for member in family.pedigree.order if member in family.profiles]
        relatives = wording.say("hypothesis.relatives", typed=_typed(family, typed, wording))
    one = wording.say(
        "hypothesis.one.text",
        remains=proposal.group,
        missing=proposal.missing_person,
        family=proposal.family,
        relatives=relatives,
    )
    other = wording.say("hypothesis.other.text", remains=proposal.group, family=proposal.family)
    return Facts(
        (
            (wording.say("hypothesis.one", short="H1"), one),
            (wording.say("hypothesis.other", short="H2"), other),
        )
    )


def _typed(family: Family, typed: Iterable[str], wording: Wording) -> Text:
    runs: list[Run] = []
    for member in typed:
        if runs:
            runs.append(wording.catalogue["comma"])
        kinship = family.kinship.get(member, "")
        if kinship:
            runs.append(wording.kinship(kinship) + " ")
        runs.append(Isolated(member))
    return tuple(runs)


def _evidence_of(proposal: Proposal, pair: Pair | None) -> float:
    """Return the log10 LR of DNA and sex: the sum of what the bars show, where that was kept."""
    if pair is None:
        return proposal.log10_lr
    return sum(pair.per_marker.values()) + pair.sex_log10_lr


def _pedigree(
    proposal: Proposal, family: Family, member: str, lookup: Lookup, wording: Wording
) -> list[Block]:
    if len(family.pedigree) > LARGEST_DRAWN:
        size = len(family.pedigree)
        return [Paragraph(wording.say("pedigree.too_large", family=family.id, size=size), "small")]
    words = PedigreeWords(
        wording.plain("pedigree.unrelated"),
        wording.plain("hypothesis.one.short"),
        wording.plain("hypothesis.other.short"),
        wording.kinship,
    )
    remains = {
        other: lookup.shown(lookup.remains[family.label(other)])
        for other in family.missing
        if family.label(other) in lookup.remains
    }
    remains[member] = lookup.shown(proposal.group)
    sex = lookup.sexes.get(proposal.group, Sex.UNKNOWN)
    drawing = draw_pedigree(family, remains, member, sex, words, lookup.layout(family))
    if wording.direction == "rtl":
        drawing = mirrored(drawing)
    typed = [i for i in family.pedigree.order if i in family.profiles]
    description = wording.plain(
        "pedigree.description",
        family=family.id,
        size=len(family.pedigree),
        typed=", ".join(typed),
        missing=proposal.missing_person,
        remains=proposal.group,
    )
    return [
        Figure(
            drawing,
            description,
            wording.say("pedigree.caption", family=family.id, one="H1", other="H2"),
        )
    ]


def _marker_bars(proposal: Proposal, pair: Pair, wording: Wording) -> Figure:
    words = BarWords(
        wording.plain("bars.against"),
        wording.plain("bars.favour"),
        wording.plain("bars.total"),
        wording.plain("bars.impossible"),
    )
    total = _evidence_of(proposal, pair)
    extra = {wording.plain("bars.sex"): pair.sex_log10_lr} if pair.sex_log10_lr else {}
    drawing = draw_marker_bars(pair.per_marker, extra, total, words)
    values = ", ".join(f"{name} {decimal(value)}" for name, value in pair.per_marker.items())
    description = wording.plain(
        "bars.description",
        remains=proposal.group,
        missing=proposal.missing_person,
        values=values,
        total=decimal(total),
    )
    return Figure(drawing, description, wording.say("bars.caption"))


def _steps(proposal: Proposal, lookup: Lookup, wording: Wording) -> Figure:
    odds = log10_odds(proposal.posterior)
    weights = lookup.evidence.get((proposal.group, proposal.missing_person), ())
    other = sum(entry.log10_weight for entry in weights)
    dna = _evidence_of(proposal, lookup.pair(proposal.group, proposal.missing_person))
    if not math.isfinite(dna):
        dna = proposal.log10_lr
    start = odds - dna - other
    bound = abs(odds) >= ODDS_TOLD
    steps = [Step(wording.plain("steps.before"), 0.0, start, whole=True, bound=bound)]
    steps.append(Step(wording.plain("steps.dna"), start, start + dna, whole=False))
    if weights:
        steps.append(Step(wording.plain("steps.other"), start + dna, odds, whole=False))
    steps.append(Step(wording.plain("steps.posterior"), 0.0, odds, whole=True, bound=bound))
    description = wording.plain(
        "steps.description",
        before=decimal(start),
        dna=decimal(dna),
        odds=decimal(odds),
        posterior=percent(proposal.posterior),
    )
    caption = wording.say("steps.caption")
    return Figure(draw_steps(steps), description, caption)
