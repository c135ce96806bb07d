"""Analyses: what a results.json gives, what is refused, and how a posterior is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web_fixtures import Operations

from forename.identification import actions
from forename.identification.actions import record_analysis
from forename.identification.models import Analysis, Proposal

PROPOSAL = {
    "remains": ["R1", "R2"], "missing_person": "F1", "posterior": 1.0, "log10_lr": 18.5,
    "reasons": ["Invented."], "rivals": [{"missing_person": "F2", "posterior": 3e-7}],
}  # fmt: skip


def _results(**changes: Any) -> dict[str, Any]:
    return {
        "schema_version": 1, "title": "Invented", "simulated": True, "counts": {"remains": 2},
        "findings": [], "provenance": {}, "proposals": [PROPOSAL], **changes,
    }  # fmt: skip


def _record(operations: Operations, value: Any) -> Analysis:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    analysis: Analysis = record_analysis(
        operations.actor("laboratory"), results=SimpleUploadedFile("results.json", data)
    )
    return analysis


def test_analysis__no_page_shows_a_posterior_as_certainty(operations: Operations) -> None:
    analysis = _record(operations, _results())
    browser = operations.browser("board_member")
    proposal = Proposal.objects.get(analysis=analysis)
    for address in ("proposals/", f"proposals/{proposal.pk}/", f"analyses/{analysis.pk}/"):
        page = browser.get(f"/o/own/identification/{address}").content.decode()
        assert "&gt; 99.999999 %" in page
        assert ">1.0<" not in page
        assert "100 %" not in page


def test_analysis__the_same_results_are_recorded_once(operations: Operations) -> None:
    _record(operations, _results())
    with pytest.raises(ValidationError, match="recorded already"):
        _record(operations, _results())
    assert Analysis.objects.count() == 1


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (b"\xff\xfe\x00", "results.json"),
        (b"{", "not JSON"),
        (b"[]", "object"),
        (b'{"schema_version": 1, "title": "\\u0000"', "not JSON"),
        (_results(schema_version=2), "schema_version"),
        (_results(title=5), "title"),
        (_results(counts=[]), "counts"),
        (_results(findings={}), "findings"),
        (_results(proposals="none"), "proposals"),
        (_results(proposals=[{}]), "remains"),
        (_results(proposals=[{**PROPOSAL, "posterior": 1.2}]), "posterior"),
        (_results(proposals=[{**PROPOSAL, "posterior": "high"}]), "posterior"),
        (_results(proposals=[{**PROPOSAL, "log10_lr": "inf"}]), "log10_lr"),
        (_results(proposals=[{**PROPOSAL, "rivals": [3]}]), "rivals"),
        (_results(title="x" * 201), "title"),
        (_results(title="a\u0000b"), "U+0000"),
        (_results(proposals=[{**PROPOSAL, "reasons": ["a\u0000b"]}]), "U+0000"),
        (_results(counts={"a\u0000": 1}), "U+0000"),
    ],
)
def test_analysis__a_file_that_is_no_results_names_the_field(
    operations: Operations, value: Any, field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        _record(operations, value)
    assert field in str(caught.value)
    assert not Analysis.objects.exists()


@pytest.mark.parametrize("said", [True, None, "no"])
def test_analysis__simulated_results_are_for_a_simulated_operation(
    said: object, operations: Operations
) -> None:
    operations.own.simulated = False
    operations.own.save()
    with pytest.raises(ValidationError, match="simulated operation"):
        _record(operations, _results(simulated=said))
    assert _record(operations, _results(simulated=False)).simulated is False
    assert Analysis.objects.count() == 1


@pytest.mark.parametrize("name", ["results", "report"])
def test_analysis__too_large_a_file_is_refused_before_it_is_read(
    name: str, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "LARGEST_BYTES", 1000)
    files = {
        "results": SimpleUploadedFile("results.json", json.dumps(_results()).encode()),
        "report": SimpleUploadedFile("report.html", b"invented"),
    }
    files[name] = SimpleUploadedFile(name, b" " * 1001)
    with pytest.raises(ValidationError, match="50 MB"):
        record_analysis(operations.actor("laboratory"), **files)
    assert not Analysis.objects.exists()
