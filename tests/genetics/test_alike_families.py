from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.genetics.enumeration import JointStates
from tests.genetics.random_pedigrees import random_case, random_profiles

from forename.exceptions import (
    BudgetExceededError,
    InvalidPedigreeError,
    InvalidProfileError,
    InvalidSettingError,
)
from forename.genetics import alike_families
from forename.genetics.alike_families import (
    AlikeFamilies,
    conditional_tables,
    lay_side_by_side,
)
from forename.genetics.conditional import genotype_tables
from forename.genetics.likelihood import Hypothesis
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.mutation import mutation_matrix, parse_mutation
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

M, F = Sex.MALE, Sex.FEMALE
NO_ERRORS = ErrorRates()
COUPLE = [Person("Dad", sex=M), Person("Mum", sex=F)]
SIBLINGS = Pedigree([*COUPLE, Person("X", "Dad", "Mum", M), Person("S", "Dad", "Mum", F)])
MODELS = ("none", "equal:0.01", "proportional:0.01", "stepwise:rate=0.01,rate2=1e-4,range=0.1")


def _marker(size: int, model: str, *, silent: bool = False) -> Marker:
    alleles = tuple(str(5 + a) for a in range(size))
    p = np.random.default_rng(size).dirichlet(np.full(size, 2.0)) * 0.9 + 0.1 / size
    own = alleles[-1] if silent else None
    matrix = None
    if model != "none":
        matrix = mutation_matrix(parse_mutation(model), alleles, p, silent_allele=own)
    return Marker("M", alleles, p, Chromosome.AUTOSOMAL, matrix, matrix, own)


def _one_sample_each(profiles: dict[str, tuple[Profile, ...]], n: int) -> dict[str, Profile]:
    return {i: own[n % len(own)] for i, own in profiles.items() if own}


def _agree(
    families: AlikeFamilies,
    profiles: list[dict[str, Profile]],
    markers: tuple[Marker, ...],
    rates: ErrorRates,
) -> int:
    """Hold every table against that of the family by itself; return how many had one."""
    tables, logs = conditional_tables(families, markers)
    possible = 0
    for f, own in enumerate(profiles):
        hypothesis = Hypothesis(families.pedigree, {i: (p,) for i, p in own.items()})
        expected, expected_logs = genotype_tables(
            hypothesis, families.missing, markers, rates=rates
        )
        np.testing.assert_allclose(logs[f], expected_logs, rtol=0, atol=1e-11)
        for found, table in zip(tables, expected, strict=True):
            assert found[f].shape == table.shape
            np.testing.assert_allclose(found[f], table, rtol=1e-11, atol=1e-300)
            possible += bool(table.any())
    return possible


@pytest.mark.parametrize("kind", ["plain", "mutation", "observation", "x-linked", "inbred", "all"])
def test_conditional_tables__are_those_of_each_family_by_itself(kind: str) -> None:
    compared = 0
    for seed in range(120):
        rng = np.random.default_rng([seed, len(kind)])
        case = random_case(rng, kind, n_markers=2)
        if len({p.twin_of for p in case.pedigree.persons.values()}) > 1:
            continue
        target = str(rng.choice(case.pedigree.order))
        rates = ErrorRates(case.drop_out, case.drop_in)
        profiles = []
        for n in range(int(rng.choice([1, 5, 20]))):
            drawn = random_profiles(
                rng,
                case.pedigree,
                case.markers,
                noisy=kind in ("observation", "all"),
                drop_out=case.drop_out,
                drop_in=case.drop_in,
            )
            drawn.pop(target, None)
            one_each = _one_sample_each(drawn, n)
            if all(len(c.distinct) <= 2 for p in one_each.values() for c in p.calls.values()):
                profiles.append(one_each)
        families = lay_side_by_side(case.pedigree, target, profiles, case.markers, rates=rates)
        compared += _agree(families, profiles, case.markers, rates)
    assert compared > 500


def _rich(rng: np.random.Generator, name: str, *, linked: bool, silent: bool) -> Marker:
    """A marker of many alleles whose mutation jumps, of fathers and mothers in their own ways."""
    size = int(rng.integers(6, 14))
    alleles = tuple(str(5 + a) for a in range(size))
    p = rng.dirichlet(np.full(size, 0.7)) * 0.98 + 0.02 / size
    own = alleles[int(rng.integers(size))] if silent else None
    models = rng.choice(["none", "equal:0.02", "proportional:0.05", "equal:0.3"], 2)
    male, female = (
        None
        if model == "none"
        else mutation_matrix(parse_mutation(model), alleles, p, silent_allele=own)
        for model in models.tolist()
    )
    chromosome = Chromosome.X if linked else Chromosome.AUTOSOMAL
    return Marker(name, alleles, p, chromosome, male, female, own)


@pytest.mark.parametrize("kind", ["plain", "observation", "x-linked", "inbred", "all"])
def test_conditional_tables__where_alleles_merge(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merged or not, and each family by itself: the same; inbred ones are never merged."""
    compared = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, len(kind)])
        case = random_case(rng, kind, n_markers=1)
        if len({p.twin_of for p in case.pedigree.persons.values()}) > 1:
            continue
        target = str(rng.choice(case.pedigree.order))
        rates = ErrorRates(case.drop_out, case.drop_in)
        linked = kind == "x-linked" or (kind == "all" and seed % 3 == 0)
        markers = tuple(
            _rich(rng, name, linked=linked, silent=bool(rng.random() < 0.3)) for name in "MN"
        )
        if linked and any(p.sex is Sex.UNKNOWN for p in case.pedigree.persons.values()):
            continue
        profiles = []
        for n in range(int(rng.choice([3, 20]))):
            drawn = random_profiles(
                rng,
                case.pedigree,
                markers,
                noisy=kind in ("observation", "all"),
                drop_out=case.drop_out,
                drop_in=case.drop_in,
            )
            drawn.pop(target, None)
            one_each = _one_sample_each(drawn, n)
            if all(len(c.distinct) <= 2 for p in one_each.values() for c in p.calls.values()):
                profiles.append(one_each)
        families = lay_side_by_side(case.pedigree, target, profiles, markers, rates=rates)
        compared += _agree(families, profiles, markers, rates)
        merged, merged_logs = conditional_tables(families, markers)
        with monkeypatch.context() as patched:
            patched.setattr(alike_families, "parents_apart", lambda *_: False)
            apart, logs = conditional_tables(families, markers)
        np.testing.assert_allclose(merged_logs, logs, rtol=0, atol=1e-11)
        for one, other in zip(merged, apart, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-300)
    assert compared > 200


def test_conditional_tables__of_cousins_children_with_drop_out() -> None:
    """A grandparent shows one peak; the allele that dropped out may come down on both sides."""
    marker = _marker(5, "none")
    pedigree = Pedigree(
        [
            Person("GF", sex=M),
            Person("GM", sex=F),
            Person("V", "GF", "GM", M),
            Person("GM2", sex=F),
            Person("T", "GF", "GM2", F),
            Person("X", "V", "T", M),
        ]
    )
    own = {"GF": Profile("GF", {"M": Call((marker.alleles[3],))})}
    rates = ErrorRates(0.3)
    families = lay_side_by_side(pedigree, "X", [own] * 3, [marker], rates=rates)
    (tables,), _ = conditional_tables(families, [marker])
    states = JointStates(pedigree, {"GF": (own["GF"],)}, marker, drop_out=0.3)
    np.testing.assert_allclose(tables[2], states.table("X") / states.likelihood, atol=1e-13)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize(
    "rates", [NO_ERRORS, ErrorRates(0.1), ErrorRates(0.1, 0.05)], ids=["clean", "out", "in"]
)
def test_conditional_tables__with_many_alleles(model: str, silent: bool, rates: ErrorRates) -> None:
    marker = _marker(9, model, silent=silent)
    rng = np.random.default_rng(1)
    pedigree = Pedigree(
        [
            Person("GF", sex=M),
            Person("GM", sex=F),
            Person("Dad", "GF", "GM", M),
            Person("A", "GF", "GM", F),
            COUPLE[1],
            Person("X", "Dad", "Mum", M),
            Person("S", "Dad", "Mum", F),
            Person("W", sex=F),
            Person("C", "X", "W", F),
        ]
    )
    profiles = []
    for n in range(20):
        calls = rng.choice(marker.alleles[:-1], (3, 2))
        own = {
            i: Profile(i, {"M": Call(tuple(c), partial=n % 7 == 6)})
            for i, c in zip("ASC", calls, strict=True)
        }
        if n % 5 == 4:
            own.pop("A")
        profiles.append(own)
    families = lay_side_by_side(pedigree, "X", profiles, [marker], rates=rates)
    assert _agree(families, profiles, (marker,), rates) > 10


def test_conditional_tables__agree_with_enumeration() -> None:
    marker = _marker(4, "stepwise:rate=0.01,rate2=1e-4,range=0.1", silent=True)
    profiles = [{"S": Profile("S", {"M": Call((a,))})} for a in marker.alleles[:-1]]
    rates = ErrorRates(0.2, 0.1)
    families = lay_side_by_side(SIBLINGS, "X", profiles, [marker], rates=rates)
    (tables,), logs = conditional_tables(families, [marker])
    for f, own in enumerate(profiles):
        states = JointStates(SIBLINGS, {"S": (own["S"],)}, marker, drop_out=0.2, drop_in=0.1)
        assert logs[f, 0] == pytest.approx(np.log(states.likelihood), abs=1e-12)
        np.testing.assert_allclose(tables[f], states.table("X") / states.likelihood, atol=1e-13)


def test_conditional_tables__drop_out_is_a_mixture_of_what_may_have_been_there() -> None:
    """A single peak: two copies, or one beside any other allele that dropped out."""
    marker = _marker(30, "stepwise:rate=0.01,rate2=1e-4,range=0.1")
    d = 0.1
    seen = marker.alleles[7]
    every = [{"S": Profile("S", {"M": Call((seen, other))})} for other in marker.alleles]
    clean = lay_side_by_side(SIBLINGS, "X", every, [marker])
    (parts,), logs = conditional_tables(clean, [marker])
    weight = np.where(np.array(marker.alleles) == seen, 1 - d**2, d * (1 - d))
    weight *= np.exp(logs[:, 0])
    single = lay_side_by_side(
        SIBLINGS,
        "X",
        [{"S": Profile("S", {"M": Call((seen,))})}],
        [marker],
        rates=ErrorRates(d),
    )
    (found,), log = conditional_tables(single, [marker])
    assert log[0, 0] == pytest.approx(np.log(weight.sum()), abs=1e-12)
    expected = np.tensordot(weight, parts, 1) / weight.sum()
    np.testing.assert_allclose(found[0], expected, rtol=1e-12)


def test_conditional_tables__rich_markers_with_drop_in_are_affordable() -> None:
    """Two siblings at 55 alleles: by every genotype of both this exceeds the budget."""
    marker = _marker(55, "stepwise:rate=0.001,rate2=1e-5,range=0.1")
    pedigree = Pedigree([*SIBLINGS.persons.values(), Person("T", "Dad", "Mum", M)])
    own = {i: Profile(i, {"M": Call((marker.alleles[20],))}) for i in "ST"}
    families = lay_side_by_side(pedigree, "X", [own], [marker], rates=ErrorRates(0.05, 0.01))
    (table,), _ = conditional_tables(families, [marker], budget=1e6)
    assert table.sum() == pytest.approx(1, abs=1e-12)
    hypothesis = Hypothesis(pedigree, {i: (p,) for i, p in own.items()})
    with pytest.raises(BudgetExceededError):
        genotype_tables(hypothesis, "X", [marker], rates=ErrorRates(0.05, 0.01))


def test_conditional_tables__do_not_depend_on_the_company() -> None:
    marker = _marker(6, "equal:0.01")
    rng = np.random.default_rng(2)
    profiles = [
        {"S": Profile("S", {"M": Call(tuple(rng.choice(marker.alleles, 2)))})} for _ in range(40)
    ]
    (together,), logs = conditional_tables(
        lay_side_by_side(SIBLINGS, "X", profiles, [marker]), [marker]
    )
    order = rng.permutation(40)
    (shuffled,), own_logs = conditional_tables(
        lay_side_by_side(SIBLINGS, "X", [profiles[f] for f in order], [marker]), [marker]
    )
    assert np.array_equal(shuffled, together[order])
    assert np.array_equal(own_logs, logs[order])


def test_conditional_tables__without_calls_are_the_population() -> None:
    marker = _marker(5, "none")
    families = lay_side_by_side(SIBLINGS, "X", [{"S": Profile("S", {})}] * 3, [marker])
    (tables,), logs = conditional_tables(families, [marker])
    p = marker.frequencies
    np.testing.assert_allclose(tables, np.broadcast_to(np.outer(p, p), (3, 5, 5)), atol=1e-15)
    np.testing.assert_allclose(logs, 0, atol=1e-15)


def test_conditional_tables__of_an_impossible_family_are_zero_beside_possible_ones() -> None:
    marker = _marker(5, "none")
    pedigree = Pedigree(
        [*COUPLE, Person("X", "Dad", "Mum", M), Person("W", sex=F), Person("C", "Dad", "W", F)]
    )
    profiles = [
        {
            "Dad": Profile("Dad", {"M": Call(("5", "6"))}),
            "C": Profile("C", {"M": Call((child, child))}),
        }
        for child in ("5", "7")
    ]
    (tables,), logs = conditional_tables(
        lay_side_by_side(pedigree, "X", profiles, [marker]), [marker]
    )
    assert tables[0].sum() == pytest.approx(1)
    assert np.isfinite(logs[0, 0])
    assert not tables[1].any()
    assert logs[1, 0] == -np.inf


def test_conditional_tables__of_no_family() -> None:
    marker = _marker(5, "none")
    (tables,), logs = conditional_tables(lay_side_by_side(SIBLINGS, "X", [], [marker]), [marker])
    assert tables.shape == (0, 5, 5)
    assert logs.shape == (0, 1)


def test_alike_families__refuse_what_they_cannot_hold() -> None:
    marker = _marker(5, "none", silent=True)
    profile = Profile("S", {"M": Call(("5",))})
    families = lay_side_by_side(SIBLINGS, "X", [{"S": profile}], [marker])
    with pytest.raises(InvalidProfileError, match="5/6/7 at marker M"):
        lay_side_by_side(
            SIBLINGS, "X", [{"S": Profile("S", {"M": Call(("5", "6", "7"))})}], [marker]
        )
    with pytest.raises(InvalidProfileError, match="99 at marker M"):
        lay_side_by_side(SIBLINGS, "X", [{"S": Profile("S", {"M": Call(("99",))})}], [marker])
    for number in (4, 5):  # the silent allele, and one too many
        with pytest.raises(InvalidProfileError, match=f"no visible allele number {number}"):
            conditional_tables(
                replace(families, alleles=np.full_like(families.alleles, number)), [marker]
            )
    with pytest.raises(InvalidProfileError, match="1 markers and 2 markers"):
        conditional_tables(families, [marker, marker])
    with pytest.raises(InvalidPedigreeError, match="person S is typed"):
        conditional_tables(replace(families, missing="S"), [marker])
    with pytest.raises(InvalidPedigreeError, match="person Y is not"):
        replace(families, missing="Y")
    with pytest.raises(InvalidSettingError, match="must lie in"):
        replace(families, rates=families.rates + 1)
    with pytest.raises(BudgetExceededError, match="marker M"):
        conditional_tables(families, [marker], budget=1.0)
