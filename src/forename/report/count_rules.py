"""What may be done with counts, and what is refused: units are never added and never converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NotComparableError(ValueError):
    """Two counts do not count the same; the message says in what they differ."""


@dataclass(frozen=True)
class Counted:
    """A number in one unit and scope; an end that is None is not known.

    ``added`` counts only what came since the count before, ``so_far`` is a number that was still
    rising: a scope of its own, no total.
    """

    unit: str
    scope: str
    low: int | None
    high: int | None
    added: bool = False
    so_far: bool = False

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("A count has a number.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("The count ends below its beginning.")

    def __add__(self, other: object) -> Counted:
        """Return a running total: an added count on top of another of the same unit and scope.

        Raises NotComparableError for anything else.
        """
        if not isinstance(other, Counted):
            return NotImplemented
        one_unit((self, other))
        if self.scope != other.scope:
            raise NotComparableError(f"“{self.scope}” is not “{other.scope}”.")
        if not other.added:
            raise NotComparableError("A count of everything is not added to another.")
        return Counted(
            self.unit,
            self.scope,
            _sum(self.low, other.low),
            _sum(self.high, other.high),
            self.added,
            self.so_far or other.so_far,
        )


def one_unit(counts: Sequence[Counted]) -> str:
    """Return the unit of some counts; raise NotComparableError where there are several or none."""
    units = sorted({count.unit for count in counts})
    if len(units) != 1:
        raise NotComparableError(f"One unit is needed, not {', '.join(units) or 'none'}.")
    return units[0]


def running(counts: Sequence[Counted]) -> list[Counted | None]:
    """Return what stands after each of one keeper's counts, in the order of their dates.

    A count of everything stands for itself; an added one is put on what stood before it, and
    gives None where nothing stood. Raises NotComparableError where unit or scope differ.
    """
    standing: Counted | None = None
    found: list[Counted | None] = []
    for count in counts:
        if standing is not None and count.scope != standing.scope:
            raise NotComparableError(f"“{standing.scope}” is not “{count.scope}”.")
        if count.added:
            standing = None if standing is None else standing + count
        else:
            one_unit([each for each in (standing, count) if each is not None])
            standing = count
        found.append(standing)
    return found


def in_figures(low: int | None, high: int | None) -> str:
    """Return a number or range in signs: ``40``, ``40–50``, ``≥ 40``, ``≤ 50``."""
    if low is None:
        return f"≤ {high}"
    if high is None:
        return f"≥ {low}"
    return str(low) if low == high else f"{low}–{high}"


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
