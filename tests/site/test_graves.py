"""Graves and contexts: what is recorded, refused and flagged, and what their pages draw."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.audit.queries import history_of
from forename.records.imports import stage_table, take_over
from forename.site.actions import (
    correct_context,
    record_context,
    record_grave,
    record_relation,
    record_site,
    relate_context,
    withdraw_context,
    withdraw_relation,
)
from forename.site.models import Context, ContextRelation, Grave
from forename.site.views import CONTEXTS, RELATIONS

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0))


def _grave(operations: Operations, **values: Any) -> Grave:
    site = record_site(operations.actor("investigator"), name="Invented pit")
    stated = {"kind": "mass", "how_dug": "hand", **values}
    grave: Grave = record_grave(operations.actor("site_lead"), site=site, **stated)
    return grave


def _contexts(operations: Operations, grave: Grave, *numbers: str) -> list[Any]:
    by = operations.actor("recovery_recorder")
    return [record_context(by, grave=grave, number=n, kind="layer") for n in numbers]


def _relate(operations: Operations, first: Any, relation: str, second: Any) -> Any:
    by = operations.actor("site_lead")
    return relate_context(by, first, 1, relation=relation, second=second)


def _page(operations: Operations, kind: str, record: Any, role: str = "examiner") -> str:
    answer = operations.browser(role).get(f"/o/own/site/{kind}/{record.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_grave__keeps_its_grid_and_says_who_recorded_it(operations: Operations) -> None:
    browser = operations.browser("recovery_recorder")
    site = record_site(operations.actor("investigator"), name="Invented pit")
    sent = {
        "site": site.code.lower(), "kind": "commingled", "how_dug": "machine", "length_m": "6.2",
        "origin": "36.3772, 39.1403", "grid_bearing_deg": "24", "observed": "12 March 2026",
        "datum": "nail in the wall",
    }  # fmt: skip
    assert browser.post("/o/own/site/graves/record/", sent).status_code == 302
    grave = Grave.objects.get()
    assert (grave.site, grave.origin, grave.grid_bearing_deg) == (site, (36.3772, 39.1403), 24.0)
    assert grave.code.startswith("G-00001-")
    (event,) = history_of(grave)
    assert (event.action, event.by) == (
        "site.record_grave", operations.people["own", "recovery_recorder"],
    )  # fmt: skip
    shown = _page(operations, "graves", grave)
    assert "36.3772000, 39.1403000" in shown
    assert "No context is recorded yet" in shown
    correction = browser.get(f"/o/own/site/graves/{grave.pk}/correct/").content.decode()
    assert 'value="36.3772000, 39.1403000"' in correction
    features = browser.get("/o/own/site/graves/export/geojson/")
    assert b'"coordinates": [39.1403, 36.3772]' in b"".join(features.streaming_content)


@pytest.mark.parametrize("role", ["investigator", "coordinator", "custodian", "prosecutor"])
def test_recording__is_for_site_lead_and_recovery_recorder(
    operations: Operations, role: str
) -> None:
    grave = _grave(operations)
    with pytest.raises(PermissionDenied):
        record_context(operations.actor(role), grave=grave, kind="cut")
    shown = _page(operations, "graves", grave, role)
    assert "Record a context" not in shown


def test_protected_site__hides_its_graves_contexts_and_relations(operations: Operations) -> None:
    grave = _grave(operations)
    first, second = _contexts(operations, grave, "1", "2")
    relation = _relate(operations, first, "above", second)
    site = grave.site
    lead = operations.browser("site_lead")
    correction = {"seen_version": "1", "name": "Invented pit", "site_type": "unknown",
                  "sensitivity": "protected", "reason": "Invented danger."}  # fmt: skip
    assert lead.post(f"/o/own/site/sites/{site.pk}/correct/", correction).status_code == 302
    for address in (
        f"graves/{grave.pk}/", f"graves/{grave.pk}/plan/", f"graves/{grave.pk}/sequence/",
        f"graves/{grave.pk}/sequence.svg", f"contexts/{first.pk}/", f"relations/{relation.pk}/",
    ):  # fmt: skip
        assert operations.browser("examiner").get(f"/o/own/site/{address}").status_code == 404
        assert lead.get(f"/o/own/site/{address}").status_code == 200


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"top_m": 1.0, "bottom_m": 0.4}, "bottom_m", "lies above the top"),
        ({"outline": ((0, 0), (1, 1))}, "outline", "three corners or more"),
        ({"outline": ((0, 0), (1, 1), (1, 0), (0, 1))}, "outline", "crosses itself"),
        ({"outline": tuple((i, i * i % 7) for i in range(10_000))}, "outline", "more than 1000 m"),
        ({"outline": tuple((i / 20, i % 2) for i in range(10_000))}, "outline", "at most 1000"),
        ({"number": "7"}, "number", "has this number already"),
    ],
)
def test_context__refused_with_the_field_and_why(
    operations: Operations, values: dict[str, Any], field: str, said: str
) -> None:
    grave = _grave(operations)
    _contexts(operations, grave, "7")
    with pytest.raises(ValidationError) as refusal:
        record_context(operations.actor("site_lead"), grave=grave, kind="fill", **values)
    assert said in refusal.value.message_dict[field][0]
    assert Context.objects.count() == 1


def test_context_form__says_the_line_of_a_wrong_corner(operations: Operations) -> None:
    grave = _grave(operations)
    sent = {"grave": grave.code, "kind": "cut", "outline": "0 0\n1 0\nx y\n0 1"}
    answer = operations.browser("site_lead").post("/o/own/site/contexts/record/", sent)
    assert answer.status_code == 422
    assert "Line 3, “x y”" in answer.content.decode()
    sent |= {"grave": "G-99999-X", "top_m": "nan"}
    answer = operations.browser("site_lead").post("/o/own/site/contexts/record/", sent)
    assert answer.status_code == 422


def test_relation__to_itself_across_graves_twice_or_with_a_withdrawn_one(
    operations: Operations,
) -> None:
    grave, other = _grave(operations), _grave(operations)
    one, two, three = _contexts(operations, grave, "1", "2", "3")
    (far,) = _contexts(operations, other, "1")
    with pytest.raises(ValidationError, match="to itself"):
        _relate(operations, one, "above", one)
    with pytest.raises(ValidationError, match="of one grave"):
        _relate(operations, one, "cuts", far)
    _relate(operations, one, "above", two)
    with pytest.raises(ValidationError, match="stands already"):
        _relate(operations, two, "below", one)
    _relate(operations, two, "same-as", three)
    with pytest.raises(ValidationError, match="stands already"):
        _relate(operations, three, "same-as", two)
    (four,) = _contexts(operations, grave, "4")
    by = operations.actor("site_lead")
    gone = withdraw_context(by, four, 1, reason="Roots, no context.")
    with pytest.raises(ValidationError, match="was withdrawn"):
        _relate(operations, one, "above", gone)
    with pytest.raises(ValidationError, match="was withdrawn"):
        correct_context(by, gone, 2, reason="x", kind="fill")
    with pytest.raises(ValidationError, match="Withdraw them first"):
        withdraw_context(by, one, 1, reason="x")
    assert ContextRelation.objects.count() == 2


def test_relation__said_from_below_is_kept_with_the_later_one_first(
    operations: Operations,
) -> None:
    grave = _grave(operations)
    one, two = _contexts(operations, grave, "101", "102")
    address = f"/o/own/site/contexts/{one.pk}/relate/"
    sent = {"seen_version": "1", "relation": "cut-by", "second": "102", "grounds": "West section"}
    browser = operations.browser("recovery_recorder")
    assert browser.post(address, sent).status_code == 302
    relation = ContextRelation.objects.get()
    assert (relation.first, relation.relation, relation.second) == (two, "cuts", one)
    wrong = browser.post(address, sent | {"second": "nowhere"})
    assert wrong.status_code == 422
    assert "There is no context “nowhere” here." in wrong.content.decode()


def test_contradiction__is_kept_named_in_words_and_gone_when_withdrawn(
    operations: Operations,
) -> None:
    grave = _grave(operations)
    one, two, three = _contexts(operations, grave, "1", "2", "3")
    _relate(operations, one, "above", two)
    _relate(operations, two, "above", three)
    assert "contradict" not in _page(operations, "graves", grave)
    wrong = _relate(operations, three, "cuts", one)
    for kind, record in (("graves", grave), ("contexts", two)):
        page = _page(operations, kind, record)
        assert "The relations contradict each other" in page
        assert f"/site/relations/{wrong.pk}/" in page
        words = page.partition("contradict each other")[2]
        assert f'{three.code} [3]</bdi> cuts <bdi class="code" dir="ltr">{one.code} [1]' in words
    gone = withdraw_relation(operations.actor("site_lead"), wrong, 1, reason="Misread sheet.")
    assert "contradict" not in _page(operations, "graves", grave)
    assert "Misread sheet." in _page(operations, "relations", wrong)
    assert Event.objects.filter(record_id=wrong.pk).count() == 2
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw_relation(operations.actor("site_lead"), gone, 2, reason="Again.")


def test_page__draws_sequence_and_plan_without_scripts_or_styles(operations: Operations) -> None:
    grave = _grave(operations, grid_bearing_deg=0.0)
    one, two = _contexts(operations, grave, "1", "2")
    record_context(
        operations.actor("site_lead"), grave=grave, number="3", kind="cut", outline=SQUARE,
        top_m=0.4,
    )  # fmt: skip
    _relate(operations, one, "above", two)
    page = _page(operations, "graves", grave)
    assert page.count("<svg") == 2
    assert "1:20" in page
    assert f'href="/o/own/site/contexts/{one.pk}/"' in page
    assert "style=" not in page
    browser = operations.browser("examiner")
    for name in ("plan.svg", "sequence.svg"):
        answer = browser.get(f"/o/own/site/graves/{grave.pk}/{name}")
        assert answer["Content-Type"] == "image/svg+xml"
        stem = name.removesuffix(".svg")
        assert f'filename="SIMULATED-own-{grave.code}-{stem}-' in answer["Content-Disposition"]
        drawn = answer.content.decode()
        assert "SIMULATED" in drawn
        assert "href" not in drawn
    assert browser.get(f"/o/own/site/graves/{grave.pk}/plan/").status_code == 200
    listed = browser.get(f"/o/own/site/graves/{grave.pk}/sequence/").content.decode()
    assert "The same as a list" in listed
    empty = _grave(operations)
    for name in ("plan.svg", "sequence.svg"):
        assert browser.get(f"/o/own/site/graves/{empty.pk}/{name}").status_code == 404
    for name in ("plan/", "sequence/"):
        assert browser.get(f"/o/own/site/graves/{empty.pk}/{name}").status_code == 200


def _taken(operations: Operations, kind: Any, name: str, text: str) -> Any:
    by = operations.actor("site_lead")
    batch = stage_table(by, kind, SimpleUploadedFile(name, text.encode(), "text/csv"))
    if not batch.problems and batch.taken_at is None:
        batch = take_over(by, kind, batch, batch.version)
    return batch


def test_import__contexts_by_table_and_local_geojson_then_relations(
    operations: Operations,
) -> None:
    grave = _grave(operations)
    table = (
        "grave,number,kind,top_m,bottom_m,outline\n"
        f'{grave.code},1,fill,0.2,0.8,"0 0; 2 0; 2 1; 0 1"\n{grave.code},2,cut,0.2,1.4,\n'
    )
    assert _taken(operations, CONTEXTS, "contexts.csv", table).taken_at is not None
    assert Context.objects.get(number="1").outline == [[0, 0], [2, 0], [2, 1], [0, 1]]
    again = _taken(operations, CONTEXTS, "contexts.csv", table)
    assert len(again.records) == Context.objects.count() == 2
    geojson = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        f'{{"grave": "{grave.code}", "number": "3", "kind": "pile"}}, "geometry": '
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}'
    )
    assert _taken(operations, CONTEXTS, "outlines.geojson", geojson).taken_at is not None
    assert len(Context.objects.get(number="3").outline) == 3
    relations = f"grave,first,relation,second\n{grave.code},1,fills,2\n{grave.code},2,below,3\n"
    assert _taken(operations, RELATIONS, "relations.csv", relations).taken_at is not None
    said = {(r.first.number, r.relation, r.second.number) for r in ContextRelation.objects.all()}
    assert said == {("1", "fills", "2"), ("3", "above", "2")}


def test_import__says_where_a_table_is_wrong(operations: Operations) -> None:
    grave = _grave(operations)
    table = f'grave,number,kind,outline\n{grave.code},1,fill,"0 0; 1 1; 1 0; 0 1"\nG-1,2,hole,\n'
    batch = _taken(operations, CONTEXTS, "contexts.csv", table)
    told = {(p["line"], p["column"]) for p in batch.problems}
    assert told == {(2, 4), (3, 1), (3, 3)}
    assert not Context.objects.exists()


def test_record_relation__refuses_numbers_of_another_grave(operations: Operations) -> None:
    grave, other = _grave(operations), _grave(operations)
    one, two = _contexts(operations, other, "1", "2")
    with pytest.raises(ValidationError, match="belongs to grave"):
        record_relation(
            operations.actor("site_lead"), grave=grave, first=one, relation="above", second=two
        )


def test_export__contexts_come_back_in_by_the_same_table(operations: Operations) -> None:
    grave = _grave(operations, origin=(36.0, 39.0), grid_bearing_deg=0.0)
    record_context(
        operations.actor("site_lead"), grave=grave, number="1", kind="fill",
        outline=((-0.5, 0.0), (2.0, 0.0), (2.0, 1.0)),
    )  # fmt: skip
    browser = operations.browser("examiner")
    table = b"".join(browser.get("/o/own/site/contexts/export/csv/").streaming_content).decode()
    assert "'-0.5 0; 2 0; 2 1" in table  # a quote before what could be a formula
    features = browser.get("/o/own/site/contexts/export/geojson/")
    assert b'"Polygon"' in b"".join(features.streaming_content)


def test_grave_page__a_plan_of_many_contexts_has_its_own_page(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forename.site.views.graves.MOST_OUTLINED", 1)
    by = operations.actor("site_lead")
    site = record_site(operations.actor("investigator"), name="Invented pit")
    grave = record_grave(by, site=site)
    address = f"/o/own/site/graves/{grave.pk}/"
    for number in ("1", "2"):
        record_context(
            by, grave=grave, kind="fill", number=number, outline=[(0, 0), (1, 0), (1, 1)]
        )
        page = operations.browser("examiner").get(address).content.decode()
        assert ('<div class="plan">' in page) is (number == "1")
        assert f"{address}plan/" in page


def test_context_page__draws_the_contexts_that_lie_nearest(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forename.site.views.graves.MOST_NEAR", 2)
    grave, by = _grave(operations), operations.actor("site_lead")
    made = [
        record_context(
            by,
            grave=grave,
            kind="fill",
            number=str(west),
            outline=[(west + x, y) for x, y in SQUARE],
        )
        for west in (50, 0, 3, 20)
    ]
    page = _page(operations, "contexts", made[1])
    drawn = page[page.index('<div class="plan">') :]
    shown = [f"/o/own/site/contexts/{context.pk}/" in drawn for context in made]
    assert shown == [False, True, True, False]
    assert "Drawn are the 2 nearest of 4 contexts with an outline." in page
    monkeypatch.undo()
    assert "nearest of" not in _page(operations, "contexts", made[1])


def test_import__of_a_number_twice_is_refused_whole_and_says_so(operations: Operations) -> None:
    grave = _grave(operations)
    table = f"grave,number,kind\n{grave.code},1,fill\n{grave.code},2,cut\n{grave.code},1,cut\n"
    with pytest.raises(ValidationError, match="one and the same record"):
        _taken(operations, CONTEXTS, "contexts.csv", table)
    assert not Context.objects.exists()


def test_record_context__with_a_number_recorded_at_this_moment_says_so(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    grave = _grave(operations)
    _contexts(operations, grave, "1")
    # Two at once: neither has found the other's number.
    monkeypatch.setattr("forename.site.actions.graves._checked", lambda _g, _c, values: values)
    sent = {"grave": grave.code, "number": "1", "kind": "cut", "outline": ""}
    for address in ("/o/own/site/contexts/record/", "/api/o/own/site/contexts/record/"):
        answer = operations.browser("site_lead").post(address, sent)
        assert answer.status_code == 422
        assert "at this moment" in answer.content.decode()
    assert Context.objects.count() == 1
