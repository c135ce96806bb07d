"""The persons of a pedigree at one marker, as the elimination sees them.

Packed in a few arrays with named rows: calls between compiled functions stay short.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled

# Rows of Descent.of and Members.of.
FATHER = 0
MOTHER = 1
HAPLOID = 2
KIND = 3
FIRST = 4
COUNT = 5
FIXED = 0
PART = 1
WEIGHTED = 2  # the person's states have weights other than 1

# Kinds of person.
FREE = 0
STATES = 1
TARGET = 2  # kept: its two alleles are the axes of the result
SPREAD = 3  # kept, its two alleles as variables of all alleles: where axes are not possible
DEAD = -1

# Ways to treat a family: whose genotypes are enumerated, and whether the target is spread.
FOUNDERS = 1
OTHERS = 2
SPREAD_TARGET = 4
ROOT_OF_FIRST = 8  # root the elimination at the first person; at person i: (i + 1) times this

# A person with more genotypes than this is never enumerated.
_MOST_ENUMERATED = 2048


class Descent(NamedTuple):
    """A pedigree at one marker, parents before children; arrays have one entry a person.

    Rows of ``of``: FATHER and MOTHER are indices or -1 for founders; HAPLOID is 1 for a man's X;
    KIND is FREE, STATES or TARGET; a person's states are entries FIRST to FIRST + COUNT of
    ``alleles`` (row 0 paternal, row 1 maternal; a haploid person's allele stands in both) and of
    ``weight``. Few wide arrays keep the compiled calls short.
    """

    of: Any
    inbreeding: Any
    alleles: Any
    weight: Any


class Model(NamedTuple):
    """A marker's numbers: frequencies (k,), mutation matrices (k, k) both ways round, theta.

    ``male[a, g]`` and ``transposed_male[g, a]`` are the probability that a father's allele a is
    passed on as g. ``mutates`` is false when no allele ever changes; the matrices are then not
    read.
    """

    frequencies: Any
    male: Any
    female: Any
    transposed_male: Any
    transposed_female: Any
    mutates: Any
    theta: Any


class Members(NamedTuple):
    """Persons as the elimination sees them: rows FIXED, PART, WEIGHTED, KIND, FIRST and COUNT."""

    of: Any
    alleles: Any
    weight: Any


@compiled
def members_of(descent: Any, model: Any, way: Any) -> Any:
    """Prune untyped leaves, fold founders' phases, enumerate where asked, label the parts.

    ``way`` adds up what to do: enumerate FOUNDERS, enumerate all OTHERS, SPREAD_TARGET, treat an
    untyped person like a target (`ROOT_OF_FIRST`).
    """
    n = descent.of.shape[1]
    k = len(model.frequencies)
    kind = descent.of[KIND].copy()
    children = np.zeros(n, np.int64)
    for i in range(n):
        if descent.of[FATHER, i] >= 0:
            children[descent.of[MOTHER, i]] += 1
            if not descent.of[HAPLOID, i]:
                children[descent.of[FATHER, i]] += 1
    for i in range(n - 1, -1, -1):
        if kind[i] == FREE and children[i] == 0:
            kind[i] = DEAD
            if descent.of[FATHER, i] >= 0:
                children[descent.of[MOTHER, i]] -= 1
                if not descent.of[HAPLOID, i]:
                    children[descent.of[FATHER, i]] -= 1
    total = 0
    for i in range(n):
        founder = descent.of[FATHER, i] < 0
        if kind[i] == TARGET and way & SPREAD_TARGET:
            kind[i] = SPREAD
        if kind[i] == FREE and way // ROOT_OF_FIRST == i + 1:
            kind[i] = TARGET
        if kind[i] == STATES:
            total += descent.of[COUNT, i]
        elif kind[i] == FREE:
            choice = FOUNDERS if founder else OTHERS
            size = k if descent.of[HAPLOID, i] else (k * (k + 1) // 2 if founder else k * k)
            autozygous = founder and descent.inbreeding[i] > 0
            if way & choice and size <= _MOST_ENUMERATED and not autozygous:
                kind[i] = STATES
                total += size
    of = np.zeros((6, n), np.int64)
    first = of[FIRST]
    count = of[COUNT]
    alleles = np.empty((2, total), np.int64)
    paternal = alleles[0]
    maternal = alleles[1]
    weight = np.empty(total)
    at = 0
    for i in range(n):
        if kind[i] != STATES:
            continue
        founder = descent.of[FATHER, i] < 0
        first[i] = at
        if descent.of[KIND, i] == FREE:
            for a in range(k):
                if descent.of[HAPLOID, i]:
                    paternal[at] = a
                    maternal[at] = a
                    weight[at] = 1.0
                    at += 1
                    continue
                for b in range(a if founder else 0, k):
                    paternal[at] = a
                    maternal[at] = b
                    weight[at] = 2.0 if founder and a != b else 1.0
                    at += 1
        else:
            for s in range(descent.of[FIRST, i], descent.of[FIRST, i] + descent.of[COUNT, i]):
                a = descent.alleles[0, s]
                b = descent.alleles[1, s]
                w = descent.weight[s]
                if founder and not descent.of[HAPLOID, i]:
                    # A founder's phase cannot matter: keep one order and count it twice.
                    if a > b:
                        continue
                    if a < b:
                        w *= 2.0
                paternal[at] = a
                maternal[at] = b
                weight[at] = w
                at += 1
        count[i] = at - first[i]
    fixed = of[FIXED]
    part = of[PART]
    for i in range(n):
        part[i] = i
    for i in range(n):
        if kind[i] == STATES and count[i] > 0:
            low = min(paternal[first[i]], maternal[first[i]])
            high = max(paternal[first[i]], maternal[first[i]])
            same = True
            for s in range(first[i], first[i] + count[i]):
                if min(paternal[s], maternal[s]) != low or max(paternal[s], maternal[s]) != high:
                    same = False
                if weight[s] != 1.0 and descent.of[FATHER, i] >= 0:
                    of[WEIGHTED, i] = 1
            fixed[i] = 1 if same else 0
    for i in range(n):
        if kind[i] == DEAD or descent.of[FATHER, i] < 0:
            continue
        for side in range(2):
            if side == 0 and descent.of[HAPLOID, i]:
                continue
            parent = descent.of[FATHER, i] if side == 0 else descent.of[MOTHER, i]
            if fixed[parent] and model.theta == 0.0:
                continue
            a = part[i]
            b = part[parent]
            for j in range(n):
                if part[j] == b:
                    part[j] = a
    if model.theta > 0.0:
        for i in range(n):
            part[i] = 0
    of[KIND] = kind
    return Members(of, alleles, weight)


@compiled
def find_path(descent: Any, members: Any, leads: Any) -> Any:
    """Mark the untyped ancestors that lead to the target through untyped persons only.

    ``leads`` receives for each person the number of their children on such a path. Returns
    whether none has two: then every one of them passes one allele down, and the target's two
    alleles have no untyped ancestor in common.
    """
    leads[:] = 0
    for i in range(len(leads) - 1, -1, -1):
        kind = members.of[KIND, i]
        if descent.of[FATHER, i] < 0 or not (kind == TARGET or (kind == FREE and leads[i] > 0)):
            continue
        for side in range(descent.of[HAPLOID, i], 2):
            parent = descent.of[FATHER + side, i]
            if members.of[KIND, parent] == FREE:
                leads[parent] += 1
                if leads[parent] > 1:
                    return False
    return True
