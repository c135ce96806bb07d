"""Opening an operation, inviting, joining, giving and ending roles."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from forename.accounts.access import Actor, actor_in
from forename.accounts.models import Grant, Invitation, Operation, User
from forename.accounts.rules import GRANTERS, Role
from forename.audit.recording import create, revise

INVITATION_DAYS = 14


@transaction.atomic
def open_operation(by: Actor, *, slug: str, name: str, **details: object) -> Operation:
    """Open an operation; its opener coordinates it."""
    operation = create(
        Operation(slug=slug, name=name, **details), by=by, action="accounts.open_operation"
    )
    if by.user is not None:
        give_role(replace(by, operation=operation, roles=GRANTERS), by.user, Role.COORDINATOR)
    return operation


def give_role(by: Actor, user: User, role: Role) -> Grant:
    """Give a role; a role that is held already is left as it is."""
    by.require(GRANTERS)
    held = Grant.objects.filter(
        operation=by.operation, user=user, role=role, ended_at__isnull=True
    ).first()
    if held is not None:
        return held  # type: ignore[no-any-return]
    grant = Grant(operation=by.operation, user=user, role=role)
    return create(grant, by=by, action="accounts.give_role")


def end_role(by: Actor, grant: Grant, seen_version: int, *, reason: str = "") -> Grant:
    """End a role from now on."""
    by.require(GRANTERS)
    return revise(
        grant,
        {"ended_at": timezone.now()},
        by=by,
        action="accounts.end_role",
        seen_version=seen_version,
        reason=reason,
    )


def invite(by: Actor, *, email: str, roles: Sequence[Role]) -> tuple[Invitation, str]:
    """Make an invitation; return it and its token, which is shown once and never stored."""
    by.require(GRANTERS)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        operation=by.operation,
        email=email.lower(),
        roles=[str(role) for role in roles],
        token_digest=token_digest(token),
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    return create(invitation, by=by, action="accounts.invite"), token


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation behind a token while it can be accepted, else None.

    Not one of somebody who gives roles no more: they could come back by a link kept in hand.
    """
    invitation: Invitation | None = Invitation.objects.filter(
        token_digest=token_digest(token),
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()
    if invitation is None or invitation.created_by is None:
        return invitation
    by = actor_in(invitation.created_by, invitation.operation)
    return invitation if by.may(GRANTERS) else None


def was_accepted(token: str) -> bool:
    """Tell whether the invitation behind a token has been accepted."""
    used = Invitation.objects.filter(token_digest=token_digest(token), accepted_at__isnull=False)
    return bool(used.exists())


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> None:
    """Give the invited roles to a user; an invitation works once."""
    inviter = Actor(invitation.created_by, invitation.operation, GRANTERS)
    revise(
        invitation,
        {"accepted_at": timezone.now()},
        by=Actor(user, invitation.operation, frozenset()),
        action="accounts.accept_invitation",
        seen_version=invitation.version,
    )
    for role in invitation.roles:
        give_role(inviter, user, Role(role))


def withdraw_invitation(
    by: Actor, invitation: Invitation, seen_version: int, *, reason: str = ""
) -> Invitation:
    """Make an invitation's link useless."""
    by.require(GRANTERS)
    return revise(
        invitation,
        {"withdrawn_at": timezone.now()},
        by=by,
        action="accounts.withdraw_invitation",
        seen_version=seen_version,
        reason=reason,
    )


def token_digest(token: str) -> str:
    """Return what is stored of a secret token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
