"""Named errors: each says which record is wrong and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


class ForenameError(Exception):
    """Base of every error that Forename raises on purpose."""


class UnusableInputError(ForenameError):
    """A file cannot be read as what it claims to be.

    Attributes name the place: ``file``, 1-based ``line`` and ``column`` where known, ``field``
    (a header, marker or element), and what was ``expected`` there.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str = "",
        line: int | None = None,
        column: int | None = None,
        field: str = "",
        expected: str = "",
    ) -> None:
        self.problem = problem
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.expected = expected
        super().__init__(str(self))

    def __str__(self) -> str:
        place = self.file
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        if self.field:
            place += f" [{self.field}]"
        text = f"{place.strip()}: {self.problem}" if place.strip() else self.problem
        return f"{text} Expected: {self.expected}" if self.expected else text


class InvalidPedigreeError(ForenameError):
    """A pedigree breaks a rule of descent; the message names the persons."""


class InvalidMarkerError(ForenameError):
    """A marker's alleles, frequencies or mutation matrix are unusable; the message names it."""


class InvalidProfileError(ForenameError):
    """A profile cannot be used with these markers; the message names sample and marker."""


class InvalidSettingError(ForenameError):
    """A setting is out of range or not understood; the message says what is accepted."""


class SearchStoppedError(ForenameError):
    """A search cannot go on, through no fault of the data; what is finished is kept."""


@dataclass
class BudgetExceededError(ForenameError):
    """An exact computation would cost more than the stated budget; nothing was approximated.

    ``what`` names the record, ``cost`` and ``budget`` are in the unit ``unit``, ``advice`` says
    what to do.
    """

    what: str
    cost: float
    budget: float
    unit: str
    advice: str

    def __str__(self) -> str:
        return (
            f"{self.what}: the exact computation needs about {self.cost:.3g} {self.unit}, "
            f"the budget is {self.budget:.3g}. {self.advice}"
        )
