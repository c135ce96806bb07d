"""API tokens: made once, stored as a digest, scoped to an operation and to roles of their owner."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from forename.accounts.access import Actor, actor_in
from forename.accounts.models import Operation
from forename.accounts.rules import EVERYONE, Role
from forename.audit.recording import create
from forename.records.actions import action
from forename.records.models import ApiToken
from forename.records.withdrawing import withdraw


@action(EVERYONE)
def make_token(
    by: Actor, *, name: str, roles: Sequence[Role], days: int = 90
) -> tuple[ApiToken, str]:
    """Make a token with some of one's own roles; return it and its secret, shown only now."""
    secret = "fn_" + secrets.token_urlsafe(32)
    token = ApiToken(
        operation=by.operation,
        user=by.user,
        name=name,
        roles=sorted(str(r) for r in by.roles & frozenset(roles)),
        token_digest=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return create(token, by=by, action=make_token.name), secret


@action(EVERYONE)
def withdraw_token(by: Actor, token: ApiToken, seen_version: int) -> ApiToken:
    """Make one's own token useless from now on; raise PermissionDenied for another's."""
    if token.operation_id != by.operation.pk or token.user_id != by.user.pk:
        raise PermissionDenied
    return withdraw(token, by=by, action=withdraw_token.name, seen_version=seen_version)


def own_tokens(by: Actor) -> Any:
    """Return the tokens that a person made in an operation, newest first."""
    return ApiToken._base_manager.filter(operation=by.operation, user=by.user).order_by(
        "-created_at"
    )


def api_actor(request: HttpRequest, slug: str) -> Actor:
    """Return who calls the API: the owner of a bearer token with its roles, or who is signed in.

    Raises Http404 where the operation, or anything the caller holds in it, is missing.
    """
    operation = Operation.objects.filter(slug=slug).first()
    if operation is None:
        raise Http404
    request.simulated = operation.simulated  # type: ignore[attr-defined]
    token: Any = getattr(request, "api_token", None)
    if token is None:
        return actor_in(request.user, operation, "api")
    if token.operation_id != operation.pk:
        raise Http404
    owner = actor_in(token.user, operation, "api")
    kept = frozenset(Role(r) for r in token.roles) & owner.roles
    return Actor(owner.user, operation, kept, "api")


def token_of(secret: str) -> ApiToken | None:
    """Return the token with this secret while it holds."""
    found: ApiToken | None = (
        ApiToken._base_manager.filter(
            token_digest=hashlib.sha256(secret.encode()).hexdigest(),
            withdrawn_at__isnull=True,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )
    return found
