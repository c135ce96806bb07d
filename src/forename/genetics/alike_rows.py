"""Genotype tables of the missing persons of many families of one shape at once.

A row is a family at a marker. Rows that one measured tape serves alike make a group, which is
carried out `ABREAST` families at a time. What cannot go abreast is left to be done alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.abreast import ABREAST
from forename.genetics.abreast_gametes import Passing
from forename.genetics.carrying_abreast import (
    Shown,
    answer_abreast,
    can_go_abreast,
    carry_out_abreast,
    table_of_lane,
    tables_of_lanes,
)
from forename.genetics.descent import (
    COUNT,
    FATHER,
    FIRST,
    FREE,
    HAPLOID,
    KIND,
    MOTHER,
    STATES,
    TARGET,
    Descent,
    Model,
    members_of,
)
from forename.genetics.encoding import marker_jump, marker_model
from forename.genetics.merging import MOST_CLASSES
from forename.genetics.planning import write_plan
from forename.genetics.seen_states import IMPOSSIBLE
from forename.genetics.tape import measure, new_tables
from forename.intrinsics import EIGHT, add_eight, borrowed, copy_eight, scale_eight

_MOST_CELLS = 2.0**22  # of all tables of a tape, for all families abreast: 32 MB
_MOST_COST = 1e7  # beyond, other plans than one by gametes are worth a thought

_NO_PLAN = np.int64(-1)


@compiled
def _number(known: Any, key: Any) -> Any:
    """Return the number of a key, a new one for a key not met before."""
    if key not in known:
        known[key] = np.int64(len(known))
    return known[key]


@compiled
def group_rows(states: Any, markers: Any) -> Any:
    """Sort rows into groups; return (rows in order, where each group begins, its shape).

    The rows of a shape have a plan in common, those of a group also the sizes of its tables and,
    where alleles are not merged, the marker. Rows that are impossible are in no group. ``markers``
    are compiled markers.
    """
    sizes, mutates, linked = markers[0], markers[5], markers[6]
    rows, typed = states.count.shape
    families = rows // len(sizes)
    shapes = {np.int64(-1): np.int64(0)}
    groups = {np.int64(-1): np.int64(0)}
    group = np.empty(rows, np.int64)
    shape_of = np.full(rows * (typed + 1) + len(sizes) + 1, _NO_PLAN)
    for row in range(rows):
        m = row // families
        # A plan depends on whether alleles change on their way, and on which way they go.
        model = (2 if mutates[m] else 0) + (1 if linked[m] else 0)
        own = -2 - m
        if states.told_apart[row] >= 0:
            # A silent allele has a place of its own, and so have the classes.
            silent = 1 if markers[9][1, m] >= 0 else 0
            kinds = 8 * (states.size[row] - states.told_apart[row]) + 2 * model + silent
            own = -2 - len(sizes) - (8 * (MOST_CLASSES + 1) * states.size[row] + kinds)
        size = _number(groups, np.int64(own))
        for t in range(typed):
            if states.alike[row, t] == IMPOSSIBLE:
                size = _NO_PLAN
                break
            size = _number(
                groups, ((size << 24) + states.count[row, t] + 1) * 8 + states.alike[row, t]
            )
        group[row] = size
        if size >= 0 and shape_of[size] < 0:
            shape = _number(shapes, np.int64(-2 - model))
            for t in range(typed):
                shape = _number(shapes, 8 * shape + states.alike[row, t])
            shape_of[size] = shape
    begins = np.zeros(len(groups) + 1, np.int64)
    for g in group:
        if g >= 0:
            begins[g + 1] += 1
    begins = np.cumsum(begins)
    order = np.empty(begins[-1], np.int64)
    at = begins.copy()
    for row in range(rows):
        if group[row] >= 0:
            order[at[group[row]]] = row
            at[group[row]] += 1
    return order, begins, shape_of[: len(groups)]


@compiled
def _descent_of(row: Any, states: Any, typed: Any, target: Any, genealogy: Any, linked: Any) -> Any:
    """Return the pedigree of one row."""
    father, mother, male, inbreeding = genealogy
    n = len(father)
    of = np.zeros((6, n), np.int64)
    of[FATHER] = father
    of[MOTHER] = mother
    of[KIND] = FREE
    of[KIND, target] = TARGET
    for i in range(n):
        of[HAPLOID, i] = 1 if linked and male[i] else 0
    total = 0
    for t in range(len(typed)):
        if states.count[row, t] >= 0:
            of[KIND, typed[t]] = STATES
            of[COUNT, typed[t]] = states.count[row, t]
            total += states.count[row, t]
    alleles = np.empty((2, total), np.int64)
    weight = np.empty(total)
    at = 0
    for t in range(len(typed)):
        of[FIRST, typed[t]] = at
        for s in range(states.first[row, t], states.first[row, t] + states.count[row, t]):
            alleles[0, at] = states.paternal[s]
            alleles[1, at] = states.maternal[s]
            weight[at] = states.weight[s]
            at += 1
    return Descent(of, inbreeding, alleles, weight)


@compiled
def _show(rows: Any, states: Any, typed: Any, members: Any, shown: Any) -> None:
    """Lay the states of the rows side by side; the last row stands in for those that lack."""
    for t in range(len(typed)):
        at = members.of[FIRST, typed[t]]
        for f in range(ABREAST):
            row = rows[min(f, len(rows) - 1)]
            first = states.first[row, t]
            for s in range(states.count[row, t]):
                shown.alleles[0, at + s, f] = states.paternal[first + s]
                shown.alleles[1, at + s, f] = states.maternal[first + s]
                shown.weight[at + s, f] = states.weight[first + s]


class _Locus(NamedTuple):
    """Markers of families side by side: frequencies (k, `ABREAST`), jumps (2, k, `ABREAST`).

    ``stay``, shape (2, `ABREAST`), is for fathers and mothers, like the jumps.
    """

    frequencies: Any
    jump: Any
    stay: Any


@compiled
def _lay(rows: Any, states: Any, arrays: Any, families: Any, locus: Any) -> None:
    """Lay the rows' markers side by side; the last row stands in for those that lack."""
    sizes, offsets, p, jumps, stays, merging = (
        arrays[0],
        arrays[1],
        arrays[2],
        arrays[7],
        arrays[8],
        arrays[9],
    )
    for f in range(ABREAST):
        row = rows[min(f, len(rows) - 1)]
        m = row // families
        begin = offsets[m]
        count = states.told_apart[row]
        merged = count >= 0
        for i in range(count if merged else sizes[m]):
            a = begin + (states.named[row, i] if merged else i)
            locus.frequencies[i, f] = p[a]
            locus.jump[0, i, f] = jumps[0, a]
            locus.jump[1, i, f] = jumps[1, a]
        for side in range(2):
            locus.stay[side, f] = stays[side, m]
        if not merged:
            continue
        for i in range(count, len(locus.frequencies)):
            locus.frequencies[i, f] = 0.0
            locus.jump[0, i, f] = 0.0
            locus.jump[1, i, f] = 0.0
        # Founders begin in the class of p, jumps arrive in that of their own direction.
        locus.frequencies[count, f] = states.rest[row, 2]
        for side in range(2):
            locus.jump[side, count + merging[2 + side, m], f] = states.rest[row, side]


@compiled
def _share_out(
    rows: Any, states: Any, merging: Any, families: Any, table: Any, table_is_square: Any
) -> None:
    """Divide what the classes have by the sums of their directions over the merged alleles."""
    factor = np.empty(ABREAST)
    count = states.told_apart[rows[0]]
    k = states.size[rows[0]]
    for c in range(count, k):
        for f in range(ABREAST):
            row = rows[min(f, len(rows) - 1)]
            # The first class follows p, others the jump of fathers or of mothers.
            which = 2
            if c > count:
                which = 0 if merging[2, row // families] == c - count else 1
            rest = states.rest[row, which]
            factor[f] = 1.0 / rest if rest > 0.0 else 0.0
        if not table_is_square:
            for f in range(ABREAST):
                table[c, f] *= factor[f]
            continue
        for a in range(k):
            for f in range(ABREAST):
                table[c * k + a, f] *= factor[f]
                table[a * k + c, f] *= factor[f]


@compiled
def _expand(
    table: Any, f: Any, named: Any, classes: Any, shares: Any, half: Any, place: Any, out: Any
) -> None:
    """Write a genotype table over all alleles from one lane of those over classes.

    ``table`` (cells, `ABREAST`) is over ``named`` alleles, then over ``classes``; what an allele
    has of these is in ``shares``, padded rows of `MOST_CLASSES` classes. ``half`` has room for a
    padded row of every kind of allele, ``place`` for a number of each allele.
    """
    count, k = len(named), len(place)
    size, width = count + classes, len(shares) // MOST_CLASSES
    if len(out) == k:
        _expand_row(table, 0, f, named, classes, shares, half, 0)
        for a in range(k):
            out[a] = half[a]
        return
    for c in range(size):
        _expand_row(table, c * size, f, named, classes, shares, half, c * width)
    for a in range(k):
        place[a] = -1
    for i in range(count):
        place[named[i]] = i
    # Eights reach beyond a row's end, into the next row, which is written later; the last rows
    # number by number.
    whole = k - 1 if k >= EIGHT // 2 else 0
    for a in range(whole):
        if place[a] >= 0:
            for b in range(0, k, EIGHT):
                copy_eight(out, a * k + b, half, place[a] * width + b)
            continue
        for b in range(0, k, EIGHT):
            scale_eight(out, a * k + b, half, count * width + b, shares[a])
            for j in range(1, classes):
                add_eight(out, a * k + b, half, (count + j) * width + b, shares[j * width + a])
    for a in range(whole, k):
        for b in range(k):
            if place[a] >= 0:
                out[a * k + b] = half[place[a] * width + b]
                continue
            value = shares[a] * half[count * width + b]
            for j in range(1, classes):
                value += shares[j * width + a] * half[(count + j) * width + b]
            out[a * k + b] = value


@compiled
def _expand_row(
    table: Any, start: Any, f: Any, named: Any, classes: Any, shares: Any, half: Any, at: Any
) -> None:
    """Write a row of a table, padded, to ``half`` from ``at`` on."""
    count, width = len(named), len(shares) // MOST_CLASSES
    for b in range(0, width, EIGHT):
        scale_eight(half, at + b, shares, b, table[start + count, f])
        for j in range(1, classes):
            add_eight(half, at + b, shares, j * width + b, table[start + count + j, f])
    for i in range(count):
        half[at + named[i]] = table[start + i, f]


@compiled
def _padded_directions(arrays: Any) -> Any:
    """Return the directions of all compiled markers, each padded to whole eights, and where."""
    sizes, offsets = arrays[0], arrays[1]
    begins = np.zeros(len(sizes) + 1, np.int64)
    for m in range(len(sizes)):
        begins[m + 1] = begins[m] + MOST_CLASSES * EIGHT * ((sizes[m] + EIGHT - 1) // EIGHT)
    padded = np.zeros(begins[-1])
    for m in range(len(sizes)):
        width = (begins[m + 1] - begins[m]) // MOST_CLASSES
        for j in range(MOST_CLASSES):
            for a in range(sizes[m]):
                padded[begins[m] + j * width + a] = arrays[7][2 + j, offsets[m] + a]
    return padded, begins


@compiled
def _passing(model: Any, jump: Any, locus: Any, apart: Any) -> Any:
    """Return how fathers and how mothers pass their alleles on."""
    jumps = jump.merges and model.mutates
    changes = model.mutates
    return (
        Passing(
            changes,
            model.male,
            model.transposed_male,
            jumps,
            locus.jump[0],
            locus.stay[0],
            apart,
        ),
        Passing(
            changes,
            model.female,
            model.transposed_female,
            jumps,
            locus.jump[1],
            locus.stay[1],
            apart,
        ),
    )


@compiled
def _plan(tables: Any, descent: Any, members: Any, model: Any) -> Any:
    """Write the plan of a shape; return whether it can go abreast."""
    return write_plan(tables, descent, members, model) and can_go_abreast(tables)


@compiled
def _room(tables: Any, members: Any, model: Any, budget: Any) -> Any:
    """Return the cells that a plan needs for a group, -1 where it should not go abreast."""
    cost, cells = measure(tables, members.of[COUNT], model.mutates, len(model.frequencies))
    if cells * ABREAST > _MOST_CELLS or cost > min(budget, _MOST_COST):
        return np.int64(-1)
    return cells


@compiled
def tables_abreast(
    genealogy: Any,
    arrays: Any,
    typed: Any,
    target: Any,
    states: Any,
    budget: Any,
    starts: Any,
    flat: Any,
    logs: Any,
) -> Any:
    """Write the genotype tables of all rows; return which rows are left to be done alone.

    ``starts`` is where the table of each row begins in ``flat``, and one more; ``logs`` has one
    entry a row.
    """
    order, begins, shapes = group_rows(states, arrays)
    alone = np.zeros(len(logs), np.bool_)
    tables = new_tables(len(genealogy[0]))
    for row in range(len(logs)):
        for person in range(len(typed)):
            if states.alike[row, person] == IMPOSSIBLE:
                flat[starts[row] : starts[row + 1]] = 0.0
    widest = np.int64(states.named.shape[1] + MOST_CLASSES)
    pool = np.empty((1, ABREAST))
    most = arrays[0].max()
    table, half = np.empty((widest * widest, ABREAST)), np.empty(widest * (most + EIGHT))
    place = np.empty(most, np.int64)
    directions, starts_of = _padded_directions(arrays)
    for shape in range(shapes.max() + 1):
        untried, goes = True, False
        for g in range(len(shapes)):
            rows = order[begins[g] : begins[g + 1]]
            if len(rows) == 0 or shapes[g] != shape:
                continue
            m = rows[0] // (len(logs) // len(arrays[0]))
            model = _model(arrays, m, states.size[rows[0]])
            descent = _descent_of(rows[0], states, typed, target, genealogy, arrays[6][m])
            members = members_of(descent, model, np.int64(0))
            if untried:
                goes = _plan(tables, descent, members, model)
                untried = False
            room = _room(tables, members, model, budget) if goes else np.int64(-1)
            if room < 0:
                alone[rows] = True
                continue
            if room >= len(pool):
                pool = np.empty((2 * room, ABREAST))
            carry_out_group(
                rows,
                states,
                arrays,
                _Kin(typed, target, descent, members, model),
                tables,
                _Room(pool, table, half, place, directions, starts_of, flat, starts, logs),
            )
    return alone


class _Kin(NamedTuple):
    """What the families of a group have in common."""

    typed: Any
    target: Any
    descent: Any
    members: Any
    model: Any


class _Room(NamedTuple):
    """Where numbers are written: for families abreast, of one family, and for good.

    ``directions`` and ``begins`` are those of `_padded_directions`.
    """

    pool: Any
    table: Any
    half: Any
    place: Any
    directions: Any
    begins: Any
    flat: Any
    starts: Any
    logs: Any


@compiled
def _model(arrays: Any, m: Any, k: Any) -> Any:
    """Return marker m with k alleles or classes, whose frequencies are each family's own."""
    whole = marker_model(arrays, m, 0.0)
    return Model(
        np.empty(k),
        whole.male,
        whole.female,
        whole.transposed_male,
        whole.transposed_female,
        whole.mutates,
        0.0,
    )


@compiled
def carry_out_group(
    rows_: Any, states_: Any, arrays_: Any, kin_: Any, tables_: Any, room_: Any
) -> None:
    """Write the genotype tables of the rows of a group, `ABREAST` at a time."""
    rows, states, arrays = borrowed(rows_), borrowed(states_), borrowed(arrays_)
    kin, tables, room = borrowed(kin_), borrowed(tables_), borrowed(room_)
    families = len(room.logs) // len(arrays[0])
    k = len(kin.model.frequencies)
    m = rows[0] // families
    merged = states.told_apart[rows[0]] >= 0
    apart = arrays[9][1, m]
    if apart >= 0 and merged:
        apart = np.int64(0)
    locus = _Locus(np.empty((k, ABREAST)), np.empty((2, k, ABREAST)), np.empty((2, ABREAST)))
    shown = Shown(
        np.empty((2, len(kin.descent.weight), ABREAST), np.int64),
        np.empty((len(kin.descent.weight), ABREAST)),
    )
    passing = _passing(kin.model, marker_jump(arrays, m), locus, apart)
    for begin in range(0, len(rows), ABREAST):
        some = rows[begin : begin + ABREAST]
        _show(some, states, kin.typed, kin.members, shown)
        _lay(some, states, arrays, families, locus)
        _carry_out(some, states, arrays, kin, tables, room, locus, shown, passing, merged)


@compiled
def _carry_out(
    some: Any,
    states: Any,
    arrays: Any,
    kin: Any,
    tables: Any,
    room: Any,
    locus_: Any,
    shown_: Any,
    passing_: Any,
    merged: Any,
) -> None:
    locus, shown, passing = borrowed(locus_), borrowed(shown_), borrowed(passing_)
    pool = room.pool
    k = len(locus.frequencies)
    found = carry_out_abreast(
        tables, pool, kin.descent, kin.members, shown, locus.frequencies, passing
    )
    places, factor = answer_abreast(tables, pool, kin.target, kin.descent, locus.frequencies, found)
    families = len(room.logs) // len(arrays[0])
    table = room.table[: k ** places.shape[1]]
    if merged:
        tables_of_lanes(pool, places, factor, k, table)
        _share_out(some, states, arrays[9], families, table, places.shape[1] == 2)
    for f in range(len(some)):
        row = some[f]
        room.logs[row] = found[f] + states.log[row]
        out = room.flat[room.starts[row] : room.starts[row + 1]]
        if not merged:
            table_of_lane(pool, places, factor, k, f, out)
            continue
        m = row // families
        named = states.named[row, : states.told_apart[row]]
        begin, end = room.begins[m], room.begins[m + 1]
        shares, place = room.directions[begin:end], room.place[: arrays[0][m]]
        _expand(table, f, named, k - len(named), shares, room.half, place, out)
