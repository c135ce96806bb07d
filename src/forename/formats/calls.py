"""From the cells of one marker to a call: allele labels, missing values, a spreadsheet's damage."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forename.exceptions import UnusableInputError
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN, canonical_marker_name
from forename.genetics.profiles import Call, Profile, Sex, sex_from_amelogenin
from forename.genetics.sentences import say

NOT_TESTED = frozenset({"", "-", "--", "NA", "N/A", "N.A.", "NULL", "NONE", "?", ".", "NAN", "*"})

# A microvariant has one digit after the point: 14,16 and 9.03 are a genotype and a date.
_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]0?)?")
_COMMA = re.compile(r"([0-9]{1,3}),([0-9]0?)")
_BOUND = re.compile(r"([<>])\s*(\d{1,3}(?:\.\d)?)")
_OFF_LADDER = re.compile(r"OL\d?(?: ALLELE)?\??|\d{1,3}\.X")
# What spreadsheets make of 9.3: 9-Mar, 09.Mar, Mar-09, 3/9/2026, 2026-03-09, with or without time.
_DATE = re.compile(
    r"\d{1,2}[-. /]{1,2}[^\W\d]{3,9}\.?(?:[-. /]\d{2,4})?|[^\W\d]{3,9}[-. /]\d{1,4}"
    r"|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}-\d{2}-\d{2}(?:[ T].*)?|\d{1,2}:\d{2}(?::\d{2})?"
    # 09.03 is the ninth of March too; 36526 to 54999 are days since 1900, in 2000 to 2050.
    r"|\d{1,2}\.(?:0[1-9]|1[12])\.?|(?:36[5-9]|3[7-9]\d|4\d\d|5[0-4]\d)\d\d"
)
_SIGNS = {"٫": ".", "．": ".", "，": ",", "،": ","}
_HAPLOID = re.compile(r"DYS|DYF|DYA|YINDEL|YGATA|RMY")
_X_LINKED = re.compile(r"DXS|HPRTB|HUMARA|ARA$|STRX")

_REWRITTEN = {
    "decimal_comma": say("a decimal comma was read as a point"),
    "leading_zero": say("zeros before a number were left out"),
    "trailing_zero": say("zeros that a spreadsheet added were left out"),
    "digits_rewritten": say("digits of another script or width were read as 0 to 9"),
    "zero_is_missing": say("the allele 0 was read as not tested"),
}
_ADVICE = {
    "decimal_comma": say(
        "Format these cells as text before typing, or export with a decimal point."
    ),
    "leading_zero": say("Check a few of these cells against the laboratory's report."),
    "trailing_zero": say("Format these cells as text before typing."),
    "digits_rewritten": say("Check a few of these cells against the laboratory's report."),
    "zero_is_missing": say("Leave the cell blank where nothing was seen."),
}


@dataclass(slots=True)
class Notes:
    """Remarks gathered while one file is read: one finding per kind when it is finished.

    ``plain`` remembers the alleles of cells that needed no remark, for they return thousands of
    times.
    """

    file: str
    plain: dict[str, str] = field(default_factory=dict)
    rewritten: dict[str, list[tuple[str, Location]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    spellings: dict[str, list[str]] = field(default_factory=dict)

    def rewrote(self, code: str, cell: str, location: Location) -> None:
        """Remember that a cell was read as something other than what it says."""
        self.rewritten.setdefault(code, []).append((cell, location))

    def marker(self, written: str) -> str:
        """Return the canonical name of a marker and remember how the file writes it."""
        name = canonical_marker_name(written)
        seen = self.spellings.setdefault(name, [])
        if written.strip() not in seen:
            seen.append(written.strip())
        return name

    def finished(self) -> tuple[Finding, ...]:
        """Return all findings, one per kind of rewriting."""
        summed = []
        for code, cells in self.rewritten.items():
            summed.append(
                Finding(
                    code,
                    Severity.WARNING,
                    (self.file,),
                    say(
                        "{file}: {what}; cells: {count} ({cells}).",
                        file=self.file,
                        count=len(cells),
                        what=_REWRITTEN[code],
                        cells=tuple(sorted({repr(cell) for cell, _ in cells})[:8]),
                    ),
                    _ADVICE[code],
                    tuple(location for _, location in cells),
                )
            )
        return (*self.findings, *summed)

    def frozen_spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Return canonical marker name -> the ways this file writes it."""
        return {name: tuple(written) for name, written in self.spellings.items()}


def is_haploid_y(marker: str) -> bool:
    """Tell whether a canonical marker name is one of the Y chromosome: one allele is complete."""
    return _HAPLOID.match(marker) is not None


def is_x_linked(marker: str) -> bool:
    """Tell whether a canonical marker name is one of the X chromosome."""
    return _X_LINKED.match(marker) is not None


def ascii_digits(text: str) -> str:
    """Return text with the digits of any script, and their decimal signs, as ``0`` to ``9.,``."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else _SIGNS.get(sign, sign)
        for sign in text
    )


def read_allele(cell: str, marker: str, location: Location, notes: Notes) -> str | None:
    """Return the allele label in a cell, or ``None`` where the cell says "nothing seen".

    Repeat numbers keep one spelling (``9.3`` for ``9.30``, ``9,3``, ``٩٫٣``), each repair being
    noted. ``OL`` (off ladder), ``<8``, ``>20``, and ``X``, ``Y`` at amelogenin are kept.
    Raises `UnusableInputError` at the cell for anything else, dates among them.
    """
    known = notes.plain.get(cell)
    if known is not None and marker != AMELOGENIN:
        return known
    text = cell.strip()
    if text.upper() in NOT_TESTED:
        return None
    plain = ascii_digits(text)
    if plain != text:
        notes.rewrote("digits_rewritten", text, location)
    if marker == AMELOGENIN:
        if plain.upper() in ("X", "Y"):
            return plain.upper()
        raise _bad_allele(text, marker, location, "X or Y, or a blank cell")
    comma = _COMMA.fullmatch(plain)
    if comma:
        notes.rewrote("decimal_comma", text, location)
        plain = f"{comma[1]}.{comma[2]}"
    if _NUMBER.fullmatch(plain):
        label = format(float(plain), "g")
        if label == "0":
            notes.rewrote("zero_is_missing", text, location)
            return None
        if re.match("0[0-9]", plain):
            notes.rewrote("leading_zero", text, location)
        if re.search(r"\.[0-9]?0$", plain):
            notes.rewrote("trailing_zero", text, location)
        if label == cell:
            notes.plain[cell] = label
        return label
    if _OFF_LADDER.fullmatch(plain.upper()):
        return "OL" if plain.upper().startswith("OL") else plain.upper()
    bound = _BOUND.fullmatch(plain)
    if bound:
        return f"{bound[1]}{float(bound[2]):g}"
    if _DATE.fullmatch(plain):
        raise date_error(text, marker, location)
    raise _bad_allele(
        text, marker, location, "a repeat number such as 12 or 9.3, OL, <8, >20, or a blank cell"
    )


def date_error(text: str, marker: str, location: Location) -> UnusableInputError:
    """Return the error for a cell that a spreadsheet turned into a date."""
    return UnusableInputError(
        f"{text!r} is a date: a spreadsheet has changed the allele (9.3 becomes 9 March), and what "
        "was typed cannot be known. Take the value from the laboratory's original, with the column "
        "formatted as text.",
        file=location.file,
        line=location.line,
        column=location.column,
        field=marker,
        expected="a repeat number such as 12 or 9.3",
    )


def _bad_allele(text: str, marker: str, location: Location, expected: str) -> UnusableInputError:
    shown = text if len(text) <= 40 else text[:37] + "..."
    return UnusableInputError(
        f"{shown!r} is not an allele.",
        file=location.file,
        line=location.line,
        column=location.column,
        field=marker,
        expected=expected,
    )


def call_of(alleles: Sequence[str], marker: str, sex: Sex, location: Location) -> Call | None:
    """Return the call of the cells that were filled, or ``None`` when none was.

    One allele means "one allele known", except where one allele is complete: Y markers, and X
    markers of males. Two equal alleles are a homozygote.
    """
    if not alleles:
        return None
    complete = is_haploid_y(marker) or (is_x_linked(marker) and sex == Sex.MALE)
    return Call(tuple(alleles), partial=len(alleles) == 1 and not complete, location=location)


def profile_of(
    sample: str,
    seen: Mapping[str, tuple[tuple[str, ...], int, Location]],
    notes: Notes,
    *,
    sex: Sex = Sex.UNKNOWN,
    drop_out: float | None = None,
    drop_in: float | None = None,
    stratum: str = "",
    location: Location | None = None,
) -> Profile:
    """Return the profile of one sample from its alleles: marker -> (alleles, cells, place).

    A stated ``sex`` is kept; otherwise it is derived from amelogenin. A lone X whose second cell
    is blank says nothing, for everyone has one: amelogenin then counts as not typed. One known
    allele is told as ``one_allele_known``.
    """
    amelogenin, amelogenin_cells, amelogenin_place = seen.get(AMELOGENIN, ((), 0, None))
    half = amelogenin == ("X",) and amelogenin_cells != 1
    if half:
        amelogenin = ()
    if sex == Sex.UNKNOWN:
        sex = sex_from_amelogenin(amelogenin)
    calls: dict[str, Call] = {}
    for marker, (alleles, _, place) in seen.items():
        if marker == AMELOGENIN:
            continue
        call = call_of(alleles, marker, sex, place)
        if call is not None:
            calls[marker] = call
    partial = [marker for marker, call in calls.items() if call.partial]
    places = [calls[marker].location for marker in partial]
    if half:
        partial.append(AMELOGENIN)
        places.append(amelogenin_place)
    if partial:
        notes.findings.append(
            Finding(
                "one_allele_known",
                Severity.INFO,
                (sample,),
                say(
                    "{sample}: one allele is filled in at {markers}; the other is taken as "
                    "unknown, not as equal.",
                    sample=sample,
                    markers=tuple(partial),
                ),
                say("Write the allele twice where the laboratory saw a homozygote."),
                tuple(place for place in places if place is not None),
            )
        )
    return Profile(
        sample,
        calls,
        sex=sex,
        amelogenin=amelogenin,
        drop_out=drop_out,
        drop_in=drop_in,
        stratum=stratum,
        location=location,
    )
