"""Markers: their names, alleles, frequencies and mutation matrices."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidMarkerError

Array = npt.NDArray[np.float64]

AMELOGENIN = "AMEL"

_TOLERANCE = 1e-6
_AMELOGENIN_SPELLINGS = {"AMEL", "AMELOGENIN", "AMELO", "AM", "AMG", "AMELX"}
# Spellings that folding alone does not bring together; canonical form on the right.
_ALIASES = {
    "PENTAD": "PENTA D",
    "PENTAE": "PENTA E",
    "PENTAB": "PENTA B",
    "PENTAC": "PENTA C",
    "HUMTH01": "TH01",
    "TC11": "TH01",
    "THO1": "TH01",
    "HUMVWA": "VWA",
    "VWA31": "VWA",
    "HUMFGA": "FGA",
    "FIBRA": "FGA",
    "HUMTPOX": "TPOX",
    "HUMCSF1PO": "CSF1PO",
    "CSF": "CSF1PO",
}


class Chromosome(StrEnum):
    """How a marker is inherited."""

    AUTOSOMAL = "autosomal"
    X = "X"


def canonical_marker_name(name: str) -> str:
    """Return one spelling for every spelling of a marker.

    Case, spaces, hyphens, dots and underscores do not distinguish markers: ``vWA``, ``VWA`` and
    ``vwa`` are ``VWA``; ``Penta D``, ``PENTA_D`` and ``PentaD`` are ``PENTA D``; ``Amel`` is
    ``AMEL``. An unknown name keeps its own letters in upper case.
    """
    folded = re.sub(r"[\s_\-.]+", "", name.strip()).upper()
    if folded in _AMELOGENIN_SPELLINGS:
        return AMELOGENIN
    return _ALIASES.get(folded, folded)


def allele_key(label: str) -> tuple[int, float, str]:
    """Return a sort key: repeat numbers in numeric order, then all other labels by text."""
    try:
        number = float(label)
    except ValueError:
        return (1, 0.0, label)
    # "nan" and "inf" are words, not repeat numbers, and NaN would break the order.
    return (0, number, label) if math.isfinite(number) else (1, 0.0, label)


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    """A marker ready for computation: ``k`` alleles, their frequencies, two mutation matrices.

    ``frequencies`` has shape (k,), positive, sum 1. ``mutation_male`` and ``mutation_female``
    have shape (k, k): row is the parent's allele, column the allele transmitted, rows sum to 1;
    ``None`` means no mutation. ``silent_allele`` is one of ``alleles`` that is never seen.
    """

    name: str
    alleles: tuple[str, ...]
    frequencies: Array
    chromosome: Chromosome = Chromosome.AUTOSOMAL
    mutation_male: Array | None = None
    mutation_female: Array | None = None
    silent_allele: str | None = None

    def __post_init__(self) -> None:
        size = len(self.alleles)
        if size == 0 or len(set(self.alleles)) != size:
            raise InvalidMarkerError(f"marker {self.name}: alleles must be present and distinct")
        frequencies = np.ascontiguousarray(self.frequencies, dtype=np.float64)
        if frequencies.shape != (size,) or not np.all(np.isfinite(frequencies)):
            raise InvalidMarkerError(
                f"marker {self.name}: one finite frequency per allele is needed"
            )
        if np.any(frequencies <= 0) or abs(frequencies.sum() - 1) > _TOLERANCE:
            raise InvalidMarkerError(
                f"marker {self.name}: frequencies must be positive and sum to 1; scale them first"
            )
        object.__setattr__(self, "frequencies", frequencies)
        for field in ("mutation_male", "mutation_female"):
            matrix = getattr(self, field)
            if matrix is None:
                continue
            matrix = np.ascontiguousarray(matrix, dtype=np.float64)
            if matrix.shape != (size, size) or not np.all(np.isfinite(matrix)):
                raise InvalidMarkerError(f"marker {self.name}: {field} must be {size} by {size}")
            if np.any(matrix < 0) or np.any(np.abs(matrix.sum(axis=1) - 1) > _TOLERANCE):
                raise InvalidMarkerError(
                    f"marker {self.name}: {field} must be non-negative with rows that sum to 1"
                )
            object.__setattr__(self, field, matrix)
        if self.silent_allele is not None and self.silent_allele not in self.alleles:
            raise InvalidMarkerError(
                f"marker {self.name}: silent allele {self.silent_allele} is not among the alleles"
            )

    def index(self, allele: str) -> int:
        """Return the position of ``allele``; raise `InvalidMarkerError` when it is unknown."""
        try:
            return self.alleles.index(allele)
        except ValueError:
            raise InvalidMarkerError(f"marker {self.name} has no allele {allele}") from None
