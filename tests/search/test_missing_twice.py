"""One person reported by two families, against both families written out as one pedigree."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.cli.command import assert_refused, run, run_json

from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import build_panel
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.search.executors import Threads
from forename.search.families import Shape
from forename.search.job import Wanted, prepare
from forename.search.missing_twice import tells_through_children
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
}


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
    """Return both families as one: the missing person has the parents of the first, if any."""

    def renamed(name: str | None) -> str | None:
        return name if name in (None, "MP") else f"other {name}"

    first = {p.id: p for p in one.pedigree.persons.values()}
    second = {
        renamed(p.id): replace(p, id=renamed(p.id), father=renamed(p.father),
                               mother=renamed(p.mother))
        for p in other.pedigree.persons.values()
    }  # fmt: skip
    both = {**second, **first}
    if not first["MP"].father and second["MP"].father:
        both["MP"] = second["MP"]
    if both["MP"].sex is U:
        both["MP"] = replace(both["MP"], sex=second["MP"].sex)
    profiles = {**{renamed(i): p for i, p in other.profiles.items()}, **one.profiles}
    return Hypothesis(Pedigree(list(both.values())), profiles)


def _log10_lr(one: Family, other: Family, markers: tuple[Marker, ...]) -> float:
    rates = ErrorRates(SETTINGS.drop_out, SETTINGS.drop_in)

    def logs(hypothesis: Hypothesis) -> np.ndarray:
        return np.asarray(log_likelihoods(hypothesis, markers, rates=rates))

    each = logs(_merged(one, other))
    for family in (one, other):
        each = each - logs(Hypothesis(family.pedigree, family.profiles))
    return float(each.sum()) / math.log(10)


@pytest.fixture(scope="module")
def families() -> list[Family]:
    rng = np.random.default_rng(17)
    return [_family(kind, sex, f"{kind} {sex.name}", rng) for kind in KINDS for sex in (M, F)]


@pytest.fixture(scope="module")
def store(families: list[Family], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice") / "store"
    add_problem(folder, Problem((), tuple(families), TABLE, settings=SETTINGS))
    return folder


def test_every_lr_is_that_of_one_pedigree(
    store: Path, families: list[Family], tmp_path: Path
) -> None:
    opened = open_store(store)
    markers = build_panel(opened.frequencies, [seen_profile(opened)], SETTINGS).markers
    job = prepare(opened, SETTINGS, Wanted(-300.0, 0, 0.0, "missing"))
    run_search(job, tmp_path / "out", Threads(2), size=3)
    rows = pq.read_table(tmp_path / "out" / "hits.parquet").to_pylist()
    found = {frozenset((r["missing_person"], r["other"])): r["log10_lr"] for r in rows}
    assert len(found) == len(rows)
    through_children = {
        f.id: tells_through_children(Shape(tuple(f.pedigree.persons.values()), "MP", ()))
        and "S" not in f.profiles
        and "F" not in f.profiles
        for f in families
    }
    expected = {}
    for one, other in itertools.combinations(families, 2):
        pair = (one, other) if through_children[other.id] else (other, one)
        if (
            not through_children[pair[1].id]
            or one.pedigree["MP"].sex is not other.pedigree["MP"].sex
        ):
            continue
        if (
            through_children[one.id]
            and through_children[other.id]
            and (pair[1].pedigree["MP"].father and not pair[0].pedigree["MP"].father)
        ):
            pair = pair[::-1]
        expected[frozenset((one.id, other.id))] = _log10_lr(*pair, markers)
    assert found.keys() == {pair for pair, lr in expected.items() if lr > -300}
    assert len(found) > 30
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


def test_only_what_comes_through_children_is_independent() -> None:
    through = {
        kind: tells_through_children(Shape(tuple(persons), "MP", tuple(typed)))
        for kind in KINDS
        for persons, typed in (KINDS[kind](M),)
    }
    assert {kind for kind, own in through.items() if own} == {
        "child",
        "child, its parent",
        "child, untyped parents",
        "grandchild",
    }
    # A wife who is a cousin is kin through the parents too.
    persons = [
        Person("GF", sex=M), Person("GM", sex=F), Person("F", "GF", "GM", M), Person("M", sex=F),
        Person("A", "GF", "GM", F), Person("B", sex=M), Person("W", "B", "A", F),
        Person("MP", "F", "M", M), Person("C", "MP", "W", F),
    ]  # fmt: skip
    assert not tells_through_children(Shape(tuple(persons), "MP", ("C",)))
    twins = [*_PARENTS, _missing(M), Person("T", "F", "M", M, twin_of="MP")]
    assert not tells_through_children(Shape(tuple(twins), "MP", ("T",)))


def test_command_counts_what_it_does_not_compare(store: Path, tmp_path: Path) -> None:
    told = run_json("search", store, "--out", tmp_path / "out", "--among", "missing",
                    "--threshold", "0.001", "--mutation", SETTINGS.mutation)  # fmt: skip
    same_sex = 2 * math.comb(len(KINDS), 2)
    assert told["pairs_compared"] + told["pairs_not_compared"] == same_sex
    assert told["pairs_not_compared"] == 2 * math.comb(3, 2)
    assert told["hits"] == pq.read_table(tmp_path / "out" / "hits.parquet").num_rows
    text = run("search", store, "--out", tmp_path / "again", "--among", "missing").stdout
    assert "6 pairs were not compared" in text
    refused = run("search", store, "--out", tmp_path / "x", "--among", "missing", "--expect")
    assert_refused(refused, "--among")
