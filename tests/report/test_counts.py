"""Counts: units stay apart, what is refused, the chart, who sees which figure."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.utils.translation import override
from tests.web_fixtures import Operations

from forename.report.actions import mark_claim, record_report
from forename.report.count_chart import Dated, panels
from forename.report.count_rules import Counted, NotComparableError, in_figures, one_unit, running
from forename.report.count_wording import unit_beside, with_unit
from forename.report.models import Claim, Count

RECORD = "/o/own/report/counts/record/"
CHART = "/o/own/report/counts/chart/"
OWN = {
    "unit": "bodies", "low": "12", "high": "12", "scope": "pit 1", "counting": "cumulative",
    "as_of": "3 May 2018", "definition": "Invented: skulls that are whole, counted twice.",
}  # fmt: skip


def _claim(operations: Operations, text: str = "Invented: 40 bodies so far.", **values: Any) -> Any:
    by = operations.actor("investigator")
    report = record_report(by, channel=values.pop("channel", "media"), language="en", text=text)
    given = {"asserted_by": "Dawn Post (news outlet)", "asked": "how_many", "low": 40, "high": 50}
    return mark_claim(by, report=report, words=text, **{**given, **values})


def test_add__units_are_never_added() -> None:
    with pytest.raises(NotComparableError):
        Counted("bodies", "pit 1", 10, 10) + Counted("parts", "pit 1", 3, 3, added=True)
    with pytest.raises(NotComparableError):
        one_unit([Counted("bags", "pit 1", 1, 1), Counted("bodies", "pit 1", 1, 1)])


def test_add__only_what_was_added_in_the_same_scope() -> None:
    standing = Counted("bodies", "pit 1", 10, 12)
    assert standing + Counted("bodies", "pit 1", 3, 4, added=True) == Counted(
        "bodies", "pit 1", 13, 16
    )
    with pytest.raises(NotComparableError):
        standing + Counted("bodies", "pit 2", 3, 4, added=True)
    with pytest.raises(NotComparableError):
        standing + Counted("bodies", "pit 1", 20, 20)


def test_running__an_added_count_needs_something_to_stand_on() -> None:
    added = Counted("bodies", "pit 1", 2, 2, added=True)
    whole = Counted("bodies", "pit 1", 10, 10)
    assert running([added, whole, added]) == [None, whole, Counted("bodies", "pit 1", 12, 12)]


def test_counted__bad_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="has a number"):
        Counted("bodies", "pit 1", None, None)
    with pytest.raises(ValueError, match="below its beginning"):
        Counted("bodies", "pit 1", 5, 4)


def test_in_figures__says_what_is_open() -> None:
    assert [in_figures(4, 4), in_figures(4, 9), in_figures(4, None), in_figures(None, 9)] == [
        "4", "4–9", "≥ 4", "≤ 9",
    ]  # fmt: skip


def test_panels__a_panel_a_unit_and_a_mark_a_claim() -> None:
    day, later = date(2018, 1, 1), date(2018, 12, 31)
    drawn = panels(
        [
            Dated("1", Counted("bodies", "pit", 40, 50), day, day),
            Dated("2", Counted("bodies", "pit", 60, 60), later, later),
            Dated("3", Counted("bodies", "pit", 20, 20), day, day, "pit — counted"),
            Dated("4", Counted("parts", "pit", 500, None), day, later),
        ],
        ["bodies", "parts", "bags"],
    )
    assert [panel.unit for panel in drawn] == ["bodies", "parts"]
    bodies, parts = drawn
    assert [mark.label for mark in bodies.marks] == ["1", "2"]
    assert [line.keeper for line in bodies.lines] == ["pit — counted"]
    assert bodies.numbers[-1].label == "80"
    assert parts.marks[0].open_up
    assert not parts.marks[0].open_down
    # Without edges, a year takes 680 of 760 units; with an edge of 9 days, a mark stands inside.
    assert 56 < float(bodies.marks[0].x) < 80
    assert 710 < float(bodies.marks[1].x) < 736


def test_panels__time_runs_from_right_to_left_in_arabic() -> None:
    counts = [
        Dated("1", Counted("bodies", "pit", 1, 1), date(2018, 1, 1), date(2018, 1, 1)),
        Dated("2", Counted("bodies", "pit", 2, 2), date(2018, 6, 1), date(2018, 6, 1)),
    ]
    (panel,) = panels(counts, ["bodies"], mirrored=True)
    assert float(panel.marks[0].x) > float(panel.marks[1].x)
    (plain,) = panels(counts, ["bodies"])
    assert float(panel.marks[0].x) + float(plain.marks[0].x) == pytest.approx(760, abs=0.2)


def test_panels__nothing_gives_nothing_and_one_day_is_drawn() -> None:
    assert panels([], ["bodies"]) == []
    day = date(1, 1, 1)
    (panel,) = panels([Dated("1", Counted("bodies", "p", 0, 0), day, day)], ["bodies"])
    assert panel.marks[0].words == "0"


def test_record_count__own_count_stands_on_the_chart(operations: Operations) -> None:
    browser = operations.browser("investigator")
    assert browser.post(RECORD, OWN).status_code == 302
    count = Count.objects.get()
    assert (count.low, count.as_of_first, count.as_of_last) == (
        12, date(2018, 5, 3), date(2018, 5, 3),
    )  # fmt: skip
    page = browser.get(CHART).content.decode()
    assert 'class="own own-0"' in page
    assert "skulls that are whole" in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"low": "", "high": ""}, "A count has a number."),
        ({"low": "13"}, "“At most” is below “at least”."),
        ({"definition": ""}, "own count needs a definition"),
        ({"as_of": ""}, "own count needs a date"),
        ({"unit": "people"}, "people is not one of the available choices"),
        ({"low": "-1"}, "greater than or equal to 0"),
        ({"claim": "C-00099-X"}, "There is no record with the code"),
    ],
)
def test_record_count__bad_input_is_refused(
    operations: Operations, changes: dict[str, str], problem: str
) -> None:
    answer = operations.browser("investigator").post(RECORD, {**OWN, **changes})
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not Count.objects.exists()


def test_record_count__a_claim_fills_the_form_in(operations: Operations) -> None:
    claim = _claim(operations, unit="bodies")
    page = operations.browser("investigator").get(f"{RECORD}?claim={claim.code}").content.decode()
    assert 'value="bodies" selected' in page
    assert 'name="low" value="40"' in page
    assert 'name="high" value="50"' in page


def test_count__is_hidden_with_its_claim_and_own_counts_are_not(operations: Operations) -> None:
    browser = operations.browser("investigator")
    open_claim = _claim(operations, "Invented: 7 bodies.", low=7, high=7)
    witness = _claim(operations, "Invented witness: 9.", channel="interview", low=9, high=9)
    browser.post(RECORD, OWN)
    for claim, number in ((open_claim, "707"), (witness, "909")):
        values = {**OWN, "claim": claim.code, "low": number, "high": number, "definition": ""}
        assert browser.post(RECORD, values).status_code == 302
    custodian = operations.browser("custodian")
    for address in ("/o/own/report/counts/", CHART, "/o/own/report/counts/export/csv/"):
        answer = custodian.get(address)
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content])
        # Whole numbers: an address of a record may hold these digits by chance.
        assert re.search(rb"\b707\b", text), address
        assert not re.search(rb"\b909\b", text), address
        assert re.search(rb"\b12\b", text), address
    hidden = Count.objects.get(low=909)
    assert custodian.get(f"/o/own/report/counts/{hidden.pk}/").status_code == 404
    assert Count.objects.visible_to(operations.actor("custodian")).count() == 2
    assert Claim.objects.visible_to(operations.actor("custodian")).count() == 1


def test_chart__units_share_what_is_drawn_and_the_rest_is_told(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = operations.browser("investigator")
    for unit, numbers in (("bodies", (101, 102, 103)), ("parts", (201, 202))):
        for day, number in enumerate(numbers, start=1):
            values = {"unit": unit, "low": number, "high": number, "as_of": f"{day} May 2018"}
            assert browser.post(RECORD, {**OWN, **values}).status_code == 302
    assert "not shown here" not in browser.get(CHART).content.decode()
    monkeypatch.setattr("forename.report.views.counts.MOST_DRAWN", 2)
    page = browser.get(CHART).content.decode()
    assert [n for n in (101, 102, 103, 201, 202) if f">{n}</text>" in page] == [101, 201]
    assert "3 more counts are not shown here; choose an incident." in page
    monkeypatch.setattr("forename.report.views.counts.MOST_COUNTED", 4)
    assert "More than 2 counts are not shown here" in browser.get(CHART).content.decode()


def test_chart__is_drawn_right_to_left_in_arabic(operations: Operations) -> None:
    browser = operations.browser("investigator")
    claim = _claim(operations)
    browser.post(RECORD, {**OWN, "claim": claim.code, "so_far": "on", "definition": ""})
    page = browser.get(f"{CHART}?lang=ar").content.decode()
    assert 'dir="rtl"' in page
    assert 'class="mark mark-so_far"' in page
    assert "style=" not in page


@pytest.mark.parametrize("mirrored", [False, True])
def test_panels__thirty_sources_of_one_day_stay_apart_and_inside(mirrored: bool) -> None:
    day, later = date(2020, 10, 14), date(2020, 10, 20)
    counts = [Dated(str(n), Counted("bodies", "pit", 100, 100), day, day) for n in range(30)]
    counts.append(Dated("30", Counted("bodies", "pit", 0, 2_000_000_000), later, later))
    (panel,) = panels(counts, ["bodies"], mirrored)
    here = sorted(float(mark.x) for mark in panel.marks[:30])
    assert all(b - a >= 17.9 for a, b in pairwise(here))
    assert panel.left <= here[0]
    assert here[-1] <= panel.right
    assert {mark.day_x for mark in panel.marks[:30]} == {panel.marks[0].day_x}


def test_panels__an_own_number_is_not_written_over_a_mark() -> None:
    day = date(2020, 10, 14)
    (panel,) = panels(
        [
            Dated("1", Counted("bodies", "pit", 97, 97), day, day),
            Dated("2", Counted("bodies", "pit", 97, 97), day, day, "pit — counted"),
        ],
        ["bodies"],
    )
    (dot,) = panel.lines[0].dots
    assert float(dot[2]) > float(panel.marks[0].y) + 9


def test_claim__its_number_becomes_a_count_that_shows_its_claim(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, channel="media", language="en", text="Invented: 115 bodies so far.")
    claim = mark_claim(
        by, report=report, words="115 bodies", asserted_by="Dawn Post", asked="how_many",
        low=115, high=115, unit="bodies", subject="pit 1",
    )  # fmt: skip
    browser = operations.browser("investigator")
    page = browser.get(f"/o/own/report/claims/{claim.pk}/").content.decode()
    assert f"{RECORD}?claim={claim.code}" in page
    assert (
        RECORD
        not in operations.browser("custodian")
        .get(f"/o/own/report/claims/{claim.pk}/")
        .content.decode()
    )
    form = browser.get(f"{RECORD}?claim={claim.code}").content.decode()
    assert form.count('value="115"') == 2
    sent = {"claim": claim.code, "unit": "bodies", "low": "115", "high": "115", "scope": "pit 1",
            "counting": "cumulative", "so_far": "on"}  # fmt: skip
    assert browser.post(RECORD, sent).status_code == 302
    count = Count.objects.get()
    assert count.claim == claim
    shown = browser.get(f"/o/own/report/counts/{count.pk}/").content.decode()
    assert "115 bodies" in shown
    assert claim.code in shown
    assert "Dawn Post" in shown
    assert count.code in browser.get(f"/o/own/report/claims/{claim.pk}/").content.decode()


@pytest.mark.parametrize(
    ("unit", "figures", "english", "arabic"),
    [
        ("bodies", "1", "1 body", "جثة واحدة"),
        ("bodies", "2", "2 bodies", "جثتان"),
        ("bodies", "3", "3 bodies", "3 جثث"),
        ("bodies", "11", "11 bodies", "11 جثة"),
        ("bodies", "100", "100 bodies", "100 جثة"),
        ("parts", "12", "12 body parts", "12 جزءًا من جثث"),
        ("missing", "≥ 40", "≥ 40 people missing", "≥ 40 مفقودًا"),
        ("cases", "1–2", "1–2 cases", "1–2 حالات"),
        ("minimum", "104", "minimum number of people: 104", "أدنى عدد للأشخاص: 104"),
    ],
)
def test_with_unit__noun_follows_the_number(
    unit: str, figures: str, english: str, arabic: str
) -> None:
    with override("en"):
        assert with_unit(unit, figures) == english
    with override("ar"):
        assert with_unit(unit, figures) == arabic


def test_unit_beside__has_no_number() -> None:
    with override("ar"):
        assert [unit_beside("bodies", 5), unit_beside("minimum", 12)] == [
            "جثث",
            "أدنى عدد للأشخاص",
        ]
