"""Whether each missing person would be found among the remains, and whom to sample next.

For every untyped member of a family, and every kit of further markers, all that the new sample
could show is typed in turn; sums over markers do the rest (``docs/methods/power.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array
from forename.genetics.observation import ErrorRates
from forename.genetics.profiles import Sex
from forename.search.columns import SEXES, Samples
from forename.search.families import Families, FamilyRatios, Shape
from forename.search.job import Block, Job, blocks_of
from forename.search.outcomes import Outcomes, outcomes_like, outcomes_of_person
from forename.search.relatives import relation
from forename.search.sums import CERTAIN, atoms_of, tails

_TOGETHER = 16  # families that a thread takes; no result depends on it
_ROWS = 64  # calls of a sample that are typed side by side


class Quality(StrEnum):
    """What is seen of the remains: all markers, or what a stored sample of them shows."""

    COMPLETE = "complete"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: a level, remains of what quality, further kits.

    ``draws`` patterns of gaps are drawn by the ``seed`` where the store has more. ``kits`` are
    markers by name of the kit. ``today_only`` weighs no sample to take.
    """

    log10_lr: float = 4.0
    quality: Quality = Quality.COMPLETE
    draws: int = 64
    seed: int = 1
    kits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    today_only: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Probabilities, and the standard errors of the first two.

    ``found``: the missing person's LR reaches the level. For somebody unrelated, ``excluded``: the
    LR stays below it, ``below_1``: below 1, ``zero``: is 0.
    """

    found: float
    found_error: float
    excluded: float
    excluded_error: float
    below_1: float
    zero: float


@dataclass(frozen=True, slots=True)
class Option:
    """One more sample: of an untyped ``member``, or a ``kit`` for one who is typed."""

    member: str
    kit: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an option brings for one missing person: figures, and P(found) gained."""

    option: Option
    figures: Figures
    gain: float
    gain_error: float


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """A missing person's figures today, and those after one more sample of each kind."""

    name: str
    family: str
    shape: Shape
    samples: tuple[str, ...]
    today: Figures
    prospects: tuple[Prospect, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sample to take: the identifications to expect from it, over all missing of a family.

    ``relation`` is to the first of ``missing``. ``sample`` is the one that a kit adds to.
    """

    family: str
    missing: tuple[str, ...]
    option: Option
    relation: str
    sample: str
    gain: float
    gain_error: float


def power_of(
    job: Job, asked: Asked, threads: int, tell: Callable[[int, int], None] | None = None
) -> list[MissingPerson]:
    """Return the figures of every missing person of a store, in its order.

    ``tell`` hears the missing persons done and all.
    """
    work = _Work(job, asked)
    found: list[MissingPerson] = []
    blocks = blocks_of(job, _TOGETHER)
    with ThreadPoolExecutor(threads) as pool:
        for block, own in zip(blocks, pool.map(work.of, blocks), strict=True):
            found += own
            if tell is not None:
                tell(block.end, len(job.order))
    rows = np.argsort(job.order)
    return [found[place] for place in rows]


def ranked(persons: Sequence[MissingPerson], present: float) -> list[Ranked]:
    """Return every sample that could be taken, the most identifications to expect first.

    ``present`` is the prior probability that a missing person is among the remains.
    """
    together: dict[tuple[object, ...], list[tuple[MissingPerson, Prospect]]] = {}
    for person in persons:
        for prospect in person.prospects:
            key = (person.family, person.shape.persons, prospect.option)
            together.setdefault(key, []).append((person, prospect))
    rows = []
    for own in together.values():
        person, option = own[0][0], own[0][1].option
        rows.append(
            Ranked(
                person.family,
                tuple(each.name for each, _ in own),
                option,
                relation(person.shape.pedigree, person.shape.missing, option.member),
                _sample(person, option),
                present * sum(each.gain for _, each in own),
                present * sum(each.gain_error**2 for _, each in own) ** 0.5,
            )
        )
    return sorted(rows, key=lambda r: (-r.gain, r.family, r.option.member, r.option.kit))


def _sample(person: MissingPerson, option: Option) -> str:
    if not option.kit:
        return ""
    return person.samples[person.shape.typed.index(option.member)]


@dataclass(frozen=True, slots=True, eq=False)
class _Remains:
    """What remains of a missing person could show; distinct patterns of kinds with their shares."""

    outcomes: Outcomes
    ratios: FamilyRatios
    patterns: IntArray
    shares: Array


class _Work:
    """What blocks of families have in common."""

    def __init__(self, job: Job, asked: Asked) -> None:
        self.job = job
        self.asked = asked
        in_kits = {name for kit in asked.kits.values() for name in kit}
        seen = {name for name, labels in job.store.labels.items() if labels}
        self.usual = np.array([m.name in seen or m.name not in in_kits for m in job.markers])
        self.in_kit = {
            kit: np.array([m.name in names for m in job.markers])
            for kit, names in asked.kits.items()
        }
        sexes = {job.store.shapes[int(number)].sex for number in np.unique(job.shapes)}
        self.remains = {sex: self._remains(sex) for sex in sexes}
        self.possible = cache(self._possible)

    @cached_property
    def missing(self) -> dict[str, set[tuple[tuple[object, ...], str]]]:
        """The missing members of each family, with its persons: nobody can be asked for these."""
        found: dict[str, set[tuple[tuple[object, ...], str]]] = {}
        table = self.job.families
        shapes = self.job.store.shapes
        names, numbers = table["family"].to_pylist(), table["shape"].to_pylist()
        for family, number in zip(names, numbers, strict=True):
            found.setdefault(family, set()).add((shapes[number].persons, shapes[number].missing))
        return found

    def _remains(self, sex: Sex) -> _Remains:
        job = self.job
        if self.asked.quality is Quality.COMPLETE:
            outcomes = outcomes_of_person(sex, ErrorRates(*job.rates), job.markers)
        else:
            outcomes = self._stored
        kinds = outcomes.kinds
        if self.asked.quality is Quality.STORE and sex is not Sex.UNKNOWN:
            own = job.remains["sex"].to_numpy()
            fits = (own == SEXES.index(sex)) | (own == SEXES.index(Sex.UNKNOWN))
            kinds = kinds[fits] if fits.any() else kinds
        patterns, counts = np.unique(kinds, axis=0, return_counts=True)
        ratios = FamilyRatios(outcomes.columns, job.markers)
        return _Remains(outcomes, ratios, patterns, counts / counts.sum())

    @cached_property
    def _stored(self) -> Outcomes:
        return outcomes_like(self.job.columns, self.job.markers)

    def _possible(self, sex: Sex, drop_out: float, drop_in: float) -> tuple[Outcomes, FamilyRatios]:
        """Return what a sample of a relative could show."""
        outcomes = outcomes_of_person(sex, ErrorRates(drop_out, drop_in), self.job.markers)
        return outcomes, FamilyRatios(outcomes.columns, self.job.markers)

    def of(self, block: Block) -> list[MissingPerson]:
        """Return the missing persons of a block."""
        return [
            person
            for begin, families in self.job.runs(block)
            for person in self._of_run(begin, families)
        ]

    def _of_run(self, begin: int, families: Families) -> list[MissingPerson]:
        shape, remains = families.shape, self.remains[families.shape.sex]
        rows = self.job.order[begin : begin + len(families)]
        taken = [self._patterns(remains, int(row)) for row in rows]
        level = self.asked.log10_lr
        certain = [np.ones(1)] * len(self.job.markers)
        today = [
            _reached(remains.outcomes, own[None], certain, patterns, level)
            for own, (patterns, _, _) in zip(remains.ratios.of(families), taken, strict=True)
        ]
        prospects: list[list[Prospect]] = [[] for _ in rows]
        for option in () if self.asked.today_only else self._options(shape):
            for f, ratios, shown in self._typed(families, rows, option):
                patterns, shares, draws = taken[f]
                then = _reached(remains.outcomes, ratios, shown, patterns, level)
                gain, error = _mean(then[:, 0] - today[f][:, 0], shares, draws=draws)
                figures = _figures(then, shares, draws=draws)
                prospects[f].append(Prospect(option, figures, gain, error))
        return [
            MissingPerson(
                self.job.families["name"][int(row)].as_py(),
                self.job.families["family"][int(row)].as_py(),
                shape,
                tuple(self.job.families["samples"][int(row)].as_py()),
                _figures(today[f], taken[f][1], draws=taken[f][2]),
                tuple(prospects[f]),
            )
            for f, row in enumerate(rows)
        ]

    def _patterns(self, remains: _Remains, row: int) -> tuple[IntArray, Array, int]:
        """Return patterns of kinds with their shares, and of how many drawn; 0 if all are taken."""
        count = self.asked.draws
        if len(remains.patterns) <= count:
            return remains.patterns, remains.shares, 0
        rng = np.random.default_rng([self.asked.seed, row])
        drawn = rng.choice(len(remains.patterns), count, p=remains.shares)
        some, times = np.unique(drawn, return_counts=True)
        return remains.patterns[some], times / count, count

    def _options(self, shape: Shape) -> list[Option]:
        typed = dict.fromkeys(shape.typed)
        untyped = [p.id for p in shape.persons if p.id not in typed and p.id != shape.missing]
        kits = [Option(member, kit) for member in typed for kit in self.asked.kits]
        return [*(Option(member) for member in untyped), *kits]

    def _typed(
        self, families: Families, rows: IntArray, option: Option
    ) -> Iterator[tuple[int, Array, list[Array]]]:
        """Yield families with one more sample: the LRs of all that it could show, and P(that).

        LRs have shape (calls, columns); the probabilities are listed by marker, and those of a
        marker where nothing new is typed are one certainty.
        """
        shape, markers = families.shape, self.job.markers
        rates = self._rates(families, option)
        opened = self._open(families, rows, option)
        for f in np.flatnonzero(opened.any(axis=1)):
            outcomes, ratios = self.possible(shape.pedigree[option.member].sex, *rates[f])
            one = families.part(int(f), int(f) + 1)
            others = _without(one, option.member)
            told = outcomes.chance * (ratios.of(others)[0] if others.shape.typed else 1.0)
            bounds = outcomes.columns.bounds
            calls = [
                outcomes.alleles[bounds[m] + 1 : bounds[m + 1]]
                if opened[f, m]
                else np.zeros((0, 2), np.int16)
                for m in range(len(markers))
            ]
            shown = [
                _scaled(told[bounds[m] + 1 : bounds[m + 1]]) if len(calls[m]) else np.ones(1)
                for m in range(len(markers))
            ]
            yield int(f), self._ratios(one, option, calls, rates[f]), shown

    def _ratios(
        self,
        family: Families,
        option: Option,
        calls: Sequence[npt.NDArray[np.int16]],
        rates: tuple[float, float],
    ) -> Array:
        """Return the LRs of a family for each call, shape (most calls of a marker, columns)."""
        own = self.remains[family.shape.sex].ratios
        sizes = np.array([max(1, len(each)) for each in calls])
        parts = []
        for begin in range(0, int(sizes.max()), _ROWS):
            at = np.flatnonzero(sizes > begin).tolist()
            some = [each[begin : begin + _ROWS] for each in calls]
            parts.append(own.of(_with_calls(family, option, some, rates), at))
        return np.concatenate(parts)

    def _rates(self, families: Families, option: Option) -> list[tuple[float, float]]:
        """Return drop-out and drop-in of the new calls of each family."""
        if not option.kit:
            return [self.job.rates] * len(families)
        place, count = families.shape.typed.index(option.member), len(families.shape.typed)
        own = families.samples.rates[place::count]
        return [(float(drop_out), float(drop_in)) for drop_out, drop_in in own]

    def _open(self, families: Families, rows: IntArray, option: Option) -> npt.NDArray[np.bool_]:
        """Tell at which markers an option shows something new, shape (families, markers)."""
        shape, count = families.shape, len(families.shape.typed)
        if option.kit:
            own = [t for t, member in enumerate(shape.typed) if member == option.member]
            alleles = families.samples.alleles.reshape(len(families), count, -1, 2)
            blank = [(family[own, :, 0] < 0).all(axis=0) for family in alleles]
            both: npt.NDArray[np.bool_] = np.array(blank) & self.in_kit[option.kit]
            return both
        names = self.job.families["family"]
        sought = (shape.persons, option.member)
        free = [sought not in self.missing[names[int(row)].as_py()] for row in rows]
        return np.outer(free, self.usual)


def _scaled(chance: Array) -> Array:
    total = float(chance.sum())
    return chance / total if total > 0 else np.full(len(chance), 1 / len(chance))


def _without(families: Families, member: str) -> Families:
    """Return families as they foretell what a member shows: without what that member shows."""
    shape = families.shape
    kept = [t for t, other in enumerate(shape.typed) if other != member]
    typed = tuple(shape.typed[t] for t in kept)
    s = families.samples
    own = Samples(s.alleles[kept], s.partial[kept], s.rates[kept], s.sexes[kept])
    return Families(Shape(shape.persons, member, typed), own)


def _with_calls(
    family: Families,
    option: Option,
    calls: Sequence[npt.NDArray[np.int16]],
    rates: tuple[float, float],
) -> Families:
    """Return a family once for each call that a sample may show, at all markers together."""
    shape, s = family.shape, family.samples
    typed, alleles, partial = shape.typed, s.alleles, s.partial
    own_rates, sexes = s.rates, s.sexes
    if not option.kit:
        typed = (*typed, option.member)
        alleles = np.concatenate([alleles, np.full((1, *alleles.shape[1:]), -1, alleles.dtype)])
        partial = np.concatenate([partial, np.zeros((1, partial.shape[1]), np.bool_)])
        own_rates = np.concatenate([own_rates, [rates]])
        sexes = np.concatenate([sexes, sexes[:1]])
    place = typed.index(option.member)
    count = max(1, *(len(own) for own in calls))
    every = np.tile(alleles, (count, 1, 1, 1))
    for m, own in enumerate(calls):
        every[: len(own), place, m] = own
    return Families(
        Shape(shape.persons, shape.missing, typed),
        Samples(
            every.reshape(-1, *alleles.shape[1:]),
            np.tile(partial, (count, 1)),
            np.tile(own_rates, (count, 1)),
            np.tile(sexes, count),
        ),
    )


def _reached(
    outcomes: Outcomes, ratios: Array, shown: Sequence[Array], patterns: IntArray, level: float
) -> Array:
    """Return `tails` for each pattern of kinds; ``shown`` are P(call of the new sample)."""
    used = np.unique(patterns)
    starts = outcomes.starts
    marker_of = np.searchsorted(outcomes.columns.bounds, starts[used], side="right") - 1
    atoms = []
    for kind, m in zip(used, marker_of, strict=True):
        begin, end = starts[kind], starts[kind + 1]
        if begin == outcomes.columns.bounds[m]:
            atoms.append(CERTAIN)
            continue
        p = shown[m]
        chance = p[:, None] * outcomes.chance[begin:end]
        atoms.append(atoms_of(ratios[: len(p), begin:end], chance))
    return tails(atoms, np.searchsorted(used, patterns), level)


def _figures(reached: Array, shares: Array, *, draws: int) -> Figures:
    found, found_error = _mean(reached[:, 0], shares, draws=draws)
    chance, chance_error = _mean(reached[:, 1], shares, draws=draws)
    below_1, _ = _mean(1.0 - reached[:, 2], shares, draws=draws)
    zero, _ = _mean(reached[:, 3], shares, draws=draws)
    return Figures(found, found_error, 1.0 - chance, chance_error, below_1, zero)


def _mean(values: Array, shares: Array, *, draws: int) -> tuple[float, float]:
    """Return the mean, and its standard error; 0 draws: all patterns were taken."""
    mean = float((values * shares).sum())
    variance = float(((values - mean) ** 2 * shares).sum())
    return mean, (variance / (draws - 1)) ** 0.5 if draws else 0.0
