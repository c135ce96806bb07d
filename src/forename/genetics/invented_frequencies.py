"""Invented allele frequencies for simulated cases.

The names of the markers are real, so that files look as laboratories send them. Every value is
INVENTED by the formula below and describes no population. With repeat number ``x``, centre
``c``, width ``w``, second peak ``c2`` of share ``s``:

    weight(x) = exp(-((x - c) / w)**2 / 2) + s * exp(-((x - c2) / w)**2 / 2)

for the whole repeats ``low..high``; a microvariant ``x.f`` of the listed range has ``m`` times
the weight at ``x + f/10``. Weights are scaled to sum to 10,000, floored at 10, rounded down, and
the commonest allele takes what is left, so that every table sums to 1 with four decimals. See
``docs/methods/simulation.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from forename.genetics.markers import allele_key
from forename.genetics.problem import FrequencyTable

INVENTED_NOTE = (
    "INVENTED allele frequencies: made by a formula for simulated cases, from no population. "
    "Never use them for real remains."
)

_UNITS = 10_000
_FLOOR = 10


@dataclass(frozen=True, slots=True)
class MarkerShape:
    """The invented shape of one marker: whole repeats, peaks, and microvariants ``x.f``."""

    low: int
    high: int
    centre: float
    width: float
    second_centre: float = 0.0
    second_share: float = 0.0
    micro_fraction: int = 0
    micro_low: int = 0
    micro_high: int = 0
    micro_share: float = 0.0


MARKER_SHAPES: dict[str, MarkerShape] = {
    "D1S1656": MarkerShape(9, 19, 14.1, 2.1, 11.2, 0.55, 3, 14, 19, 0.42),
    "D2S441": MarkerShape(8, 16, 11.2, 1.1, 14.1, 0.85, 3, 11, 13, 0.22),
    "D2S1338": MarkerShape(14, 27, 18.4, 1.7, 23.6, 0.9),
    "D3S1358": MarkerShape(12, 20, 15.9, 1.3),
    "D5S818": MarkerShape(7, 16, 11.6, 1.1),
    "D7S820": MarkerShape(6, 15, 10.1, 1.6),
    "D8S1179": MarkerShape(8, 18, 13.2, 1.7, 10.1, 0.3),
    "D10S1248": MarkerShape(10, 19, 14.2, 1.3),
    "D12S391": MarkerShape(14, 26, 19.2, 2.1, 22.5, 0.25, 3, 17, 19, 0.11),
    "D13S317": MarkerShape(7, 15, 11.5, 1.2, 8.2, 0.45),
    "D16S539": MarkerShape(7, 15, 11.3, 1.2, 9.0, 0.3),
    "D18S51": MarkerShape(9, 24, 14.3, 2.2, 18.0, 0.3),
    "D19S433": MarkerShape(10, 18, 13.7, 1.1, 0.0, 0.0, 2, 11, 17, 0.28),
    "D21S11": MarkerShape(25, 36, 29.5, 1.2, 0.0, 0.0, 2, 28, 35, 0.5),
    "D22S1045": MarkerShape(9, 19, 15.5, 1.1, 11.2, 0.4),
    "CSF1PO": MarkerShape(7, 15, 11.2, 1.1),
    "FGA": MarkerShape(16, 29, 22.1, 2.0, 24.6, 0.3, 2, 20, 24, 0.05),
    "PENTA D": MarkerShape(6, 17, 11.1, 2.0, 9.0, 0.35),
    "PENTA E": MarkerShape(5, 23, 11.6, 3.1, 7.1, 0.7),
    "SE33": MarkerShape(11, 23, 17.6, 2.2, 28.2, 0.9, 2, 20, 34, 1.0),
    "TH01": MarkerShape(4, 11, 7.2, 1.1, 9.0, 0.6, 3, 9, 9, 1.4),
    "TPOX": MarkerShape(6, 13, 8.2, 0.9, 11.2, 0.6),
    "VWA": MarkerShape(12, 21, 16.9, 1.4),
}


def invented_frequencies(markers: tuple[str, ...] = ()) -> FrequencyTable:
    """Return the invented table of 23 markers, or of those named, in the order named.

    Frequencies have four decimals, are at least 0.001 and sum to 1 per marker. Raises
    `KeyError` for a name that is not in `MARKER_SHAPES`.
    """
    return FrequencyTable(
        frequencies={
            name: allele_frequencies(MARKER_SHAPES[name]) for name in markers or MARKER_SHAPES
        }
    )


def allele_frequencies(shape: MarkerShape) -> dict[str, float]:
    """Return the frequencies of one shape by allele label, in the order of repeat numbers."""
    weights: dict[str, float] = {}
    for repeat in range(shape.low, shape.high + 1):
        weights[str(repeat)] = _weight(shape, float(repeat))
    for repeat in range(shape.micro_low, shape.micro_high + 1):
        if shape.micro_fraction:
            label = f"{repeat}.{shape.micro_fraction}"
            weights[label] = _micro_weight(shape, repeat)
    total = sum(weights.values())
    units = {
        label: max(_FLOOR, math.floor(weights[label] / total * _UNITS))
        for label in sorted(weights, key=allele_key)
    }
    commonest = max(units, key=lambda label: units[label])
    units[commonest] += _UNITS - sum(units.values())
    return {label: count / _UNITS for label, count in units.items()}


def _weight(shape: MarkerShape, x: float) -> float:
    first = math.exp(-(((x - shape.centre) / shape.width) ** 2) / 2)
    second = math.exp(-(((x - shape.second_centre) / shape.width) ** 2) / 2)
    return first + shape.second_share * second


def _micro_weight(shape: MarkerShape, repeat: int) -> float:
    return shape.micro_share * _weight(shape, repeat + shape.micro_fraction / 10)
