from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.formats.format_sources import EXAMPLES
from tests.formats.invented_analysis import brief_analysis, hostile_analysis, small_analysis

from forename.formats import write_results
from forename.formats.results_json import results_json, results_schema, results_value
from forename.formats.results_tables import MATCH_HEADER, matches_csv, results_workbook
from forename.genetics.results import Analysis

GUIDE = EXAMPLES.parents[1] / "docs" / "guides" / "results-schema.md"
DANGEROUS = ['=HYPERLINK("http://a")', "+1", "-1", "@SUM(A1)", "\t=1", "|calc", "%0", "＝1+1"]
RUN = ("=", "+", "-", "@", "\t", "\r", "|", "%", "＝")

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def mismatches(
    value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = ""
) -> list[str]:
    """Return where a value breaks a schema: the few keywords that this project's schema uses."""
    known = {
        "$schema", "$id", "$defs", "title", "description", "type", "required", "properties",
        "additionalProperties", "items", "minItems", "minimum", "maximum", "const", "enum",
        "anyOf", "$ref",
    }  # fmt: skip
    assert set(schema) <= known, f"{path}: keyword {set(schema) - known} is not checked"
    if "$ref" in schema:
        return mismatches(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "anyOf" in schema:
        tried = [mismatches(value, part, root, path) for part in schema["anyOf"]]
        return [] if any(not found for found in tried) else [f"{path}: {value!r}"]
    if "const" in schema and value != schema["const"]:
        return [f"{path}: {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r}"]
    kind = schema.get("type")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in ("number", "integer"):
        if not number or (kind == "integer" and not isinstance(value, int)):
            return [f"{path}: {value!r} is no {kind}"]
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            return [f"{path}: {value!r} is out of range"]
    elif kind is not None and not isinstance(value, KINDS[kind]):
        return [f"{path}: {value!r} is no {kind}"]
    found: list[str] = []
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        other = schema.get("additionalProperties", {})
        found += [f"{path}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            if name in properties:
                found += mismatches(item, properties[name], root, f"{path}.{name}")
            elif other is False:
                found.append(f"{path}: {name} is not in the schema")
            else:
                found += mismatches(item, other, root, f"{path}.{name}")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            found.append(f"{path}: too short")
        for number_, item in enumerate(value):
            found += mismatches(item, schema.get("items", {}), root, f"{path}[{number_}]")
    return found


@pytest.mark.parametrize("analysis", [brief_analysis, small_analysis, hostile_analysis])
def test_results_json__fits_the_schema_that_is_shipped(analysis: Callable[[], Analysis]) -> None:
    schema = results_schema()
    value = json.loads(results_json(analysis()))
    assert mismatches(value, schema, schema) == []
    assert set(schema["required"]) == set(value)


def test_results_schema__refuses_what_it_should() -> None:
    schema = results_schema()
    value = json.loads(results_json(brief_analysis()))
    value["posteriors"][0]["posterior"] = 1.5
    value["pairs"][0]["log10_lr"] = "much"
    del value["findings"]
    value["extra"] = 1
    assert len(mismatches(value, schema, schema)) == 4


def test_results_json__keeps_every_digit_and_writes_infinity_as_text() -> None:
    value = json.loads(results_json(brief_analysis()))
    (pair,) = value["pairs"]  # the weak pair lies below the stated level
    assert value["levels"] == {"pairs_above_log10_lr": 0.0}
    assert pair["log10_lr"] == 7.25
    assert pair["per_marker"] == {"TH01": 1.5, "FGA": "-inf"}


def test_results_json__lists_every_sample_of_a_group() -> None:
    value = json.loads(results_json(brief_analysis()))
    assert value["same_person_groups"] == [["EX1", "EX3"]]
    shared_posterior = {
        (entry["remains"], entry["group"])
        for entry in value["posteriors"]
        if entry["missing_person"] == "X1"
    }
    assert shared_posterior == {("EX1", "EX1"), ("EX3", "EX1")}


def test_results_value__refuses_a_failed_computation() -> None:
    analysis = brief_analysis()
    failed = dataclasses.replace(analysis.group_pairs[1], log10_lr=math.nan)
    kept = dataclasses.replace(analysis, assignments=(), group_pairs=(failed,))
    assert results_value(kept)["group_pairs"] == []  # nan is not above the level
    broken = dataclasses.replace(analysis.group_pairs[1], per_marker={"TH01": math.nan})
    with pytest.raises(ValueError, match="not a number"):
        results_value(dataclasses.replace(analysis, group_pairs=(broken,)))


def test_matches_csv__has_a_typed_row_a_match_best_first() -> None:
    (row,) = csv.DictReader(io.StringIO(matches_csv(brief_analysis())))
    assert tuple(row) == MATCH_HEADER
    assert (row["remains"], row["missing_person"], row["proposed"]) == ("EX1; EX3", "X1", "yes")
    assert (float(row["log10_lr"]), float(row["posterior"])) == (7.25, 0.999)


@pytest.mark.parametrize("text", [*DANGEROUS, "\r=1"])
def test_matches_csv__runs_nothing_in_a_spreadsheet(text: str) -> None:
    for row in csv.reader(io.StringIO(matches_csv(brief_analysis(text)))):
        assert not row[0].startswith(RUN)
        assert not row[1].startswith(RUN)


@pytest.mark.parametrize("text", DANGEROUS)
def test_results_workbook__stores_texts_as_texts(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(results_workbook(brief_analysis(text, text))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == text for cell in cells)
    proposals = book["Proposals"]
    assert proposals["D2"].value == 0.999
    assert proposals["D2"].data_type == "n"


def test_results_workbook__gives_the_same_bytes_and_survives_odd_characters() -> None:
    analysis = brief_analysis("EX\x01", "x" * 40_000)
    assert results_workbook(analysis) == results_workbook(analysis)


def test_write_results__writes_three_files_and_replaces_them(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    for _ in range(2):
        paths = write_results(brief_analysis(), folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(p.name for p in paths)
    assert {path.name for path in paths} == {"results.json", "matches.csv", "results.xlsx"}


def test_guide__names_every_field_of_the_schema() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    schema = results_schema()

    def names(part: dict[str, Any]) -> set[str]:
        inner = [
            *part.get("properties", {}).values(),
            *([part["items"]] if "items" in part else []),
        ]
        return set(part.get("properties", {})).union(*map(names, inner))

    every = names(schema) | names(schema["$defs"]["pair"])
    assert {name for name in every if f"`{name}`" not in guide} == set()
