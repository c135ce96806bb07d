"""Spellings of markers and alleles, their order, and the markers that cannot be constructed."""

import numpy as np
import pytest

from forename.exceptions import InvalidMarkerError
from forename.genetics.markers import (
    Marker,
    allele_key,
    canonical_marker_name,
)


def test_allele_key__numbers_first_in_numeric_order() -> None:
    labels = ["nan", "10", "OL", "9.3", "inf", "9", "100", "<6"]
    assert sorted(labels, key=allele_key) == ["9", "9.3", "10", "100", "<6", "OL", "inf", "nan"]


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (("vWA", "VWA", "vwa", "HUMvWA", "vWA31"), "VWA"),
        (("Penta D", "PENTA_D", "PentaD", "penta-d"), "PENTA D"),
        (("Amel", "AMEL", "Amelogenin"), "AMEL"),
        (("TH01", "THO1", "th01"), "TH01"),
        (("D3S1358", "d3s1358", " D3S1358 "), "D3S1358"),
    ],
)
def test_canonical_marker_name__one_spelling(spellings: tuple[str, ...], canonical: str) -> None:
    assert {canonical_marker_name(spelling) for spelling in spellings} == {canonical}


HALVES = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("alleles", "frequencies", "extra"),
    [
        ((), np.array([]), {}),
        (("6", "6"), HALVES, {}),
        (("6", "7"), np.array([1.0]), {}),
        (("6", "7"), np.array([0.5, 0.4]), {}),
        (("6", "7"), np.array([1.0, 0.0]), {}),
        (("6", "7"), np.array([np.nan, 0.5]), {}),
        (("6", "7"), HALVES, {"mutation_male": np.eye(3)}),
        (("6", "7"), HALVES, {"mutation_female": np.array([[1.1, -0.1], [0, 1]])}),
        (("6", "7"), HALVES, {"mutation_male": np.array([[0.9, 0.2], [0, 1]])}),
        (("6", "7"), HALVES, {"silent_allele": "8"}),
    ],
)
def test_marker__invalid_ones_cannot_be_constructed(alleles, frequencies, extra) -> None:
    with pytest.raises(InvalidMarkerError, match="marker TH01"):
        Marker("TH01", alleles, frequencies, **extra)
