"""The states that calls leave possible, for all persons of many families at once.

`forename.genetics.observation` gives the probability of calls for every genotype. All alleles that
were not seen (a silent one apart) are alike there: of a person without children they stay together
as one set, whatever the mutation, so that a call with drop-out has a handful of states. Where the
mutation merges (`forename.genetics.merging`), all alleles that nobody in the family shows are one
class or a few, and a row's alleles are numbered anew: those that are shown, then the classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.intrinsics import borrowed, keep


class Calls(NamedTuple):
    """What was seen of the typed persons of many families.

    ``alleles``, shape (families, typed, markers, 2), are the numbers of the alleles seen, one
    twice if it is alone, -1 without a call; ``partial``, shape (families, typed, markers), is
    whether only one allele is known. ``rates``, shape (families, typed, 2), are drop-out and
    drop-in.
    """

    alleles: Any
    partial: Any
    rates: Any


class States(NamedTuple):
    """Possible genotypes, laid out by row: family f at marker m is row m * families + f.

    ``first`` and ``count`` have shape (rows, typed); a count of -1 is no call. ``paternal``,
    ``maternal`` and ``weight`` have one entry a state. Weights are scaled to a largest of one:
    ``log``, shape (rows,), is what was taken out. ``alike``, shape (rows, typed), is what a plan
    depends on: `NO_CALL`, `IMPOSSIBLE`, `ONE_GENOTYPE`, `SEVERAL`, or several that are `WEIGHTED`.

    ``size``, shape (rows,), is how many alleles a row has; allele number ``size`` is the set of all
    alleles that none of the person's states names. ``told_apart``, shape (rows,), is how many of
    them are alleles, the others are classes of merged ones; ``named``, shape (rows, most), are
    these alleles' numbers among the marker's; ``rest``, shape (rows, 3), is what all merged alleles
    have together of fathers' jumps, of mothers' jumps and of the frequencies. Where nothing is
    merged ``told_apart`` is -1, and a row's alleles are the marker's.
    """

    first: Any
    count: Any
    paternal: Any
    maternal: Any
    weight: Any
    log: Any
    alike: Any
    size: Any
    told_apart: Any
    named: Any
    rest: Any


class Roles(NamedTuple):
    """What the typed persons are, one entry each.

    ``male``; ``founder``: one order of the two alleles is kept and counts twice; ``leaf``: neither
    founder nor parent, alleles that were not seen stay together.
    """

    male: Any
    founder: Any
    leaf: Any


# What a plan depends on.
NO_CALL = 0
IMPOSSIBLE = 1
ONE_GENOTYPE = 2
SEVERAL = 3
WEIGHTED = 4

_RARE = 1e-3  # of all alleles


@compiled
def _copies(x: Any, y: Any, seen: Any, partial: Any, rates: Any, silent: Any) -> Any:
    """Return the probability of what is seen of the genotype's own alleles; y < 0: haploid."""
    value = 1.0
    for copy in range(2):
        allele = x if copy == 0 else y
        if allele < 0 or allele == silent or (copy == 1 and x == y):
            continue
        missed = rates[0] * rates[0] if x == y else rates[0]
        if allele == seen[0] or allele == seen[1]:
            value *= 1.0 - missed
        elif not partial:
            value *= missed
    return value


@compiled
def _weight(
    x: Any, y: Any, seen: Any, partial: Any, rates: Any, silent: Any, frequencies: Any
) -> Any:
    """Return P(call | genotype (x, y)), y < 0 for one allele, as `diploid_weights` does.

    ``frequencies`` are those of the alleles that are seen.
    """
    value = _copies(x, y, seen, partial, rates, silent)
    explained = True
    for n in range(2 if seen[0] != seen[1] else 1):
        if x != seen[n] and y != seen[n]:
            explained = False
            value *= rates[1] * frequencies[n]
    return value * (1.0 - rates[1]) if explained else value


@compiled
def _choice(n: Any, seen: Any, silent: Any, k: Any) -> Any:
    """Return the n-th of the alleles that are unlike: seen ones, a silent one, k for the rest."""
    named = 1 if seen[0] == seen[1] else 2
    if n < named:
        return seen[n]
    return silent if n == named and silent >= 0 else k


@compiled
def _write_states(
    seen: Any, partial: Any, rates: Any, locus: Any, person: Any, alleles: Any, weight: Any
) -> Any:
    """Write every possible ordered genotype and its weight; return how many there are."""
    frequencies, silent, k = locus
    paternal, maternal = alleles
    haploid, founder, leaf = person
    same = seen[0] == seen[1]
    if rates[0] == 0.0 and rates[1] == 0.0 and not partial and silent < 0 and not haploid:
        swapped = founder and seen[0] > seen[1]
        paternal[0] = maternal[1] = seen[1 if swapped else 0]
        maternal[0] = paternal[1] = seen[0 if swapped else 1]
        weight[1] = 1.0
        weight[0] = 2.0 if founder and not same else 1.0
        return np.int64(1 if founder or same else 2)
    choices = k
    # Without drop-in two alleles that were seen are the genotype.
    few = leaf or (rates[1] == 0.0 and not same)
    if few:
        choices = min(k, (1 if same else 2) + (1 if silent < 0 else 2))
    at = 0
    for n in range(choices):
        x = _choice(n, seen, silent, k) if few else n
        for j in range(choices):
            y = _choice(j, seen, silent, k) if few else j
            if (haploid and j != n) or (founder and y < x):
                continue
            if rates[1] == 0.0 and x != seen[0] and y != seen[0]:
                continue
            value = _weight(x, -1 if haploid else y, seen, partial, rates, silent, frequencies)
            if value > 0.0:
                paternal[at] = x
                maternal[at] = y
                weight[at] = 2.0 * value if founder and x != y else value
                at += 1
    return at


@compiled
def _scaled(weight: Any, count: Any) -> Any:
    """Scale the first weights to a largest of one; return it, and whether they differ."""
    largest = 0.0
    smallest = np.inf
    for s in range(count):
        largest = max(largest, weight[s])
        smallest = min(smallest, weight[s])
    if largest != 1.0:
        for s in range(count):
            weight[s] /= largest
    return largest, smallest < largest


@compiled
def _is_one_genotype(alleles: Any, count: Any) -> Any:
    paternal, maternal = alleles
    low = min(paternal[0], maternal[0])
    high = max(paternal[0], maternal[0])
    for s in range(1, count):
        if min(paternal[s], maternal[s]) != low or max(paternal[s], maternal[s]) != high:
            return False
    return True


@compiled
def _tell_apart(seen: Any, silent: Any, k: Any, classes: Any, named: Any) -> Any:
    """Write the alleles that a family shows, a silent one first; return how many.

    ``seen`` has shape (typed, 2). -1 where merging the others into ``classes`` gains nothing.
    """
    count = 0
    if silent >= 0:
        named[0] = silent
        count = 1
    for t in range(len(seen)):
        for n in range(2):
            allele = seen[t, n]
            known = allele < 0
            for i in range(count):
                known |= named[i] == allele
            if not known:
                named[count] = allele
                count += 1
    return np.int64(count if count + classes < k else -1)


@compiled
def _place(allele: Any, named: Any, told_apart: Any) -> Any:
    """Return an allele's number in a row."""
    if told_apart >= 0:
        for i in range(told_apart):
            if named[i] == allele:
                return np.int64(i)
    return np.int64(allele)


@compiled
def _totals(markers: Any) -> Any:
    """Return each marker's sums of fathers' jumps, mothers' jumps and frequencies, (markers, 3)."""
    totals = np.zeros((len(markers[0]), 3))
    for m in range(len(totals)):
        for a in range(markers[1][m], markers[1][m] + markers[0][m]):
            totals[m, 0] += markers[7][0, a]
            totals[m, 1] += markers[7][1, a]
            totals[m, 2] += markers[2][a]
    return totals


@compiled
def _of_rest(values: Any, begin: Any, k: Any, total: Any, named: Any, count: Any) -> Any:
    """Return the sum of a marker's values over alleles that are not named."""
    rest = total
    for i in range(count):
        rest -= values[begin + named[i]]
    if rest > _RARE * total:
        return rest
    rest = 0.0  # little is left: add it up, for no digit to be lost
    for a in range(k):
        is_named = False
        for i in range(count):
            is_named |= a == named[i]
        if not is_named:
            rest += values[begin + a]
    return rest


@compiled
def possible_states(
    calls: Any, roles: Any, markers: Any, silent: Any, seen_among: Any, merges: Any
) -> Any:
    """Return the `States` of all calls.

    ``markers`` are compiled markers, ``silent`` their silent alleles or -1, ``seen_among`` their
    frequencies as drop-in draws from them. ``merges`` allows merging, which is exact where no
    ancestor leads to the missing person by two ways (``docs/methods/conditional-table.md``).
    """
    families, typed, n_markers = calls.partial.shape
    rows = families * n_markers
    of = np.zeros((3, rows, typed), np.int64)
    first, count, alike = of
    count[:] = -1
    width = 2 * typed + 1
    room = _most_states(calls, roles, markers, silent, width if merges else 0)
    states = States(
        first,
        count,
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room),
        np.zeros(rows),
        alike,
        np.empty(rows, np.int64),
        np.full(rows, -1),
        np.zeros((rows, width), np.int64),
        np.zeros((rows, 3)),
    )
    _write_all(calls, roles, markers, silent, seen_among, merges, states)
    return states


@compiled
def _most_states(calls: Any, roles: Any, markers: Any, silent: Any, named: Any) -> Any:
    """Return how many states there are at most; up to ``named`` alleles are told apart, if any."""
    families, typed, n_markers = calls.partial.shape
    total = 0
    for m in range(n_markers):
        k = markers[0][m]
        if named > 0 and markers[9][0, m] == 1:
            k = min(k, named + markers[9][4, m])
        for f in range(families):
            for t in range(typed):
                one = calls.alleles[f, t, m, 0]
                same = one == calls.alleles[f, t, m, 1]
                drop_in = calls.rates[f, t, 1] > 0.0
                sure = calls.rates[f, t, 0] == 0.0 and not drop_in and not calls.partial[f, t, m]
                haploid = markers[6][m] and roles.male[t]
                if sure and silent[m] < 0 and not haploid:
                    total += 2
                elif roles.leaf[t] or not (same or drop_in):
                    total += 16
                elif drop_in:
                    total += k * k
                else:
                    total += 2 * k
    return total


@compiled
def _write_all(
    calls_: Any,
    roles_: Any,
    markers_: Any,
    silent_: Any,
    seen_among_: Any,
    merges: Any,
    states_: Any,
) -> None:
    calls, roles, markers = borrowed(calls_), borrowed(roles_), borrowed(markers_)
    silent, seen_among, states = borrowed(silent_), borrowed(seen_among_), borrowed(states_)
    sizes, offsets, merging = markers[0], markers[1], markers[9]
    families, typed, n_markers = calls.partial.shape
    own_totals, own_numbers, own_p = _totals(markers), np.empty(2, np.int64), np.empty(2)
    totals, numbers, p = borrowed(own_totals), borrowed(own_numbers), borrowed(own_p)
    total = 0
    for row in range(families * n_markers):
        m, f = row // families, row % families
        k = sizes[m]
        named = states.named[row]
        told_apart = np.int64(-1)
        if merges and merging[0, m] == 1:
            told_apart = _tell_apart(calls.alleles[f, :, m], silent[m], k, merging[4, m], named)
        if told_apart >= 0:
            begin, rest = offsets[m], states.rest[row]
            rest[0] = _of_rest(markers[7][0], begin, k, totals[m, 0], named, told_apart)
            rest[1] = _of_rest(markers[7][1], begin, k, totals[m, 1], named, told_apart)
            rest[2] = _of_rest(markers[2], begin, k, totals[m, 2], named, told_apart)
        states.told_apart[row] = told_apart
        size = k if told_apart < 0 else told_apart + merging[4, m]
        states.size[row] = size
        locus = (p, silent[m] if silent[m] < 0 or told_apart < 0 else 0, size)
        for t in range(typed):
            if calls.alleles[f, t, m, 0] < 0:
                continue
            for n in range(2):
                allele = calls.alleles[f, t, m, n]
                numbers[n] = _place(allele, named, told_apart)
                p[n] = seen_among[offsets[m] + allele]
            haploid = markers[6][m] and roles.male[t]
            person = (haploid, roles.founder[t] and not haploid, roles.leaf[t])
            own = (states.paternal[total:], states.maternal[total:])
            weight = states.weight[total:]
            count = _write_states(
                numbers, calls.partial[f, t, m], calls.rates[f, t], locus, person, own, weight
            )
            states.first[row, t] = total
            states.count[row, t] = count
            states.alike[row, t] = IMPOSSIBLE
            if count > 0:
                largest, differ = _scaled(weight, count)
                states.log[row] += np.log(largest) if largest != 1.0 else 0.0
                states.alike[row, t] = WEIGHTED if differ and not roles.founder[t] else SEVERAL
                if _is_one_genotype(own, count):
                    states.alike[row, t] = ONE_GENOTYPE
            total += count
    keep(own_totals)
    keep(own_numbers)
    keep(own_p)
