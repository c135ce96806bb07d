"""Joint posteriors against enumeration, closed forms and invariances."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forename.exceptions import BudgetExceededError, InvalidSettingError
from forename.statistics.assignment import (
    AssignmentProblem,
    FamilyWeights,
    solve,
)
from forename.statistics.placements import list_placements, split_components
from forename.statistics.priors import parse_prior

from .joint_enumeration import enumerate_assignments, enumerated_posteriors, random_problem

PRIORS = ("", "flat", "odds:0.01", "missing-total:7", "strata:a=5,b=9", "victims")
seeds = st.integers(0, 2**32 - 1)


def pairs(rows: list[list[float]], prior: str = "flat") -> AssignmentProblem:
    """Return a problem from likelihood ratios, 0 for impossible."""
    with np.errstate(divide="ignore"):
        return AssignmentProblem(np.log(np.array(rows, float)), prior=parse_prior(prior))


@pytest.mark.parametrize("prior", PRIORS)
@settings(max_examples=60)
@given(seeds)
def test_solve__equals_enumeration_under_every_prior(prior: str, seed: int) -> None:
    problem = random_problem(seed, prior)
    expected, log_evidence = enumerated_posteriors(problem)
    if math.isinf(log_evidence):
        with pytest.raises(InvalidSettingError):
            solve(problem)
        return
    solution = solve(problem)
    np.testing.assert_allclose(solution.posteriors, expected, rtol=1e-9, atol=1e-13)
    assert solution.log_evidence == pytest.approx(log_evidence, abs=1e-9)
    assert solution.exact
    assert not solution.error_bounds.any()
    np.testing.assert_allclose(solution.posteriors.sum(axis=1), 1, rtol=1e-12)


@settings(max_examples=40)
@given(seeds)
def test_solve__keeps_its_digits_over_hundreds_of_orders_of_magnitude(seed: int) -> None:
    problem = random_problem(seed, "flat", spread=150.0)
    expected, log_evidence = enumerated_posteriors(problem)
    solution = solve(problem)
    np.testing.assert_allclose(solution.posteriors, expected, rtol=1e-8, atol=1e-250)
    assert solution.log_evidence == pytest.approx(log_evidence, abs=1e-9)


@pytest.mark.parametrize("prior", ["flat", "missing-total:9", "victims"])
@settings(max_examples=40)
@given(seeds)
def test_solve__lists_the_best_assignments(prior: str, seed: int) -> None:
    problem = random_problem(seed, prior)
    listed = enumerate_assignments(problem)
    if not listed:
        return
    best = solve(problem, k_best=7).best
    weights = {one.columns: one.log_weight for one in listed}
    assert len({one.columns for one in best}) == len(best) == min(7, len(listed))
    for one, expected in zip(best, listed, strict=False):
        assert one.log_weight == pytest.approx(expected.log_weight, abs=1e-9)
        assert one.log_weight == pytest.approx(weights[one.columns], abs=1e-9)
        total = np.logaddexp.reduce([other.log_weight for other in listed])
        assert one.posterior == pytest.approx(np.exp(one.log_weight - total), rel=1e-9)


@settings(max_examples=40)
@given(seeds)
def test_solve__gives_the_probability_of_every_line_of_a_table(seed: int) -> None:
    problem = random_problem(seed, "missing-total:9")
    listed = enumerate_assignments(problem)
    total = np.logaddexp.reduce([one.log_weight for one in listed])
    for table, posterior in zip(problem.tables, solve(problem).table_posteriors, strict=True):
        for line, value in zip(table.placements, posterior, strict=True):
            placed = {j: int(i) for i, j in zip(line, table.columns, strict=True)}
            inside = [
                one.log_weight
                for one in listed
                if all(
                    (one.columns.index(j) if j in one.columns else -1) == i
                    for j, i in placed.items()
                )
            ]
            if max(line) >= 0:
                expected = np.exp(np.logaddexp.reduce([-np.inf, *inside]) - total)
                assert value == pytest.approx(expected, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("sexes", "count"),
    [(((5, 5),), 1546), (((5, 5), (5, 5)), 2_390_116), (((3, 6), (2, 6)), 9847), (((3, 2),), 13)],
)
def test_solve__counts_assignments_when_every_weight_is_one(
    sexes: tuple[tuple[int, int], ...], count: int
) -> None:
    by_formula = math.prod(
        sum(math.comb(v, k) * math.comb(m, k) * math.factorial(k) for k in range(min(v, m) + 1))
        for v, m in sexes
    )
    weights = np.full((sum(v for v, _ in sexes), sum(m for _, m in sexes)), -np.inf)
    row = column = 0
    for v, m in sexes:
        weights[row : row + v, column : column + m] = 0.0
        row, column = row + v, column + m
    solution = solve(AssignmentProblem(weights, prior=parse_prior("flat")))
    assert by_formula == count
    assert math.exp(solution.log_evidence) == pytest.approx(count, rel=1e-12)


def test_solve__gives_the_permanent_when_everybody_must_be_matched() -> None:
    ratios = np.random.default_rng(3).random((6, 6))
    permanent = sum(
        math.prod(ratios[i, j] for i, j in enumerate(order))
        for order in itertools.permutations(range(6))
    )
    solution = solve(AssignmentProblem(np.log(ratios), prior=parse_prior("victims:6")))
    assert math.exp(solution.log_evidence) * math.factorial(6) == pytest.approx(permanent)
    assert solution.match_counts is not None
    assert solution.match_counts[-1] == pytest.approx(1.0)
    np.testing.assert_allclose(solution.posteriors[:, -1], 0, atol=1e-15)


def test_solve__posterior_of_remains_against_three_families() -> None:
    solution = solve(pairs([[1e6, 0, 100]]))
    expected = np.array([1e6, 0, 100, 1]) / 1_000_101
    np.testing.assert_allclose(solution.posteriors[0], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("total", "ratio", "posterior"), [(1000, 1e6, 0.999002), (100, 1e5, 0.999011)]
)
def test_solve__posterior_of_one_pairing_among_n(
    total: int, ratio: float, posterior: float
) -> None:
    solution = solve(pairs([[ratio]], f"missing-total:{total}"))
    assert solution.posteriors[0, 0] == pytest.approx(posterior, abs=5e-7)
    assert solution.posteriors[0, 0] == pytest.approx(ratio / (ratio + total - 1), rel=1e-12)


def test_solve__two_missing_of_one_family() -> None:
    # Father M1 and son M2 of R1 2/2; V1 1/1, V2 1/2; another family's M3 and V3. Ten equal alleles.
    family = FamilyWeights(
        (0, 1),
        np.array([[-1, -1], [0, -1], [1, -1], [-1, 1], [0, 1]]),
        np.log([1.0, 1.0, 1.0, 5.0, 50.0]),
    )
    weights = np.full((3, 3), -np.inf)
    weights[2, 2] = np.log(5.0)
    solution = solve(AssignmentProblem(weights, (family,), parse_prior("flat")))
    expected = [[51 / 58, 0, 0, 7 / 58], [1 / 58, 55 / 58, 0, 2 / 58], [0, 0, 5 / 6, 1 / 6]]
    np.testing.assert_allclose(solution.posteriors, expected, rtol=1e-12, atol=1e-15)
    assert solution.best[0].columns == (0, 1, 2)
    assert solution.best[0].log_weight == pytest.approx(np.log(250))
    assert solution.best[0].posterior == pytest.approx(250 / 348)


def test_solve__a_stolen_place_goes_to_the_better_claim() -> None:
    # Either row fits column 0; only the first fits column 1: the pairwise best is not the answer.
    solution = solve(pairs([[20, 10], [15, 0]]))
    assert solution.best[0].columns == (1, 0)
    total = 1 + 20 + 10 + 15 + 10 * 15
    np.testing.assert_allclose(
        solution.posteriors, np.array([[20, 160, 16], [165, 0, 31]]) / total, rtol=1e-12
    )


@settings(max_examples=30)
@given(seeds)
def test_solve__does_not_depend_on_the_order_of_records(seed: int) -> None:
    problem = random_problem(seed, "missing-total:9")
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(problem.n_rows), rng.permutation(problem.n_columns)
    new_row, new_column = np.argsort(rows), np.argsort(columns)
    tables = tuple(
        FamilyWeights(
            tuple(int(new_column[j]) for j in table.columns),
            np.where(table.placements >= 0, new_row[table.placements], -1),
            table.log_weights,
        )
        for table in problem.tables
    )
    moved = AssignmentProblem(
        problem.pair_log_weights[np.ix_(rows, columns)], tables[::-1], problem.prior
    )
    before, after = solve(problem), solve(moved)
    np.testing.assert_allclose(
        after.posteriors[:, :-1], before.posteriors[np.ix_(rows, columns)], rtol=1e-11, atol=1e-15
    )
    assert after.log_evidence == pytest.approx(before.log_evidence, abs=1e-11)


def test_solve__a_table_of_one_column_equals_pairs() -> None:
    weights = np.array([[2.0, 1.0], [0.5, -1.0]])
    only = np.full((2, 2), -np.inf)
    only[:, 0] = weights[:, 0]
    table = FamilyWeights((1,), np.array([[0], [1]]), weights[:, 1])
    np.testing.assert_allclose(
        solve(AssignmentProblem(only, (table,))).posteriors,
        solve(AssignmentProblem(weights)).posteriors,
        rtol=1e-12,
    )


def test_solve__nothing_possible_leaves_everybody_unnamed() -> None:
    solution = solve(AssignmentProblem(np.full((2, 3), -np.inf)))
    np.testing.assert_array_equal(solution.posteriors[:, -1], 1)
    assert solution.log_evidence == 0
    assert [one.columns for one in solution.best] == [(-1, -1)]
    assert solution.components == ()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0)])
def test_solve__empty_sides(shape: tuple[int, int]) -> None:
    solution = solve(AssignmentProblem(np.zeros(shape)))
    assert solution.posteriors.shape == (shape[0], shape[1] + 1)
    assert (solution.posteriors[:, -1] == 1).all()


def test_solve__no_dna_gives_the_prior_back() -> None:
    # The urn's share of any one named person is 1/N, whatever else is asked.
    solution = solve(AssignmentProblem(np.zeros((4, 3)), prior=parse_prior("victims:10")))
    np.testing.assert_allclose(solution.posteriors[:, :-1], 1 / 10, rtol=1e-12)
    assert solution.log_evidence == pytest.approx(0, abs=1e-12)


def test_solve__urn_sums_over_components() -> None:
    # Pairs that cannot touch each other, only counted together.
    weights = np.full((6, 6), -np.inf)
    np.fill_diagonal(weights, np.log([5.0, 0.3, 20.0, 1.0, 0.01, 400.0]))
    problem = AssignmentProblem(weights, prior=parse_prior("victims:9"))
    expected, log_evidence = enumerated_posteriors(problem)
    solution = solve(problem)
    assert len(solution.components) == 6
    np.testing.assert_allclose(solution.posteriors, expected, rtol=1e-10)
    assert solution.log_evidence == pytest.approx(log_evidence, abs=1e-10)


# Components too wide to be summed.


@pytest.mark.parametrize("prior", ["flat", "missing-total:12"])
@settings(max_examples=25)
@given(seeds)
def test_solve__bounds_hold_where_the_sum_is_cut_off(prior: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = (int(size) for size in rng.integers(8, 12, 2))
    weights = rng.normal(-6, 6, (n, m))
    problem = AssignmentProblem(weights, prior=parse_prior(prior))
    exact = solve(problem)
    for budget in (2.0**9, 2.0**11, 2.0**13):
        cut = solve(problem, budget=budget, tolerance=1.0)
        assert not cut.exact
        error = np.abs(cut.posteriors - exact.posteriors)
        assert (error <= cut.error_bounds + 1e-12).all()
        assert abs(cut.log_evidence - exact.log_evidence) <= cut.log_evidence_bound + 1e-9
        np.testing.assert_allclose(cut.posteriors.sum(axis=1), 1, rtol=1e-9)
        assert [one.columns for one in cut.best] == [
            one.columns for one in exact.best[: len(cut.best)]
        ]


@settings(max_examples=40)
@given(seeds)
def test_solve__bounds_hold_with_several_missing_per_family(seed: int) -> None:
    problem = random_problem(seed, "odds:0.05")
    exact = solve(problem)
    for budget in (0.0, 2.0**10):
        cut = solve(problem, budget=budget, tolerance=1.0)
        assert (np.abs(cut.posteriors - exact.posteriors) <= cut.error_bounds + 1e-12).all()
        lines = zip(
            cut.table_posteriors, exact.table_posteriors, cut.table_error_bounds, strict=True
        )
        for posterior, truth, bound in lines:
            assert (np.abs(posterior - truth) <= bound + 1e-12).all()
        for one, other in zip(cut.best, exact.best, strict=False):
            assert one.log_weight == pytest.approx(other.log_weight, abs=1e-9)


def mass_grave(n: int, m: int, hits: int, seed: int) -> np.ndarray:
    """Return natural log LRs as mutation makes them: none impossible, few above 1."""
    rng = np.random.default_rng(seed)
    log10_lr = 0.6 - rng.gamma(2.2, 3.2, (n, m)) + rng.normal(0, 0.7, (n, m))
    log10_lr[rng.permutation(n)[:hits], rng.permutation(m)[:hits]] = rng.uniform(3, 15, hits)
    return log10_lr * np.log(10)


def test_solve__a_whole_mass_grave_within_tight_bounds() -> None:
    weights = mass_grave(76, 119, 12, seed=5)
    solution = solve(AssignmentProblem(weights))
    assert solution.error_bounds.max() < 2e-4
    assert solution.log_evidence_bound < 0.01
    assert len(solution.best) == 10


def test_solve__links_too_weak_to_matter_do_not_matter() -> None:
    # 19 graves of four, each summed alone, then joined by LRs of 1e-9 into one wide component.
    rng = np.random.default_rng(8)
    alone = np.full((76, 114), -np.inf)
    for block in range(19):
        alone[4 * block : 4 * block + 4, 6 * block : 6 * block + 6] = rng.normal(2, 5, (4, 6))
    joined = np.where(np.isfinite(alone), alone, -9 * np.log(10))
    expected, solution = solve(AssignmentProblem(alone)), solve(AssignmentProblem(joined))
    assert expected.exact
    assert not solution.exact
    assert solution.error_bounds.max() < 2e-4
    assert (np.abs(solution.posteriors - expected.posteriors) <= 1e-8 + solution.error_bounds).all()
    np.testing.assert_allclose(solution.posteriors, expected.posteriors, atol=1e-6)
    assert [one.columns for one in solution.best] == [one.columns for one in expected.best]


def test_solve__cut_off_agrees_with_the_sum_of_a_wide_grave() -> None:
    problem = AssignmentProblem(mass_grave(14, 40, 5, seed=2))
    exact, cut = solve(problem), solve(problem, budget=2.0**20)
    assert exact.exact
    assert not cut.exact
    assert cut.error_bounds.max() < 1e-5
    assert (np.abs(cut.posteriors - exact.posteriors) <= cut.error_bounds + 1e-13).all()
    # The point estimates are far closer than the bounds.
    np.testing.assert_allclose(cut.posteriors, exact.posteriors, atol=1e-6)


def test_solve__refuses_what_it_cannot_bound() -> None:
    problem = pairs([[3.0] * 40] * 40)
    with pytest.raises(BudgetExceededError, match="40 linked sets of remains"):
        solve(problem, budget=2.0**16)
    with pytest.raises(BudgetExceededError, match="missing-total"):
        solve(
            AssignmentProblem(np.zeros((40, 40)), prior=parse_prior("victims:50")), budget=2.0**16
        )


def test_split_components__separates_what_shares_no_record() -> None:
    weights = np.full((4, 4), -np.inf)
    weights[0, 0] = weights[1, 0] = weights[2, 2] = weights[2, 3] = 0.0
    placements = list_placements(AssignmentProblem(weights))
    parts = split_components(placements)
    assert [sorted(set(placements.rows[part].tolist())) for part in parts] == [[0, 1], [2]]


@pytest.mark.parametrize(
    ("weights", "table"),
    [
        (np.full((1, 1), np.nan), None),
        (np.full((1, 1), np.inf), None),
        (np.zeros(3), None),
        (np.zeros((2, 2)), FamilyWeights((0, 1), np.array([[0, 1]]), np.zeros(1))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 2), np.array([[0, 1]]), np.zeros(1))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 1), np.array([[0, 0]]), np.zeros(1))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 1), np.array([[0, 2]]), np.zeros(1))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 1), np.array([[-1, -1]]), np.ones(1))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 1), np.array([[0, 1]] * 2), np.zeros(2))),
        (np.full((2, 2), -np.inf), FamilyWeights((0, 1), np.array([[0, 1]]), np.zeros(2))),
    ],
)
def test_assignment_problem__refuses_contradictions(
    weights: np.ndarray, table: FamilyWeights | None
) -> None:
    with pytest.raises(InvalidSettingError):
        AssignmentProblem(weights, () if table is None else (table,))
