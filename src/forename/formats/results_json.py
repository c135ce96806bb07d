"""Results as JSON: ``results.json``, whose layout is versioned, documented and has a schema.

The layout is described in ``docs/guides/results-schema.md``; ``results.schema.json`` beside this
module states it for programs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from forename.formats.json_fields import JsonValue
from forename.genetics.findings import Finding
from forename.genetics.results import Analysis, Pair, Posterior, Proposal

SCHEMA_VERSION = 1


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``results.json``."""
    text = resources.files("forename.formats").joinpath("results.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def results_json(analysis: Analysis) -> str:
    """Return the text of ``results.json``; the same analysis gives the same bytes."""
    return json.dumps(results_value(analysis), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def results_value(analysis: Analysis) -> dict[str, JsonValue]:
    """Return an analysis as plain JSON values.

    LRs are log10; minus infinity is the text ``-inf``. ``pairs`` and ``group_pairs`` hold what
    lies above ``levels.pairs_above_log10_lr``. ``posteriors`` hold one entry for each sample of
    a group. Raises `ValueError` for a value that is not a number: a failed computation is none.
    """
    level = analysis.problem.settings.report_log10_lr
    return {
        "schema_version": SCHEMA_VERSION,
        "title": analysis.problem.title,
        "simulated": analysis.problem.simulated,
        "counts": {
            "remains": len(analysis.problem.remains),
            "families": len(analysis.problem.families),
            "missing_persons": sum(len(f.missing) for f in analysis.problem.families),
            "groups": len(analysis.groups),
        },
        "levels": {"pairs_above_log10_lr": _number(level)},
        "same_person_groups": [list(g.samples) for g in analysis.groups if len(g.samples) > 1],
        "groups": [
            {
                "label": g.label,
                "samples": list(g.samples),
                "conflicts": {marker: list(seen) for marker, seen in g.conflicts.items()},
            }
            for g in analysis.groups
        ],
        "same_person_pairs": [
            {
                "sample_a": p.sample_a,
                "sample_b": p.sample_b,
                "log10_lr": _number(p.log10_lr),
                "per_marker": _numbers(p.per_marker),
                "mismatches": list(p.mismatches),
            }
            for p in analysis.same_person_pairs
        ],
        "pairs": [_pair(p) for p in analysis.pairs if p.log10_lr > level],
        "group_pairs": [_pair(p) for p in analysis.group_pairs if p.log10_lr > level],
        "posteriors": _posteriors(analysis.posteriors),
        "assignments": [
            {
                "pairs": dict(a.pairs),
                "log10_weight": _number(a.log10_weight),
                "posterior": _number(a.posterior),
            }
            for a in analysis.assignments
        ],
        "proposals": [_proposal(p) for p in analysis.proposals],
        "symmetric_matches": [
            {
                "groups": list(s.groups),
                "missing_persons": list(s.missing_persons),
                "posterior": _number(s.posterior),
                "text": str(s.text),
            }
            for s in analysis.symmetric
        ],
        "near_misses": [
            {
                "remains": n.remains,
                "samples": list(n.samples),
                "missing_person": n.missing_person,
                "log10_lr": _number(n.log10_lr),
                "posterior": _number(n.posterior),
                "markers": list(n.markers),
                "text": str(n.text),
            }
            for n in analysis.near_misses
        ],
        "exclusions": [
            {
                "remains": e.remains,
                "samples": list(e.samples),
                "missing_person": e.missing_person,
                "markers": list(e.markers),
            }
            for e in analysis.exclusions
        ],
        "sensitivity": [
            {
                "remains": r.remains,
                "missing_person": r.missing_person,
                "setting": r.name,
                "value": r.value,
                "log10_lr": _number(r.log10_lr),
                "posterior": _number(r.posterior),
            }
            for r in analysis.sensitivity
        ],
        "advice": [{"record": a.record, "text": str(a.text)} for a in analysis.advice],
        "findings": findings_value(analysis.findings),
        "provenance": {
            "version": analysis.provenance.version,
            "settings": dict(analysis.provenance.settings),
            "prior": analysis.provenance.prior,
            "markers": list(analysis.provenance.markers),
            "digests": dict(analysis.provenance.digests),
            "frequencies": analysis.provenance.frequencies,
            "method": {name: str(said) for name, said in analysis.provenance.method.items()},
        },
    }


def findings_value(findings: Iterable[Finding]) -> list[JsonValue]:
    """Return findings as plain JSON values."""
    return [
        {
            "code": f.code,
            "severity": f.severity.value,
            "records": list(f.records),
            "text": str(f.text),
            "advice": str(f.advice or ""),
            "locations": [
                {"file": place.file, "line": place.line, "column": place.column}
                for place in f.locations
            ],
        }
        for f in findings
    ]


def _pair(pair: Pair) -> JsonValue:
    return {
        "remains": pair.remains,
        "samples": list(pair.samples),
        "missing_person": pair.missing_person,
        "family": pair.family,
        "log10_lr": _number(pair.log10_lr),
        "per_marker": _numbers(pair.per_marker),
        "sex_log10_lr": _number(pair.sex_log10_lr),
        "exclusions": list(pair.exclusions),
        "markers": pair.markers,
    }


def _posteriors(posteriors: Iterable[Posterior]) -> list[JsonValue]:
    """Return one entry for each sample and missing person, whichever way groups are given."""
    entries: dict[tuple[str, str], JsonValue] = {}
    for item in posteriors:
        for sample in item.samples or (item.remains,):
            entries[sample, item.missing_person] = {
                "remains": sample,
                "group": item.remains,
                "missing_person": item.missing_person,
                "posterior": _number(item.posterior),
                "error_bound": _number(item.error_bound),
            }
    return list(entries.values())


def _proposal(proposal: Proposal) -> JsonValue:
    return {
        "remains": list(proposal.remains),
        "group": proposal.group,
        "missing_person": proposal.missing_person,
        "family": proposal.family,
        "posterior": _number(proposal.posterior),
        "log10_lr": _number(proposal.log10_lr),
        "reasons": [str(reason) for reason in proposal.reasons],
        "rivals": [
            {"missing_person": name, "posterior": _number(value)} for name, value in proposal.rivals
        ],
        "linked": list(proposal.linked),
        "undisputed": proposal.undisputed,
        "log10_glr": None if proposal.log10_glr is None else _number(proposal.log10_glr),
        "log10_lr0": None if proposal.log10_lr0 is None else _number(proposal.log10_lr0),
    }


def _numbers(values: Mapping[str, float]) -> dict[str, JsonValue]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float) -> float | str:
    """Return a number for JSON, infinities as text, for JSON has none."""
    if math.isnan(value):
        raise ValueError("a result is not a number; a failed computation must not be written")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(value)
