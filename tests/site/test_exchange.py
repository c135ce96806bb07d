"""Places of map files become claims and sites, staged, never overwriting; exports come back."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.records.models import ImportBatch, StoredFile
from forename.site.actions import accept_position, add_position, record_site
from forename.site.models import PositionClaim, Site

IMPORT = "/o/own/site/sites/import/"
GPX = '<gpx xmlns="http://www.topografix.com/GPX/1/1">%s</gpx>'
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>%s</Document></kml>'


def _point(longitude: float, latitude: float, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _geojson(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def _stage(operations: Operations, text: str | bytes, name: str, role: str = "investigator") -> Any:
    upload = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    upload.name = name
    return operations.browser(role).post(IMPORT, {"table": upload})


def _take(operations: Operations, answer: Any) -> Any:
    browser = operations.browser("investigator")
    assert answer.status_code == 302, answer.content.decode()
    return browser.post(answer["Location"], {"seen_version": "1"})


def test_import__a_new_site_gets_its_position_as_a_claim(operations: Operations) -> None:
    text = _geojson(_point(39.14051, 36.37721, name="Invented pit", governorate="Raqqa", dug="x"))
    answer = _stage(operations, text, "pits.geojson")
    shown = operations.browser("investigator").get(answer["Location"]).content.decode()
    assert "36.37721, 39.14051" in shown
    assert "Left out: dug." in shown
    assert not Site.objects.exists()
    _take(operations, answer)
    site = Site.objects.get()
    claim = PositionClaim.objects.get()
    assert (site.name, site.governorate, site.status) == ("Invented pit", "Raqqa", "reported")
    assert site.accepted_position is None
    assert (claim.site, claim.words, claim.how) == (site, "36.37721, 39.14051", "point")
    assert claim.uncertainty_m == pytest.approx(0.71, abs=0.01)
    assert {e.channel for e in Event.objects.filter(record_id=claim.pk)} == {"import"}
    assert StoredFile.objects.get().name == "pits.geojson"


def test_import__a_known_site_gets_a_claim_and_nothing_else_changes(operations: Operations) -> None:
    by = operations.actor("investigator")
    site = record_site(by, name="Invented pit", governorate="Raqqa")
    held = add_position(by, site, 1, words="36.1, 39.0")
    site = accept_position(by, site, 1, position=held, reason="Invented.")
    text = _geojson(
        _point(39.2, 36.41234, code=site.code, name="Other name", governorate="Hama",
               uncertainty_m=40, source="Invented map")
    )  # fmt: skip
    answer = _stage(operations, text, "a.geojson")
    shown = operations.browser("investigator").get(answer["Location"]).content.decode()
    said = f'A position of <bdi dir="ltr">{site.code}</bdi>; nothing else of that site changes.'
    assert said in shown
    _take(operations, answer)
    site.refresh_from_db()
    assert (site.name, site.governorate, site.version) == ("Invented pit", "Raqqa", 2)
    assert site.accepted_position == held
    new = PositionClaim.objects.exclude(pk=held.pk).get()
    assert (new.words, new.uncertainty_m, new.source) == (
        "36.41234, 39.20000", 40, "Invented map",
    )  # fmt: skip


def test_import__the_same_file_twice_changes_nothing(operations: Operations) -> None:
    text = GPX % '<wpt lat="36.37721" lon="39.14051"><name>Invented pit</name></wpt>'
    first = _stage(operations, text, "a.gpx")
    _take(operations, first)
    again = _stage(operations, text, "again.gpx")
    assert again["Location"] == first["Location"]
    assert _take(operations, again).status_code == 422
    assert PositionClaim.objects.count() == Site.objects.count() == 1
    assert PositionClaim.objects.get().uncertainty_m == 15  # a receiver's


@pytest.mark.parametrize("form", ["geojson", "kml", "gpx"])
def test_export__comes_back_and_adds_nothing(operations: Operations, form: str) -> None:
    by = operations.actor("investigator")
    points = ["36.37721, 39.14051", "37S CV 32345 07890", "36.1, 39.0"]
    areas = ["36.3, 39.1\n36.3, 39.2\n36.4, 39.2", "25 km south of Suluk"]
    for words in [*points, *(areas if form != "gpx" else [])]:
        site = record_site(by, name="Invented pit", name_ar="حفرة مخترعة")
        claim = add_position(by, site, 1, words=words)
        accept_position(by, site, 1, position=claim, reason="Invented.")
    before = list(PositionClaim.objects.order_by("pk").values_list("pk", "version"))
    browser = operations.browser("investigator")
    export = browser.get(f"/o/own/site/sites/export/{form}/")
    assert export["Content-Disposition"].startswith('attachment; filename="SIMULATED-own-sites')
    data = export.getvalue()
    assert b"SIMULATED" in data
    answer = _stage(operations, data, f"back.{form}")
    shown = browser.get(answer["Location"]).content.decode()
    assert shown.count("has this position already; nothing is added.") == len(before)
    _take(operations, answer)
    assert list(PositionClaim.objects.order_by("pk").values_list("pk", "version")) == before
    assert Site.objects.count() == len(before)


def test_export__holds_what_the_address_asks_for_and_nothing_hidden(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    for name, sensitivity in (("Open", "ordinary"), ("Guarded", "protected")):
        site = record_site(by, name=name, sensitivity=sensitivity)
        claim = add_position(by, site, 1, words="36.37721, 39.14051")
        accept_position(by, site, 1, position=claim, reason="Invented.")
    for form in ("kml", "gpx", "geojson"):
        address = f"/o/own/site/sites/export/{form}/"
        everything = operations.browser("investigator").get(address).getvalue().decode()
        assert "Open" in everything
        assert "Guarded" in everything
        chosen = operations.browser("investigator").get(f"{address}?q=open").getvalue().decode()
        assert "Guarded" not in chosen
        assert "Guarded" not in operations.browser("custodian").get(address).getvalue().decode()
        assert operations.browser("coordinator", "other").get(address).status_code == 404


def test_import__every_problem_has_its_place_and_nothing_is_stored(operations: Operations) -> None:
    text = KML % (
        "\n<Placemark><name>A</name><Point><coordinates>39.1,136.3</coordinates></Point>"
        "</Placemark>\n<Placemark><Point><coordinates>39.1,36.3</coordinates></Point></Placemark>"
        "\n<Placemark><name>C</name><LineString/></Placemark>"
    )
    answer = _stage(operations, text, "a.kml")
    batch = ImportBatch.objects.get()
    assert [(p["line"], p["field"]) for p in batch.problems[:2]] == [
        (2, "position"),
        (4, "position"),
    ]
    assert (batch.problems[2]["line"], batch.problems[2]["field"]) == (3, "name")
    assert "swapped" in batch.problems[0]["text"]
    assert _take(operations, answer).status_code == 422
    assert not Site.objects.exists()


def test_import__a_swapped_pair_is_pointed_out(operations: Operations) -> None:
    answer = _stage(operations, _geojson(_point(36.59, 39.13, name="Invented")), "a.geojson")
    shown = operations.browser("investigator").get(answer["Location"]).content.decode()
    assert "swapped" in shown
    good = _stage(operations, _geojson(_point(39.13, 36.59, name="Invented")), "b.geojson")
    assert (
        "swapped" not in operations.browser("investigator").get(good["Location"]).content.decode()
    )


def test_import__codes_of_hidden_and_of_no_sites_answer_alike(operations: Operations) -> None:
    other = record_site(operations.actor("investigator", "other"), name="Elsewhere")
    text = _geojson(
        _point(39.1, 36.37721, code=other.code), _point(39.1, 36.37721, code="S-99999-X")
    )
    _stage(operations, text, "a.geojson")
    texts = [p["text"] for p in ImportBatch.objects.get().problems]
    assert [t.replace(other.code, "CODE").replace("S-99999-X", "CODE") for t in texts] == [
        "No site with the code CODE is open to you; check it."
    ] * 2
    assert not PositionClaim.objects.exists()


def test_import__labels_of_either_language_are_understood(operations: Operations) -> None:
    text = _geojson(_point(39.1, 36.37721, name="Invented", type="primary grave", sensitivity="x"))
    _stage(operations, text, "a.geojson")
    (problem,) = ImportBatch.objects.get().problems
    assert problem["field"] == "sensitivity"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.geojson", b""),
        ("a.geojson", b"{"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}'),
        ("a.geojson", _geojson(_point(float("nan"), 36.3)).encode()),
        ("a.json", b"[" * 200_000),
        ("a.kml", b"<kml>"),
        ("a.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml><Placemark/></kml>'),
        ("a.gpx", b"PK\x03\x04"),
        ("a.gpx", b"\x00" * 10),
        ("a.kml", b"<kml>" + b"<a/>" * 500_001 + b"</kml>"),
        ("a.gpx", b"<gpx>" + b"<trk/>" * 500_001 + b"</gpx>"),
        ("a.json", b'{"type": "FeatureCollection", "features": [' + b"{}," * 500_001 + b"{}]}"),
        ("a.json", b'{"type": "Point", "coordinates": [39, 36], "name": "\\ud800"}'),
        ("a.json", b'{"type": "Point", "coordinates": [39, 36], "name": "\\u0000"}'),
    ],
)
def test_import__what_cannot_be_read_is_refused_and_kept_nowhere(
    operations: Operations, name: str, data: bytes
) -> None:
    answer = _stage(operations, data, name)
    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()
    assert not StoredFile.objects.exists()


def test_import__a_file_past_20_mb_is_refused(operations: Operations) -> None:
    answer = _stage(operations, b" " * (20 * 2**20 + 1), "a.geojson")
    assert answer.status_code == 422
    assert "20 MB" in answer.content.decode()


def test_import__more_places_than_a_table_may_have_are_refused(operations: Operations) -> None:
    text = _geojson(*[_point(39.1, 36.3)] * 20_001)
    answer = _stage(operations, text, "a.geojson")
    assert answer.status_code == 422
    assert "20,000" in answer.content.decode()


def test_import__only_who_may_record_sites(operations: Operations) -> None:
    for role in ("custodian", "statistics", "administrator", "family_liaison"):
        assert _stage(operations, _geojson(), "a.geojson", role).status_code == 404


def test_import__a_csv_of_sites_still_works(operations: Operations) -> None:
    text = "name,latitude,longitude\nInvented,36.37721,39.14051\n"
    _take(operations, _stage(operations, text, "a.csv"))
    assert PositionClaim.objects.get().words == "36.37721, 39.14051"
