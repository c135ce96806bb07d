"""Chance matches and power, against enumeration, brute force and theory."""

from __future__ import annotations

import itertools
from math import comb
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json

from forename.formats import read_case
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Person
from forename.genetics.profiles import Sex
from forename.search.chance import GRID, Drawing, expected_chance_matches, tail_of_unrelated
from forename.search.columns import Samples, columns_of
from forename.search.families import Families, FamilyRatios, Shape
from forename.search.job import Block, Wanted, prepare
from forename.search.outcomes import Outcomes, draw, outcomes_like
from forename.search.store import add_problem, open_store

P = np.array([0.1, 0.2, 0.3, 0.4])
CHILD = Shape(
    (Person("MP", sex=Sex.MALE), Person("W", sex=Sex.FEMALE), Person("C", "MP", "W")), "MP", ("C",)
)


def _samples(calls: list[list[tuple[int, int]]], drop_out: float = 0.0) -> Samples:
    alleles = np.array(calls, np.int16)
    count = len(calls)
    rates = np.tile([drop_out, 0.0], (count, 1))
    return Samples(alleles, np.zeros(alleles.shape[:2], np.bool_), rates, np.zeros(count, np.int8))


def _case(
    calls: list[tuple[int, int]], remains: list[list[tuple[int, int]]], drop_out: float = 0.0
) -> tuple[Outcomes, np.ndarray]:
    """Return the outcomes of remains and the LRs of a family whose child shows the calls."""
    markers = [Marker(f"M{m}", ("A", "B", "C", "D"), P) for m in range(len(calls))]
    outcomes = outcomes_like(columns_of(_samples(remains, drop_out), markers), markers)
    ratios = FamilyRatios(outcomes.columns, markers).of(Families(CHILD, _samples([calls])))
    return outcomes, ratios[0]


def _enumerated(outcomes: Outcomes, ratios: np.ndarray) -> list[tuple[float, float]]:
    """Return P(profile | unrelated) and LR of every profile that the stored samples could be."""
    every = []
    for kinds in outcomes.kinds:
        ranges = [range(outcomes.starts[k], outcomes.starts[k + 1]) for k in kinds]
        for profile in itertools.product(*ranges):
            own = list(profile)
            p = float(outcomes.chance[own].prod()) / len(outcomes.kinds)
            every.append((p, float(ratios[own].prod())))
    return every


@pytest.mark.parametrize("drop_out", [0.0, 0.1])
def test_tail_of_unrelated__is_that_of_enumeration(drop_out: float) -> None:
    remains = [[(0, 1), (0, 0), (2, 3)], [(0, 0), (-1, -1), (1, 2)]]
    outcomes, ratios = _case([(0, 1), (0, 2), (0, 0)], remains, drop_out)
    every = _enumerated(outcomes, ratios)
    assert sum(p for p, _ in every) == pytest.approx(1, abs=1e-12)
    assert sum(p * lr for p, lr in every) == pytest.approx(1, abs=1e-12)
    found = tail_of_unrelated(outcomes, ratios, 30_000, np.random.default_rng(3))
    for level in (0.0, 0.5, 1.0, 1.5, 2.0):
        exact = sum(p for p, lr in every if np.log10(max(lr, 1e-99)) >= level - 1e-9)
        mean, error = found[:, np.searchsorted(GRID, level)]
        assert 0 <= error < max(0.15 * exact, 1e-12)
        assert abs(mean - exact) <= 4 * error + 1e-15


def test_tail_of_unrelated__rare_matches_are_estimated_well_by_few_draws() -> None:
    """Twelve markers: nobody would meet such a match in as many plain draws."""
    calls = [(0, 0)] * 12
    outcomes, ratios = _case(calls, [calls])
    # Of a child AA the parent is AA (LR 10) or has one A (LR 5): the count of AA decides.
    aa, a = 0.01, 0.18
    at_least = {
        k: sum(comb(12, j) * aa**j * a ** (12 - j) for j in range(k, 13)) for k in range(13)
    }
    mean, error = tail_of_unrelated(outcomes, ratios, 3_000, np.random.default_rng(5))
    level = 12 * np.log10(5) + 1 * np.log10(2)  # at least one AA
    place = int(np.searchsorted(GRID, level - 1e-9))
    needed = int(np.ceil((GRID[place] - 12 * np.log10(5)) / np.log10(2) - 1e-9))
    assert at_least[needed] < 1e-8
    assert error[place] < 0.2 * at_least[needed]
    assert abs(mean[place] - at_least[needed]) < 4 * error[place]
    assert abs(mean[0] - at_least[0]) < 4 * error[0]


def test_draw__unrelated_people_have_a_mean_lr_of_1() -> None:
    outcomes, ratios = _case([(0, 1), (2, 3), (1, 1)], [[(0, 1)] * 3], 0.2)
    drawn = draw(outcomes, ratios, (0.0, 0.5, 1.0), 5_000, np.random.default_rng(7))
    product = drawn.weight * 10**drawn.log10_lr
    error = product.std() / np.sqrt(product.size)
    assert abs(product.mean() - 1) < 4 * error < 0.04
    assert abs(drawn.weight.mean() - 1) < 4 * drawn.weight.std() / np.sqrt(product.size)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chance") / "store"
    add_problem(folder, read_case(EXAMPLES / "two-graves"))
    return folder


def test_expected_chance_matches__are_those_of_brute_force(store: Path) -> None:
    """Unrelated people with the gaps of the stored remains, LR by LR."""
    job = prepare(open_store(store), read_case(EXAMPLES / "two-graves").settings, Wanted())
    expected = expected_chance_matches(job, Drawing(600, 4), 2)
    outcomes = outcomes_like(job.columns, job.markers)
    rng = np.random.default_rng(11)
    ratios = FamilyRatios(outcomes.columns, job.markers)
    rows = [r for _, part in job.runs(Block(0, 0, len(job.order))) for r in ratios.of(part)]
    # Genotypes from the frequencies, each called as the remains whose place it takes was.
    repeats = 150
    kinds = np.tile(outcomes.kinds, (repeats, 1))
    columns = np.empty(kinds.shape, np.int64)
    for m, marker in enumerate(job.markers):
        p = marker.frequencies
        people = np.sort(rng.choice(len(p), (len(kinds), 2), p=p), axis=1)
        for k in np.unique(kinds[:, m]):
            own = np.arange(outcomes.starts[k], outcomes.starts[k + 1])
            of = {tuple(outcomes.alleles[c].tolist()): c for c in own}
            no_call = of.get((-1, -1))
            where = np.flatnonzero(kinds[:, m] == k)
            columns[where, m] = [
                of[tuple(g)] if no_call is None else no_call for g in people[where].tolist()
            ]
    plain = []
    for own_ratios in rows:
        with np.errstate(divide="ignore"):
            lrs = np.log10(own_ratios)[columns].sum(axis=1)
        plain.append([(lrs >= level).sum() / repeats for level in (0.0, 1.0)])
    counted = np.array(plain).sum(axis=0)
    for level, count in zip((0.0, 1.0), counted, strict=True):
        mean, error = expected.at(level)
        # The same people meet all families, so counts vary more than a Poisson number would.
        allowed = 4 * error + 4 * 3 * np.sqrt(count / repeats)
        assert count * repeats > 100
        assert abs(mean - count) < allowed


def test_expected_chance_matches__digits_do_not_depend_on_threads(store: Path) -> None:
    job = prepare(open_store(store), read_case(EXAMPLES / "two-graves").settings, Wanted())
    one = expected_chance_matches(job, Drawing(90, 2), 1)
    two = expected_chance_matches(job, Drawing(90, 2), 3)
    other = expected_chance_matches(job, Drawing(90, 3), 2)
    assert (one.total == two.total).all()
    assert (one.of_family == two.of_family).all()
    assert (one.total != other.total).any()
    np.testing.assert_allclose(one.of_family.sum(axis=0)[2], one.at(4.0)[0])
    # No more than the numbers of comparisons by the level: E[LR | unrelated] is 1.
    assert (one.total <= 1.2 * len(job.order) * len(job.columns.of) / 10**GRID).all()
    level = one.level_within(0.01)
    assert level is not None
    assert one.at(level)[0] <= 0.01 < one.at(level - 0.1)[0]


def test_search__says_what_chance_brings_and_keeps_a_budget(store: Path, tmp_path: Path) -> None:
    drawing = ("--draws", 60, "--seed", 5)
    told = run_json("search", store, "--out", tmp_path / "a", "--expect", *drawing)
    chance = told["chance"]
    assert (chance["draws"], chance["seed"]) == (60, 5)
    assert [row["log10_lr"] for row in chance["levels"]] == [0, 2, 4, 6, 8]
    numbers = [row["expected"] for row in chance["levels"]]
    assert numbers == sorted(numbers, reverse=True)
    assert [row["found"] for row in chance["levels"]][:2] == [None, None]
    assert chance["levels"][2]["found"] == told["hits"]
    rows = pq.read_table(tmp_path / "a" / "chance_matches.parquet").to_pylist()
    assert len(rows) == 91
    assert sum(row["expected_from_4"] for row in rows) == pytest.approx(numbers[2])
    kept = run_json("search", store, "--out", tmp_path / "b", "--budget", 1e-4, *drawing)
    assert kept["chance"]["expected"] <= 1e-4
    level = kept["threshold_log10_lr"]
    assert kept["hits"] == pq.read_table(tmp_path / "b" / "hits.parquet").num_rows
    assert min(r["log10_lr"] for r in kept["best_hits"]) >= level
    text = run("search", store, "--out", tmp_path / "c", "--expect", *drawing).stdout
    assert "by chance" in text
    assert "LR 10,000 or more" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--budget", "0"], ["--budget", "positive"]),
        (["--budget", "nan"], ["--budget", "positive"]),
        (["--budget", "1", "--threshold", "100"], ["--budget", "--threshold"]),
        (["--expect", "--draws", "1"], ["--draws"]),
        (["--expect", "--seed", "-1"], ["--seed"]),
    ],
)
def test_search__refuses_what_cannot_be_expected(
    store: Path, tmp_path: Path, options: list[str], words: list[str]
) -> None:
    assert_refused(run("search", store, "--out", tmp_path / "out", *options), *words)
    assert not (tmp_path / "out").exists()
