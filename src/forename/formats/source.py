"""Bytes of an input file: read once, limited in size, digested, and named as the user knows it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from forename.exceptions import UnusableInputError
from forename.genetics.findings import Finding

MAX_BYTES = 200 * 1024 * 1024

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: its name (without folders), its bytes and their SHA-256 in hexadecimal."""

    file: str
    data: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """What one file said, with everything noticed while it was read.

    ``spellings`` maps each canonical marker name to the ways the file writes it.
    """

    value: T_co
    file: str
    digest: str
    findings: tuple[Finding, ...] = ()
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spellings", MappingProxyType(dict(self.spellings)))


def read_source(path: str | Path) -> Source:
    """Return the bytes of a file of at most 200 MB.

    Raises `UnusableInputError` when the file is absent, a folder, unreadable, empty or too large.
    """
    path = Path(path)
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise UnusableInputError("this is a folder.", file=name, expected="a file")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnusableInputError(
                f"the file has {size:,} bytes.", file=name, expected=f"at most {MAX_BYTES:,} bytes"
            )
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad name"
        raise UnusableInputError(
            f"the file cannot be read ({reason}).", file=name, expected="a readable file"
        ) from error
    return source_of_bytes(name, data)


def source_of_bytes(name: str, data: bytes) -> Source:
    """Return a `Source` for bytes that are already in memory; the same errors as `read_source`."""
    if len(data) > MAX_BYTES:
        raise UnusableInputError(
            "the file is too large.", file=name, expected=f"at most {MAX_BYTES:,} bytes"
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnusableInputError("the file is empty.", file=name, line=1, expected="some content")
    return Source(name, data, hashlib.sha256(data).hexdigest())
