"""Every reader, fed with damaged files: one kind of error that names the file, or all of it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.format_sources import EXAMPLES

from forename.exceptions import UnusableInputError
from forename.formats import (
    read_case,
    read_evidence,
    read_families,
    read_frequencies,
    read_identification_case,
    read_likelihood_cases,
    read_problem,
    read_profiles,
    read_relatives,
    write_case,
)

READERS: list[Callable[[Path], object]] = [
    read_profiles,
    read_families,
    read_relatives,
    read_frequencies,
    read_evidence,
    read_likelihood_cases,
    read_identification_case,
]
FILES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_file() and path.suffix != ".md")
OWN: dict[str, list[Callable[[Path], object]]] = {}


def own_readers(name: str) -> list[Callable[[Path], object]]:
    """Return the readers that take the undamaged file."""
    if name not in OWN:
        OWN[name] = [reader for reader in READERS if outcome(reader, EXAMPLES / name) is not None]
    return OWN[name]


def outcome(reader: Callable[[Path], object], path: Path) -> object | None:
    """Return what a reader gives, or None for the one error that it may raise."""
    try:
        return reader(path)
    except UnusableInputError as error:
        refusal = error
    assert refusal.file
    assert refusal.problem
    assert refusal.expected
    assert str(path.parent) not in str(refusal)
    return None


@st.composite
def damage(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Return a way to damage a file: cut, shuffle, repeat, overwrite, re-encode, splice."""
    kind = draw(
        st.sampled_from(
            ["cut", "shuffle", "repeat", "drop", "overwrite", "insert", "recode", "swap", "zero"]
        )
    )
    seed = draw(st.integers(0, 2**32))
    junk = draw(st.binary(min_size=1, max_size=8))
    chance = random.Random(seed)

    def change(data: bytes) -> bytes:
        place = chance.randrange(len(data))
        lines = data.splitlines(keepends=True)
        line = chance.randrange(len(lines))
        if kind == "cut":
            return data[:place]
        if kind == "shuffle":
            chance.shuffle(lines)
            return b"".join(lines)
        if kind == "repeat":
            return b"".join([*lines[: line + 1], *lines[line:]])
        if kind == "drop":
            return b"".join([*lines[:line], *lines[line + 1 :]])
        if kind == "overwrite":
            return data[:place] + junk + data[place + len(junk) :]
        if kind == "insert":
            return data[:place] + junk + data[place:]
        if kind == "recode":
            target = chance.choice(["utf-16", "utf-16-be", "utf-32", "cp037", "utf-8-sig"])
            return data.decode("latin-1").encode(target, "replace")
        if kind == "swap":
            cells = data.split(b"\t") if b"\t" in data else data.split(b",")
            first, second = chance.randrange(len(cells)), chance.randrange(len(cells))
            cells[first], cells[second] = cells[second], cells[first]
            return (b"\t" if b"\t" in data else b",").join(cells)
        return data[:place] + bytes(len(data) - place)

    return change


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", FILES)
@given(change=damage())
def test_readers__raise_one_error_for_a_damaged_file(
    name: str, change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(change((EXAMPLES / name).read_bytes()))
    for reader in own_readers(name):
        outcome(reader, path)


@pytest.mark.parametrize("name", FILES)
def test_readers__raise_one_error_for_each_others_files(name: str) -> None:
    for reader in READERS:
        outcome(reader, EXAMPLES / name)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.sampled_from(
        [b"PK\x03\x04", b'"Output from Familias"\n', b"<a>", b"{", b"id fid mid sex\n"]
    ).flatmap(lambda head: st.binary(max_size=60).map(lambda tail: head + tail)),
    suffix=st.sampled_from([".txt", ".xlsx", ".fam", ".xml"]),
)
def test_readers__raise_one_error_for_random_bytes(
    data: bytes, suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"random{suffix}"
    path.write_bytes(data)
    for reader in READERS:
        outcome(reader, path)


@pytest.mark.parametrize("name", FILES)
def test_readers__notice_every_cut_through_a_file(name: str, tmp_path: Path) -> None:
    """A cut inside a line may leave a shorter value; what is read is never more than was sent."""
    data = (EXAMPLES / name).read_bytes()
    path = tmp_path / name
    for count in range(0, len(data), max(1, len(data) // 40)):
        path.write_bytes(data[:count])
        for reader in own_readers(name):
            outcome(reader, path)


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "case"
    problem = read_problem(
        EXAMPLES / "familias-remains.txt",
        EXAMPLES / "familias.fam",
        EXAMPLES / "familias.fam",
        EXAMPLES / "staff.csv",
        evidence=EXAMPLES / "evidence.csv",
    )
    write_case(problem, folder)
    return folder


@settings(max_examples=150)
@given(change=damage(), choice=st.integers(0, 8))
def test_read_case__raises_one_error_for_a_damaged_folder(
    case: Path, change: Callable[[bytes], bytes], choice: int
) -> None:
    folder = case.parent / "damaged"
    shutil.copytree(case, folder)
    try:
        path = sorted(folder.iterdir())[choice]
        path.write_bytes(change(path.read_bytes()))
        outcome(read_case, folder)
    finally:
        shutil.rmtree(folder)
