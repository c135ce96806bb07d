"""Find the pairs above a level: most are refused by sums of bytes, the rest computed in full.

The method, and why no pair is lost: ``docs/methods/search-screen.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.search.instructions import NEVER, STRIP, open_pairs, trailing_zeros

TILE = 1024  # remains whose codes stay in the first-level cache while families pass
ABREAST = 16  # families that pass a tile together
# Far more than what approximate logarithms of 100 markers sum up to, far less than a cost's step.
_SLACK = 1e-3
_SMALL, _LARGE = 1e-250, 1e250  # a product between them lost no digit on its way
_LOG10_2 = np.log10(2.0)
_MANTISSA, _ONE, _BIAS = np.int64((1 << 52) - 1), np.int64(1023 << 52), np.int64(1023)


@compiled
def write_ratios(
    tables: Any,
    sound: Any,
    starts: Any,
    cells: Any,
    weights: Any,
    rest: Any,
    size: Any,
    first: Any,
    out: Any,
) -> None:
    """Write the LRs of one marker's columns into ``out``, from column ``first`` on.

    ``tables`` (families, cells) are P(genotype | relatives); column c's LR is the sum of
    ``weights`` times ``cells`` of the table from ``starts[c]`` to ``starts[c + 1]``, and of all
    cells times ``rest[c]``, where any genotype of ``size`` alleles is possible. It is 1 where the
    column has neither or the family is not ``sound`` at the marker.
    """
    any_rest = rest.any()
    for f in range(len(tables)):
        different, twice = 0.0, 0.0
        if any_rest:
            for a in range(size):
                for b in range(size):
                    if a != b:
                        different += tables[f, a * size + b]
                twice += tables[f, a * size + a]
        for c in range(len(starts) - 1):
            ratio = 1.0
            if sound[f] and (starts[c] < starts[c + 1] or rest[c, 0] > 0.0):
                ratio = rest[c, 0] * different + rest[c, 1] * twice
                for entry in range(starts[c], starts[c + 1]):
                    ratio += weights[entry] * tables[f, cells[entry]]
            out[f, first + c] = ratio


@compiled
def write_logs(ratios: Any, logs: Any) -> None:
    """Write log10 of LRs (families, columns), to 1e-6; below -300 where the LR is 0.

    The exponent is read from the bits, the logarithm of the mantissa m is the series in
    (m - s) / (m + s), s the square root of 2: a fifth of the time of the exact one.
    """
    columns = ratios.shape[1]
    part = np.empty(columns, np.int64)
    mantissa = part.view(np.float64)
    for f in range(len(ratios)):
        bits = ratios[f].view(np.int64)
        for c in range(columns):
            part[c] = (bits[c] & _MANTISSA) | _ONE
        for c in range(columns):
            z = (mantissa[c] - 1.4142135623730951) / (mantissa[c] + 1.4142135623730951)
            w = z * z
            series = 2.0 * z * (1.0 + w * (1 / 3 + w * (1 / 5 + w * (1 / 7 + w * (1 / 9)))))
            whole = np.float64((bits[c] >> 52) - _BIAS) + 0.5
            logs[f, c] = np.float32(_LOG10_2 * whole + 0.4342944819032518 * series)


@compiled
def write_costs(logs: Any, begins: Any, ends: Any, class_of: Any, level: Any, costs: Any) -> Any:
    """Write what each class of columns costs a family; return which families can reach the level.

    ``costs`` (families, markers, classes) is what the best of a class falls short of the best at
    the marker, as a share of all that the family may fall short, times 255, rounded down.
    ``logs`` are those of `write_logs`; marker m's columns that somebody shows stand from
    ``begins[m]`` to ``ends[m]``. ``level`` is a log10 LR.
    """
    families, markers, classes = costs.shape
    best = np.empty((markers, classes), np.float32)
    top = np.empty(markers, np.float32)
    reach = np.zeros(families, np.bool_)
    for f in range(families):
        best[:] = -1e4
        for m in range(markers):
            for c in range(begins[m], ends[m]):
                best[m, class_of[c]] = max(best[m, class_of[c]], logs[f, c])
            top[m] = best[m].max()
        short = top.sum() - level + _SLACK
        reach[f] = short > 0.0
        scale = np.float32(NEVER / max(short, _SLACK))
        for m in range(markers):
            for k in range(classes):
                cost = (top[m] - best[m, k]) * scale
                costs[f, m, k] = np.uint8(min(cost, np.float32(NEVER)))
    return reach


@compiled
def _product(ratios: Any, bounds: Any, columns: Any) -> Any:
    """Return the LR of one family (its ``ratios``) and one remains (its ``columns``)."""
    product = 1.0
    for m in range(len(columns)):
        product *= ratios[bounds[m] + columns[m]]
    return product


@compiled
def _sum(ratios: Any, bounds: Any, columns: Any) -> Any:
    """Return log10 of the same where the product left the range of numbers on its way."""
    total = 0.0
    for m in range(len(columns)):
        ratio = ratios[bounds[m] + columns[m]]
        total += np.log10(ratio) if ratio > 0.0 else -np.inf
    return total


@compiled
def _room(found: Any, values: Any, count: Any) -> Any:
    if count < len(values):
        return found, values
    more, more_values = np.empty((2 * count, 2), np.int64), np.empty(2 * count)
    more[:count] = found
    more_values[:count] = values
    return more, more_values


@compiled
def find_pairs(
    instructions: Any,
    tiles: Any,
    costs: Any,
    reach: Any,
    ratios: Any,
    bounds: Any,
    columns: Any,
    level: Any,
) -> Any:
    """Return the pairs (family, remains) at or above a level, their log10 LRs, and pairs opened.

    ``tiles`` (tiles, markers, `TILE`) are the codes of the remains' classes and ``columns``
    (remains, markers) their columns; ``costs``, ``reach`` and ``ratios`` are those of families.
    The pairs come in the order of groups of families and of remains.
    """
    families, markers, classes = costs.shape
    codes, table = tiles.ctypes.data, costs.ctypes.data
    remains = len(columns)
    found, values = np.empty((64, 2), np.int64), np.empty(64)
    words = np.zeros(STRIP // 64, np.uint64)
    kept = words.ctypes.data
    count = 0
    opened = 0
    least = 10.0 ** (level - _SLACK)  # cheaper to compare than a logarithm
    for begin in range(0, families, ABREAST):
        for t in range(len(tiles)):
            for strip in range(0, TILE, STRIP):
                for f in range(begin, min(families, begin + ABREAST)):
                    if not reach[f]:
                        continue
                    open_pairs(  # type: ignore[call-arg]  # the compiler gives the first
                        instructions,
                        codes + t * markers * TILE + strip,
                        table + f * markers * classes,
                        markers,
                        TILE,
                        kept,
                    )
                    for w in range(len(words)):
                        if words[w] == 0:
                            continue
                        word = words[w]
                        while word != 0:
                            lane = trailing_zeros(word)
                            word &= word - np.uint64(1)
                            r = t * TILE + strip + 64 * w + np.int64(lane)
                            if r >= remains:
                                break
                            opened += 1
                            lr = _product(ratios[f], bounds, columns[r])
                            if _SMALL < lr < least:
                                continue
                            if _SMALL < lr < _LARGE:
                                value = np.log10(lr)
                            else:
                                value = _sum(ratios[f], bounds, columns[r])
                            if value >= level:
                                found, values = _room(found, values, count)
                                found[count, 0] = f
                                found[count, 1] = r
                                values[count] = value
                                count += 1
    return found[:count], values[:count], opened
