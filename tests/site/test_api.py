"""What pages do with sites, the API does by the same actions and rules."""

from __future__ import annotations

import json
from typing import Any

from tests.web_fixtures import Operations

STEM = "/api/o/own/site/sites/"


def _post(operations: Operations, role: str, where: str, **body: Any) -> tuple[int, Any]:
    answer = operations.browser(role).post(
        STEM + where, json.dumps(body), content_type="application/json"
    )
    return answer.status_code, answer.json() if answer.content else None


def test_api__from_a_phrase_to_an_accepted_point(operations: Operations) -> None:
    status, made = _post(
        operations, "investigator", "record/",
        name="Invented pit", site_type="improvised", sensitivity="ordinary",
    )  # fmt: skip
    assert status == 201
    pk = made["id"]
    status, _ = _post(
        operations, "investigator", f"{pk}/add-position/", seen_version=1,
        words="25 km south of Suluk", anchor_at="36.597, 39.131",
    )  # fmt: skip
    assert status == 201
    claims = operations.browser("investigator").get("/api/o/own/site/positions/").json()
    (claim,) = claims["rows"]
    assert claim["cells"]["how"] == "relative to a place"
    status, site = _post(
        operations, "investigator", f"{pk}/accept-position/",
        seen_version=1, position=claim["id"], reason="All that is known.",
    )  # fmt: skip
    assert (status, site["version"]) == (200, 2)
    status, problem = _post(
        operations, "coordinator", f"{pk}/move/", seen_version=2, to_rung="excavating", why="x"
    )
    assert status == 422
    assert "to_rung" in problem["errors"]
    status, step = _post(
        operations, "site_lead", f"{pk}/move/", seen_version=2, to_rung="located", why="Seen."
    )
    assert (status, step["kind"], step["values"]["to_rung"]) == (201, "site-steps", "located")
    site = operations.browser("site_lead").get(f"/api/o/own/site/sites/{pk}/").json()
    assert (site["version"], site["values"]["status"]) == (3, "located")


def test_api__roles_without_the_step_find_nothing(operations: Operations) -> None:
    for role in ("custodian", "statistics", "administrator"):
        status, _ = _post(
            operations, role, "record/", name="x", site_type="unknown", sensitivity="ordinary"
        )
        assert status == 404
