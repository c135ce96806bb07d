"""What was noticed about the data: returned, never printed, never repaired in silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forename.genetics.sentences import Sentence


class Severity(StrEnum):
    """How much a finding matters: ``blocking`` findings stop an analysis."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record came from: file name, 1-based line and column where known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about named records.

    ``code`` is stable and machine-readable (``same_profile_two_names``), ``records`` are the
    labels of the samples, persons, families or markers it is about, ``text`` says what was seen,
    ``advice`` what to do where something has to be done.
    """

    code: str
    severity: Severity
    records: tuple[str, ...]
    text: Sentence
    advice: Sentence | None = None
    locations: tuple[Location, ...] = ()
