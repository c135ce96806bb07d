"""The way back for people who cannot sign in: links to a new password, second factors taken away.

Whoever could take over an account must not be able to do so alone. A person is helped by somebody
else who gives roles in every operation that the person belongs to; one helper makes the link to a
new password, and only another one takes the second factor away within its time.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forename.accounts.access import Actor, public_actor
from forename.accounts.actions import token_digest
from forename.accounts.models import Grant, Help, Recovery, User
from forename.accounts.rules import GRANTERS
from forename.audit.recording import create, revise

LINK_DAYS = 2
MAILED_HOURS = 2
APART_DAYS = 14  # in which one helper does not do both


@transaction.atomic
def give_link(by: Actor, user: User, *, why: str) -> tuple[Recovery, str]:
    """Make a link to a new password; return it and its token, which is shown once and not stored.

    Raises ValidationError where this helper may not help this person so.
    """
    _check_helper(by, user, Help.SECOND_FACTOR)
    return _new_link(by, user, why, timedelta(days=LINK_DAYS))


@transaction.atomic
def link_by_mail(user: User) -> tuple[Recovery, str] | None:
    """Make a link that the person asked for by e-mail; None for who belongs to no operation."""
    grant = Grant.objects.filter(user=user, ended_at__isnull=True).order_by("created_at").first()
    if grant is None:
        return None
    by = public_actor(grant.operation)
    return _new_link(by, user, "", timedelta(hours=MAILED_HOURS))


def open_link(token: str) -> Recovery | None:
    """Return the link behind a token while it works, else None."""
    found: Recovery | None = Recovery.objects.filter(
        token_digest=token_digest(token),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    ).first()
    return found


@transaction.atomic
def set_password(link: Recovery, password: str) -> None:
    """Give a person the password they chose; the link, and every other one of theirs, is used up.

    Sessions that are open end with their next request.
    """
    by = Actor(link.user, link.operation, frozenset())
    waiting = Recovery.objects.filter(user=link.user, used_at__isnull=True).exclude(pk=link.pk)
    for each in (link, *waiting.filter(what=Help.NEW_PASSWORD)):
        revise(
            each,
            {"used_at": timezone.now()},
            by=by,
            action="accounts.set_password",
            seen_version=each.version,
        )
    link.user.set_password(password)
    link.user.save(update_fields=["password"])


@transaction.atomic
def record_no_second_factor(by: Actor, user: User, *, why: str) -> Recovery:
    """Record that a person's second factor was taken away, so that they set up another.

    Raises ValidationError where this helper may not help this person so.
    """
    _check_helper(by, user, Help.NEW_PASSWORD)
    made = Recovery(
        operation=by.operation, user=user, what=Help.SECOND_FACTOR, why=why, used_at=timezone.now()
    )
    return create(made, by=by, action="accounts.take_second_factor_away")


def _new_link(by: Actor, user: User, why: str, holds: timedelta) -> tuple[Recovery, str]:
    token = secrets.token_urlsafe(32)
    link = Recovery(
        operation=by.operation,
        user=user,
        what=Help.NEW_PASSWORD,
        why=why,
        token_digest=token_digest(token),
        expires_at=timezone.now() + holds,
    )
    return create(link, by=by, action="accounts.give_link"), token


def _check_helper(by: Actor, user: User, other_help: Help) -> None:
    by.require(GRANTERS)
    if by.user is not None and by.user.pk == user.pk:
        raise ValidationError(_("Somebody else has to do this for you."))
    now = Grant.objects.filter(ended_at__isnull=True)
    theirs = set(now.filter(user=user).values_list("operation", flat=True))
    mine = now.filter(user=by.user, role__in=GRANTERS).values_list("operation", flat=True)
    if by.user is not None and theirs - set(mine):
        raise ValidationError(
            _(
                "This person belongs to another operation as well. Somebody who gives roles in all "
                "of them has to do this."
            )
        )
    since = timezone.now() - timedelta(days=APART_DAYS)
    before = Recovery._base_manager.filter(user=user, what=other_help, created_at__gt=since)
    if by.user is not None and before.filter(created_by=by.user).exists():
        raise ValidationError(
            _(
                "You have helped this person in the other way already. A new password and a new "
                "second factor take two different helpers."
            )
        )
