"""Every assignment weighed, against a blind product over all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest

from forename.exceptions import BudgetExceededError
from forename.genetics.dvi_joint import JointTables, weigh_assignments
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family
from forename.genetics.profiles import Call, Profile, Sex

MALE, FEMALE, UNKNOWN = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN


@dataclass(frozen=True)
class Question:
    remains: tuple[Profile, ...]
    families: tuple[Family, ...]
    markers: tuple[Marker, ...]
    other_families: Mapping[str, Hypothesis] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(m for family in self.families for m in family.missing)


def _marker(name: str, mutates: bool = True, chromosome: Chromosome = Chromosome.AUTOSOMAL):
    matrix = np.full((4, 4), 0.01) + np.eye(4) * 0.96 if mutates else None
    frequencies = np.array([0.1, 0.2, 0.3, 0.4])
    return Marker(name, ("8", "9", "9.3", "10"), frequencies, chromosome, matrix, matrix)


def _typed(rng, sample: str, sex: Sex, markers) -> Profile:
    calls = {}
    for marker in markers:
        if rng.random() < 0.15:
            continue
        copies = 1 if marker.chromosome == Chromosome.X and sex == MALE else 2
        calls[marker.name] = Call(
            tuple(str(a) for a in rng.choice(marker.alleles, copies, p=marker.frequencies))
        )
    return Profile(sample, calls, sex)


def _two_missing(rng, markers) -> Family:
    """Return a father and a son missing; the wife and another son are typed."""
    persons = [
        Person("A1", sex=MALE),
        Person("A2", sex=FEMALE),
        Person("A3", "A1", "A2", MALE),
        Person("A4", "A1", "A2", MALE),
    ]
    profiles = {p: (_typed(rng, p, s, markers),) for p, s in (("A2", FEMALE), ("A4", MALE))}
    return Family("A", Pedigree(persons), ("A1", "A3"), profiles)


def _one_missing(rng, markers, name: str, sex: Sex) -> Family:
    """Return a missing person whose mother is typed."""
    persons = [
        Person(f"{name}1", sex=MALE),
        Person(f"{name}2", sex=FEMALE),
        Person(f"{name}3", f"{name}1", f"{name}2", sex),
    ]
    profiles = {f"{name}2": (_typed(rng, f"{name}2", FEMALE, markers),)}
    return Family(name, Pedigree(persons), (f"{name}3",), profiles)


def _blindly(question: Question) -> list[tuple[tuple[int, ...], float]]:
    """Return every assignment of equal sexes with its log-likelihood, each computed whole."""
    place = [(family, m) for family in question.families for m in family.missing]
    options = [
        [-1] + [j for j, (family, m) in enumerate(place) if family.pedigree[m].sex == profile.sex]
        for profile in question.remains
    ]
    found = []
    for row in product(*options):
        used = [j for j in row if j >= 0]
        if len(set(used)) < len(used):
            continue
        persons = [p for f in question.families for p in f.pedigree.persons.values()]
        profiles = {i: own for f in question.families for i, own in f.profiles.items()}
        for profile, j in zip(question.remains, row, strict=True):
            if j < 0:
                persons.append(Person(profile.sample, sex=profile.sex))
                profiles[profile.sample] = (profile,)
            else:
                profiles[place[j][1]] = (profile,)
        whole = Hypothesis(Pedigree(persons), profiles)
        found.append((row, float(log_likelihoods(whole, question.markers).sum())))
    return found


def _assert_as_blindly(question: Question, answer: JointTables) -> None:
    every = dict(_blindly(question))
    n, m = len(question.remains), len(question.missing)
    nobody = every[(-1,) * n]
    positive = np.zeros((n, m), bool)
    for row, column in product(range(n), range(m)):
        alone = tuple(column if i == row else -1 for i in range(n))
        if alone not in every:
            assert math.isnan(answer.log_lr[row, column])
            continue
        difference = every[alone] - nobody
        assert answer.log_lr[row, column] == pytest.approx(difference, abs=1e-9)
        positive[row, column] = difference > -math.inf
    listed = {
        columns: value
        for columns, value in every.items()
        if all(j < 0 or positive[i, j] for i, j in enumerate(columns))
    }
    assert answer.n_assignments == len(listed)
    weights = np.exp(np.array(list(listed.values())) - max(listed.values()))
    columns = np.array(list(listed))
    for row, column in product(range(n), range(m)):
        here = columns[:, row] == column
        share = weights[here].sum() / weights.sum()
        assert answer.posteriors[row, column] == pytest.approx(share, abs=1e-12)
        if not here.any():
            assert math.isnan(answer.log_glr[row, column])
            continue
        values = np.array(list(listed.values()))
        glr = values[here].max() - values[~here].max()
        assert answer.log_glr[row, column] == pytest.approx(glr, abs=1e-9)
    assert answer.posteriors.sum(axis=1) == pytest.approx(np.ones(n), abs=1e-12)
    ordered = sorted((v for v in listed.values() if v > -math.inf), reverse=True)
    found = [best.log_likelihood for best in answer.best]
    assert found == pytest.approx(ordered[:20], abs=1e-9)
    for best in answer.best:
        assert listed[best.columns] == pytest.approx(best.log_likelihood, abs=1e-9)


@pytest.mark.parametrize("mutates", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_weigh_assignments__equals_the_blind_product(seed, mutates):
    rng = np.random.default_rng(seed)
    markers = tuple(_marker(f"M{i}", mutates) for i in range(2))
    families = (
        _two_missing(rng, markers),
        _one_missing(rng, markers, "B", MALE),
        _one_missing(rng, markers, "C", FEMALE),
        _one_missing(rng, markers, "D", UNKNOWN),
    )
    sexes = (MALE, MALE, MALE, FEMALE, UNKNOWN)
    remains = tuple(_typed(rng, f"V{i}", s, markers) for i, s in enumerate(sexes))
    question = Question(remains, families, markers)
    answer = weigh_assignments(question)
    if math.isfinite(sum(answer.log_likelihood_of_families.values())):
        _assert_as_blindly(question, answer)
    else:
        assert answer.best == ()
        assert np.isnan(answer.posteriors).all()


def test_weigh_assignments__with_markers_of_the_x_chromosome():
    rng = np.random.default_rng(8)
    markers = (_marker("M", True), _marker("X1", True, Chromosome.X))
    families = (_one_missing(rng, markers, "B", MALE), _one_missing(rng, markers, "C", FEMALE))
    remains = tuple(_typed(rng, f"V{i}", s, markers) for i, s in enumerate((MALE, FEMALE, FEMALE)))
    question = Question(remains, families, markers)
    _assert_as_blindly(question, weigh_assignments(question))


def test_weigh_assignments__counts_families_without_a_missing_person():
    rng = np.random.default_rng(9)
    markers = (_marker("M"),)
    other = Hypothesis(Pedigree([Person("Z")]), {"Z": (_typed(rng, "Z", UNKNOWN, markers),)})
    families = (_one_missing(rng, markers, "B", MALE),)
    remains = (_typed(rng, "V", MALE, markers),)
    without = weigh_assignments(Question(remains, families, markers))
    with_it = weigh_assignments(Question(remains, families, markers, {"Z": other}))
    own = with_it.log_likelihood_of_families["Z"]
    assert own < 0
    for a, b in zip(without.best, with_it.best, strict=True):
        assert b.log_likelihood == pytest.approx(a.log_likelihood + own, abs=1e-12)


def test_weigh_assignments__family_that_cannot_be():
    """A father 8/8 and his son 9/9 without mutation: nothing about it is defined."""
    markers = (_marker("M", mutates=False),)
    persons = [
        Person("F", sex=MALE),
        Person("W", sex=FEMALE),
        Person("S", "F", "W", MALE),
        Person("X", "F", "W", MALE),
    ]
    profiles = {
        "F": (Profile("F", {"M": Call(("8", "8"))}),),
        "S": (Profile("S", {"M": Call(("9", "9"))}),),
    }
    family = Family("A", Pedigree(persons), ("X",), profiles)
    remains = (Profile("V", {"M": Call(("8", "9"))}, MALE),)
    answer = weigh_assignments(Question(remains, (family,), markers))
    assert answer.log_likelihood_of_families == {"A": -math.inf}
    assert math.isnan(answer.log_lr[0, 0])
    # The family's own contradiction counts among the exclusions.
    assert answer.exclusions.tolist() == [[1]]
    assert answer.best == ()
    assert np.isnan(answer.posteriors).all()


def test_weigh_assignments__refuses_what_cannot_be_listed():
    markers = (_marker("M"),)
    persons = [Person("F", sex=MALE), Person("W", sex=FEMALE)]
    missing = tuple(f"S{i}" for i in range(9))
    persons += [Person(m, "F", "W", MALE) for m in missing]
    family = Family("A", Pedigree(persons), missing, {})
    call = {"M": Call(("8", "9"))}
    remains = tuple(Profile(f"V{i}", call, MALE) for i in range(9))
    with pytest.raises(BudgetExceededError, match=r"family A.*placements"):
        weigh_assignments(Question(remains, (family,), markers))
