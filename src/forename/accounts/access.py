"""The one scoping mechanism: an actor, and what every path asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from forename.accounts.rules import Role

if TYPE_CHECKING:
    from forename.accounts.models import Operation
    from forename.audit.models import Record


@dataclass(frozen=True)
class Actor:
    """A person in an operation with the roles held there now, acting on a channel."""

    user: Any  # a User, None for the public
    operation: Any  # an Operation, None outside of any
    roles: frozenset[Role]
    channel: str = "page"

    def may(self, allowed: frozenset[Role]) -> bool:
        """Tell whether one of the actor's roles is among those allowed."""
        return bool(self.roles & allowed)

    def require(self, allowed: frozenset[Role]) -> None:
        """Raise PermissionDenied unless `may`."""
        if not self.may(allowed):
            raise PermissionDenied

    def fields_of(self, model: type[Record]) -> set[str]:
        """Return the names of the fields of a model whose values this actor may see."""
        names = {field.name for field in model._meta.concrete_fields}
        return {n for n in names if self.may(model.restricted.get(n, frozenset(Role)))}


def actor_in(user: Any, operation: Operation | None, channel: str = "page") -> Actor:
    """Return the actor that a user is in an operation: without grants, one without roles."""
    from forename.accounts.models import Grant

    if operation is None or user is None or not user.is_authenticated or not user.is_active:
        known = user if user is not None and user.is_authenticated else None
        return Actor(known, operation, frozenset(), channel)
    held = Grant.objects.filter(operation=operation, user=user, ended_at__isnull=True)
    roles = frozenset(Role(role) for role in held.values_list("role", flat=True))
    return Actor(user, operation, roles, channel)


def public_actor(operation: Operation) -> Actor:
    """Return the actor behind a public form: no person, no role."""
    return Actor(None, operation, frozenset(), "public")


def system_actor(operation: Operation | None, channel: str = "command") -> Actor:
    """Return the actor of the command line and of jobs: no person, every role."""
    return Actor(None, operation, frozenset(Role), channel)
