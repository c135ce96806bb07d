"""From posteriors to words: proposals, symmetric matches, near misses, exclusions, advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from forename.genetics.joint import JointQuestion, lr0
from forename.genetics.markers import Array, allele_key
from forename.genetics.problem import Family, Settings
from forename.genetics.ranking import Candidate, Ranking
from forename.genetics.results import (
    Advice,
    Exclusion,
    NearMiss,
    Pair,
    Proposal,
    SymmetricMatch,
)

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
    flags = ranking.excluded[row, column]
    return tuple(m.name for m, flag in zip(ranking.markers, flags, strict=True) if flag)


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
) -> tuple[str, ...]:
    ranking = question.ranking
    candidate, place = ranking.candidates[row], ranking.places[column]
    used = int(ranking.compared[row].sum())
    dna = ranking.log10_lr[row, column].sum()
    reasons = [
        (
            f"At {used} markers the profile is 10^{dna:.2f} times as likely if these remains are "
            f"{place.label} as if they were unrelated to family {place.family.id}."
        )
    ]
    if len(candidate.samples) > 1:
        reasons.append(
            f"{len(candidate.samples)} samples ({', '.join(candidate.samples)}) are taken as "
            "parts of one person."
        )
    sex = question.sex_log10[row, column]
    if sex:
        reasons.append(f"The sexes {'agree' if sex > 0 else 'differ'} (log10 LR {sex:+.2f}).")
    other = question.pair_log10[row, column] - dna - sex
    if abs(other) > 1e-9:
        reasons.append(f"Other evidence adds a log10 weight of {other:+.2f}.")
    excluded = excluded_markers(ranking, row, column)
    if excluded:
        reasons.append(f"A mutation is needed at {', '.join(excluded)}.")
    if linked:
        reasons.append(
            f"{place.label} and {', '.join(linked)} share a relative: they are one question, and "
            f"the posterior {posterior:.6f} is theirs together."
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
        text = (
            f"{_listed(groups)} are different persons of one family, registered apart as "
            f"{_listed(missing)}, which share a relative; DNA cannot tell which is which."
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
    words = _relation_words(family, [ranking.places[columns[j]].member for j in chosen])
    number = {2: "two", 3: "three", 4: "four"}[len(chosen)]
    text = (
        f"These {number} ({', '.join(groups)}) are these {number} {words} "
        f"({', '.join(missing)}); DNA cannot tell which is which."
    )
    return SymmetricMatch(groups, missing, min(posterior, 1.0), text)


def _relation_words(family: Family, members: Sequence[str]) -> str:
    persons = [family.pedigree[m] for m in members]
    parents = {(p.father, p.mother) for p in persons}
    if len(parents) == 1 and None not in next(iter(parents)):
        sexes = {p.sex.value for p in persons}
        return {frozenset("M"): "brothers", frozenset("F"): "sisters"}.get(
            frozenset(sexes), "siblings"
        )
    return "members of one family"


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
        steps = [
            f"{name} ({_needed(candidate, name, supports.get((int(column), name), frozenset()))})"
            for name in markers
        ]
        total = float(ranking.log10_lr[row, column].sum())
        text = (
            f"Everything but {_listed(steps)} fits (log10 LR {rest:.2f} at the other markers, "
            f"{total:.2f} with the mutation). Retype {_listed(list(markers))} and check the "
            "stated relationships before this is ruled out."
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


def _needed(candidate: Candidate, marker: str, given: frozenset[str]) -> str:
    """Describe the smallest change of repeats that would make the remains' call possible."""
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
        return "a mutation"
    step, other, allele = smallest
    repeats = "1 repeat" if step == 1 else f"{step:g} repeats"
    return f"a mutation of {repeats}, {other} to {allele}"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


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
        posterior = answer.posteriors[row, column]
        wanted = untyped_near_relatives(place.family, place.member)
        help_ = (
            f" Most would be decided by a sample of the {_listed(wanted[:3])}." if wanted else ""
        )
        advice.append(
            Advice(
                place.label,
                f"Best candidate {ranking.candidates[row].label} has log10 LR {own[row]:.2f} and "
                f"posterior {posterior:.6f}: not enough to propose, too much to drop.{help_}",
            )
        )
    for row, candidate in enumerate(ranking.candidates):
        used = int(ranking.compared[row].sum())
        if candidate.label not in named and used < settings.minimum_markers:
            advice.append(
                Advice(
                    candidate.label,
                    f"Only {used} markers were read: repeat the extraction or take another "
                    "element before looking for a name.",
                )
            )
    return tuple(advice)


def untyped_near_relatives(family: Family, member: str) -> list[str]:
    """Return in words which first-degree relatives of a missing person have no sample."""
    pedigree = family.pedigree
    person = pedigree[member]
    wanted = [
        word
        for word, relative in (("mother", person.mother), ("father", person.father))
        if relative is not None and relative not in family.profiles
    ]
    if person.father is None:
        wanted += ["mother", "father"]
    for child in pedigree.children(member):
        parent = (
            pedigree[child].mother if pedigree[child].father == member else pedigree[child].father
        )
        if parent is not None and parent not in family.profiles and "other parent" not in wanted:
            wanted.insert(0, "other parent of the children")
            break
    if not pedigree.children(member):
        wanted.append("children")
    return wanted
