"""Everything that remains could show, and people drawn from it: unrelated ones, or the missing.

A stored sample says at each marker how much a laboratory saw: nothing, one allele of two, a call
under its rates of drop-out and drop-in. That is the *kind* of the sample there. Another person's
sample of the same kind shows one of the kind's calls (``docs/methods/chance-matches.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.profiles import Call, Sex
from forename.search.columns import Columns, Seen


@dataclass(frozen=True, slots=True)
class Kind:
    """How a sample shows a marker: its rates, whether one allele only, and on X its sex."""

    rates: ErrorRates = ErrorRates()
    partial: bool = False
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """All calls of all kinds, as the columns of a search.

    Kinds are numbered through all markers, the first of each marker being no call; those of kind
    k are the columns from ``starts[k]`` to ``starts[k + 1]``. ``chance``, shape (columns,), is
    P(call | unrelated, something is seen) and sums to 1 in each kind. ``alleles``, shape
    (columns, 2), are the allele numbers of each call, -1 for none. ``kinds``, shape
    (samples, markers), are the kinds of the samples that are imitated.
    """

    columns: Columns
    starts: IntArray
    chance: Array
    alleles: npt.NDArray[np.int16]
    kinds: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Samples drawn, as many under each tilt: shapes (tilts, draws).

    ``log10_lr`` is the family's LR, -inf for 0. The mean of ``weight`` over all draws, times what
    is asked, is its mean over unrelated people. ``columns`` adds a last axis, markers.
    """

    log10_lr: Array
    weight: Array
    columns: IntArray


def outcomes_like(columns: Columns, markers: Sequence[Marker]) -> Outcomes:
    """Return what samples of the kinds of a search's remains could show."""
    kinds: list[tuple[Kind, ...]] = []
    of = np.zeros(columns.of.shape, np.int64)
    for m, every in enumerate(columns.seen):
        number: dict[Kind, int] = {}
        of_column = [0]
        for ((call, rates),), sex in every:
            kind = Kind(rates, call.partial, sex)
            of_column.append(number.setdefault(kind, len(number) + 1))
        of[:, m] = np.array(of_column)[columns.of[:, m]]
        kinds.append(tuple(number))
    return _outcomes(kinds, of, markers)


def outcomes_of_person(sex: Sex, rates: ErrorRates, markers: Sequence[Marker]) -> Outcomes:
    """Return what one sample of a person shows that is typed at every marker.

    X-linked markers of a person whose sex is not known stay without a call.
    """
    linked = [marker.chromosome is Chromosome.X for marker in markers]
    kinds = [
        () if x and sex is Sex.UNKNOWN else (Kind(rates, sex=sex if x else Sex.UNKNOWN),)
        for x in linked
    ]
    return _outcomes(kinds, np.array([[len(own) for own in kinds]]), markers)


def _outcomes(kinds: Sequence[Sequence[Kind]], of: IntArray, markers: Sequence[Marker]) -> Outcomes:
    bounds, starts, chance = [0], [0], []
    seen: list[tuple[Seen, ...]] = []
    alleles: list[tuple[int, int]] = []
    numbers = of.copy()
    for m, (own, marker) in enumerate(zip(kinds, markers, strict=True)):
        numbers[:, m] += len(starts) - 1
        said: list[Seen] = []
        chance.append(np.ones(1))
        alleles.append((-1, -1))
        starts.append(starts[-1] + 1)
        for kind in own:
            shown = [
                (each, p) for each in _pairs(kind, marker) if (p := _chance(each, kind, marker)) > 0
            ]
            said += [
                Seen(((_call(pair, kind, marker), kind.rates),), kind.sex) for pair, _ in shown
            ]
            total = sum(p for _, p in shown)
            chance.append(np.array([p for _, p in shown]) / total)
            alleles += [pair for pair, _ in shown]
            starts.append(starts[-1] + len(shown))
        seen.append(tuple(said))
        bounds.append(bounds[-1] + len(said) + 1)
    columns = Columns(
        np.zeros((0, len(markers)), np.uint16),
        np.array(bounds),
        np.zeros(bounds[-1], np.int64),
        tuple(seen),
    )
    return Outcomes(
        columns,
        np.array(starts),
        np.concatenate(chance),
        np.array(alleles, np.int16),
        numbers,
    )


def _pairs(kind: Kind, marker: Marker) -> list[tuple[int, int]]:
    """Return the calls that a likelihood can use: one or two visible alleles, in order."""
    visible = [n for n, label in enumerate(marker.alleles) if label != marker.silent_allele]
    one = marker.chromosome is Chromosome.X and kind.sex is Sex.MALE and not kind.rates.drop_in
    if kind.partial or one:
        return [(a, a) for a in visible]
    return [(a, b) for n, a in enumerate(visible) for b in visible[n:]]


def _call(pair: tuple[int, int], kind: Kind, marker: Marker) -> Call:
    labels = dict.fromkeys(marker.alleles[n] for n in pair)
    return Call(tuple(labels), partial=kind.partial)


def _chance(pair: tuple[int, int], kind: Kind, marker: Marker) -> float:
    """Return P(call | unrelated) up to a factor of the kind."""
    p = marker.frequencies
    if kind.partial:  # which of the two alleles is known is left to chance
        return float(p[pair[0]])
    seen = [(_call(pair, kind, marker), kind.rates)]
    linked = marker.chromosome is Chromosome.X
    woman = 0.0 if linked and kind.sex is Sex.MALE else p @ diploid_weights(seen, marker) @ p
    man = haploid_weights(seen, marker) @ p if linked and kind.sex is not Sex.FEMALE else 0.0
    return float(woman + man)  # of unknown sex: as many men as women


def draw(
    outcomes: Outcomes,
    ratios: Array,
    tilts: Sequence[float],
    count: int,
    rng: np.random.Generator,
    among: IntArray | None = None,
) -> Draws:
    """Draw ``count`` samples under each tilt, of the kinds of stored samples taken at random.

    ``ratios``, shape (columns,), are a family's LRs. Under tilt t a call has the probability
    chance * LR**t, scaled: 0 draws unrelated people, 1 the missing person. ``among`` are the
    samples that are imitated (all).
    """
    order = np.arange(len(outcomes.starts) - 1)
    kind_of = np.repeat(order, np.diff(outcomes.starts))
    with np.errstate(divide="ignore"):
        logs = np.log(ratios)
    keys, scales = [], []
    for tilt in tilts:
        weight = outcomes.chance * ratios**tilt
        scale = np.add.reduceat(weight, outcomes.starts[:-1])
        within = np.cumsum(weight / scale[kind_of])
        within -= order[kind_of]  # every kind before adds 1
        own = kind_of + np.clip(within, 0.0, 1.0)
        own[outcomes.starts[1:] - 1] = order + 1.0
        keys.append(own)
        scales.append(np.log(scale))
    log_lr = np.empty((len(tilts), count))
    weights = np.empty_like(log_lr)
    columns = np.empty((len(tilts), count, outcomes.kinds.shape[1]), np.int64)
    for t, own in enumerate(keys):
        rows = rng.integers(len(outcomes.kinds) if among is None else len(among), size=count)
        kinds = outcomes.kinds[rows if among is None else among[rows]]
        columns[t] = np.searchsorted(own, kinds + rng.random(kinds.shape), side="right")
        log_lr[t] = logs[columns[t]].sum(axis=1)
        density = np.zeros(count)
        for tilt, scale in zip(tilts, scales, strict=True):
            tilted = tilt * log_lr[t] if tilt else np.zeros(count)
            density += np.exp(np.minimum(tilted - scale[kinds].sum(axis=1), 700.0))
        weights[t] = len(tilts) / np.maximum(density, 1e-300)
    return Draws(log_lr / np.log(10.0), weights, columns)
