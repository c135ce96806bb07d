"""The API by its own description: made-up requests of every role find no failure of the program."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.web_fixtures import Operations

from forename.accounts.rules import Role

EXAMPLES = 1  # for an operation of the API; each is sent by every role
PARTS = 8  # tests over which the operations are spread, so that none takes long


@pytest.mark.parametrize("part", range(PARTS))
def test_api__answers_made_up_requests_without_a_failure(part: int, operations: Operations) -> None:
    clients = [operations.browser(role) for role in Role]
    for client in clients:
        client.raise_request_exception = False
    document = json.loads(clients[0].get("/api/openapi.json").content)
    failures: list[str] = []
    asked = 0
    all_operations = schemathesis.openapi.from_dict(document).get_all_operations()
    for result in islice(all_operations, part, None, PARTS):
        for case in _made_up(result.ok()):
            for client in clients:
                answer = _send(client, case)
                if answer is not None:
                    asked += 1
                    if answer.status_code >= 500:
                        failures.append(f"{case.method} {case.path}: {case.body!r} {case.query!r}")
    assert asked >= len(Role) * EXAMPLES * 20 / PARTS
    assert not failures, "\n".join(failures[:10])


def _made_up(operation: Any) -> list[Any]:
    cases: list[Any] = []

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def keep(case: Any) -> None:
        cases.append(case)

    keep()
    return cases


def _send(client: Client, case: Any) -> Any:
    path = case.formatted_path
    for name, value in (case.path_parameters or {}).items():
        if name == "operation":
            path = path.replace(f"/o/{value}/", "/o/own/")
    body = case.body
    if body is None or type(body).__name__ == "NotSet":
        body = ""
    text = body if isinstance(body, (str, bytes)) else json.dumps(body, default=str)
    try:
        return client.generic(
            case.method.upper(),
            path,
            text,
            content_type="application/json",
            query_params={k: str(v) for k, v in (case.query or {}).items()},
        )
    except (UnicodeError, ValueError):
        return None  # the test client cannot send it


def test_api__description_is_one_for_everybody(operations: Operations) -> None:
    described = {operations.browser(r).get("/api/openapi.json").content for r in Role}
    assert len(described) == 1
