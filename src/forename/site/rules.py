"""The ladder of a site: its rungs, which may follow which, and what each one requires."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS, Role


class Rung(TextChoices):
    """How far the work on a site has come."""

    REPORTED = "reported", _("reported")
    LOCATED = "located", _("located")
    ASSESSED = "assessed", _("assessed")
    CONFIRMED = "confirmed", _("confirmed")
    REFUTED = "refuted", _("refuted")
    SECURED = "secured", _("secured")
    AUTHORISED = "authorised", _("authorised")
    EXCAVATING = "excavating", _("excavating")
    SUSPENDED = "suspended", _("suspended")
    EXHAUSTED = "exhausted", _("exhausted")
    CLOSED = "closed", _("closed")


class ConditionKind(TextChoices):
    """What has to be recorded before anybody digs."""

    AUTHORITY = "authority", _("authority to dig")
    CLEARANCE = "clearance", _("explosives clearance")
    STORAGE = "storage", _("storage capacity")
    LABORATORY = "laboratory", _("laboratory capacity")
    LIAISON = "liaison", _("family liaison")
    HYPOTHESIS = "hypothesis", _("hypothesis of who is looked for")


class Need(TextChoices):
    """What a rung requires besides the conditions of digging."""

    POSITION = "position", _("an accepted position")
    FIRST = "first", _("first confirmation of the assessment")
    SECOND = "second", _("second confirmation, by another person")


# Rungs of one height exclude each other: confirmed or refuted, suspended or exhausted.
HEIGHT = {
    Rung.REPORTED: 0,
    Rung.LOCATED: 1,
    Rung.ASSESSED: 2,
    Rung.CONFIRMED: 3,
    Rung.REFUTED: 3,
    Rung.SECURED: 4,
    Rung.AUTHORISED: 5,
    Rung.EXCAVATING: 6,
    Rung.SUSPENDED: 7,
    Rung.EXHAUSTED: 7,
    Rung.CLOSED: 8,
}
_FORWARD = {
    Rung.REPORTED: (Rung.LOCATED,),
    Rung.LOCATED: (Rung.ASSESSED,),
    Rung.ASSESSED: (Rung.CONFIRMED, Rung.REFUTED),
    Rung.CONFIRMED: (Rung.SECURED,),
    Rung.REFUTED: (),
    Rung.SECURED: (Rung.AUTHORISED,),
    Rung.AUTHORISED: (Rung.EXCAVATING,),
    Rung.EXCAVATING: (Rung.SUSPENDED, Rung.EXHAUSTED),
    Rung.SUSPENDED: (Rung.CLOSED,),
    Rung.EXHAUSTED: (Rung.CLOSED,),
    Rung.CLOSED: (),
}
_FIELD = frozenset({Role.COORDINATOR, Role.SITE_LEAD})
_INQUIRY = frozenset({Role.COORDINATOR, Role.SITE_LEAD, Role.INVESTIGATOR})
# Who may move a site onto a rung, forwards or back.
MOVERS = {
    Rung.REPORTED: _INQUIRY,
    Rung.LOCATED: _INQUIRY,
    Rung.ASSESSED: _INQUIRY,
    Rung.CONFIRMED: _INQUIRY,
    Rung.REFUTED: _INQUIRY,
    Rung.SECURED: _FIELD,
    Rung.AUTHORISED: _FIELD | {Role.PROSECUTOR},
    Rung.EXCAVATING: _FIELD,
    Rung.SUSPENDED: _FIELD,
    Rung.EXHAUSTED: _FIELD,
    Rung.CLOSED: frozenset({Role.COORDINATOR}),
}
EVERY_MOVER = frozenset[Role]().union(*MOVERS.values())
# Who may record that a condition is met.
MEETERS = {
    ConditionKind.AUTHORITY: frozenset({Role.COORDINATOR, Role.PROSECUTOR}),
    ConditionKind.CLEARANCE: frozenset({Role.COORDINATOR, Role.SITE_LEAD}),
    ConditionKind.STORAGE: frozenset({Role.COORDINATOR, Role.CUSTODIAN}),
    ConditionKind.LABORATORY: frozenset({Role.COORDINATOR, Role.LABORATORY}),
    ConditionKind.LIAISON: frozenset({Role.COORDINATOR, Role.FAMILY_LIAISON}),
    ConditionKind.HYPOTHESIS: frozenset({Role.COORDINATOR, Role.INVESTIGATOR}),
}
EVERY_MEETER = frozenset[Role]().union(*MEETERS.values())
LOCATORS = _INQUIRY
CONFIRMERS = frozenset(
    {Role.COORDINATOR, Role.INVESTIGATOR, Role.SITE_LEAD, Role.PROSECUTOR, Role.EXAMINER}
)
# Who records graves, contexts and how they lie to each other.
EXCAVATORS = frozenset({Role.SITE_LEAD, Role.RECOVERY_RECORDER})
OVERRIDERS = frozenset({Role.COORDINATOR})
# Who sees a site whose place or witnesses are in danger.
PROTECTED_READERS = frozenset(
    {Role.COORDINATOR, Role.INVESTIGATOR, Role.SITE_LEAD, Role.PROSECUTOR}
)
assert PROTECTED_READERS <= MEMBERS

BEFORE_DIGGING = tuple(ConditionKind)
REQUIRED: dict[Rung, tuple[Need | ConditionKind, ...]] = {
    Rung.LOCATED: (Need.POSITION,),
    Rung.CONFIRMED: (Need.FIRST, Need.SECOND),
    Rung.AUTHORISED: (ConditionKind.AUTHORITY,),
    Rung.EXCAVATING: BEFORE_DIGGING,
}


def next_rungs(rung: Rung) -> tuple[Rung, ...]:
    """Return the rungs that follow a rung."""
    return _FORWARD[rung]


def earlier_rungs(rung: Rung) -> tuple[Rung, ...]:
    """Return the rungs a site may go back to, nearest first.

    A refuted site goes back to its assessment or before it, never straight to a confirmed one;
    nothing goes back to refuted, which only an assessment leads to.
    """
    below = [r for r in Rung if HEIGHT[r] < HEIGHT[rung] and r is not Rung.REFUTED]
    return tuple(sorted(below, key=lambda r: -HEIGHT[r]))


def may_follow(rung: Rung, then: Rung) -> bool:
    """Tell whether a site may move from one rung to another, conditions aside."""
    return then in next_rungs(rung) or then in earlier_rungs(rung)


class ConditionLike(Protocol):
    """What the rules read of a recorded condition."""

    @property
    def kind(self) -> Any:
        """The kind of condition."""

    @property
    def given_on(self) -> date:
        """From this day on it holds."""

    @property
    def until(self) -> date | None:
        """The last day it holds, None for no end."""

    @property
    def withdrawn_at(self) -> Any:
        """When it was withdrawn, None when it was not."""


def stands(condition: ConditionLike, today: date) -> bool:
    """Tell whether a condition holds today: begun, not expired, not withdrawn."""
    if condition.withdrawn_at is not None or condition.given_on > today:
        return False
    return condition.until is None or condition.until >= today


def confirmers(people: Collection[Any], recorded_by: Any) -> tuple[Any, ...]:
    """Return the different people whose confirmation counts: never who recorded the site."""
    return tuple(dict.fromkeys(p for p in people if p is not None and p != recorded_by))


@dataclass(frozen=True)
class Facts:
    """What is known about a site when it is to move: who confirmed it, what stands."""

    has_position: bool = False
    confirmed_by: tuple[Any, ...] = ()
    standing: frozenset[ConditionKind] = frozenset()

    def meets(self, need: Need | ConditionKind) -> bool:
        """Tell whether a requirement is met."""
        if isinstance(need, ConditionKind):
            return need in self.standing
        if need is Need.POSITION:
            return self.has_position
        return len(set(self.confirmed_by)) >= (1 if need is Need.FIRST else 2)


def missing(rung: Rung, facts: Facts) -> tuple[Need | ConditionKind, ...]:
    """Return what a rung requires and the facts do not meet, in the order of the checklist."""
    return tuple(need for need in REQUIRED.get(rung, ()) if not facts.meets(need))


def overridable(needs: Collection[Need | ConditionKind]) -> bool:
    """Tell whether a coordinator may go on without these: people's confirmations, never."""
    return all(isinstance(need, ConditionKind) for need in needs)


def who_meets(need: Need | ConditionKind) -> frozenset[Role]:
    """Return the roles that can meet a requirement."""
    if isinstance(need, ConditionKind):
        return MEETERS[need]
    return LOCATORS if need is Need.POSITION else CONFIRMERS
