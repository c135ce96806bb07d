"""The lines of a ``.fam`` file, taken one after the other, with errors that name the line."""

from __future__ import annotations

from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.numbers import LEAST_FREQUENCY, read_integer, read_number
from forename.genetics.findings import Location


@dataclass(slots=True)
class FamiliasLines:
    """A cursor over lines. ``number`` is the 1-based number of the line taken last."""

    file: str
    lines: list[str]
    number: int = 0

    @property
    def place(self) -> Location:
        """Return the place of the line taken last."""
        return Location(self.file, self.number)

    def peek(self) -> str | None:
        """Return the next line without taking it, or ``None`` at the end."""
        return _plain(self.lines[self.number]) if self.number < len(self.lines) else None

    def take(self, what: str, expected: str) -> str:
        """Return the next line without its quotation marks; an error at the end of the file."""
        line = self.peek()
        if line is None:
            raise UnusableInputError(
                f"the file ends where {what} should stand; it is not complete.",
                file=self.file,
                line=len(self.lines),
                field=what,
                expected=expected,
            )
        self.number += 1
        return line

    def integer(self, what: str, *, low: int = 0, high: int = 1_000_000) -> int:
        """Return the next line as a whole number in [``low``, ``high``]."""
        expected = f"{what}, a whole number from {low} to {high}"
        return read_integer(
            self.take(what, expected), self.place, field=what, expected=expected, low=low, high=high
        )

    def real(self, what: str, low: float, high: float) -> float:
        """Return the next line as a number in [``low``, ``high``]."""
        expected = f"{what}, a number from {low:g} to {high:g}"
        return read_number(
            self.take(what, expected), self.place, field=what, expected=expected, low=low, high=high
        )

    def frequency(self, what: str) -> float:
        """Return the next line as the frequency of an allele, 0 for none."""
        value = self.real(what, 0, 1)
        if 0 < value < LEAST_FREQUENCY:
            raise self.error(
                f"{what} is {value:g}, too small to be one.", f"0, or from {LEAST_FREQUENCY:g} to 1"
            )
        return value

    def flag(self, what: str) -> bool:
        """Return the next line, ``#TRUE#`` or ``#FALSE#``."""
        text = self.take(what, "#TRUE# or #FALSE#").upper()
        if text not in ("#TRUE#", "#FALSE#"):
            raise self.error(f"{what} is not readable.", "#TRUE# or #FALSE#")
        return text == "#TRUE#"

    def error(self, problem: str, expected: str) -> UnusableInputError:
        """Return an error at the line taken last."""
        return UnusableInputError(problem, file=self.file, line=self.number, expected=expected)


def _plain(line: str) -> str:
    return line.replace('"', "").strip()
