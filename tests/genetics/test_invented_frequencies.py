from __future__ import annotations

import pytest

from forename.genetics.invented_frequencies import (
    INVENTED_NOTE,
    MARKER_SHAPES,
    MarkerShape,
    allele_frequencies,
    invented_frequencies,
)


def test_invented_frequencies__are_23_tables_of_whole_ten_thousandths_that_sum_to_one():
    table = invented_frequencies().frequencies
    assert len(table) == 23
    for frequencies in table.values():
        units = [round(value * 10_000) for value in frequencies.values()]
        assert [unit / 10_000 for unit in units] == list(frequencies.values())
        assert sum(units) == 10_000
        assert min(units) >= 10


def test_invented_frequencies__hold_microvariants_in_numeric_order():
    table = invented_frequencies().frequencies
    assert {"9.3"} <= set(table["TH01"])
    assert sum("." in allele for allele in table["SE33"]) > 10
    for frequencies in table.values():
        assert list(frequencies) == sorted(frequencies, key=float)


def test_invented_frequencies__names_choose_and_order_the_markers():
    assert list(invented_frequencies(("VWA", "FGA")).frequencies) == ["VWA", "FGA"]
    with pytest.raises(KeyError):
        invented_frequencies(("NOT A MARKER",))


def test_allele_frequencies__follow_the_formula_by_hand():
    # Weights exp(-1/2), 1, exp(-1/2) of a total 2.2130613: .27406, .45186, .27406 cut to units;
    # the commonest allele takes the unit that is left.
    shape = MarkerShape(low=9, high=11, centre=10.0, width=1.0)
    assert allele_frequencies(shape) == {"9": 0.2740, "10": 0.4520, "11": 0.2740}


def test_allele_frequencies__microvariant_has_its_share_of_the_weight_there():
    # One whole repeat with weight 1; 10.3 with 2 * exp(-.045) = 1.911995: .34341 and .65659.
    shape = MarkerShape(
        10, 10, 10.0, 1.0, micro_fraction=3, micro_low=10, micro_high=10, micro_share=2.0
    )
    assert allele_frequencies(shape) == {"10": 0.3434, "10.3": 0.6566}


def test_invented_note__says_that_values_are_invented():
    assert "INVENTED" in INVENTED_NOTE
    assert set(invented_frequencies().frequencies) == set(MARKER_SHAPES)
