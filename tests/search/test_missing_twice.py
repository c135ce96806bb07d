"""One person reported by two families, against both families written out as one pedigree."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json
from tests.genetics.random_pedigrees import random_case
from tests.search.arrays import samples_of

from forename.exceptions import InvalidPedigreeError
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import build_panel
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.ranking import usable_profile
from forename.search.executors import Threads
from forename.search.families import Families, Shape
from forename.search.job import Wanted, prepare
from forename.search.missing_twice import Reports, sides_of, whole_of
from forename.search.run import run_search
from forename.search.store import add_problem, open_store, seen_profile

SETTINGS = Settings(
    mutation="stepwise:rate=0.01,rate2=0.001,range=0.3",
    mutation_female="equal:0.004",
    drop_out=0.03,
)
M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
TABLE = FrequencyTable(
    {
        "M1": {"8": 0.1, "9": 0.2, "10": 0.3, "11": 0.4},
        "M2": {"8": 0.3, "9": 0.05, "9.3": 0.25, "11": 0.4},
        "M3": {"20": 0.5, "21": 0.3, "22": 0.1, "23": 0.07, "24": 0.03},
        "X1": {"8": 0.25, "9": 0.35, "10": 0.4},
    },
    {"X1": Chromosome.X},
)
_PARENTS = [Person("F", sex=M), Person("M", sex=F)]
_GRANDPARENTS = [
    Person("GF", sex=M), Person("GM", sex=F), Person("F", "GF", "GM", M), Person("M", sex=F),
]  # fmt: skip
_HALF_SIBLINGS = [Person("V", sex=F), Person("P", "F", "V", M), Person("Q", "F", "V", F)]
#: The missing person and their ancestors, who are the same in two families.
_ONE = ("MP", "F", "M", "GF", "GM")


def _missing(sex: Sex, parents: bool = True) -> Person:
    return Person("MP", "F", "M", sex) if parents else Person("MP", sex=sex)


def _children(sex: Sex, *names: str) -> list[Person]:
    spouse = Person("W", sex=F if sex is M else M)
    father, mother = ("MP", "W") if sex is M else ("W", "MP")
    return [spouse, *(Person(name, father, mother, F) for name in names)]


#: Members and those who are typed, for a missing person of a sex.
KINDS = {
    "both parents": lambda sex: ([*_PARENTS, _missing(sex)], ["F", "M"]),
    "sibling": lambda sex: ([*_PARENTS, _missing(sex), Person("S", "F", "M", F)], ["S"]),
    "sibling and child": lambda sex: (
        [*_PARENTS, _missing(sex), Person("S", "F", "M", M), *_children(sex, "C")],
        ["S", "C"],
    ),
    "child": lambda sex: ([_missing(sex, parents=False), *_children(sex, "C")], ["C"]),
    "child, its parent": lambda sex: (
        [_missing(sex, parents=False), *_children(sex, "C", "D")],
        ["C", "D", "W"],
    ),
    "child, untyped parents": lambda sex: (
        [*_PARENTS, _missing(sex), *_children(sex, "C", "D")],
        ["C", "D"],
    ),
    "grandchild": lambda sex: (
        [
            _missing(sex, parents=False),
            *_children(sex, "C"),
            Person("H", sex=M),
            Person("G", "H", "C", M),
        ],
        ["G"],
    ),
    "mother": lambda sex: ([*_PARENTS, _missing(sex)], ["M"]),
    "two siblings": lambda sex: (
        [*_PARENTS, _missing(sex), Person("S", "F", "M", F), Person("T", "F", "M", M)],
        ["S", "T"],
    ),
    "aunt": lambda sex: (
        [*_GRANDPARENTS, _missing(sex), Person("A", "GF", "GM", F)],
        ["A"],
    ),
    "aunt and uncle": lambda sex: (
        [*_GRANDPARENTS, _missing(sex), Person("A", "GF", "GM", F), Person("U", "GF", "GM", M)],
        ["A", "U"],
    ),
    "two half siblings": lambda sex: (
        [*_PARENTS, _missing(sex), *_HALF_SIBLINGS],
        ["P", "Q"],
    ),
    "father, half sibling": lambda sex: (
        [*_PARENTS, _missing(sex), *_HALF_SIBLINGS],
        ["F", "P"],
    ),
}


def _is_compared(one: str, other: str) -> bool:
    """Tell whether two kinds are compared; each parent who is typed is between as well."""
    several = ({"both parents", "two siblings", "sibling and child"}, {"aunt and uncle"})
    return not any({one, other} <= each for each in several)


def _family(kind: str, sex: Sex, name: str, rng: np.random.Generator) -> Family:
    persons, typed = KINDS[kind](sex)
    pedigree = Pedigree(persons)
    profiles = {}
    for member in typed:
        calls = {}
        for marker, alleles in TABLE.frequencies.items():
            if rng.random() < 0.15:
                continue
            labels, p = list(alleles), np.array(list(alleles.values()))
            male_x = marker == "X1" and pedigree[member].sex is M
            seen = [str(a) for a in rng.choice(labels, 1 if male_x else 2, p=p)]
            partial = len(set(seen)) == 1 and not male_x and rng.random() < 0.5
            calls[marker] = Call(tuple(dict.fromkeys(seen)), partial=partial)
        own = Profile(f"{name}-{member}", calls, pedigree[member].sex)
        profiles[member] = (own,)
    return Family(name, pedigree, ("MP",), profiles)


def _merged(one: Family, other: Family) -> Hypothesis:
    """Return both families as one: the missing person and their ancestors are the same."""

    def renamed(name: str | None) -> str | None:
        return name if name is None or name in _ONE else f"other {name}"

    both: dict[str, Person] = {}
    profiles: dict[str, tuple[Profile, ...]] = {}
    for family, name in ((one, str), (other, renamed)):
        for p in family.pedigree.persons.values():
            own = replace(
                p,
                id=name(p.id),
                father=p.father and name(p.father),
                mother=p.mother and name(p.mother),
            )
            known = both.get(own.id, own)
            sex = known.sex if own.sex is U else own.sex
            both[own.id] = replace(own if own.father else known, sex=sex)
        for member, samples in family.profiles.items():
            profiles[name(member)] = (*profiles.get(name(member), ()), *samples)
    return Hypothesis(Pedigree(list(both.values())), profiles)


def _log10_lr(one: Family, other: Family, markers: tuple[Marker, ...]) -> float:
    """Return the LR that the engine gives; it needs a sex where somebody is typed on X.

    Where neither family knows it, what they show does not depend on it.
    """
    rates = ErrorRates(SETTINGS.drop_out, SETTINGS.drop_in)
    known = {one.pedigree["MP"].sex, other.pedigree["MP"].sex} - {U} or {M}

    def logs(pedigree: Pedigree, profiles: Mapping[str, tuple[Profile, ...]]) -> np.ndarray:
        persons = dict(pedigree.persons)
        persons["MP"] = replace(persons["MP"], sex=next(iter(known)))
        hypothesis = Hypothesis(Pedigree(list(persons.values())), profiles)
        return np.asarray(log_likelihoods(hypothesis, markers, rates=rates))

    merged = _merged(one, other)
    each = logs(merged.pedigree, merged.profiles)
    for family in (one, other):
        each = each - logs(family.pedigree, family.profiles)
    return float(each.sum()) / math.log(10)


@pytest.fixture(scope="module")
def families() -> list[Family]:
    rng = np.random.default_rng(17)
    known = [_family(kind, sex, f"{kind} {sex.name}", rng) for kind in KINDS for sex in (M, F)]
    unsexed = ("sibling", "both parents", "two half siblings")
    return [*known, *(_family(kind, U, f"{kind} {U.name}", rng) for kind in unsexed)]


@pytest.fixture(scope="module")
def store(families: list[Family], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice") / "store"
    add_problem(folder, Problem((), tuple(families), TABLE, settings=SETTINGS))
    return folder


@pytest.mark.parametrize("every_pair", [False, True])
def test_every_lr_is_that_of_one_pedigree(
    store: Path, families: list[Family], tmp_path: Path, every_pair: bool
) -> None:
    opened = open_store(store)
    markers = build_panel(opened.frequencies, [seen_profile(opened)], SETTINGS).markers
    job = prepare(opened, SETTINGS, Wanted(-300.0, 0, 0.0, "missing", every_pair))
    run_search(job, tmp_path / "out", Threads(2), size=3)
    rows = pq.read_table(tmp_path / "out" / "hits.parquet").to_pylist()
    found = {frozenset((r["missing_person"], r["other"])): r["log10_lr"] for r in rows}
    assert len(found) == len(rows)
    kind = {family.id: family.id.rpartition(" ")[0] for family in families}
    expected = {}
    for one, other in itertools.combinations(families, 2):
        sexes = {one.pedigree["MP"].sex, other.pedigree["MP"].sex}
        if len(sexes - {U}) < 2 and (every_pair or _is_compared(kind[one.id], kind[other.id])):
            expected[frozenset((one.id, other.id))] = _log10_lr(one, other, markers)
    assert found.keys() == {pair for pair, lr in expected.items() if lr > -300}
    assert len(found) > 120
    for pair, lr in found.items():
        assert lr == pytest.approx(expected[pair], abs=1e-9), pair


def test_files_are_the_same_whatever_the_blocks(store: Path, tmp_path: Path) -> None:
    outs = []
    for size, threads in ((2, 2), (100, 1)):
        job = prepare(open_store(store), SETTINGS, Wanted(-2.0, 0, 0.0, "missing"))
        folder = tmp_path / f"{size}"
        run_search(job, folder, Threads(threads), size=size)
        outs.append(sorted(map(str, pq.read_table(folder / "hits.parquet").to_pylist())))
    assert outs[0] == outs[1]
    assert outs[0]


def _shape(persons: list[Person], *typed: str) -> Shape:
    return Shape(tuple(persons), "MP", typed)


def test_shapes_without_somebody_between_them_are_not_compared() -> None:
    made = {kind: make(M) for kind, make in KINDS.items()}
    shapes = {kind: _shape(persons, *typed) for kind, (persons, typed) in made.items()}
    for one, other in itertools.product(KINDS, repeat=2):
        either = sides_of(shapes[one], shapes[other]) or sides_of(shapes[other], shapes[one])
        assert bool(either) == _is_compared(one, other), (one, other)
    two = shapes["two siblings"]
    # A wife who is a cousin is kin through the parents too.
    cousins = [
        Person("GF", sex=M), Person("GM", sex=F), Person("F", "GF", "GM", M), Person("M", sex=F),
        Person("A", "GF", "GM", F), Person("B", sex=M), Person("W", "B", "A", F),
        Person("MP", "F", "M", M), Person("C", "MP", "W", F),
    ]  # fmt: skip
    assert sides_of(two, _shape(cousins, "C", "W")) is None
    twins = [*_PARENTS, _missing(M), Person("T", "F", "M", M, twin_of="MP")]
    assert sides_of(two, _shape(twins, "T")) is None


def test_pedigrees_that_contradict_each_other_are_not_compared() -> None:
    one = _shape([*_PARENTS, _missing(M), Person("S", "F", "M", F)], "S")
    assert sides_of(one, one)
    # A parent of unknown sex may be the other one.
    unsexed = _shape([Person("F"), Person("M", sex=F), _missing(M), Person("S", "F", "M", F)], "S")
    assert sides_of(one, unsexed) is None
    woman = _shape([*_PARENTS, _missing(F), Person("S", "F", "M", F)], "S")
    assert sides_of(one, woman) is None
    inbred = [Person("F", sex=M, inbreeding=0.25), Person("M", sex=F), _missing(M)]
    assert sides_of(one, _shape([*inbred, Person("S", "F", "M", F)], "S")) is None
    # In one the parents share a father, in the other they do not.
    half = [Person("G", sex=M), Person("H", sex=F), Person("I", sex=F)]
    related = [*half, Person("F", "G", "H", M), Person("M", "G", "I", F), _missing(M)]
    apart = [
        *half, Person("K", sex=M), Person("F", "G", "H", M), Person("M", "K", "I", F), _missing(M),
    ]  # fmt: skip
    assert sides_of(_shape(related, "G"), _shape(apart, "G")) is None
    assert sides_of(_shape(related, "G"), _shape(related, "G"))


def test_command_counts_what_it_does_not_compare(store: Path, tmp_path: Path) -> None:
    told = run_json("search", store, "--out", tmp_path / "out", "--among", "missing",
                    "--threshold", "0.001", "--mutation", SETTINGS.mutation)  # fmt: skip
    of_two_sexes = len(KINDS) ** 2
    possible = math.comb(2 * len(KINDS) + 3, 2) - of_two_sexes
    assert told["pairs_compared"] + told["pairs_not_compared"] == possible
    # Among men, among women, and parents of somebody of unknown sex with either.
    assert told["pairs_not_compared"] == 3 + 3 + 6
    assert told["hits"] == pq.read_table(tmp_path / "out" / "hits.parquet").num_rows
    text = run("search", store, "--out", tmp_path / "again", "--among", "missing").stdout
    assert "12 pairs were not compared" in text
    told = run_json("search", store, "--out", tmp_path / "every", "--among", "missing",
                    "--every-pair")  # fmt: skip
    assert (told["pairs_compared"], told["pairs_not_compared"]) == (possible, 0)
    remains = EXAMPLES / "two-graves"
    added = run("store", "add", tmp_path / "remains", "--postmortem", remains / "postmortem.tsv",
                "--frequencies", remains / "invented-frequencies.txt")  # fmt: skip
    assert added.exit_code == 0
    refused = run("search", tmp_path / "remains", "--out", tmp_path / "x", "--among", "missing")
    assert_refused(refused, "no families")
    refused = run("search", store, "--out", tmp_path / "x", "--every-pair")
    assert_refused(refused, "--every-pair goes with --among missing")
    refused = run("search", store, "--out", tmp_path / "x", "--among", "missing", "--expect")
    assert_refused(refused, "--among")


def _half(pedigree: Pedigree, typed: Sequence[str], missing: str, prefix: str) -> Pedigree:
    """Return the missing person, some typed members and whom they descend from.

    Names get a prefix, those of the missing person and their ancestors apart.
    """

    def upwards(*members: str) -> set[str]:
        found = set(members)
        for i in reversed(pedigree.order):
            if i in found:
                p = pedigree[i]
                found |= {p.father, p.mother, p.twin_of} - {None}
        return found

    kept, same = upwards(missing, *typed), upwards(missing)

    def name(i: str | None) -> str | None:
        return i if i is None or i in same else f"{prefix}{i}"

    persons = [pedigree[i] for i in pedigree.order if i in kept]
    return Pedigree(
        [
            replace(p, id=name(p.id), father=name(p.father), mother=name(p.mother),
                    twin_of=name(p.twin_of))
            for p in persons
        ]
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "mutation", "observation", "x-linked", "all"])
def test_random_pedigrees_cut_in_two_give_the_lr_of_the_whole(kind: str) -> None:
    agreed = 0
    for seed in range(400):
        rng = np.random.default_rng([seed, len(kind), 31])
        case = random_case(rng, kind)
        settings = Settings(drop_out=case.drop_out, drop_in=case.drop_in)
        missing = str(rng.choice(case.pedigree.order))
        profiles = {
            i: (usable_profile(own[0], case.markers, settings),)
            for i, own in case.profiles.items()
            if i != missing and own
        }
        first = [i for i in profiles if rng.random() < 0.6]
        halves = (first, [i for i in profiles if i not in first])
        # A call of three alleles is refused by a store.
        two = all(len(c.distinct) <= 2 for (p,) in profiles.values() for c in p.calls.values())
        if not all(halves) or not two:
            continue
        families, hypotheses = [], []
        for members, prefix in zip(halves, ("a ", "b "), strict=True):
            pedigree = _half(case.pedigree, members, missing, prefix)
            own = {i if i in pedigree else f"{prefix}{i}": profiles[i] for i in members}
            samples = samples_of([p for (p,) in own.values()], case.markers, settings)
            shape = Shape(tuple(pedigree.persons.values()), missing, tuple(own))
            families.append(Families(shape, samples))
            hypotheses.append(Hypothesis(pedigree, own))
        shapes = [each.shape for each in families]
        sides, united_shape = sides_of(*shapes), whole_of(*shapes)
        if united_shape is None:
            assert sides is None
            continue
        reports = Reports(case.markers)
        this = np.array([0])
        try:
            found = [reports.weighed(united_shape, *families, (this, this))[0]]
            if sides:
                told = reports.likelihoods(families[1], sides[1])
                found += [reports.log10_lrs(reports.of(families[0], sides[0]), told)[0, 0]]
            whole = {**hypotheses[0].pedigree.persons, **hypotheses[1].pedigree.persons}
            united = Hypothesis(
                Pedigree(list(whole.values())), {**hypotheses[0].profiles, **hypotheses[1].profiles}
            )
            rates = ErrorRates(settings.drop_out, settings.drop_in)
            together, *each = (
                np.asarray(log_likelihoods(h, case.markers, rates=rates))
                for h in (united, *hypotheses)
            )
        except InvalidPedigreeError:  # somebody without a sex, on X
            continue
        possible = np.isfinite(each[0] + each[1])
        with np.errstate(invalid="ignore"):
            expected = (together - each[0] - each[1])[possible].sum() / math.log(10)
        assert found == pytest.approx([expected] * len(found), abs=1e-9), (kind, seed)
        agreed += abs(expected) > 1e-6 and sides is not None
    assert agreed > 20
