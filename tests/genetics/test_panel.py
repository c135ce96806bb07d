"""Markers built from a table, profiles and settings: values by hand, findings, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.exceptions import InvalidMarkerError, InvalidSettingError
from forename.genetics.findings import Location, Severity
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.panel import Panel, build_panel, usable_call
from forename.genetics.problem import FrequencyTable, Settings
from forename.genetics.profiles import Call, Profile, Sex

NO_MUTATION = Settings(mutation="none")


def profile(sample: str, **calls: str) -> Profile:
    return Profile(sample, {name: Call(tuple(text.split())) for name, text in calls.items()})


def codes(panel: Panel) -> list[str]:
    return [finding.code for finding in panel.findings]


def test_build_panel__takes_the_markers_that_table_and_profiles_share() -> None:
    table = FrequencyTable({"TH01": {"6": 0.4, "9.3": 0.6}, "TPOX": {"8": 1.0}})
    panel = build_panel(table, [profile("S1", TH01="6 9.3")], NO_MUTATION)
    (marker,) = panel.markers
    assert (marker.name, marker.alleles) == ("TH01", ("6", "9.3"))
    assert marker.chromosome is Chromosome.AUTOSOMAL
    assert marker.mutation_male is None
    assert panel.findings == ()


def test_build_panel__sorts_alleles_by_repeat_number_with_silent_last() -> None:
    table = FrequencyTable(
        {"FGA": {"null": 0.1, "21.2": 0.2, "9": 0.2, ">30": 0.1, "21": 0.2, "100": 0.2}},
        silent_alleles={"FGA": "null"},
    )
    (marker,) = build_panel(table, [profile("S1", FGA="21 21.2")], NO_MUTATION).markers
    assert marker.alleles == ("9", "21", "21.2", "100", ">30", "null")
    assert marker.silent_allele == "null"
    np.testing.assert_allclose(marker.frequencies, [0.2, 0.2, 0.2, 0.2, 0.1, 0.1])


def test_build_panel__never_seen_allele_takes_the_minimum_then_all_are_scaled() -> None:
    table = FrequencyTable({"TH01": {"6": 0.4, "7": 0.6}})
    panel = build_panel(
        table,
        [profile("S1", TH01="6 11"), profile("S2", TH01="11 11"), profile("S3", TH01="6 7")],
        Settings(mutation="none", minimum_frequency=0.01),
    )
    np.testing.assert_allclose(
        panel.markers[0].frequencies, [0.4 / 1.01, 0.6 / 1.01, 0.01 / 1.01], rtol=1e-15
    )
    (finding,) = panel.findings
    assert finding.code == "allele_not_in_table"
    assert finding.severity is Severity.INFO
    assert finding.records == ("TH01", "S1", "S2")
    assert "11 (S1, S2)" in str(finding.text)
    assert "0.01" in str(finding.text)


def test_build_panel__table_minimum_counts_where_it_is_larger() -> None:
    table = FrequencyTable({"TH01": {"6": 0.5, "7": 0.5}}, minimum_frequency={"TH01": 0.05})
    (marker,) = build_panel(table, [profile("S1", TH01="6 11")], NO_MUTATION).markers
    assert marker.frequencies[2] == pytest.approx(0.05 / 1.05, rel=1e-15)


def test_build_panel__zero_frequency_means_never_seen() -> None:
    table = FrequencyTable({"TH01": {"6": 1.0, "7": 0.0, "8": 0.0}})
    panel = build_panel(
        table, [profile("S1", TH01="6 7")], Settings(mutation="none", minimum_frequency=0.1)
    )
    assert panel.markers[0].alleles == ("6", "7")
    np.testing.assert_allclose(panel.markers[0].frequencies, [1 / 1.1, 0.1 / 1.1], rtol=1e-15)
    assert codes(panel) == ["allele_not_in_table"]


def test_build_panel__allele_without_repeat_number_is_a_warning() -> None:
    table = FrequencyTable({"TH01": {"6": 1.0}})
    (finding,) = build_panel(table, [profile("S1", TH01="6 OL")], NO_MUTATION).findings
    assert finding.severity is Severity.WARNING
    assert "OL" in str(finding.advice)


def test_build_panel__percentages_are_scaled_before_the_minimum_is_given() -> None:
    table = FrequencyTable({"TH01": {"6": 40.0, "7": 60.0}})
    panel = build_panel(
        table, [profile("S1", TH01="6 8")], Settings(mutation="none", minimum_frequency=0.01)
    )
    np.testing.assert_allclose(
        panel.markers[0].frequencies, np.array([0.4, 0.6, 0.01]) / 1.01, rtol=1e-15
    )
    assert codes(panel) == ["allele_not_in_table", "frequencies_scaled"]
    assert panel.findings[1].severity is Severity.WARNING
    assert "TH01 100" in str(panel.findings[1].text)


def test_build_panel__rounded_sums_are_one_remark() -> None:
    table = FrequencyTable(
        {
            "TH01": {"6": 0.5, "7": 0.5001},
            "TPOX": {"8": 0.5, "9": 0.4999},
            "FGA": {"20": 0.5, "21": 0.5 + 1e-9},
        },
        locations={"TPOX": Location("frequencies.csv", 1, 3)},
    )
    panel = build_panel(table, [profile("S1", TH01="6", TPOX="8", FGA="20")], NO_MUTATION)
    (finding,) = panel.findings
    assert (finding.code, finding.severity) == ("frequencies_scaled", Severity.INFO)
    assert finding.records == ("TH01", "TPOX")
    assert finding.locations == (Location("frequencies.csv", 1, 3),)
    for marker in panel.markers:
        assert marker.frequencies.sum() == pytest.approx(1, abs=1e-15)


def test_build_panel__marker_without_frequencies_is_reported_not_used() -> None:
    table = FrequencyTable({"TH01": {"6": 1.0}, "SE33": {"20": 0.0}})
    panel = build_panel(
        table,
        [profile("S1", TH01="6", SE33="20", DYS391="10"), profile("S2", DYS391="11", AMEL="X Y")],
        NO_MUTATION,
    )
    assert [marker.name for marker in panel.markers] == ["TH01"]
    assert [finding.records for finding in panel.findings] == [("DYS391",), ("SE33",)]
    assert "S1, S2" in str(panel.findings[0].text)
    assert {finding.severity for finding in panel.findings} == {Severity.WARNING}


def test_build_panel__amelogenin_is_no_marker() -> None:
    table = FrequencyTable({"AMEL": {"X": 0.75, "Y": 0.25}})
    assert build_panel(table, [profile("S1", AMEL="X Y")], NO_MUTATION) == Panel((), ())


def test_build_panel__silent_allele_without_frequency_is_not_assumed() -> None:
    table = FrequencyTable({"TH01": {"6": 1.0}}, silent_alleles={"TH01": "null"})
    panel = build_panel(table, [profile("S1", TH01="6")], NO_MUTATION)
    assert panel.markers[0].silent_allele is None
    assert codes(panel) == ["silent_allele_without_frequency"]


def test_build_panel__x_markers() -> None:
    table = FrequencyTable({"DXS8378": {"10": 1.0}}, chromosomes={"DXS8378": Chromosome.X})
    (marker,) = build_panel(table, [profile("S1", DXS8378="10")], NO_MUTATION).markers
    assert marker.chromosome is Chromosome.X


def test_build_panel__mutation_model_of_the_table_goes_before_the_settings() -> None:
    table = FrequencyTable(
        {"TH01": {"6": 0.5, "7": 0.5}, "TPOX": {"8": 0.5, "9": 0.5}, "FGA": {"20": 0.5, "21": 0.5}},
        mutation={"TPOX": ("equal:0.03", "equal:0.04"), "FGA": ("none", "none")},
    )
    settings = Settings(mutation="equal:0.01", mutation_female="equal:0.02")
    markers = build_panel(table, [profile("S1", TH01="6", TPOX="8", FGA="20")], settings).markers
    rates = [
        tuple(None if m is None else m[0, 1] for m in (x.mutation_male, x.mutation_female))
        for x in markers
    ]
    assert rates == [(0.01, 0.02), (0.03, 0.04), (None, None)]


def test_build_panel__one_mutation_text_serves_both_sexes() -> None:
    table = FrequencyTable({"TH01": {"6": 0.5, "7": 0.5}})
    (marker,) = build_panel(
        table, [profile("S1", TH01="6")], Settings(mutation="equal:0.01")
    ).markers
    np.testing.assert_array_equal(marker.mutation_male, marker.mutation_female)


def test_build_panel__custom_matrix_that_does_not_name_an_allele_is_reported() -> None:
    text = "custom:alleles=6 7,matrix=0.9 0.1;0.1 0.9"
    table = FrequencyTable({"TH01": {"6": 0.5, "7": 0.5}}, mutation={"TH01": (text, "none")})
    panel = build_panel(table, [profile("S1", TH01="6 8")], NO_MUTATION)
    assert codes(panel) == ["allele_not_in_table", "allele_without_mutation"]
    np.testing.assert_array_equal(panel.markers[0].mutation_male[2], [0, 0, 1])


def test_build_panel__refusals_name_the_marker() -> None:
    typed = [profile("S1", TH01="6 8")]
    for bad in (-0.1, math.nan, math.inf):
        with pytest.raises(InvalidMarkerError, match="marker TH01, allele 7"):
            build_panel(FrequencyTable({"TH01": {"6": 0.5, "7": bad}}), typed, NO_MUTATION)
    table = FrequencyTable({"TH01": {"6": 0.5, "7": 0.5}})
    with pytest.raises(InvalidSettingError, match="marker TH01: allele 8"):
        build_panel(table, typed, Settings(mutation="none", minimum_frequency=0.0))
    with pytest.raises(InvalidSettingError, match=r"marker TH01: .*accepted"):
        build_panel(table, typed, Settings(mutation="quick:0.1"))
    with pytest.raises(InvalidMarkerError, match="marker TH01, allele 8"):
        build_panel(table, typed, Settings(mutation="dawid:rate=0.1,range=0.1"))


def test_build_panel__location_of_a_call_is_kept() -> None:
    call = Call(("6", "11"), location=Location("pm.csv", 4, 2))
    table = FrequencyTable({"TH01": {"6": 1.0}})
    panel = build_panel(table, [Profile("S1", {"TH01": call})], NO_MUTATION)
    assert panel.findings[0].locations == (Location("pm.csv", 4, 2),)


LABELS = st.sampled_from(("6", "7", "8", "9.3", "10", "OL", ">20"))


@given(
    table=st.dictionaries(LABELS, st.floats(0, 3), max_size=7),
    typed=st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=5),
    minimum=st.floats(1e-4, 0.1),
)
def test_build_panel__every_seen_allele_has_a_positive_share(table, typed, minimum) -> None:
    profiles = [Profile(f"S{i}", {"TH01": Call(pair)}) for i, pair in enumerate(typed)]
    settings = Settings(minimum_frequency=minimum)
    panel = build_panel(FrequencyTable({"TH01": table}), profiles, settings)
    listed = {label: value for label, value in table.items() if value > 0}
    if not listed:
        assert codes(panel) == ["marker_without_frequencies"]
        return
    (marker,) = panel.markers
    assert set(marker.alleles) == set(listed) | {label for pair in typed for label in pair}
    # Alleles of the table keep their proportions.
    shares = dict(zip(marker.alleles, marker.frequencies, strict=True))
    for label, value in listed.items():
        factor = shares[label] / (value / sum(listed.values()))
        assert factor == pytest.approx(1 / (1 + minimum * (len(shares) - len(listed))), rel=1e-9)
    # The order of profiles changes no number.
    again = build_panel(FrequencyTable({"TH01": table}), profiles[::-1], settings).markers[0]
    np.testing.assert_array_equal(again.frequencies, marker.frequencies)
    np.testing.assert_array_equal(again.mutation_male, marker.mutation_male)


AUTOSOMAL = Marker("TH01", ("6", "7", "8", "null"), np.full(4, 0.25), silent_allele="null")
X_LINKED = Marker("DXS8378", ("6", "7", "8"), np.full(3, 1 / 3), chromosome=Chromosome.X)


@pytest.mark.parametrize(
    ("alleles", "marker", "sex", "drop_in", "usable"),
    [
        (("6", "7"), AUTOSOMAL, Sex.MALE, 0.0, True),
        (("6", "6"), AUTOSOMAL, Sex.UNKNOWN, 0.0, True),
        (("6", "7", "8"), AUTOSOMAL, Sex.FEMALE, 0.0, False),
        (("6", "7", "8"), AUTOSOMAL, Sex.FEMALE, 0.01, True),
        (("6", "7", "6"), AUTOSOMAL, Sex.FEMALE, 0.0, True),
        (("6", "null"), AUTOSOMAL, Sex.FEMALE, 0.01, False),
        (("6", "99"), AUTOSOMAL, Sex.FEMALE, 0.01, False),
        (("6", "7"), X_LINKED, Sex.MALE, 0.0, False),
        (("6", "7"), X_LINKED, Sex.MALE, 0.01, True),
        (("6", "6"), X_LINKED, Sex.MALE, 0.0, True),
        (("6", "7"), X_LINKED, Sex.FEMALE, 0.0, True),
        (("6", "7"), X_LINKED, Sex.UNKNOWN, 0.0, True),
    ],
)
def test_usable_call__by_copies_and_drop_in(alleles, marker, sex, drop_in, usable) -> None:
    assert usable_call(Call(alleles), marker, sex, drop_in) is usable
