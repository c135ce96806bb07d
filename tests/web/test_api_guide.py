"""The examples of docs/guides/api.md, run in their order against a server."""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from tests.web_fixtures import Operations

from forename.records.tokens import make_token
from forename.report.actions import record_report

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "api.md"


@contextmanager
def _asked(request: urllib.request.Request) -> Iterator[Any]:
    """Carry a request to the application, which shares the test's transaction, and back."""
    address = request.full_url.removeprefix("http://127.0.0.1:8000")
    answer = Client().generic(
        request.get_method(), address, request.data or b"", headers=dict(request.header_items())
    )
    body = io.BytesIO(answer.content)
    said = Message()
    for name, value in answer.items():
        said[name] = value
    if answer.status_code >= 400:
        raise urllib.error.HTTPError(request.full_url, answer.status_code, "", said, body)
    yield SimpleNamespace(status=answer.status_code, headers=said, read=body.read)


def test_guide__examples_run(
    operations: Operations, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(urllib.request, "urlopen", _asked)
    by = operations.actor("coordinator")
    record_report(by, channel="media", language="en", text="Invented words of Tell Amira.")
    _token, secret = make_token(by, name="invented", roles=["coordinator"])
    examples = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(examples) == 4
    text = "import urllib.error\n" + "\n".join(examples)
    text = text.replace("fn_…", secret).replace('"demonstration"', '"own"')
    exec(compile(text, str(GUIDE), "exec"), {})
    said = capsys.readouterr().out
    assert "R-00001" in said
    assert "'differs': True" in said


def test_guide__refusals_are_those_of_the_description() -> None:
    from forename.web.api import api

    described = {
        int(status)
        for methods in api.get_openapi_schema()["paths"].values()
        for details in methods.values()
        for status in details["responses"]
    }
    told = {int(n) for n in re.findall(r"^\| (\d{3}) \|", GUIDE.read_text("utf-8"), re.MULTILINE)}
    assert {n for n in described if n >= 400} - {403} <= told
