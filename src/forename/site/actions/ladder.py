"""Moving a site along its ladder, and recording what a move requires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.files import keep_file
from forename.records.withdrawing import withdraw
from forename.site.models import Condition, Confirmation, Site, SiteStep
from forename.site.queries import facts_of, last_assessment
from forename.site.rules import (
    CONFIRMERS,
    EVERY_MEETER,
    EVERY_MOVER,
    MEETERS,
    MOVERS,
    OVERRIDERS,
    REQUIRED,
    ConditionKind,
    Need,
    Rung,
    may_follow,
    missing,
    overridable,
)


@action(EVERY_MOVER)
def move_site(
    by: Actor,
    site: Site,
    seen_version: int,
    *,
    to_rung: str,
    why: str,
    happened_on: date | None = None,
    documents: Iterable[Any] = (),
    override_reason: str = "",
) -> SiteStep:
    """Move a site to another rung, forwards or back; raise ValidationError where it may not.

    What a rung requires has to be met. A coordinator may go on without a condition of digging by
    giving a reason, which stays on the site's page; confirmations cannot be gone without.
    """
    rung = Rung(to_rung)
    current = Site.objects.select_for_update().get(pk=site.pk)
    if current.version == seen_version and not may_follow(Rung(current.status), rung):
        raise ValidationError(
            {"to_rung": _("“%(to)s” does not follow “%(status)s”.")
             % {"to": rung.label, "status": Rung(current.status).label}}
        )  # fmt: skip
    if not by.may(MOVERS[rung]):
        raise PermissionDenied
    if not why.strip():
        raise ValidationError({"why": _("Say why the site moves.")})
    day = happened_on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"happened_on": _("This day lies in the future.")})
    lacking = _lacking(current, rung, day)
    if lacking:
        _check_override(by, rung, day, lacking, override_reason)
    revise(site, {"status": rung}, by=by, action=move_site.name, seen_version=seen_version,
           reason=why)  # fmt: skip
    step = SiteStep(
        operation=by.operation,
        site=site,
        from_rung=current.status,
        to_rung=rung,
        happened_on=day,
        why=why,
        overridden=[str(need) for need in lacking],
        override_reason=override_reason if lacking else "",
    )
    create(step, by=by, action=move_site.name, reason=override_reason if lacking else why)
    for document in documents:
        keep_file(by, document, source=why, of=step)
    return step


def _take_turns(site: Any) -> None:
    """Wait for whoever moves the site, who rests on what is about to be withdrawn."""
    Site.objects.select_for_update().get(pk=site)


def _lacking(site: Site, rung: Rung, day: date) -> tuple[Need | ConditionKind, ...]:
    """Return what is missing on the day of a move or today: a paper of today covers no past day."""
    days = (day, timezone.localdate())
    unmet = {need for each in days for need in missing(rung, facts_of(site, each))}
    return tuple(need for need in REQUIRED.get(rung, ()) if need in unmet)


def _check_override(
    by: Actor, rung: Rung, day: date, lacking: Sequence[Need | ConditionKind], reason: str
) -> None:
    move = str(rung.label)
    if day != timezone.localdate():
        move = _("%(rung)s, %(day)s") % {"rung": move, "day": date_format(day)}
    names = {"to": move, "missing": _(", ").join(str(need.label) for need in lacking)}
    if not overridable(lacking):
        raise ValidationError(
            {"to_rung": _("Before “%(to)s” is missing: %(missing)s. This cannot be gone without.")
             % names}
        )  # fmt: skip
    if not by.may(OVERRIDERS):
        raise ValidationError(
            {"to_rung": _("Before “%(to)s” is missing: %(missing)s. Record it on the site's page; "
                          "only a coordinator can go on without it, with a reason.") % names}
        )  # fmt: skip
    if not reason.strip():
        raise ValidationError(
            {"to_rung": _("Before “%(to)s” is missing: %(missing)s. Record it on the site's page, "
                          "or give the reason for going on without it below.") % names}
        )  # fmt: skip


@action(CONFIRMERS)
def confirm_assessment(by: Actor, site: Site, _seen_version: int, *, grounds: str) -> Confirmation:
    """Confirm a site's assessment as one of two different people, on grounds of one's own."""
    current = Site.objects.select_for_update().get(pk=site.pk)
    assessment = last_assessment(current)
    if current.status != Rung.ASSESSED or assessment is None:
        raise ValidationError(_("There is no assessment to confirm: the site is “%(status)s”.")
                              % {"status": Rung(current.status).label})  # fmt: skip
    if by.user is None or by.user.pk == current.created_by_id:
        raise ValidationError(_("You recorded this site; two other people have to confirm it."))
    if Confirmation.objects.filter(
        assessment=assessment, created_by=by.user, withdrawn_at__isnull=True
    ).exists():
        raise ValidationError(
            _("You have confirmed this assessment already; the second person has to be another.")
        )
    if not grounds.strip():
        raise ValidationError({"grounds": _("Say what your confirmation rests on.")})
    confirmation = Confirmation(
        operation=by.operation, site=current, assessment=assessment, grounds=grounds
    )
    return create(confirmation, by=by, action=confirm_assessment.name)


@action(CONFIRMERS)
def withdraw_confirmation(
    by: Actor, confirmation: Confirmation, seen_version: int, *, reason: str
) -> Confirmation:
    """Withdraw one's own confirmation; it stays readable."""
    if by.user is None or by.user.pk != confirmation.created_by_id:
        raise ValidationError(_("Only the person who confirmed can withdraw the confirmation."))
    _take_turns(confirmation.site_id)
    return withdraw(
        confirmation,
        by=by,
        action=withdraw_confirmation.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(EVERY_MEETER)
def record_condition(
    by: Actor,
    site: Site,
    _seen_version: int,
    *,
    kind: str,
    statement: str,
    given_by: str,
    given_on: date,
    until: date | None = None,
    document: str = "",
    documents: Iterable[Any] = (),
) -> Condition:
    """Record that a condition of digging is met, by whom, from when and until when.

    An authority to dig needs its paper: the number, the file, or both.
    """
    by.require(MEETERS[ConditionKind(kind)])
    kept = list(documents)
    if until is not None and until < given_on:
        raise ValidationError({"until": _("This day lies before the day from which it holds.")})
    if kind == ConditionKind.AUTHORITY and not kept and not document.strip():
        raise ValidationError(
            {"document": _("An authority to dig needs its document: the number, or the file.")}
        )
    condition = Condition(
        operation=by.operation,
        site=site,
        kind=kind,
        statement=statement,
        given_by=given_by,
        given_on=given_on,
        until=until,
        document=document,
    )
    create(condition, by=by, action=record_condition.name)
    for file in kept:
        keep_file(by, file, source=given_by, of=condition)
    return condition


@action(EVERY_MEETER)
def withdraw_condition(
    by: Actor, condition: Condition, seen_version: int, *, reason: str
) -> Condition:
    """Record that a condition no longer holds; it stays readable."""
    by.require(MEETERS[ConditionKind(condition.kind)])
    _take_turns(condition.site_id)
    return withdraw(
        condition,
        by=by,
        action=withdraw_condition.name,
        seen_version=seen_version,
        reason=reason,
    )
