"""From posteriors to words: proposals, symmetric matches, near misses, exclusions, advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, compress

import numpy as np
import numpy.typing as npt

from forename.genetics.joint import JointQuestion, lr0
from forename.genetics.markers import Array, allele_key
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Sex
from forename.genetics.ranking import Candidate, Ranking
from forename.genetics.results import (
    Advice,
    Exclusion,
    NearMiss,
    Pair,
    Proposal,
    SymmetricMatch,
)
from forename.genetics.sentences import Sentence, say

_UNDISPUTED = 4.0  # log10, against 1 and against every rival in row and column
_RIVAL = 1e-6
_STRONG_ELSEWHERE = 4.0  # log10 LR of the other markers that makes a near miss worth a look
_WORTH_TYPING = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A solved joint question: posteriors (candidates, places + 1), the last column "none".

    ``table_posteriors`` are those of every placement of the families with several missing
    persons; ``log10_glr`` (candidates, places) is NaN where it is not defined. ``linked`` maps a
    missing person's label to the other labels that are one question with it.
    """

    posteriors: Array
    table_posteriors: tuple[Array, ...]
    log10_glr: Array
    linked: Mapping[str, tuple[str, ...]]


def list_pairs(ranking: Ranking, sex_log10: Array, level: float) -> tuple[Pair, ...]:
    """Return the pairs with log10 LR above ``level``, best first."""
    totals = ranking.totals()
    found = []
    for row, column in np.argwhere(totals > level):
        candidate, place = ranking.candidates[row], ranking.places[column]
        used = ranking.compared[row]
        found.append(
            Pair(
                remains=candidate.label,
                samples=candidate.samples,
                missing_person=place.label,
                family=place.family.id,
                log10_lr=float(totals[row, column]),
                per_marker={
                    m.name: float(ranking.log10_lr[row, column, at])
                    for at, m in enumerate(ranking.markers)
                    if used[at]
                },
                sex_log10_lr=float(sex_log10[row, column]),
                exclusions=excluded_markers(ranking, int(row), int(column)),
                markers=int(used.sum()),
            )
        )
    return tuple(sorted(found, key=lambda p: (-p.log10_lr, p.remains, p.missing_person)))


def excluded_markers(ranking: Ranking, row: int, column: int) -> tuple[str, ...]:
    """Return the markers at which the pairing is impossible without mutation."""
    return tuple(m.name for m in compress(ranking.markers, ranking.excluded[row, column].tolist()))


def propose_identifications(
    question: JointQuestion, answer: Answer, settings: Settings
) -> tuple[Proposal, ...]:
    """Return the names to put before the board, by descending posterior.

    A pairing is proposed when its posterior, together with ids that are one question with it,
    reaches ``settings.proposal_posterior``. Where several remains share such a question, none of
    them is proposed for it: `symmetric_matches` says so instead.
    """
    ranking = question.ranking
    column_of = question.column
    shared = {row for rows, _ in shared_questions(question, answer, settings) for row in rows}
    undisputed = undisputed_pairs(question.pair_log10)
    proposals = []
    for row, candidate in enumerate(ranking.candidates):
        own = answer.posteriors[row]
        column = int(np.argmax(own[:-1])) if len(ranking.places) else -1
        if column < 0:
            continue
        place = ranking.places[column]
        linked = answer.linked.get(place.label, ())
        posterior = float(own[column] + sum(own[column_of[other]] for other in linked))
        if posterior < settings.proposal_posterior or row in shared:
            continue
        rivals = _rivals(ranking, own, column, [column_of[other] for other in linked])
        best_lr0 = _lr0_of(question, answer, row, column, settings)
        glr = float(answer.log10_glr[row, column])
        proposals.append(
            Proposal(
                remains=candidate.samples,
                group=candidate.label,
                missing_person=place.label,
                family=place.family.id,
                posterior=min(posterior, 1.0),
                log10_lr=float(ranking.log10_lr[row, column].sum()),
                reasons=_reasons(question, row, column, posterior, linked),
                rivals=rivals,
                linked=linked,
                undisputed=bool(undisputed[row, column]),
                log10_glr=glr if np.isfinite(glr) else None,
                log10_lr0=best_lr0,
            )
        )
    return tuple(sorted(proposals, key=lambda p: (-p.posterior, -p.log10_lr, p.group)))


def shared_questions(
    question: JointQuestion, answer: Answer, settings: Settings
) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Return (rows, columns) of linked ids that several sets of remains fill only together.

    Linked ids are families that share a relative: one person registered twice, or several missing
    of one family registered apart. When two sets of remains each belong to the question but to
    neither id for certain, they are two persons whom DNA cannot tell apart.
    """
    column_of = question.column
    found = []
    for labels in sorted({tuple(sorted((x, *others))) for x, others in answer.linked.items()}):
        columns = [column_of[label] for label in labels]
        inside = answer.posteriors[:, columns]
        rows = np.flatnonzero(
            (inside.sum(axis=1) >= settings.proposal_posterior)
            & (inside.max(axis=1) < settings.proposal_posterior)
        )
        if len(rows) > 1:
            found.append((tuple(int(r) for r in rows), tuple(columns)))
    return tuple(found)


def undisputed_pairs(log10: Array) -> npt.NDArray[np.bool_]:
    """Tell which pairings have LR >= 10^4 and exceed every rival in row and column 10^4-fold.

    Definition of Vigeland and Egeland (2021), ``dvir``; ``log10`` has shape (remains, missing).
    """
    result = np.zeros(log10.shape, np.bool_)
    for row, column in np.argwhere(log10 >= _UNDISPUTED):
        rivals = np.concatenate(
            [np.delete(log10[row], column), np.delete(log10[:, column], row), [-np.inf]]
        )
        result[row, column] = rivals.max() <= log10[row, column] - _UNDISPUTED
    return result


def _rivals(
    ranking: Ranking, own: Array, column: int, linked: Sequence[int]
) -> tuple[tuple[str, float], ...]:
    names = [place.label for place in ranking.places] + ["*"]
    order = np.argsort(-own, kind="stable")
    return tuple(
        (names[at], float(own[at]))
        for at in order[:6]
        if at != column and at not in linked and own[at] >= _RIVAL
    )


def _lr0_of(
    question: JointQuestion, answer: Answer, row: int, column: int, settings: Settings
) -> float | None:
    for table, posterior in zip(question.problem.tables, answer.table_posteriors, strict=True):
        if column not in table.columns or not len(posterior):
            continue
        best = table.placements[int(np.argmax(posterior))]
        if best[table.columns.index(column)] != row:
            return None
        family = question.ranking.places[column].family
        return lr0(question, family, table.columns, tuple(int(r) for r in best), settings)
    return 0.0


def _reasons(
    question: JointQuestion,
    row: int,
    column: int,
    posterior: float,
    linked: tuple[str, ...],
) -> tuple[Sentence, ...]:
    ranking = question.ranking
    candidate, place = ranking.candidates[row], ranking.places[column]
    used = int(ranking.compared[row].sum())
    dna = float(ranking.log10_lr[row, column].sum())
    reasons = [
        say(
            "At {count} markers the profile is {lr} times as likely if these remains are {missing} "
            "as if they were unrelated to family {family}.",
            count=used,
            lr=f"10^{dna:.2f}",
            missing=place.label,
            family=place.family.id,
        )
    ]
    if len(candidate.samples) > 1:
        reasons.append(
            say(
                "{count} samples ({samples}) are taken as parts of one person.",
                count=len(candidate.samples),
                samples=candidate.samples,
            )
        )
    sex = float(question.sex_log10[row, column])
    if sex > 0:
        reasons.append(say("The sexes agree (log10 LR {log10_lr:+.2f}).", log10_lr=sex))
    elif sex < 0:
        reasons.append(say("The sexes differ (log10 LR {log10_lr:+.2f}).", log10_lr=sex))
    other = float(question.pair_log10[row, column]) - dna - sex
    if abs(other) > 1e-9:
        reasons.append(say("Other evidence adds a log10 weight of {weight:+.2f}.", weight=other))
    excluded = excluded_markers(ranking, row, column)
    if excluded:
        reasons.append(say("A mutation is needed at {markers}.", markers=excluded))
    if linked:
        reasons.append(
            say(
                "{ids:and} share a relative: they are one question, and the posterior "
                "{posterior:.6f} is theirs together.",
                ids=(place.label, *linked),
                posterior=posterior,
            )
        )
    return tuple(reasons)


def symmetric_matches(
    question: JointQuestion, answer: Answer, settings: Settings
) -> tuple[SymmetricMatch, ...]:
    """Return sets of remains that fill a set of places although no single pairing is settled."""
    found = []
    ranking = question.ranking
    for table, posterior in zip(question.problem.tables, answer.table_posteriors, strict=True):
        settled = {
            j
            for j, column in enumerate(table.columns)
            if answer.posteriors[:, column].max(initial=0.0) >= settings.proposal_posterior
        }
        open_places = [j for j in range(len(table.columns)) if j not in settled]
        best: dict[tuple[tuple[int, ...], frozenset[int]], float] = {}
        for chosen in _subsets(open_places):
            for line, weight in zip(table.placements, posterior, strict=True):
                rows = frozenset(int(line[j]) for j in chosen)
                if weight > 0 and -1 not in rows:
                    best[chosen, rows] = best.get((chosen, rows), 0.0) + float(weight)
        taken: set[int] = set()
        for (chosen, rows), weight in sorted(best.items(), key=lambda item: len(item[0][0])):
            if weight < settings.proposal_posterior or taken & set(chosen):
                continue
            taken |= set(chosen)
            found.append(_symmetric(ranking, table.columns, chosen, rows, weight))
    for own, columns in shared_questions(question, answer, settings):
        doubt = float(sum(1.0 - answer.posteriors[row, list(columns)].sum() for row in own))
        groups = tuple(ranking.candidates[row].label for row in own)
        missing = tuple(ranking.places[column].label for column in columns)
        text = say(
            "{remains:and} are different persons of one family, registered apart as {missing:and}, "
            "which share a relative; DNA cannot tell which is which.",
            remains=groups,
            missing=missing,
        )
        found.append(SymmetricMatch(groups, missing, min(1.0, max(0.0, 1.0 - doubt)), text))
    return tuple(found)


def _subsets(items: Sequence[int]) -> list[tuple[int, ...]]:
    return [c for size in range(2, min(len(items), 4) + 1) for c in combinations(items, size)]


def _symmetric(
    ranking: Ranking,
    columns: tuple[int, ...],
    chosen: tuple[int, ...],
    rows: frozenset[int],
    posterior: float,
) -> SymmetricMatch:
    groups = tuple(ranking.candidates[r].label for r in sorted(rows))
    missing = tuple(ranking.places[columns[j]].label for j in chosen)
    family = ranking.places[columns[chosen[0]]].family
    text = say(
        "These {count} ({remains}) are these {count} {kin} ({missing}); DNA cannot tell which is "
        "which.",
        count={2: say("two"), 3: say("three"), 4: say("four")}[len(chosen)],
        kin=_kin(family, [ranking.places[columns[j]].member for j in chosen]),
        remains=groups,
        missing=missing,
    )
    return SymmetricMatch(groups, missing, min(posterior, 1.0), text)


def _kin(family: Family, members: Sequence[str]) -> Sentence:
    persons = [family.pedigree[m] for m in members]
    parents = {(p.father, p.mother) for p in persons}
    if len(parents) == 1 and None not in next(iter(parents)):
        sexes = {p.sex for p in persons}
        if sexes == {Sex.MALE}:
            return say("brothers")
        return say("sisters") if sexes == {Sex.FEMALE} else say("siblings")
    return say("members of one family")


def list_exclusions(question: JointQuestion, settings: Settings) -> tuple[Exclusion, ...]:
    """Return pairings impossible without mutation at ``settings.exclusion_markers`` or more."""
    ranking = question.ranking
    counts = ranking.excluded.sum(axis=2)
    return tuple(
        Exclusion(
            ranking.candidates[row].label,
            ranking.candidates[row].samples,
            ranking.places[column].label,
            excluded_markers(ranking, int(row), int(column)),
        )
        for row, column in np.argwhere(counts >= settings.exclusion_markers)
        if question.pair_log10[row, column] < 0
    )


def near_misses(
    question: JointQuestion,
    answer: Answer,
    proposals: Sequence[Proposal],
    supports: Mapping[tuple[int, str], frozenset[str]],
) -> tuple[NearMiss, ...]:
    """Return pairings that fail at one or two markers and agree strongly at all others.

    ``supports`` maps (column, marker) to the alleles the family can give without mutation.
    """
    ranking = question.ranking
    proposed = {(p.group, p.missing_person) for p in proposals}
    found = []
    counts = ranking.excluded.sum(axis=2)
    for row, column in np.argwhere((counts >= 1) & (counts <= 2)):
        candidate, place = ranking.candidates[row], ranking.places[column]
        if (candidate.label, place.label) in proposed:
            continue
        flags = ranking.excluded[row, column]
        rest = float(ranking.log10_lr[row, column, ~flags].sum())
        if rest < _STRONG_ELSEWHERE:
            continue
        markers = excluded_markers(ranking, int(row), int(column))
        steps = tuple(
            _needed(candidate, name, supports.get((int(column), name), frozenset()))
            for name in markers
        )
        total = float(ranking.log10_lr[row, column].sum())
        text = say(
            "Everything but {steps:and} fits (log10 LR {rest:.2f} at the other markers, "
            "{total:.2f} with the mutation). Retype {markers:and} and check the stated "
            "relationships before this is ruled out.",
            steps=steps,
            rest=rest,
            total=total,
            markers=markers,
        )
        found.append(
            NearMiss(
                candidate.label,
                candidate.samples,
                place.label,
                total,
                float(answer.posteriors[row, column]),
                markers,
                text,
            )
        )
    return tuple(sorted(found, key=lambda n: (-n.log10_lr, n.remains, n.missing_person)))


def _needed(candidate: Candidate, marker: str, given: frozenset[str]) -> Sentence:
    """Say which smallest change of repeats would make the remains' call at a marker possible."""
    seen = {a for p in candidate.profiles if marker in p.calls for a in p.calls[marker].alleles}
    smallest: tuple[float, str, str] | None = None
    for allele in sorted(seen, key=allele_key):
        for other in sorted(given, key=allele_key):
            try:
                step = abs(float(allele) - float(other))
            except ValueError:
                continue
            if step and (smallest is None or step < smallest[0]):
                smallest = (step, other, allele)
    if smallest is None:
        return say("{marker} (a mutation)", marker=marker)
    step, other, allele = smallest
    if step == 1:
        return say(
            "{marker} (a mutation of 1 repeat, {other} to {allele})",
            marker=marker,
            other=other,
            allele=allele,
        )
    return say(
        "{marker} (a mutation of {step:g} repeats, {other} to {allele})",
        marker=marker,
        step=step,
        other=other,
        allele=allele,
    )


def advise(
    question: JointQuestion,
    answer: Answer,
    settings: Settings,
    proposals: Sequence[Proposal],
    symmetric: Sequence[SymmetricMatch],
) -> tuple[Advice, ...]:
    """Return what would help next: for open families with a candidate, and for poor profiles."""
    ranking = question.ranking
    settled = {p.missing_person for p in proposals} | {x for p in proposals for x in p.linked}
    settled |= {x for match in symmetric for x in match.missing_persons}
    named = {p.group for p in proposals} | {g for match in symmetric for g in match.groups}
    advice = []
    for column, place in enumerate(ranking.places):
        if place.label in settled or not len(ranking.candidates):
            continue
        own = question.pair_log10[:, column]
        row = int(np.argmax(own))
        if own[row] < _WORTH_TYPING or ranking.candidates[row].label in named:
            continue
        standing = say(
            "Best candidate {remains} has log10 LR {log10_lr:.2f} and posterior {posterior:.6f}: "
            "not enough to propose, too much to drop.",
            remains=ranking.candidates[row].label,
            log10_lr=float(own[row]),
            posterior=float(answer.posteriors[row, column]),
        )
        wanted = untyped_near_relatives(place.family, place.member)
        if wanted:
            standing = say(
                "{standing} A sample of {relatives:or} would do most to decide it.",
                standing=standing,
                relatives=wanted[:3],
            )
        advice.append(Advice(place.label, standing))
    # A panel that is small itself is a finding; more than it holds cannot be read.
    needed = min(settings.minimum_markers, len(ranking.markers))
    for row, candidate in enumerate(ranking.candidates):
        used = int(ranking.compared[row].sum())
        if candidate.label not in named and used < needed:
            advice.append(
                Advice(
                    candidate.label,
                    say(
                        "Markers read: {count}, too few. Repeat the extraction or take another "
                        "element before looking for a name.",
                        count=used,
                    ),
                )
            )
    return tuple(advice)


def untyped_near_relatives(family: Family, member: str) -> tuple[Sentence, ...]:
    """Return in words which first-degree relatives of a missing person have no sample."""
    pedigree = family.pedigree
    person = pedigree[member]
    children = [pedigree[child] for child in pedigree.children(member)]
    partners = {c.mother if c.father == member else c.father for c in children}
    wanted = []
    if partners - {None, *family.profiles}:
        wanted.append(say("the other parent of the children"))
    # A missing person without parents in the pedigree has parents all the same.
    if person.mother not in family.profiles:
        wanted.append(say("the mother"))
    if person.father not in family.profiles:
        wanted.append(say("the father"))
    if not children:
        wanted.append(say("a child"))
    return tuple(wanted)
