"""Draw genotypes through a pedigree: founders from the frequencies, children by descent.

Used to simulate cases with known truth. Mutation follows the marker's matrices: the allele a
parent hands down is drawn from the row of the parental allele (``docs/methods/simulation.md``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Sex

Genotypes = npt.NDArray[np.int64]

HEMIZYGOUS = -1


@dataclass(frozen=True, slots=True)
class MutationEvent:
    """One allele handed down changed: from ``parent_allele`` to ``child_allele``."""

    marker: str
    parent: str
    child: str
    parent_allele: str
    child_allele: str


@dataclass(frozen=True, slots=True)
class DroppedGenes:
    """Genotypes of every member and the mutations on the way.

    ``genotypes`` maps a member to an array of shape (n_markers, 2) of allele indices: paternal,
    then maternal. A man's X-linked marker has `HEMIZYGOUS` in the paternal place.
    """

    genotypes: Mapping[str, Genotypes]
    mutations: tuple[MutationEvent, ...]


def drop_genes(
    pedigree: Pedigree, markers: Sequence[Marker], rng: np.random.Generator
) -> DroppedGenes:
    """Draw the genotypes of all members of a pedigree at unlinked markers.

    Founders' alleles are independent draws from the frequencies, identical by descent with
    probability ``inbreeding``; identical twins share one genotype. A member of unknown sex has
    two X chromosomes.
    """
    genotypes: dict[str, Genotypes] = {}
    events: list[MutationEvent] = []
    for member in pedigree.order:
        person = pedigree[member]
        if person.twin_of in genotypes:
            genotypes[member] = genotypes[person.twin_of].copy()
            continue
        drawn = np.empty((len(markers), 2), dtype=np.int64)
        for row, marker in enumerate(markers):
            one_x = marker.chromosome is Chromosome.X and person.sex is Sex.MALE
            if person.father is None or person.mother is None:
                drawn[row] = _founder(marker, person.inbreeding, rng)
            else:
                for place, parent in enumerate((person.father, person.mother)):
                    if place == 0 and one_x:
                        continue
                    drawn[row, place] = _transmit(
                        marker, genotypes[parent][row], (parent, member, place), events, rng
                    )
            if one_x:
                drawn[row, 0] = HEMIZYGOUS
        genotypes[member] = drawn
    return DroppedGenes(genotypes, tuple(events))


def _founder(marker: Marker, inbreeding: float, rng: np.random.Generator) -> list[int]:
    paternal = _draw(marker.frequencies, rng)
    if inbreeding and rng.random() < inbreeding:
        return [paternal, paternal]
    return [paternal, _draw(marker.frequencies, rng)]


def _transmit(
    marker: Marker,
    parental: Genotypes,
    meiosis: tuple[str, str, int],
    events: list[MutationEvent],
    rng: np.random.Generator,
) -> int:
    parent, child, place = meiosis
    chosen = int(parental[rng.integers(2)]) if parental[0] != HEMIZYGOUS else int(parental[1])
    matrix = marker.mutation_male if place == 0 else marker.mutation_female
    if matrix is None:
        return chosen
    handed = _draw(matrix[chosen], rng)
    if handed != chosen:
        events.append(
            MutationEvent(
                marker.name, parent, child, marker.alleles[chosen], marker.alleles[handed]
            )
        )
    return handed


def _draw(probabilities: Array, rng: np.random.Generator) -> int:
    """Draw an index by inversion, so that one uniform number is used per allele."""
    cumulative = np.cumsum(probabilities)
    drawn = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    return min(drawn, len(cumulative) - 1)
