"""Power, against enumeration of genotypes, closed forms, drawn people and planted truth."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json

from forename.formats import read_case
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings
from forename.search.chance import Drawing, expected_chance_matches
from forename.search.families import FamilyRatios
from forename.search.job import Block, Job, Wanted, gathered, prepare
from forename.search.outcomes import draw, outcomes_like
from forename.search.power import Asked, MissingPerson, Option, Quality, power_of, ranked
from forename.search.relatives import relation
from forename.search.store import add_problem, open_store
from forename.search.sums import STEP, grid_error

NONE = Settings(mutation="none")
COUPLE = (
    Person("MP", sex=Sex.MALE),
    Person("W", sex=Sex.FEMALE),
    Person("C", "MP", "W", Sex.FEMALE),
)
PARENTS = (
    Person("FA", sex=Sex.MALE),
    Person("MO", sex=Sex.FEMALE),
    Person("MP", "FA", "MO", Sex.MALE),
)


def _profile(name: str, calls: list[str], sex: Sex = Sex.UNKNOWN) -> Profile:
    own = {f"M{m}": Call(tuple(call)) for m, call in enumerate(calls) if call}
    return Profile(name, own, sex)


def _problem(
    persons: tuple[Person, ...],
    profiles: dict[str, Profile],
    table: dict[str, float],
    missing: tuple[str, ...] = ("MP",),
    markers: int = 3,
) -> Problem:
    family = Family("F", Pedigree(persons), missing, {i: (p,) for i, p in profiles.items()})
    remains = (_profile("B1", [next(iter(table)) * 2] * markers),)
    frequencies = FrequencyTable({f"M{m}": table for m in range(markers)})
    return Problem(remains, (family,), frequencies)


def _job(folder: Path, problem: Problem, settings: Settings = NONE) -> Job:
    store, _ = add_problem(folder / "store", problem)
    return gathered(store, settings, Wanted())


def _one_marker(
    child: tuple[int, int], p: list[float]
) -> list[tuple[float, float, float, tuple[int, int], tuple[int, int]]]:
    """Return P0(g, x | child), P1(g, x | child), LR, the mother's call g and the remains' x.

    From Mendel's rules for ordered genotypes, without the engine.
    """
    pairs = list(itertools.product(range(len(p)), repeat=2))

    def child_of(father: tuple[int, int], mother: tuple[int, int]) -> float:
        made = [tuple(sorted(both)) for both in itertools.product(father, mother)]
        return made.count(child) / 4

    joint: dict[Any, float] = {}
    for x, g in itertools.product(pairs, pairs):
        key = (tuple(sorted(g)), tuple(sorted(x)))
        weight = p[x[0]] * p[x[1]] * p[g[0]] * p[g[1]] * child_of(x, g)
        joint[key] = joint.get(key, 0.0) + weight
    total = sum(joint.values())
    of_g: dict[Any, float] = {}
    for (g, _), weight in joint.items():
        of_g[g] = of_g.get(g, 0.0) + weight / total
    rows = []
    for (g, x), weight in joint.items():
        unrelated = p[x[0]] * p[x[1]] * (1 if x[0] == x[1] else 2)
        p0, p1 = of_g[g] * unrelated, weight / total
        rows.append((p0, p1, p1 / p0 if p0 else 0.0, g, x))
    return rows


@pytest.mark.parametrize("level", [0.4, 0.8, 1.1])
def test_power_of__is_that_of_enumeration(tmp_path: Path, level: float) -> None:
    """All that the wife and the remains could show at three markers, by Mendel's rules."""
    p = [0.5, 0.25, 0.25]
    children = [(0, 1), (1, 1), (1, 2)]
    table = dict(zip("ABC", p, strict=True))
    calls = ["".join("ABC"[a] for a in child) for child in children]
    problem = _problem(COUPLE, {"C": _profile("R1", calls)}, table)
    (person,) = power_of(_job(tmp_path, problem), Asked(level), 1)
    for option in (None, "W"):
        p0, p1, lr = np.ones(1), np.ones(1), np.ones(1)
        for child in children:
            rows = _one_marker(child, p)
            if option is None:
                seen: dict[Any, list[float]] = {}
                for a, b, _, _, x in rows:
                    both = seen.setdefault(x, [0.0, 0.0])
                    both[0] += a
                    both[1] += b
                own = np.array([[a, b, b / a] for a, b in seen.values()])
            else:
                own = np.array([[a, b, ratio] for a, b, ratio, _, _ in rows])
            p0 = np.outer(p0, own[:, 0]).ravel()
            p1 = np.outer(p1, own[:, 1]).ravel()
            lr = np.outer(lr, own[:, 2]).ravel()
        with np.errstate(divide="ignore"):
            log = np.log10(lr)
        assert np.abs(log - level).min() > 3 * STEP  # no profile is near the level
        figures = person.today if option is None else person.prospects[0].figures
        assert p0.sum() == pytest.approx(1)
        assert figures.found == pytest.approx(p1[log >= level].sum(), abs=1e-9)
        assert figures.excluded == pytest.approx(p0[log < level].sum(), abs=1e-5)
        assert figures.zero == pytest.approx(p0[lr == 0].sum(), abs=1e-9)
        assert figures.found_error == 0
    prospect = person.prospects[0]
    assert relation(person.shape.pedigree, person.shape.missing, prospect.option.member) == "wife"
    assert prospect.gain == pytest.approx(prospect.figures.found - person.today.found)


def test_power_of__parent_and_child_in_closed_form(tmp_path: Path) -> None:
    """Children AA: a parent shows an A, so an unrelated BB has LR 0; the LR is 1/p or 1/(2p)."""
    p = 0.2
    problem = _problem(COUPLE, {"C": _profile("R1", ["AA"] * 4)}, {"A": p, "B": 1 - p}, markers=4)
    (person,) = power_of(_job(tmp_path, problem), Asked(2.0), 1)
    assert person.today.zero == pytest.approx(1 - (1 - (1 - p) ** 2) ** 4, abs=1e-12)
    # LR 5 where the missing person is AA (probability p), 2.5 where AB: LR 100 needs two AA.
    found = 1 - (1 - p) ** 4 - 4 * p * (1 - p) ** 3
    assert person.today.found == pytest.approx(found, abs=1e-9)


def test_power_of__a_father_by_genes_dropped(tmp_path: Path) -> None:
    """Fathers from the population, the missing person from both parents; LRs by the engine."""
    case = read_case(EXAMPLES / "two-graves")
    by_name = {name: list(own.items()) for name, own in case.frequencies.frequencies.items()}
    names = list(by_name)[:12]
    rng = np.random.default_rng(8)

    def founder() -> dict[str, tuple[str, str]]:
        drawn = {}
        for name in names:
            labels = [label for label, _ in by_name[name]]
            p = np.array([value for _, value in by_name[name]])
            drawn[name] = tuple(rng.choice(labels, 2, p=p / p.sum()))
        return drawn

    mother = founder()
    families, remains = [], []
    for n in range(400):
        father = founder()
        own = {m: Call((rng.choice(father[m]), rng.choice(mother[m]))) for m in names}
        remains.append(Profile(f"B{n}", own, Sex.MALE))
        profiles = {
            "FA": (Profile(f"A{n}", {m: Call(father[m]) for m in names}),),
            "MO": (Profile(f"O{n}", {m: Call(mother[m]) for m in names}),),
        }
        families.append(Family(f"F{n}", Pedigree(PARENTS), ("MP",), profiles))
    frequencies = replace(
        case.frequencies, frequencies={m: case.frequencies.frequencies[m] for m in names}
    )
    both = _job(tmp_path / "both", Problem(tuple(remains), tuple(families), frequencies))
    level = 13.0
    one = replace(families[0], profiles={"MO": families[0].profiles["MO"]})
    store, _ = add_problem(tmp_path / "one", Problem(tuple(remains), (one,), frequencies))
    (person,) = power_of(gathered(store, NONE, Wanted()), Asked(level), 1)
    reached = []
    for begin, part in both.runs(Block(0, 0, 400)):
        for n, ratios in enumerate(both.ratios.of(part)):
            row = int(both.order[begin + n])
            own = both.columns.of[_row(both, both.families["name"][row].as_py())]
            reached.append(np.log10(ratios[both.columns.bounds[:-1] + own]).sum() >= level)
    share = np.mean(reached)
    assert 0.2 < share < 0.8, share
    found = person.prospects[0].figures.found
    assert abs(share - found) < 4 * np.sqrt(found * (1 - found) / 400)
    assert person.prospects[0].gain > 0.1


def _row(job: Job, family: str) -> int:
    names = [own[0] for own in job.remains["samples"].to_pylist()]
    return names.index(family.replace("F", "B"))


def _example(folder: Path, families: int) -> Path:
    case = read_case(EXAMPLES / "two-graves")
    add_problem(folder, replace(case, families=case.families[:families]))
    return folder


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the example's remains and two of its families."""
    return _example(tmp_path_factory.mktemp("power") / "store", 2)


def test_power_of__today_is_that_of_people_drawn(tmp_path: Path) -> None:
    """With the gaps of the stored remains."""
    job = gathered(open_store(_example(tmp_path, 9)), Settings(), Wanted())
    persons = {p.name: p for p in power_of(job, Asked(6.0, Quality.STORE, draws=500), 2)}
    outcomes = outcomes_like(job.columns, job.markers)
    ratios = FamilyRatios(outcomes.columns, job.markers)
    compared = 0
    for begin, part in job.runs(Block(0, 0, len(job.order))):
        for n, own in enumerate(ratios.of(part)):
            name = job.families["name"][int(job.order[begin + n])].as_py()
            if part.shape.sex is not Sex.UNKNOWN:  # power asks for remains of the same sex
                continue
            rng = np.random.default_rng([3, begin + n])
            drawn = draw(outcomes, own, (0.0, 1.0), 4000, rng)
            share = (drawn.log10_lr[1] >= 6.0).mean()
            found = persons[name].today.found
            allowed = 4 * np.sqrt(max(found * (1 - found), 1e-4) / 4000)
            assert abs(share - found) < allowed
            chance = drawn.weight * (drawn.log10_lr >= 6.0)
            foretold = 1 - persons[name].today.excluded
            error = chance.std() / np.sqrt(chance.size)
            assert abs(chance.mean() - foretold) < 4 * error + 1e-9
            compared += 0.02 < found < 0.98
    assert compared > 1


def test_power_of__digits_do_not_depend_on_threads(some: Path) -> None:
    job = gathered(open_store(some), Settings(), Wanted())
    asked = Asked(4.0, Quality.STORE, draws=5, seed=2)
    one, three = power_of(job, asked, 1), power_of(job, asked, 3)
    assert one == three
    assert [p.name for p in one] == job.families["name"].to_pylist()
    other = power_of(job, replace(asked, seed=3), 2)
    assert one != other
    assert all(p.today.found_error > 0 for p in one)
    for here, there in zip(one, other, strict=True):
        error = np.hypot(here.today.found_error, there.today.found_error)
        assert abs(here.today.found - there.today.found) < 6 * error + 0.01


def test_power_of__planted_truth_is_found_as_often_as_foretold(tmp_path: Path) -> None:
    made = simulate(
        SimulationSettings(
            families=90,
            shapes=("parents", "parents", "parents", "mother"),
            present_fraction=1.0,
            extra_samples=0,
            degraded_fraction=0.6,
            allele_drop_out=0.1,
            contaminated=0,
        ),
        np.random.default_rng(12),
    )
    settings = Settings(mutation="equal:0.001")
    store, _ = add_problem(tmp_path / "store", made.problem)
    level = 12.0
    job = gathered(store, settings, Wanted())
    persons = power_of(job, Asked(level, Quality.STORE, draws=20), 2)
    foretold = np.array([p.today.found for p in persons])
    of_sample = {own[0]: row for row, own in enumerate(job.remains["samples"].to_pylist())}
    found = 0
    for begin, part in job.runs(Block(0, 0, len(job.order))):
        for n, ratios in enumerate(job.ratios.of(part)):
            name = job.families["name"][int(job.order[begin + n])].as_py()
            (sample,) = made.truth.samples_of(name)
            own = job.columns.of[of_sample[sample]]
            with np.errstate(divide="ignore"):
                log10_lr = np.log10(ratios[job.columns.bounds[:-1] + own]).sum()
            found += log10_lr >= level
    assert 20 < found < 70, found
    assert abs(found - foretold.sum()) < 4 * np.sqrt((foretold * (1 - foretold)).sum())


def test_power_of__who_is_missing_too_cannot_be_sampled(tmp_path: Path) -> None:
    """Two brothers are missing: each gains from the father, and neither is an option."""
    persons = (*PARENTS, Person("BR", "FA", "MO", Sex.MALE))
    mother = {"MO": _profile("R1", ["AB", "AC", "BC"])}
    table = {"A": 0.2, "B": 0.3, "C": 0.5}
    problem = _problem(persons, mother, table, missing=("MP", "BR"))
    people = power_of(_job(tmp_path, problem), Asked(0.8), 1)
    assert [p.name for p in people] == ["F:MP", "F:BR"]
    assert [len(p.prospects) for p in people] == [1, 1]
    (row,) = ranked(people, 0.5)
    assert row.relation == "father"
    assert row.missing == ("F:MP", "F:BR")
    assert row.gain == pytest.approx(0.5 * sum(p.prospects[0].gain for p in people))
    assert people[0].prospects[0].gain == pytest.approx(people[1].prospects[0].gain)


def test_power_of__a_kit_is_what_typing_those_markers_from_the_start_foretells(
    tmp_path: Path,
) -> None:
    """The mother lacks M2: the kit's figures are the mean over all that she could show there."""
    p = {"A": 0.5, "B": 0.25, "C": 0.25}
    level = 0.4

    def figures(folder: str, calls: list[str]) -> MissingPerson:
        problem = _problem(PARENTS, {"MO": _profile("R1", calls)}, p)
        (person,) = power_of(
            _job(tmp_path / folder, problem), Asked(level, kits={"plus": ("M2",)}), 1
        )
        return person

    blank = figures("blank", ["AB", "CC", ""])
    kit = next(c for c in blank.prospects if c.option.kit)
    mean = 0.0
    for first, second in itertools.combinations_with_replacement("ABC", 2):
        chance = p[first] * p[second] * (1 if first == second else 2)
        typed = figures(first + second, ["AB", "CC", first + second])
        assert not [c for c in typed.prospects if c.option.kit]  # she shows M2 already
        mean += chance * typed.today.found
    assert kit.figures.found == pytest.approx(mean, abs=1e-9)
    assert kit.option == Option(blank.shape.typed[0], "plus")
    (row,) = [r for r in ranked([blank], 1.0) if r.option.kit]
    assert (row.sample, row.relation) == ("R1", "mother")


def test_power__a_kit_of_a_marker_that_nobody_shows_yet(tmp_path: Path) -> None:
    """Complete remains show it too: of 1/p in LR, a child AA brings 1 or 1/2."""
    p = 0.1
    problem = _problem(COUPLE, {"C": _profile("R1", ["AA"])}, {"A": p, "B": 1 - p}, markers=1)
    more = FrequencyTable({m: {"A": p, "B": 1 - p} for m in ("M0", "NEW")})
    add_problem(tmp_path / "store", replace(problem, frequencies=more))
    told = run_json(
        "power", tmp_path / "store", "--mutation", "none", "--threshold", 11, "--kit", "plus=NEW"
    )
    assert told["markers"] == 2
    (today,) = told["today"]
    assert today["found"] == pytest.approx(0, abs=1e-12)
    row = next(row for row in told["next_samples"] if row["kit"])
    assert (row["sample"], row["relation"]) == ("R1", "daughter")
    assert row["expected_identifications"] == pytest.approx(_kit_gain(p), abs=1e-9)
    assert row["standard_error"] == 0


def _kit_gain(p: float) -> float:
    """Return P(LR >= 11) at two markers, the first child AA, the second still to be typed."""
    first = {1 / p: p, 1 / (2 * p): 1 - p}  # the missing person AA or AB
    second: dict[float, float] = {}
    for x in itertools.product((0, 1), repeat=2):
        for passed, other in itertools.product(x, (0, 1)):
            of = (p, 1 - p)
            weight = of[x[0]] * of[x[1]] / 2 * of[other]
            alleles = {a: x.count(a) / 2 for a in (0, 1)}
            child = sorted((passed, other))
            if child[0] == child[1]:
                lr = alleles[child[0]] / of[child[0]]
            else:
                lr = 0.5 * (alleles[0] / of[0] + alleles[1] / of[1])
            second[lr] = second.get(lr, 0.0) + weight
    return sum(
        p1 * p2
        for (lr1, p1), (lr2, p2) in itertools.product(first.items(), second.items())
        if lr1 * lr2 >= 11
    )


def test_power__keeps_the_threshold_of_a_budget(some: Path) -> None:
    budget = 1e-3
    told = run_json("power", some, "--budget", budget)
    job = prepare(open_store(some), Settings(), Wanted())
    level = expected_chance_matches(job, Drawing(), 2).level_within(budget)
    assert told["threshold_log10_lr"] == level


def test_grid_error__is_small_and_grows_with_the_root_of_markers() -> None:
    assert grid_error(23) == pytest.approx(0.0492, abs=1e-3)
    assert grid_error(92) == pytest.approx(2 * grid_error(23))


def test_relation__says_the_shortest_way() -> None:
    pedigree = Pedigree(
        (
            Person("GF", sex=Sex.MALE),
            Person("GM", sex=Sex.FEMALE),
            Person("FA", "GF", "GM", Sex.MALE),
            Person("UN", "GF", "GM", Sex.MALE),
            Person("MO", sex=Sex.FEMALE),
            Person("X", sex=Sex.FEMALE),
            Person("MP", "FA", "MO", Sex.FEMALE),
            Person("SI", "FA", "MO"),
            Person("TW", "FA", "MO", Sex.FEMALE, twin_of="MP"),
            Person("HA", "FA", "X", Sex.FEMALE),
            Person("HU", sex=Sex.MALE),
            Person("SO", "HU", "MP", Sex.MALE),
            Person("O"),
        )
    )
    said = {member: relation(pedigree, "MP", member) for member in pedigree.order}
    assert said == {
        "GF": "father's father",
        "GM": "father's mother",
        "FA": "father",
        "UN": "father's brother",
        "MO": "mother",
        "X": "father's wife",
        "MP": "",
        "SI": "sibling",
        "TW": "identical twin",
        "HA": "father's daughter",
        "HU": "husband",
        "SO": "son",
        "O": "no relative",
    }


def test_power__says_and_writes_whom_to_sample(some: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = run_json("power", some, "--out", out, "--present", 0.5)
    assert (told["missing_persons"], told["quality"], told["seed"]) == (2, "complete", 1)
    assert told["expected_found"] == pytest.approx(0.5 * sum(r["found"] for r in told["today"]))
    gains = [row["expected_identifications"] for row in told["next_samples"]]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] == pytest.approx(0.5 * max(row["gain"] for row in told["options"]))
    for name, key in (("today", "today"), ("options", "options"), ("next_samples", None)):
        with (out / f"{name}.csv").open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == len(told[key or "next_samples"])
    best = told["next_samples"][0]
    assert rows[0]["relation"] == best["relation"]
    assert float(rows[0]["expected_identifications"]) == gains[0]
    text = run("power", some, "--present", 0.5).stdout
    assert "Whom to sample next" in text
    assert f"{gains[0]:+.4f}  {best['missing_persons'][0]}: {best['relation']}" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--threshold", "0"], ["--threshold", "positive"]),
        (["--threshold", "10", "--budget", "1"], ["--budget", "--threshold"]),
        (["--quality", "good"], ["--quality", "complete or store"]),
        (["--present", "1.5"], ["--present", "1.5"]),
        (["--present", "nan"], ["--present"]),
        (["--draws", "1"], ["--draws"]),
        (["--kit", "plus"], ["--kit", "NAME=MARKER"]),
        (["--kit", "plus=M1"], ["--kit plus", "lack M1"]),
        (["--kit", "a=TH01", "--kit", "a=FGA"], ["--kit a", "twice"]),
        (["--mutation", "odd"], ["odd"]),
        (["--today", "--kit", "a=TH01"], ["--today", "--kit"]),
    ],
)
def test_power__refuses_what_makes_no_sense(
    some: Path, tmp_path: Path, options: list[str], words: list[str]
) -> None:
    assert_refused(run("power", some, "--out", tmp_path / "out", *options), *words)
    assert not (tmp_path / "out").exists()


def test_power__needs_families_but_no_remains(tmp_path: Path) -> None:
    case = read_case(EXAMPLES / "two-graves")
    add_problem(tmp_path / "families", replace(case, remains=(), families=case.families[:2]))
    assert run_json("power", tmp_path / "families")["missing_persons"] == 2
    refused = run("power", tmp_path / "families", "--quality", "store")
    assert_refused(refused, "no remains", "store add")
    add_problem(tmp_path / "remains", replace(case, families=()))
    assert_refused(run("power", tmp_path / "remains"), "no families", "store add")
    assert_refused(run("power", tmp_path / "none"), "no profile store", "store add")
    silent = [
        replace(f, profiles={i: (replace(own[0], calls={}),) for i, own in f.profiles.items()})
        for f in case.families[:1]
    ]
    add_problem(tmp_path / "silent", replace(case, remains=(), families=tuple(silent)))
    assert_refused(run("power", tmp_path / "silent"), "no sample with a call", "store add")


def test_power__today_alone_is_the_same_without_samples_to_take(some: Path, tmp_path: Path) -> None:
    whole = run_json("power", some, "--threshold", "1e9")
    today = run_json("power", some, "--threshold", "1e9", "--today", "--out", tmp_path / "out")
    assert whole["samples_to_take"] > 0
    assert today["today"] == whole["today"]
    assert today["expected_found"] == whole["expected_found"]
    assert (today["samples_to_take"], today["options"], today["next_samples"]) == (None, [], [])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["today.csv"]
    text = run("power", some, "--today").stdout
    assert "would be found today" in text
    assert "sample" not in text
