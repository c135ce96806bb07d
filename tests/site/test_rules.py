"""The ladder's rules: what may follow what, what each rung requires, when a condition holds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.accounts.rules import MEMBERS
from forename.site.rules import (
    BEFORE_DIGGING,
    HEIGHT,
    MOVERS,
    REQUIRED,
    ConditionKind,
    Facts,
    Need,
    Rung,
    confirmers,
    earlier_rungs,
    may_follow,
    missing,
    next_rungs,
    overridable,
    stands,
    who_meets,
)

ORDER = [
    "reported", "located", "assessed", "confirmed", "secured", "authorised", "excavating",
    "suspended", "closed",
]  # fmt: skip
rungs = st.sampled_from(list(Rung))


def test_next_rungs__follow_the_order_of_the_work() -> None:
    for one, then in itertools.pairwise(ORDER):
        assert may_follow(Rung(one), Rung(then)), (one, then)
    assert set(next_rungs(Rung.ASSESSED)) == {Rung.CONFIRMED, Rung.REFUTED}
    assert set(next_rungs(Rung.EXCAVATING)) == {Rung.SUSPENDED, Rung.EXHAUSTED}
    assert next_rungs(Rung.EXHAUSTED) == (Rung.CLOSED,)


@given(rungs, rungs)
def test_may_follow__one_up_or_any_down_and_never_in_place(one: Rung, then: Rung) -> None:
    allowed = may_follow(one, then)
    if HEIGHT[then] > HEIGHT[one] + 1 or HEIGHT[then] == HEIGHT[one]:
        assert not allowed
    if then is Rung.REFUTED:
        assert allowed is (one is Rung.ASSESSED)
    elif HEIGHT[then] < HEIGHT[one]:
        assert allowed


@given(st.lists(rungs, max_size=30))
def test_any_walk__digs_only_after_every_rung_below(wanted: list[Rung]) -> None:
    now = Rung.REPORTED
    seen = {now}
    for then in wanted:
        if may_follow(now, then):
            now = then
            seen.add(now)
            if now is Rung.EXCAVATING:
                assert {Rung.LOCATED, Rung.ASSESSED, Rung.CONFIRMED, Rung.SECURED,
                        Rung.AUTHORISED} <= seen  # fmt: skip


@pytest.mark.parametrize("rung", list(Rung))
def test_rungs__have_movers_and_a_way_back(rung: Rung) -> None:
    assert MOVERS[rung] <= MEMBERS
    if rung is not Rung.REPORTED:
        assert Rung.REPORTED in earlier_rungs(rung)
    for need in REQUIRED.get(rung, ()):
        assert who_meets(need)


def test_refuted__leads_back_to_the_assessment_only_downwards() -> None:
    assert next_rungs(Rung.REFUTED) == ()
    assert earlier_rungs(Rung.REFUTED)[0] is Rung.ASSESSED


@given(st.sets(st.sampled_from(list(ConditionKind))))
def test_missing__digging_needs_each_of_the_six(standing: set[ConditionKind]) -> None:
    lacking = missing(Rung.EXCAVATING, Facts(standing=frozenset(standing)))
    assert set(lacking) == set(BEFORE_DIGGING) - standing
    assert len(BEFORE_DIGGING) == 6


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 4))
def test_confirmed__needs_two_different_people_and_not_the_one_who_recorded(
    people: list[int], recorded_by: int
) -> None:
    counted = confirmers(people, recorded_by)
    lacking = missing(Rung.CONFIRMED, Facts(confirmed_by=counted))
    assert (lacking == ()) is (len(set(people) - {recorded_by}) >= 2)


def test_confirmers__a_person_counts_once_and_nobody_is_no_person() -> None:
    assert confirmers([7, 7, None, 3], 3) == (7,)
    assert missing(Rung.CONFIRMED, Facts(confirmed_by=(7, 7))) == (Need.SECOND,)


def test_overridable__conditions_of_digging_and_never_confirmations() -> None:
    assert overridable([ConditionKind.CLEARANCE, ConditionKind.STORAGE])
    assert not overridable([ConditionKind.CLEARANCE, Need.SECOND])
    assert not overridable([Need.POSITION])


@dataclass(frozen=True)
class Held:
    """A condition as the rules see it."""

    given_on: date
    until: date | None = None
    withdrawn_at: Any = None
    kind: Any = ConditionKind.CLEARANCE


@pytest.mark.parametrize(
    ("held", "holds"),
    [
        (Held(date(2026, 3, 1)), True),
        (Held(date(2026, 3, 10)), True),
        (Held(date(2026, 3, 11)), False),
        (Held(date(2026, 3, 1), date(2026, 3, 10)), True),
        (Held(date(2026, 3, 1), date(2026, 3, 9)), False),
        (Held(date(2026, 3, 1), withdrawn_at="yesterday"), False),
    ],
)
def test_stands__from_its_day_to_its_last_day_unless_withdrawn(held: Held, holds: bool) -> None:
    assert stands(held, date(2026, 3, 10)) is holds
