"""Same person: closed forms, enumeration, invariances, clusters and their conflicts."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.genetics.identity import (
    compare_all,
    compare_samples,
    consensus_profile,
    group_samples,
    group_sex,
    is_same_person,
    merged_profiles,
    same_person_conflicts,
)
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.panel import build_panel
from forename.genetics.problem import Settings
from forename.genetics.profiles import Call, Profile, Sex

from .exercise_tables import needs_exercise, read_exercise

P_A, P_B, P_C = 0.1, 0.2, 0.7
ABC = Marker("M1", ("A", "B", "C"), np.array([P_A, P_B, P_C]))
NO_ERROR = Settings()


def sample(name: str, text: str = "", sex: Sex = Sex.UNKNOWN, **rates: float) -> Profile:
    """``M1:A,B M2:A`` becomes a profile; ``A/-`` is a partial call."""
    calls = {}
    for word in text.split():
        marker, alleles = word.split(":")
        partial = alleles.endswith("/-")
        calls[marker] = Call(tuple(alleles.removesuffix("/-").split(",")), partial)
    return Profile(name, calls, sex=sex, **rates)


def lr(a: str, b: str, marker: Marker = ABC, settings: Settings = NO_ERROR) -> float:
    return 10 ** compare_samples(sample("a", a), sample("b", b), [marker], settings).log10_lr


def approx(value: float) -> object:
    return pytest.approx(value, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("alleles", "expected"),
    [("A,A", 1 / P_A**2), ("A", 1 / P_A**2), ("A,B", 1 / (2 * P_A * P_B)), ("C,B", 1 / 0.28)],
)
def test_compare_samples__equal_genotypes_are_one_over_the_genotype_frequency(alleles, expected):
    assert lr(f"M1:{alleles}", f"M1:{alleles}") == approx(expected)


def test_compare_samples__order_of_alleles_is_irrelevant():
    assert lr("M1:A,B", "M1:B,A") == lr("M1:A,B", "M1:A,B")


@pytest.mark.parametrize(
    ("alleles", "match"),
    [
        ("A,A", lambda t: (2 * t + (1 - t) * P_A) * (3 * t + (1 - t) * P_A)),
        ("A,B", lambda t: 2 * (t + (1 - t) * P_A) * (t + (1 - t) * P_B)),
    ],
)
@pytest.mark.parametrize("theta", [0.01, 0.03, 0.1])
def test_compare_samples__theta_is_the_balding_nichols_match_probability(alleles, match, theta):
    expected = (1 + theta) * (1 + 2 * theta) / match(theta)
    settings = Settings(theta=theta)
    assert lr(f"M1:{alleles}", f"M1:{alleles}", settings=settings) == approx(expected)


def test_compare_samples__different_genotypes_exclude_and_are_named():
    pair = compare_samples(sample("a", "M1:A,B"), sample("b", "M1:A,C"), [ABC], NO_ERROR)
    assert pair.log10_lr == -math.inf
    assert pair.mismatches == ("M1",)


@pytest.mark.parametrize("error", [0.001, 0.05, 0.5])
def test_compare_samples__typing_error_mixes_in_an_independent_observation(error):
    both_right = (1 - error) ** 2
    settings = Settings(typing_error=error)
    assert lr("M1:A,A", "M1:A,A", settings=settings) == approx(both_right * 100 + 1 - both_right)
    assert lr("M1:A,B", "M1:A,C", settings=settings) == approx(1 - both_right)


def test_compare_samples__partial_call_by_hand():
    # P(A is there) = 1 - 0.9**2; a person A/A shows it surely.
    assert lr("M1:A/-", "M1:A,A") == approx(1 / 0.19)
    assert lr("M1:A/-", "M1:B,C") == 0


def test_compare_samples__silent_allele_by_hand():
    marker = replace_silent()
    # Seen A alone: A/A or A/silent; seen B alone: B/B or B/silent.
    p_a_alone = 0.1**2 + 2 * 0.1 * 0.2
    assert lr("M1:A", "M1:A", marker) == approx(1 / p_a_alone)
    assert lr("M1:A", "M1:C", marker) == 0


def replace_silent() -> Marker:
    return replace(ABC, silent_allele="B")


def enumerated(a: Call, b: Call, marker: Marker, settings: Settings) -> float:
    """The LR by plain summation over genotypes of one person and of two persons."""
    alleles = range(len(marker.alleles))
    p = [float(x) for x in marker.frequencies]
    d, c, e, t = settings.drop_out, settings.drop_in, settings.typing_error, settings.theta

    def seen(call: Call, genotype: tuple[int, int]) -> float:
        names = [marker.alleles[x] for x in genotype if marker.alleles[x] != marker.silent_allele]
        value = 1.0
        for name in set(names):
            lost = d ** names.count(name)
            if name in call.distinct:
                value *= 1 - lost
            elif not call.partial:
                value *= lost
        extra = call.distinct - set(names)
        if not extra:
            return value * (1 - c)
        return value * math.prod(c * p[marker.alleles.index(x)] for x in extra)

    def urn(*draws: int) -> float:
        value = 1.0
        for n, allele in enumerate(draws):
            value *= (draws[:n].count(allele) * t + (1 - t) * p[allele]) / (1 + (n - 1) * t)
        return value

    genotypes = list(itertools.product(alleles, repeat=2))
    marginal = [sum(urn(*g) * seen(call, g) for g in genotypes) for call in (a, b)]

    def typed(call: Call, number: int, g: tuple[int, int]) -> float:
        return (1 - e) * seen(call, g) + e * marginal[number]

    one = sum(urn(*g) * typed(a, 0, g) * typed(b, 1, g) for g in genotypes)
    two = sum(urn(*g, *h) * typed(a, 0, g) * typed(b, 1, h) for g in genotypes for h in genotypes)
    return one / two


calls = st.builds(
    lambda alleles, partial: Call(tuple(sorted(alleles)), partial and len(alleles) == 1),
    st.sets(st.sampled_from("ABCD"), min_size=1, max_size=2),
    st.booleans(),
)


@given(
    a=calls,
    b=calls,
    weights=st.lists(st.floats(0.01, 1), min_size=5, max_size=5),
    drop_out=st.sampled_from([0.0, 0.05, 0.4]),
    drop_in=st.sampled_from([0.0, 0.05]),
    error=st.sampled_from([0.0, 0.02]),
    theta=st.sampled_from([0.0, 0.02, 0.3]),
    silent=st.sampled_from([None, "S"]),
)
def test_compare_samples__agrees_with_enumeration(
    a, b, weights, drop_out, drop_in, error, theta, silent
):
    p = np.array(weights) / sum(weights)
    marker = Marker("M1", ("A", "B", "C", "D", "S"), p, silent_allele=silent)
    settings = Settings(drop_out=drop_out, drop_in=drop_in, typing_error=error, theta=theta)
    pair = compare_samples(Profile("a", {"M1": a}), Profile("b", {"M1": b}), [marker], settings)
    expected = enumerated(a, b, marker, settings)
    assert 10**pair.log10_lr == pytest.approx(expected, rel=1e-10, abs=1e-14)
    swapped = compare_samples(Profile("b", {"M1": b}), Profile("a", {"M1": a}), [marker], settings)
    assert swapped.log10_lr == pair.log10_lr
    assert swapped.mismatches == pair.mismatches


@pytest.mark.parametrize(
    "settings", [NO_ERROR, Settings(theta=0.05), Settings(drop_out=0.2, drop_in=0.1)]
)
def test_compare_samples__no_data_is_lr_one_exactly(settings):
    for a, b in (("", "M1:A,B"), ("M1:A,A", ""), ("", ""), ("M2:A", "M1:A")):
        pair = compare_samples(sample("a", a), sample("b", b), [ABC], settings)
        assert pair.log10_lr == 0.0
        assert pair.per_marker == {}
        assert pair.mismatches == ()


def test_compare_samples__three_alleles_without_drop_in_say_nothing():
    pair = compare_samples(sample("a", "M1:A,B,C"), sample("b", "M1:A,B"), [ABC], NO_ERROR)
    assert (pair.log10_lr, pair.per_marker) == (0.0, {})


@pytest.mark.parametrize("theta", [0.0, 0.03])
def test_compare_samples__expected_lr_of_unrelated_persons_is_one(theta):
    settings = Settings(theta=theta, drop_out=0.1)
    everything = [*(f"{x}" for x in "ABC"), "A,B", "A,C", "B,C"]
    for a in everything:
        total = math.fsum(
            lr(f"M1:{a}", f"M1:{b}", settings=settings) * two_persons(a, b, settings)
            for b in everything
        )
        # A person of whom nothing is seen has no call: LR 1 there.
        whole = math.fsum(two_persons(a, b, settings) for b in everything)
        nothing = two_persons(a, "", settings)
        assert total + nothing == approx(whole + nothing)


def two_persons(a: str, b: str, settings: Settings) -> float:
    """P(observations a and b of two unrelated persons), by enumeration."""
    p, t, d = [P_A, P_B, P_C], settings.theta, settings.drop_out

    def seen(text: str, genotype: tuple[int, int]) -> float:
        value = 1.0
        for x in set(genotype):
            lost = d ** genotype.count(x)
            value *= (1 - lost) if "ABC"[x] in text else lost
        return value if all("ABC".index(x) in genotype for x in text if x != ",") else 0.0

    def urn(*draws: int) -> float:
        value = 1.0
        for n, x in enumerate(draws):
            value *= (draws[:n].count(x) * t + (1 - t) * p[x]) / (1 + (n - 1) * t)
        return value

    pairs = list(itertools.product(range(3), repeat=2))
    return math.fsum(urn(*g, *h) * seen(a, g) * seen(b, h) for g in pairs for h in pairs)


@pytest.mark.parametrize(
    ("sex_a", "sex_b", "alleles", "expected"),
    [
        (Sex.MALE, Sex.MALE, "A", 1 / P_A),
        (Sex.MALE, Sex.UNKNOWN, "A", 1 / P_A),
        (Sex.FEMALE, Sex.FEMALE, "A", 1 / P_A**2),
        (Sex.FEMALE, Sex.UNKNOWN, "A,B", 1 / (2 * P_A * P_B)),
        (Sex.UNKNOWN, Sex.UNKNOWN, "A", 1.0),
        (Sex.MALE, Sex.FEMALE, "A", 1.0),
    ],
)
def test_compare_samples__x_linked_by_sex(sex_a, sex_b, alleles, expected):
    marker = replace(ABC, chromosome=Chromosome.X)
    pair = compare_samples(
        sample("a", f"M1:{alleles}", sex_a), sample("b", f"M1:{alleles}", sex_b), [marker], NO_ERROR
    )
    assert 10**pair.log10_lr == approx(expected)


def test_compare_samples__x_linked_theta_for_two_men():
    marker = replace(ABC, chromosome=Chromosome.X)
    men = [sample(name, "M1:A", Sex.MALE) for name in "ab"]
    pair = compare_samples(*men, [marker], Settings(theta=0.1))
    assert 10**pair.log10_lr == approx(1 / (0.1 + 0.9 * P_A))


def test_compare_samples__amelogenin_contradiction_is_a_mismatch_unless_y_may_drop_out():
    man = replace(sample("a", "M1:A,B"), amelogenin=("X", "Y"))
    woman = replace(sample("b", "M1:A,B"), amelogenin=("X", "X"))
    assert compare_samples(man, woman, [ABC], NO_ERROR).mismatches == ("AMEL",)
    assert compare_samples(man, woman, [ABC], Settings(drop_out=0.1)).mismatches == ()


def markers(count: int) -> list[Marker]:
    return [Marker(f"M{i}", ABC.alleles, ABC.frequencies) for i in range(1, count + 1)]


PANEL = markers(12)
MATCHING = " ".join(f"M{i}:A,B" for i in range(3, 13))


def groups_of(profiles, settings=NO_ERROR, panel=PANEL):
    pairs = compare_all(profiles, panel, settings)
    return group_samples(profiles, pairs, settings, panel), pairs


def test_compare_all__equals_compare_samples_for_every_pair():
    rng = np.random.default_rng(3)
    profiles = [
        sample(
            f"s{n}",
            " ".join(
                f"M{i}:{a},{b}"
                for i in range(1, 4)
                for a, b in [rng.choice(["A", "B", "C"], 2)]
                if rng.random() > 0.2
            ),
        )
        for n in range(40)
    ]
    for settings in (NO_ERROR, Settings(drop_out=0.1, typing_error=0.01), Settings(theta=0.05)):
        single = [
            compare_samples(a, b, PANEL, settings) for a, b in itertools.combinations(profiles, 2)
        ]
        expected = [pair for pair in single if pair.log10_lr > 0]
        found = compare_all(profiles, PANEL, settings)
        assert [(p.sample_a, p.sample_b) for p in found] == [
            (p.sample_a, p.sample_b) for p in expected
        ]
        assert [p.log10_lr for p in found] == pytest.approx([p.log10_lr for p in expected])


@pytest.mark.parametrize("profiles", [[], [sample("a", "M1:A,A")], [sample("a"), sample("b")]])
def test_compare_all__nothing_to_compare(profiles):
    assert compare_all(profiles, PANEL, NO_ERROR) == ()
    assert compare_all(profiles, [], NO_ERROR) == ()


def test_group_samples__every_sample_is_in_one_group():
    profiles = [sample("a", MATCHING), sample("b", MATCHING), sample("c", "M1:B,B"), sample("d")]
    groups, _ = groups_of(profiles)
    assert [g.samples for g in groups] == [("a", "b"), ("c",), ("d",)]
    assert [g.label for g in groups] == ["a+b", "c", "d"]


def test_group_samples__pairwise_consistent_but_jointly_impossible_stay_apart():
    # With drop-out, A alone fits A/B and A/C; A alone, B alone and C alone fit no one genotype.
    settings = Settings(drop_out=0.2)
    profiles = [sample(x, f"M1:{x},{x} {MATCHING}") for x in "ABC"]
    groups, pairs = groups_of(profiles, settings)
    assert sum(is_same_person(pair, settings) for pair in pairs) == 3
    assert sorted(len(g.samples) for g in groups) == [1, 2]
    conflicts = same_person_conflicts(groups, pairs, settings)
    assert {f.code for f in conflicts} == {"same_person_conflict"}
    assert len(conflicts) == 2


def test_group_samples__a_matches_b_and_b_matches_c_but_not_a():
    profiles = [
        sample("a", f"M1:A,B {MATCHING}"),
        sample("b", MATCHING),
        sample("c", f"M1:A,C {MATCHING}"),
    ]
    groups, pairs = groups_of(profiles)
    assert {("a", "b"), ("b", "c")} == {(p.sample_a, p.sample_b) for p in pairs}
    assert sorted(len(g.samples) for g in groups) == [1, 2]
    (conflict,) = same_person_conflicts(groups, pairs, NO_ERROR)
    assert "b" in conflict.records


def test_group_samples__does_not_depend_on_the_order():
    profiles = [
        sample("a", f"M1:A,B {MATCHING}"),
        sample("b", f"M2:A,A {MATCHING}"),
        sample("c", f"M1:A,C {MATCHING}"),
        sample("d", f"M2:A,A {MATCHING}"),
        sample("e", "M1:B,B M2:B,B"),
    ]
    found = set()
    for order in itertools.permutations(profiles):
        groups, _ = groups_of(list(order))
        found.add(frozenset(frozenset(g.samples) for g in groups))
    assert len(found) == 1


def test_group_samples__tolerated_typing_error_is_reported_as_conflict():
    settings = Settings(typing_error=0.02)
    profiles = [sample("a", f"M1:A,B {MATCHING}"), sample("b", f"M1:A,C {MATCHING}")]
    (group,), _ = groups_of(profiles, settings)
    assert group.conflicts == {"M1": ("a A,B", "b A,C")}
    assert "M1" not in consensus_profile(group, profiles).calls


def test_group_samples__heterozygote_and_homozygote_with_drop_out_are_no_conflict():
    settings = Settings(drop_out=0.1)
    profiles = [sample("a", f"M1:A,B {MATCHING}"), sample("b", f"M1:A,A {MATCHING}")]
    (group,), _ = groups_of(profiles, settings)
    assert group.conflicts == {}
    assert consensus_profile(group, profiles).calls["M1"].alleles == ("A", "B")
    assert merged_profiles(group, profiles) == tuple(profiles)


def test_group_samples__one_name_twice_is_one_sample():
    profiles = [sample("a", MATCHING), sample("a", "M1:A,B"), sample("b", MATCHING)]
    groups, _ = groups_of(profiles)
    assert [g.samples for g in groups] == [("a", "b")]
    assert len(merged_profiles(groups[0], profiles)) == 3


def test_group_sex__agrees_or_is_unknown():
    man = replace(sample("a", MATCHING), amelogenin=("X", "Y"))
    blank = sample("b", MATCHING)
    woman = sample("c", MATCHING, Sex.FEMALE)
    (group,), _ = groups_of([man, blank])
    assert group_sex(group, [man, blank]) is Sex.MALE
    group = replace(group, samples=("a", "c"))
    assert group_sex(group, [man, woman]) is Sex.UNKNOWN


REFERENCE_GROUPS = [
    {"BS1", "BS16", "BS18", "BS81", "BS86"},
    {"BS3", "BS17", "BS57"},
    {"BS8", "BS80"},
    {"BS10", "BS71"},
    {"BS19", "BS41", "BS87"},
    {"BS27", "BS67"},
]


@needs_exercise
@pytest.mark.parametrize("settings", [NO_ERROR, Settings(drop_out=0.02, typing_error=0.001)])
def test_group_samples__mass_grave_exercise(settings):
    problem = read_exercise(settings)
    panel = build_panel(problem.frequencies, problem.remains, settings).markers
    groups, pairs = groups_of(problem.remains, settings, panel)
    assert [set(g.samples) for g in groups if len(g.samples) > 1] == REFERENCE_GROUPS
    assert len(groups) == 76
    assert sum(is_same_person(pair, settings) for pair in pairs) == 19
    assert same_person_conflicts(groups, pairs, settings) == ()


@needs_exercise
def test_compare_all__mass_grave_exercise_values():
    problem = read_exercise()
    panel = build_panel(problem.frequencies, problem.remains, problem.settings).markers
    pairs = compare_all(problem.remains, panel, problem.settings)
    found = {(p.sample_a, p.sample_b): p.log10_lr for p in pairs}
    reference = {("BS1", "BS81"): 17.156, ("BS1", "BS16"): 14.738, ("BS3", "BS17"): 11.474}
    # The reference took unscaled frequencies here: seven markers sum to 0.9994 to 1.0002.
    for names, expected in reference.items():
        assert found[names] == pytest.approx(expected, abs=0.001)
        a, b = (next(p for p in problem.remains if p.sample == n) for n in names)
        unscaled = 0.0
        for marker in set(a.calls) & set(b.calls):
            table = problem.frequencies.frequencies[marker]
            p = [table[x] for x in a.calls[marker].distinct]
            unscaled -= math.log10(2 * p[0] * p[1] if len(p) == 2 else p[0] ** 2)
        assert unscaled == pytest.approx(expected, abs=0.0005)
