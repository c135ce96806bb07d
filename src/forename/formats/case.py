"""A case as one folder: ``case.toml`` and tables, written whole and read back identically.

A folder that `write_case` made lists its tables and their SHA-256. A folder made by hand may
instead name the laboratory's own files under ``[files]``; see ``docs/guides/formats.md``.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from forename.exceptions import InvalidSettingError, UnusableInputError
from forename.formats import case_tables as tables
from forename.formats.problem_files import read_problem
from forename.formats.source import read_source
from forename.formats.truth import TRUTH_FILE
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.problem import Problem, Settings
from forename.genetics.sentences import say
from forename.written_whole import folder_written_whole, write_texts

CASE_FILE = "case.toml"
CASE_VERSION = 1

REMAINS, ELIMINATION = "remains.csv", "elimination.csv"
RELATIVES, PEDIGREES = "relatives.csv", "pedigrees.csv"
FREQUENCIES, MARKERS = "frequencies.csv", "markers.csv"
EVIDENCE, FINDINGS = "evidence.csv", "findings.csv"
TABLES = (
    REMAINS, RELATIVES, PEDIGREES, FREQUENCIES, MARKERS, ELIMINATION, EVIDENCE, FINDINGS,
)  # fmt: skip

_FILE_ROLES = (
    "postmortem", "antemortem", "frequencies", "elimination", "pedigrees", "evidence",
)  # fmt: skip
_SECTIONS = ("settings", "digests", "tables", "files")


def is_case(folder: str | Path) -> bool:
    """Tell whether a path is a folder with a ``case.toml``."""
    return (Path(folder) / CASE_FILE).is_file()


def write_case(problem: Problem, folder: str | Path) -> None:
    """Write a problem as a folder that `read_case` reads back identically (places excepted).

    The case appears whole or not at all. An existing folder is written to only when it holds
    nothing but a case, which is replaced. Raises `UnusableInputError` when it holds anything else
    or cannot be written, `InvalidPedigreeError` for families that tables cannot hold.
    """
    folder = Path(folder)
    texts = case_texts(problem)
    _check_replaceable(folder)
    with folder_written_whole(folder, "the case") as made:
        write_texts(made, texts)


def read_case(folder: str | Path) -> Problem:
    """Return the problem in a case folder.

    A table whose SHA-256 is not the one in ``case.toml`` was changed by hand: it is read, and a
    finding ``case_table_changed`` says so. Raises `UnusableInputError` with file and line.
    """
    folder = Path(folder)
    path = folder / CASE_FILE
    if not folder.is_dir():
        raise UnusableInputError(
            "this is not a folder.", file=folder.name, expected=f"a case folder with {CASE_FILE}"
        )
    if not path.exists():
        raise UnusableInputError(
            f"this folder holds no {CASE_FILE}.",
            file=folder.resolve().name,
            expected=f"a case folder with {CASE_FILE}, or the files of the case one by one",
        )
    source = read_source(path)
    try:
        stated = tomllib.loads(source.data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise UnusableInputError(
            "the file is not readable as TOML.",
            file=CASE_FILE,
            line=int(line[1]) if line else 1,
            expected='lines such as title = "…", in UTF-8',
        ) from error
    header = _Header(stated, source.data.decode("utf-8-sig"))
    settings = header.settings()
    if header.section("files"):
        return _problem_of_files(folder, header, settings)
    return _problem_of_tables(folder, header, settings)


def case_texts(problem: Problem) -> dict[str, str]:
    """Return the files of a case folder, by name.

    Raises `InvalidPedigreeError` for families that tables cannot hold.
    """
    texts = {
        REMAINS: tables.profiles_text(problem.remains),
        RELATIVES: tables.relatives_text(problem.families),
        PEDIGREES: tables.pedigrees_text(problem.families),
        FREQUENCIES: tables.frequencies_text(problem.frequencies),
        MARKERS: tables.markers_text(problem.frequencies),
        ELIMINATION: tables.profiles_text(problem.elimination),
        EVIDENCE: tables.evidence_text(problem.evidence),
        FINDINGS: tables.findings_text(problem.findings),
    }
    digests = {name: _digest(text.encode()) for name, text in texts.items()}
    settings = {item.name: getattr(problem.settings, item.name) for item in fields(Settings)}
    lines = [
        f"forename_case = {CASE_VERSION}",
        f"title = {_toml(problem.title)}",
        f"simulated = {_toml(problem.simulated)}",
    ]
    for section, values in (
        ("settings", settings),
        ("digests", dict(problem.digests)),
        ("tables", digests),
    ):
        lines += ["", f"[{section}]", *(f"{_toml(k)} = {_toml(v)}" for k, v in values.items())]
    return {CASE_FILE: "\n".join(lines) + "\n", **texts}


def _toml(value: str | float | bool) -> str:
    """Return a TOML value; a JSON string is a TOML string when DEL is escaped."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_replaceable(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UnusableInputError("a file has this name.", file=folder.name, expected="a new name")
    held = {item.name for item in folder.iterdir()}
    if TRUTH_FILE in held:
        raise UnusableInputError(
            f"the folder holds {TRUTH_FILE}, which would not be the truth of the new case; nothing "
            "was written.",
            file=folder.name,
            expected="a new folder, or this one without what was simulated",
        )
    if held and (CASE_FILE not in held or held - {CASE_FILE, *TABLES}):
        other = min(held - {CASE_FILE, *TABLES}, default="no case")
        raise UnusableInputError(
            f"the folder holds other things ({other}); nothing was written.",
            file=folder.name,
            expected="a new folder, an empty one, or a case to replace",
        )


class _Header:
    """What ``case.toml`` states, each value checked where it is asked for."""

    def __init__(self, stated: Mapping[str, Any], text: str) -> None:
        self.stated = stated
        self.text = text
        known = {"forename_case", "title", "simulated", *_SECTIONS}
        for key in stated:
            if key not in known:
                raise self.error(key, f"{key!r} is not known.", ", ".join(sorted(known)))
        if stated.get("forename_case") != CASE_VERSION:
            raise self.error(
                "forename_case", "the version of the case is not known.",
                f"forename_case = {CASE_VERSION}",
            )  # fmt: skip

    def error(self, key: str, problem: str, expected: str) -> UnusableInputError:
        # Blanks of one line only, in one way only: many blank lines would be tried without end.
        place = rf'^[ \t]*(?:\[[ \t]*)?"?{re.escape(key)}"?[ \t]*[=\]]'
        found = re.search(place, self.text, re.MULTILINE)
        line = self.text.count("\n", 0, found.end()) + 1 if found else 1
        return UnusableInputError(problem, file=CASE_FILE, line=line, field=key, expected=expected)

    def text_of(self, key: str) -> str:
        value = self.stated.get(key, "")
        if not isinstance(value, str):
            raise self.error(key, "this is not a text.", "a text in quotation marks")
        return value

    def flag(self, key: str) -> bool:
        value = self.stated.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "this is neither true nor false.", "true or false")
        return value

    def section(self, name: str) -> dict[str, str]:
        """Return a section whose values are texts."""
        values = self.stated.get(name, {})
        if not isinstance(values, dict):
            raise self.error(name, "this is not a section.", f"[{name}]")
        for key, value in values.items():
            if not isinstance(value, str):
                raise self.error(key, "this is not a text.", "a text in quotation marks")
        return values

    def settings(self) -> Settings:
        """Return the settings; those that are not stated take their defaults."""
        stated = self.stated.get("settings", {})
        if not isinstance(stated, dict):
            raise self.error("settings", "this is not a section.", "[settings]")
        defaults = {item.name: item.default for item in fields(Settings)}
        values: dict[str, Any] = {}
        for key, value in stated.items():
            if key not in defaults:
                raise self.error(key, f"no setting is called {key!r}.", ", ".join(defaults))
            kind = type(defaults[key])
            if kind is float and type(value) is int:
                value = float(value)
            if type(value) is not kind:
                kinds = {str: "a text", float: "a number", int: "a whole number"}
                raise self.error(key, f"setting {key} is of the wrong kind.", kinds[kind])
            values[key] = value
        try:
            return Settings(**values)
        except InvalidSettingError as error:
            named = next((key for key in values if key in str(error)), "settings")
            raise self.error(named, f"{error}.", "a setting in its range") from error


def _problem_of_files(folder: Path, header: _Header, settings: Settings) -> Problem:
    """Return the problem of the laboratory's own files that ``[files]`` names."""
    stated = header.section("files")
    for role, name in stated.items():
        if role not in _FILE_ROLES:
            raise header.error(role, f"no file is called {role!r}.", ", ".join(_FILE_ROLES))
        if Path(name).name != name or name in ("", ".", ".."):
            raise header.error(role, f"{name[:60]!r} is not a file of this folder.", "a file name")
    for role in _FILE_ROLES[:3]:
        if role not in stated:
            raise header.error("files", f"the file for {role} is not named.", f'{role} = "…"')
    paths = {role: folder / name for role, name in stated.items()}
    problem = read_problem(
        paths["postmortem"],
        paths["antemortem"],
        paths["frequencies"],
        paths.get("elimination"),
        settings,
        pedigrees=paths.get("pedigrees"),
        evidence=paths.get("evidence"),
        title=header.text_of("title"),
    )
    return Problem(
        **{
            **{item.name: getattr(problem, item.name) for item in fields(Problem)},
            "simulated": header.flag("simulated"),
        }
    )


def _problem_of_tables(folder: Path, header: _Header, settings: Settings) -> Problem:
    stated = header.section("tables")
    texts: dict[str, str] = {}
    changed: dict[str, str] = {}
    for name in TABLES:
        if name not in stated and not (folder / name).exists():
            if name in (REMAINS, RELATIVES, PEDIGREES, FREQUENCIES, MARKERS):
                raise UnusableInputError(
                    "the table is missing from the case folder.", file=name, expected=name
                )
            continue
        source = read_source(folder / name)
        if source.digest != stated.get(name):
            changed[name] = source.digest
        try:
            texts[name] = source.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnusableInputError(
                "the table is not UTF-8 text.",
                file=name,
                line=source.data[: error.start].count(b"\n") + 1,
                expected="a table saved as CSV UTF-8",
            ) from error
    findings = tables.findings_of_text(texts[FINDINGS], FINDINGS) if FINDINGS in texts else ()
    return Problem(
        remains=tables.profiles_of_text(texts[REMAINS], REMAINS),
        families=tables.families_of_texts(texts[PEDIGREES], PEDIGREES, texts[RELATIVES], RELATIVES),
        frequencies=tables.frequencies_of_texts(
            texts[FREQUENCIES], FREQUENCIES, texts[MARKERS], MARKERS
        ),
        settings=settings,
        elimination=(
            tables.profiles_of_text(texts[ELIMINATION], ELIMINATION) if ELIMINATION in texts else ()
        ),
        evidence=tables.evidence_of_text(texts[EVIDENCE], EVIDENCE) if EVIDENCE in texts else (),
        findings=(*findings, *_changed(changed)),
        digests={**header.section("digests"), **changed},
        title=header.text_of("title"),
        simulated=header.flag("simulated"),
    )


def _changed(changed: Mapping[str, str]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "case_table_changed",
            Severity.WARNING,
            (name,),
            say("{file} is not the table that was written with this case.", file=name),
            say("Note who changed it and why; the new SHA-256 is in the results."),
            (Location(name),),
        )
        for name in changed
    )
