"""Families with several missing persons: cut into blocks, and whole, against one at a time."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.genetics.enumeration import enumerated_log_likelihood
from tests.genetics.random_pedigrees import random_marker, random_pedigree, random_profiles

from forename.genetics.likelihood import Hypothesis, Theta, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.placement_blocks import distinct_placements, sum_over_blocks
from forename.genetics.placements import placement_log_likelihoods, unrelated_log_likelihoods
from forename.genetics.profiles import Call, Profile, Sex


def _one_to_one(n_candidates: int, n_places: int) -> np.ndarray:
    every = product(range(-1, n_candidates), repeat=n_places)
    return np.array(
        [row for row in every if len({c for c in row if c >= 0}) == sum(c >= 0 for c in row)]
    )


def _question(rng: np.random.Generator, size: int, n_missing: int, **kind: bool):
    """Return a family, its missing members, remains (some of them the missing), and markers."""
    noisy = kind.pop("noisy", False)
    mutates = kind.pop("mutates", False)
    pedigree = random_pedigree(rng, size, **kind)
    markers = tuple(
        random_marker(rng, f"M{m}", mutates=mutates, linked=False, silent=noisy, size=4)
        for m in range(3)
    )
    rates = ErrorRates(0.1, 0.05) if noisy else ErrorRates()
    profiles = random_profiles(
        rng,
        pedigree,
        markers,
        noisy=noisy,
        drop_out=rates.drop_out,
        drop_in=rates.drop_in,
        typed_rate=0.8,
    )
    single = [i for i in pedigree.order if not any(i in _pair(p) for p in _twins(pedigree))]
    missing = [str(i) for i in rng.permutation(single)[:n_missing]]
    remains = [profiles.pop(i) for i in missing if i in profiles]
    strangers = [own for i, own in profiles.items() if rng.random() < 0.4][:2]
    return Hypothesis(pedigree, profiles), missing, [*remains, *strangers], markers, rates


def _twins(pedigree: Pedigree):
    return [p for p in pedigree.persons.values() if p.twin_of is not None]


def _pair(person: Person) -> tuple[str, ...]:
    return person.id, str(person.twin_of)


def _one_at_a_time(family, missing, remains, placements, markers, rates, theta=None):
    columns = []
    for row in placements:
        placed = {m: remains[c] for m, c in zip(missing, row, strict=True) if c >= 0}
        hypothesis = Hypothesis(family.pedigree, {**family.profiles, **placed})
        columns.append(log_likelihoods(hypothesis, markers, rates=rates, theta=theta or Theta()))
    return np.array(columns).T


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"mutates": True},
        {"noisy": True, "mutates": True},
        {"inbred": True},
        {"twins": True, "mutates": True},
        {"unsexed": True},
        {"noisy": True, "mutates": True, "inbred": True, "twins": True},
    ],
    ids=lambda kind: "-".join(kind) or "plain",
)
def test_sum_over_blocks__equals_one_placement_at_a_time(kind):
    rng = np.random.default_rng(len(kind) * 100 + sum(map(len, kind)))
    for _ in range(25):
        question = _question(rng, int(rng.integers(3, 12)), 3, **kind)
        family, missing, remains, markers, rates = question
        placements = _one_to_one(len(remains), len(missing))
        expected = _one_at_a_time(family, missing, remains, placements, markers, rates)
        found = sum_over_blocks(family, missing, remains, placements, markers, rates=rates)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)
        whole = placement_log_likelihoods(
            family, missing, remains, placements, markers, rates=rates
        )
        np.testing.assert_allclose(whole, expected, rtol=0, atol=1e-10)


def test_sum_over_blocks__equals_enumeration():
    rng = np.random.default_rng(5)
    for _ in range(10):
        family, missing, remains, markers, rates = _question(rng, 5, 2, mutates=True)
        placements = _one_to_one(len(remains), len(missing))
        found = sum_over_blocks(family, missing, remains, placements, markers, rates=rates)
        for column, row in zip(found.T, placements, strict=True):
            placed = {m: remains[c] for m, c in zip(missing, row, strict=True) if c >= 0}
            for marker, value in zip(markers, column, strict=True):
                profiles = {**family.profiles, **placed}
                expected = enumerated_log_likelihood(family.pedigree, profiles, marker)
                assert value == pytest.approx(expected, abs=1e-10)


def test_placement_log_likelihoods__with_coancestry():
    """Theta couples all founders: nothing may be cut."""
    rng = np.random.default_rng(6)
    for _ in range(5):
        family, missing, remains, markers, rates = _question(rng, 6, 2, mutates=True)
        placements = _one_to_one(len(remains), len(missing))
        theta = Theta(0.05, "hypothesis")
        expected = _one_at_a_time(family, missing, remains, placements, markers, rates, theta)
        found = placement_log_likelihoods(
            family, missing, remains, placements, markers, rates=rates, theta=theta
        )
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_placement_log_likelihoods__cuts_where_it_pays_and_says_the_same():
    """Eight remains in four places: more placements than are searched whole."""
    rng = np.random.default_rng(7)
    persons = [
        Person("GF", sex=Sex.MALE),
        Person("GM", sex=Sex.FEMALE),
        Person("A", "GF", "GM", Sex.MALE),
        Person("B", "GF", "GM", Sex.MALE),
        Person("W", sex=Sex.FEMALE),
        Person("C", "A", "W", Sex.MALE),
        Person("D", "A", "W", Sex.MALE),
        Person("E", "A", "W", Sex.FEMALE),
    ]
    pedigree = Pedigree(persons)
    markers = tuple(
        random_marker(rng, f"M{m}", mutates=True, linked=False, silent=False, size=4)
        for m in range(2)
    )
    profiles = random_profiles(rng, pedigree, markers, typed_rate=1.0)
    missing = ["A", "B", "C", "D"]
    others = random_profiles(rng, Pedigree([Person(f"S{i}") for i in range(3)]), markers)
    remains = [*(profiles.pop(m) for m in missing if m in profiles), *others.values()]
    placements = _one_to_one(len(remains), len(missing))
    assert len(placements) > 100
    family = Hypothesis(pedigree, profiles)
    found = placement_log_likelihoods(family, missing, remains, placements, markers)
    some = rng.choice(len(placements), 60, replace=False)
    expected = _one_at_a_time(family, missing, remains, placements[some], markers, ErrorRates())
    np.testing.assert_allclose(found[:, some], expected, rtol=0, atol=1e-10)


def test_distinct_placements__joins_exchangeable_siblings_only():
    pedigree = Pedigree(
        [
            Person("F", sex=Sex.MALE),
            Person("M", sex=Sex.FEMALE),
            Person("W", sex=Sex.FEMALE),
            *(Person(name, "F", "M", Sex.MALE) for name in ("A", "B", "C")),
            Person("D", "F", "M", Sex.FEMALE),
            Person("K", "C", "W", Sex.MALE),
        ]
    )
    placements = np.array([[0, 1, -1], [1, 0, -1], [-1, 0, 1], [0, -1, 1], [0, 0, 0]])
    # A and B are exchangeable; C has a child, D another sex, K other parents.
    for missing, number in ((("A", "B", "C"), 3), (("A", "C", "B"), 4), (("A", "D", "K"), 5)):
        distinct, places = distinct_placements(pedigree, missing, placements)
        assert len(distinct) == number, missing
        assert len(places) == len(placements)
    distinct, places = distinct_placements(pedigree, ("A", "B", "C"), placements)
    assert places[0] == places[1]
    assert places[2] == places[3]


_COUPLE = [Person("F", sex=Sex.MALE), Person("M", sex=Sex.FEMALE)]


def _agrees(pedigree, missing, profiles, remains, markers, theta=None, placements=None) -> None:
    family = Hypothesis(pedigree, profiles)
    placements = _one_to_one(len(remains), len(missing)) if placements is None else placements
    expected = _one_at_a_time(family, missing, remains, placements, markers, ErrorRates(), theta)
    found = placement_log_likelihoods(
        family, missing, remains, placements, markers, theta=theta or Theta()
    )
    assert np.isfinite(expected).any()
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def _markers(rng: np.random.Generator, number: int = 3):
    return tuple(
        random_marker(rng, f"M{m}", mutates=True, linked=False, silent=False, size=4)
        for m in range(number)
    )


def test_placement_log_likelihoods__missing_persons_with_identical_twins():
    """One missing person's twin is typed; two others are twins of each other."""
    twins = [
        Person("A", "F", "M", Sex.MALE),
        Person("A2", "F", "M", Sex.MALE, twin_of="A"),
        Person("B", "F", "M", Sex.MALE),
        Person("B2", "F", "M", Sex.MALE, twin_of="B"),
    ]
    pedigree = Pedigree([*_COUPLE, *twins])
    for seed in range(5):
        rng = np.random.default_rng(seed)
        markers = _markers(rng)
        typed = random_profiles(rng, pedigree, markers, typed_rate=1.0)
        others = random_profiles(rng, Pedigree([Person("S")]), markers, typed_rate=1.0)
        remains = [typed[i] for i in ("A2", "B", "B2") if i in typed] + list(others.values())
        profiles = {i: own for i, own in typed.items() if i in ("F", "A")}
        _agrees(pedigree, ("A2", "B", "B2"), profiles, remains, markers)


def test_placement_log_likelihoods__inbred_founders_and_families_apart_under_theta():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        markers = _markers(rng)
        persons = [
            Person("F", sex=Sex.MALE, inbreeding=0.2),
            Person("M", sex=Sex.FEMALE, inbreeding=1.0),
            Person("A", "F", "M", Sex.MALE),
            Person("B", "F", "M", Sex.MALE),
            Person("X", sex=Sex.MALE),
        ]
        pedigree = Pedigree(persons)
        typed = random_profiles(rng, pedigree, markers, typed_rate=1.0)
        remains = [typed.pop(i) for i in ("A", "X") if i in typed]
        for scope in ("component", "hypothesis"):
            _agrees(pedigree, ("A", "X"), typed, remains, markers, Theta(0.05, scope))


def test_placement_log_likelihoods__of_a_large_family_with_many_remains():
    """Fifteen places and 63 different remains: 64 to the 15 cases must not be confused."""
    rng = np.random.default_rng(3)
    missing = tuple(f"K{n}" for n in range(15))
    wives = [Person(f"W{n}", sex=Sex.FEMALE) for n in range(15)]
    children = [Person(f"K{n}", "F", f"W{n}", Sex.MALE) for n in range(15)]
    pedigree = Pedigree([*_COUPLE, *wives, *children])
    (marker,) = (random_marker(rng, "M0", mutates=True, linked=False, silent=False, size=11),)
    remains = [
        (Profile(f"V{a} {b}", {"M0": Call((marker.alleles[a], marker.alleles[b]))}),)
        for a in range(11)
        for b in range(a, 11)
    ][:63]
    profiles = {"F": remains[0]}
    # Pairs of rows that differ in their first four places only: 64^11 is beyond 64 bits.
    placements = np.array([rng.permutation(63)[:19] for _ in range(40)])
    placements = np.concatenate([placements[:, 4:], placements[:, :15]])
    placements[40:, 4:] = placements[:40, 4:]
    _agrees(pedigree, missing, profiles, remains, (marker,), placements=placements)


@pytest.mark.parametrize(
    "name",
    ["example1", "example2", "KETPchap481", "KETPexer498", "fire", "symmetricSibs", "grave"],
)
def test_placement_log_likelihoods__agree_with_another_program(name: str, shared: Path) -> None:
    """Remains alone, families alone, and the twenty best assignments, all recomputed by R dvir."""
    folder = shared / "oracle" / "dvir"
    case = json.loads((folder / f"{name}_data.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / f"{name}_expected.json").read_text(encoding="utf-8"))
    markers = [_oracle_marker(entry) for entry in case["markers"]]
    labels = [entry["members"][0]["id"] for entry in case["pm"]]
    remains = [
        _oracle_profiles(entry["genotypes"])[i] for i, entry in zip(labels, case["pm"], strict=True)
    ]
    alone = unrelated_log_likelihoods(remains, markers).sum(axis=0)
    for label, value in zip(labels, alone, strict=True):
        assert value == pytest.approx(expected["loglik_pm"][label], abs=1e-8)
    top = expected["joint_full"]["top"]
    totals = [
        sum(alone[labels.index(v)] for v, m in row["assignment"].items() if m == "*") for row in top
    ]
    for entry in case["am"]:
        pedigree = Pedigree(
            [Person(m["id"], m["father"], m["mother"], Sex(m["sex"])) for m in entry["members"]]
        )
        family = Hypothesis(pedigree, _oracle_profiles(entry["genotypes"]))
        missing = [m for m in case["missing"] if m in pedigree]
        placements = [[-1] * len(missing)]
        for row in top:
            place_of = {m: labels.index(v) for v, m in row["assignment"].items()}
            placements.append([place_of.get(m, -1) for m in missing])
        logs = placement_log_likelihoods(
            family, missing, remains, np.array(placements), markers
        ).sum(axis=0)
        assert logs[0] == pytest.approx(expected["loglik_am"][entry["family"]], abs=1e-8)
        totals = [total + log for total, log in zip(totals, logs[1:], strict=True)]
    assert totals == pytest.approx([row["loglik"] for row in top], abs=1e-8)


def _oracle_marker(entry: dict[str, Any]) -> Marker:
    mutation = entry.get("mutation") or {}
    male, female = (
        np.array(mutation[sex]["matrix"]) if mutation.get(sex) else None
        for sex in ("male", "female")
    )
    p = np.array(entry["freqs"])
    return Marker(
        entry["name"],
        tuple(entry["alleles"]),
        p / p.sum(),
        mutation_male=male,
        mutation_female=female,
    )


def _oracle_profiles(genotypes: dict[str, dict[str, list[str]]]) -> dict[str, tuple[Profile, ...]]:
    return {
        i: (Profile(i, {name: Call(tuple(alleles)) for name, alleles in own.items()}),)
        for i, own in genotypes.items()
    }
