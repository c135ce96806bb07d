"""The states that calls leave possible, for all persons of many families at once.

`forename.genetics.observation` gives the probability of calls for every genotype. All alleles that
were not seen (a silent one apart) are alike there: of a person without children they stay together
as one set, whatever the mutation, so that a call with drop-out has a handful of states.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled


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
    ``maternal`` and ``weight`` have one entry a state. Allele number k is the set of all alleles
    that none of the person's states at this marker names. Weights are scaled to a largest of one:
    ``log``, shape (rows,), is what was taken out. ``alike``, shape (rows, typed), is what a plan
    depends on: `NO_CALL`, `IMPOSSIBLE`, `ONE_GENOTYPE`, `SEVERAL`, or several that are `WEIGHTED`.
    """

    first: Any
    count: Any
    paternal: Any
    maternal: Any
    weight: Any
    log: Any
    alike: Any


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
    """Return P(call | genotype (x, y)), y < 0 for one allele, as `diploid_weights` does."""
    value = _copies(x, y, seen, partial, rates, silent)
    explained = True
    for n in range(2 if seen[0] != seen[1] else 1):
        if x != seen[n] and y != seen[n]:
            explained = False
            value *= rates[1] * frequencies[seen[n]]
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
    frequencies, silent = locus
    haploid, founder, leaf = person
    k = len(frequencies)
    same = seen[0] == seen[1]
    if rates[0] == 0.0 and rates[1] == 0.0 and not partial and silent < 0 and not haploid:
        for n in range(2):
            alleles[n, 0] = alleles[1 - n, 1] = seen[n]
        weight[:2] = 1.0
        if founder and seen[0] > seen[1]:
            alleles[:, 0] = alleles[:, 1]
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
                alleles[0, at] = x
                alleles[1, at] = y
                weight[at] = 2.0 * value if founder and x != y else value
                at += 1
    return at


@compiled
def _scaled(weight: Any) -> Any:
    """Scale weights to a largest of one; return it, and whether they differ."""
    largest = 0.0
    smallest = np.inf
    for w in weight:
        largest = max(largest, w)
        smallest = min(smallest, w)
    for s in range(len(weight)):
        weight[s] /= largest
    return largest, smallest < largest


@compiled
def _is_one_genotype(alleles: Any) -> Any:
    low = min(alleles[0, 0], alleles[1, 0])
    high = max(alleles[0, 0], alleles[1, 0])
    for s in range(1, alleles.shape[1]):
        if min(alleles[0, s], alleles[1, s]) != low or max(alleles[0, s], alleles[1, s]) != high:
            return False
    return True


@compiled
def possible_states(calls: Any, roles: Any, markers: Any, silent: Any, seen_among: Any) -> Any:
    """Return the `States` of all calls.

    ``markers`` are compiled markers, ``silent`` their silent alleles or -1, ``seen_among`` their
    frequencies as drop-in draws from them.
    """
    sizes, offsets = markers[0], markers[1]
    families, typed, n_markers = calls.partial.shape
    rows = families * n_markers
    of = np.zeros((3, rows, typed), np.int64)
    first, count, alike = of
    count[:] = -1
    log = np.zeros(rows)
    most = sizes.max() ** 2 + 2
    room = 2 * rows * typed + most
    alleles = np.empty((2, room), np.int64)
    weight = np.empty(room)
    total = 0
    for row in range(rows):
        m, f = row // families, row % families
        locus = (seen_among[offsets[m] : offsets[m] + sizes[m]], silent[m])
        for t in range(typed):
            seen = calls.alleles[f, t, m]
            if seen[0] < 0:
                continue
            if total + most > room:
                room = 2 * room
                alleles = np.concatenate((alleles, np.empty_like(alleles)), axis=1)
                weight = np.concatenate((weight, np.empty_like(weight)))
            haploid = markers[6][m] and roles.male[t]
            person = (haploid, roles.founder[t] and not haploid, roles.leaf[t])
            partial = calls.partial[f, t, m]
            own = alleles[:, total:]
            n = _write_states(seen, partial, calls.rates[f, t], locus, person, own, weight[total:])
            first[row, t] = total
            count[row, t] = n
            alike[row, t] = IMPOSSIBLE
            if n > 0:
                largest, differ = _scaled(weight[total : total + n])
                log[row] += np.log(largest) if largest != 1.0 else 0.0
                alike[row, t] = WEIGHTED if differ and not roles.founder[t] else SEVERAL
                if _is_one_genotype(own[:, :n]):
                    alike[row, t] = ONE_GENOTYPE
            total += n
    return States(first, count, alleles[0, :total], alleles[1, :total], weight[:total], log, alike)
