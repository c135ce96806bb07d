"""The joint answer of a store against that of an analysis, which lists everything."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json

import forename.search.answer
from forename.formats import read_case
from forename.genetics.analysis import analyse
from forename.genetics.invented_frequencies import MARKER_SHAPES
from forename.genetics.panel import build_panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.results import Analysis
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings
from forename.search.answer import JointAnswer, answer, odds_of, posteriors, stated_prior
from forename.search.answer_files import write_answer
from forename.search.corrections import correct_store
from forename.search.job import Wanted, blocks_of, gathered, search_of_persons
from forename.search.listing import missing_of, sex_factors
from forename.search.persons import columns_as_persons, persons_of
from forename.search.records import records_of
from forename.search.store import add_problem, open_store
from forename.search.unlisted import Unlisted

SETTINGS = Settings(prior="missing-total:200", drop_out=0.02, mutation="equal:0.002")


@pytest.fixture(scope="module")
def example() -> Problem:
    problem = read_case(EXAMPLES / "two-graves")
    return replace(problem, evidence=(), elimination=(), settings=SETTINGS)


@pytest.fixture(scope="module")
def store(example: Problem, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answer") / "store"
    add_problem(folder, example)
    return folder


@pytest.fixture(scope="module")
def found(store: Path) -> JointAnswer:
    return answer(open_store(store), SETTINGS, 2)


@pytest.fixture(scope="module")
def analysis(example: Problem) -> Analysis:
    return analyse(example)


def test_persons_are_the_groups_of_the_analysis(found: JointAnswer, analysis: Analysis) -> None:
    own = {frozenset(found.samples_of(n)) for n in range(len(found.persons))}
    assert own == {frozenset(group.samples) for group in analysis.groups}
    assert max(map(len, own)) > 2


def test_posteriors_of_the_analysis_lie_within_the_bounds(
    found: JointAnswer, analysis: Analysis
) -> None:
    listed = posteriors(found)
    own = {
        (frozenset(found.samples_of(i)), found.missing.names[j]): (p, low, high)
        for i, j, p, low, high in zip(
            listed.person.tolist(),
            listed.column.tolist(),
            listed.posterior.tolist(),
            listed.low.tolist(),
            listed.high.tolist(),
            strict=True,
        )
    }
    told = {
        (frozenset(p.samples), p.missing_person): p.posterior
        for p in analysis.posteriors
        if p.missing_person != "*"
    }
    for pair, (_, low, high) in own.items():
        assert low - 1e-9 <= told.get(pair, 0.0) <= high + 1e-9
    assert {pair for pair, p in told.items() if p > 0.01} <= own.keys()
    doubtful = [pair for pair, (p, _, _) in own.items() if 0.02 < p < 0.98]
    assert len(doubtful) > 5
    assert {m for _, m in doubtful} & {"F083:MP1"}  # brothers whom DNA cannot tell apart


def test_proposals_are_those_of_the_analysis(
    found: JointAnswer, analysis: Analysis, tmp_path: Path
) -> None:
    told = write_answer(found, tmp_path / "out")
    rows = pq.read_table(tmp_path / "out" / "proposals.parquet").to_pylist()
    samples = {
        row["person"]: row["samples"]
        for row in pq.read_table(tmp_path / "out" / "persons.parquet").to_pylist()
    }
    own = {(frozenset(samples[row["person"]]), row["missing_person"]) for row in rows}
    linked = {p.missing_person for p in analysis.proposals if p.linked}
    expected = {(frozenset(p.remains), p.missing_person) for p in analysis.proposals}
    assert {pair for pair in own if pair[1] not in linked} == {
        pair for pair in expected if pair[1] not in linked
    }
    assert told["proposals"] == len(rows) > 40
    assert json.loads((tmp_path / "out" / "answer.json").read_text()) == told


def test_every_person_is_somebody_or_nobody(found: JointAnswer, tmp_path: Path) -> None:
    write_answer(found, tmp_path / "out")
    listed = posteriors(found, least=0.0)
    persons = pq.read_table(tmp_path / "out" / "persons.parquet").to_pydict()
    total = np.array(persons["nobody_registered"]) + np.array(persons["somebody_unlisted"])
    total += np.bincount(listed.person, listed.posterior, len(found.persons))
    assert total == pytest.approx(1.0, abs=1e-9)


def test_the_best_assignment_is_that_of_the_analysis(
    found: JointAnswer, analysis: Analysis
) -> None:
    assert found.best.gap == 0
    names = {found.persons.names[i]: i for i in range(len(found.persons))}
    best = {
        (found.persons.names[i], found.missing.names[j])
        for e in found.best.placements.tolist()
        for i, j in found.placements.pairs_of(e)
    }
    # The brothers may change places: both ways weigh the same.
    listed = [
        {(r, m) for r, m in one.pairs.items() if m != "*"} for one in analysis.assignments[:4]
    ]
    assert {r for r, _ in best} <= names.keys()
    assert any(best == other for other in listed)


def test_sums_over_unlisted_pairs_are_those_of_single_lrs(store: Path) -> None:
    opened = open_store(store)
    plain = gathered(opened, SETTINGS, Wanted())
    persons = persons_of(opened, plain, SETTINGS, 1)
    missing = missing_of(plain)
    level = 1.5
    everything = Wanted(-300.0, 0, -300.0)
    job = search_of_persons(
        gathered(opened, SETTINGS, everything), columns_as_persons(plain, persons)
    )
    factors = sex_factors(SETTINGS) / 199
    sexes = np.zeros(len(persons), np.int8)
    rng = np.random.default_rng(3)
    vertices = len(persons) + len(missing.members)
    values = rng.random((vertices, 2))
    vertex = len(persons) + missing.family[job.order]
    own_factors = factors[missing.sexes[job.order]]
    sums = Unlisted(job, vertex, sexes, own_factors, level, 2).weighed(values)
    alone = Unlisted(job, vertex, sexes, own_factors, level, 1).weighed(values)
    assert (sums == alone).all()
    expected = np.zeros_like(values)
    (whole,) = blocks_of(job, len(job.order))
    for begin, families in job.runs(whole):
        ratios = job.ratios.of(families)
        for f in range(len(families)):
            columns = job.columns.bounds[:-1] + job.columns.of
            lrs = ratios[f][columns].prod(axis=1)
            weights = np.where(np.log10(lrs) < level, lrs, 0.0) * own_factors[begin + f, 0]
            expected[: len(persons)] += weights[:, None] * values[vertex[begin + f]]
            expected[vertex[begin + f]] += weights @ values[: len(persons)]
    assert sums == pytest.approx(expected, rel=1e-10)


def test_replicates_give_the_lr_of_the_engine(found: JointAnswer, analysis: Analysis) -> None:
    told = {(frozenset(p.samples), p.missing_person): p.log10_lr for p in analysis.group_pairs}
    compared = 0
    for i, j, lr in zip(
        found.pairs.person.tolist(),
        found.pairs.column.tolist(),
        found.pairs.log10_lr.tolist(),
        strict=True,
    ):
        key = (frozenset(found.samples_of(i)), found.missing.names[j])
        if key in told:
            assert lr == pytest.approx(told[key], abs=1e-9)
            compared += len(key[0]) > 1
    assert compared > 20


def test_command_says_what_it_wrote(store: Path, tmp_path: Path) -> None:
    told = run_json("answer", store, "--out", tmp_path / "out", "--prior", "victims:400")
    assert told["prior"] == "victims:400"
    assert told["persons"] == 81
    text = run("answer", store, "--out", tmp_path / "again", "--prior", "victims:400").stdout
    assert f"{told['proposals']} names to propose" in text
    first = (tmp_path / "out" / "posteriors.parquet").read_bytes()
    assert first == (tmp_path / "again" / "posteriors.parquet").read_bytes()


def test_victims_are_the_odds_of_the_urn_at_its_mean() -> None:
    # Where nobody has DNA, N/((N-n)(N-m)) expects nm/N pairs of the urn: k/((n-k)(m-k)) at that k.
    n, m, total = 300, 500, 1000.0
    k = n * m / total
    prior = stated_prior(Settings(prior="victims:1000"), n, m)
    assert odds_of(prior, n, m) == pytest.approx(k / ((n - k) * (m - k)), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prior", "flat"], "victims:N, missing-total:N or odds:X"),
        (["--prior", "missing-total:20"], "state a larger total"),
        (["--prior", "victims:91"], "state a larger total"),
        (["--prior", "strata:A=200"], "not for a whole store"),
        (["--proposal", "0.2"], "proposal_posterior"),
        (["--same-person", "0"], "--same-person"),
        (["--sex-error", "0.7"], "sex_error"),
        (["--mutation", "what"], "what"),
    ],
)
def test_what_makes_no_sense_is_refused(
    store: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    assert_refused(run("answer", store, "--out", tmp_path / "out", *options), said)
    assert not (tmp_path / "out").exists()


def test_a_store_without_remains_is_refused(example: Problem, tmp_path: Path) -> None:
    add_problem(tmp_path / "store", replace(example, remains=()))
    refused = run("answer", tmp_path / "store", "--out", tmp_path / "out")
    assert_refused(refused, "no remains, or no families")


def test_a_damaged_store_is_refused(store: Path, example: Problem, tmp_path: Path) -> None:
    add_problem(tmp_path / "store", replace(example, families=example.families[:5]))
    (part,) = (tmp_path / "store").glob("families-*.arrow")
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    refused = run("answer", tmp_path / "store", "--out", tmp_path / "out")
    assert_refused(refused, part.name)


@pytest.mark.parametrize(
    ("seed", "listed_from"), [(1, None), (24, 0.5), (27, 0.5), (0, 5.0), (6, 5.0), (13, 5.0)]
)
def test_bounds_hold_in_simulated_graves(
    seed: int, listed_from: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brothers, fathers and sons missing together, cousins' marriages; many pairs left unlisted."""
    settings = Settings(
        mutation=("equal:0.002", "stepwise:rate=0.002,rate2=0.00001,range=0.1")[seed % 2],
        prior=f"odds:{(0.02, 0.005, 0.05)[seed % 3]}",
        drop_out=(0, 0.03)[seed % 2],
    )
    plan = SimulationSettings(
        families=14,
        unrelated=5,
        markers=tuple(MARKER_SHAPES)[: 6 + seed % 12],
        present_fraction=0.7,
        extra_samples=8,
        degraded_fraction=0.4,
        allele_drop_out=0.05,
        analysis=settings,
    )
    problem = simulate(plan, np.random.default_rng(seed)).problem
    problem = replace(problem, settings=settings, evidence=(), elimination=())
    told = {
        (frozenset(p.samples), p.missing_person): p.posterior for p in analyse(problem).posteriors
    }
    add_problem(tmp_path / "store", problem)
    if listed_from is not None:
        monkeypatch.setattr(forename.search.answer, "listed_from", lambda *_: listed_from)
    found = answer(open_store(tmp_path / "store"), settings, 2)
    listed = posteriors(found, least=0.0)
    assert len(listed.person) > 5
    for i, j, low, high in zip(
        listed.person.tolist(),
        listed.column.tolist(),
        listed.low.tolist(),
        listed.high.tolist(),
        strict=True,
    ):
        truth = told.get((frozenset(found.samples_of(i)), found.missing.names[j]), 0.0)
        assert low - 1e-6 <= truth <= high + 1e-6
    judged = found.judged
    for n in range(len(found.persons)):
        nobody = told.get((frozenset(found.samples_of(n)), "*"), 0.0)
        assert judged.unused_low[n] - judged.elsewhere_high[n] - 1e-6 <= nobody
        assert nobody <= judged.unused_high[n] + 1e-6


def test_the_panel_is_that_of_the_analysis(
    found: JointAnswer, analysis: Analysis, example: Problem
) -> None:
    panel = build_panel(example.frequencies, example.remains, SETTINGS)
    assert set(found.markers) == {marker.name for marker in panel.markers}
    assert set(found.markers) == set(analysis.provenance.markers)


def _by_samples(folder: Path) -> dict[tuple[frozenset[str], str], float]:
    persons = pq.read_table(folder / "persons.parquet").to_pylist()
    samples = {row["person"]: frozenset(row["samples"]) for row in persons}
    rows = pq.read_table(folder / "posteriors.parquet").to_pylist()
    return {(samples[r["person"]], r["missing_person"]): r["posterior"] for r in rows}


def test_what_moved_is_told_with_the_records_that_moved_it(
    example: Problem, tmp_path: Path
) -> None:
    # One of the two brothers is not found yet; his place is taken from G1-021 when he is.
    later = tuple(p for p in example.remains if p.sample in ("G1-016", "G1-041"))
    family = next(f for f in example.families if f.id == "F085")
    member, own = next(iter(family.profiles.items()))
    less = replace(
        family,
        profiles={member: tuple(replace(p, calls=dict(list(p.calls.items())[:5])) for p in own)},
    )
    first = replace(
        example,
        remains=tuple(p for p in example.remains if p not in later),
        families=tuple(less if f.id == "F085" else f for f in example.families),
    )
    add_problem(tmp_path / "store", first)
    run_json("answer", tmp_path / "store", "--out", tmp_path / "old", "--prior", "odds:0.005")
    add_problem(tmp_path / "store", replace(example, remains=later, families=()))
    right = replace(example, remains=(), families=(family,))
    correct_store(tmp_path / "store", right, [], "typed again", "2026-01-01T00:00:00+00:00")
    told = run_json(
        "answer", tmp_path / "store", "--out", tmp_path / "new", "--since", tmp_path / "old"
    )
    assert told["prior"] == "odds:0.005"
    changes = pq.read_table(tmp_path / "new" / "changes.parquet").to_pylist()
    assert told["moved"] == len(changes)
    before, after = _by_samples(tmp_path / "old"), _by_samples(tmp_path / "new")
    moved = {
        pair
        for pair in before.keys() | after.keys()
        if abs(before.get(pair, 0.0) - after.get(pair, 0.0)) >= 1e-3
    }
    names = {(frozenset(c["person"].split("+")), c["missing_person"]): c for c in changes}
    assert names.keys() == moved
    assert all(c["before"] == before.get(pair, 0.0) for pair, c in names.items())
    brother = names[frozenset({"G1-016", "G1-041"}), "F083:MP1"]
    assert brother["because"] == "G1-016 is new, G1-041 is new"
    corrected = [c for c in changes if c["missing_person"] == "F085"]
    assert all("F085 was corrected" in c["because"] for c in corrected)
    assert len(corrected) >= 1
    text = run("answer", tmp_path / "store", "--out", tmp_path / "same", "--since",
               tmp_path / "new").stdout  # fmt: skip
    assert "0 posteriors moved since" in text
    # An answer that stands on an earlier one is the answer made anew.
    run("answer", tmp_path / "store", "--out", tmp_path / "anew", "--prior", "odds:0.005")
    files = sorted(path.name for path in (tmp_path / "anew").glob("*.parquet"))
    assert len(files) == 7
    for name in set(files) - {"changes.parquet"}:
        anew = (tmp_path / "anew" / name).read_bytes()
        assert (tmp_path / "new" / name).read_bytes() == anew
        assert (tmp_path / "same" / name).read_bytes() == anew


def test_likelihoods_of_untouched_families_are_taken_over(example: Problem, tmp_path: Path) -> None:
    late = next(p for p in example.remains if p.sample == "G1-016")  # one of two brothers
    others = tuple(p for p in example.remains if p != late)
    add_problem(tmp_path / "store", replace(example, remains=others))
    before = answer(open_store(tmp_path / "store"), SETTINGS, 2)
    add_problem(tmp_path / "store", replace(example, remains=(late,), families=()))
    # Kept values that are wrong show where they are used: everywhere but with the new sample.
    wrong = {key: values - 1.0 for key, values in before.together.items()}
    after = answer(open_store(tmp_path / "store"), SETTINGS, 2, None, wrong)
    anew = answer(open_store(tmp_path / "store"), SETTINGS, 2)
    assert after.together.keys() == anew.together.keys()
    shared = anew.together.keys() & wrong.keys()
    assert shared
    assert anew.together.keys() - wrong.keys()
    for key, values in anew.together.items():
        taken = values - 1.0 if key in shared else values
        assert after.together[key].tolist() == taken.tolist()


def test_a_digest_of_a_record_is_of_what_it_says(example: Problem, tmp_path: Path) -> None:
    """Codes of alleles are a store's own; the same record in another store has the same digest."""
    some = replace(example, remains=example.remains[:6], families=example.families[:4])
    rest = replace(example, remains=example.remains[6:], families=example.families[4:])
    for name, parts in (("one", (some, rest)), ("two", (rest, some))):
        for part in parts:
            add_problem(tmp_path / name, part)
    one, two = (open_store(tmp_path / name) for name in ("one", "two"))
    assert one.labels != two.labels
    assert records_of(one) == records_of(two)
    first = example.remains[0]
    name, call = next((m, c) for m, c in first.calls.items() if len(set(c.alleles)) == 2)
    other = replace(first, calls={**first.calls, name: replace(call, alleles=call.alleles[:1])})
    correct_store(
        tmp_path / "one",
        replace(example, remains=(other,), families=()),
        [],
        "typed again",
        "2026-01-01T00:00:00+00:00",
    )
    corrected = records_of(open_store(tmp_path / "one"))
    assert {key for key, digest in corrected.items() if digest != records_of(two)[key]} == {
        ("sample", first.sample)
    }


def test_only_an_answer_can_be_compared_with(store: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused = run("answer", store, "--out", tmp_path / "out", "--since", tmp_path / "empty")
    assert_refused(refused, "no answer that can be compared")
    assert not (tmp_path / "out").exists()
