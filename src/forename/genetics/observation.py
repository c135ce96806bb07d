"""What was seen versus what is true: the probability of calls given a genotype.

One model serves relatives, remains and replicates. With drop-out ``d`` per allele copy and
drop-in ``c`` per marker, a set ``R`` of alleles is seen from the genotype ``(a, b)`` with
probability

    prod over different alleles x of (a, b): seen 1 - d**n_x, unseen d**n_x
    times (1 - c) when R holds nothing else, else prod over the others of c * p_x,

where ``n_x`` is the number of copies (Gill, Whitaker, Flaxman, Brown and Buckleton 2000, Forensic
Sci. Int. 112, 17-40). A silent allele is never seen. A partial call says only that one allele is
there. A missing call has probability 1 for every genotype. See ``docs/methods/observation.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forename.exceptions import InvalidProfileError
from forename.genetics.markers import Array, Marker
from forename.genetics.profiles import Call, Profile


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Rates of one sample: drop-out per allele copy, drop-in per marker, both in [0, 1)."""

    drop_out: float = 0.0
    drop_in: float = 0.0

    def of(self, profile: Profile) -> ErrorRates:
        """Return the rates of a profile, which may override these defaults."""
        if profile.drop_out is None and profile.drop_in is None:
            return self
        return ErrorRates(
            self.drop_out if profile.drop_out is None else profile.drop_out,
            self.drop_in if profile.drop_in is None else profile.drop_in,
        )


def diploid_weights(
    replicates: Sequence[tuple[Call, ErrorRates]], marker: Marker, record: str = ""
) -> Array:
    """Return P(calls | ordered genotype (a, b)), shape (k, k), symmetric, values in [0, 1].

    Replicates of one sample multiply; no replicate gives ones. Raises `InvalidProfileError` when
    an allele is not one of the marker's.
    """
    size = len(marker.alleles)
    weights = np.ones((size, size))
    for call, rates in replicates:
        weights *= _diploid_call(call, rates, marker, record)
    return weights


def haploid_weights(
    replicates: Sequence[tuple[Call, ErrorRates]], marker: Marker, record: str = ""
) -> Array:
    """Return P(calls | allele) of a man's X-linked marker, shape (k,), values in [0, 1]."""
    weights = np.ones(len(marker.alleles))
    for call, rates in replicates:
        seen = _seen_indices(call, marker, record)
        for index in range(len(marker.alleles)):
            copies = {} if _is_silent(index, marker) else {index: 1}
            weights[index] *= _probability(seen, call.partial, copies, rates, marker)
    return weights


def _diploid_call(call: Call, rates: ErrorRates, marker: Marker, record: str) -> Array:
    seen = _seen_indices(call, marker, record)
    size = len(marker.alleles)
    d, c = rates.drop_out, rates.drop_in
    # What is seen of an allele of which the genotype has one or two copies.
    unseen = (1.0, 1.0) if call.partial else (d, d**2)
    one, two = np.full(size, unseen[0]), np.full(size, unseen[1])
    one[seen], two[seen] = 1.0 - d, 1.0 - d**2
    if marker.silent_allele is not None:
        silent = marker.alleles.index(marker.silent_allele)
        one[silent] = two[silent] = 1.0
    weights: Array = np.multiply.outer(one, one)
    np.fill_diagonal(weights, two)
    explained = np.ones((size, size), np.bool_)
    for allele in seen:
        with_it = np.zeros((size, size), np.bool_)
        with_it[allele, :] = with_it[:, allele] = True
        np.multiply(weights, c * marker.frequencies[allele], out=weights, where=~with_it)
        explained &= with_it
    np.multiply(weights, 1.0 - c, out=weights, where=explained)
    return weights


def _probability(
    seen: Sequence[int],
    partial: bool,
    copies: dict[int, int],
    rates: ErrorRates,
    marker: Marker,
) -> float:
    value = 1.0
    for allele, count in copies.items():
        if allele in seen:
            value *= 1.0 - rates.drop_out**count
        elif not partial:
            value *= rates.drop_out**count
    extra = [allele for allele in seen if allele not in copies]
    if not extra:
        return value * (1.0 - rates.drop_in)
    for allele in extra:
        value *= rates.drop_in * float(marker.frequencies[allele])
    return value


def _seen_indices(call: Call, marker: Marker, record: str) -> list[int]:
    indices = []
    for label in dict.fromkeys(call.alleles):
        if label not in marker.alleles or label == marker.silent_allele:
            raise InvalidProfileError(
                f"{record or 'a profile'}: marker {marker.name} has no visible allele {label}; "
                "add it to the frequencies or let a minimum frequency stand for it"
            )
        indices.append(marker.alleles.index(label))
    return sorted(indices)


def _is_silent(index: int, marker: Marker) -> bool:
    return marker.silent_allele is not None and marker.alleles[index] == marker.silent_allele
