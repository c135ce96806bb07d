"""What an action is: a function of a room that only certain roles may call, whole or not at all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, cast

from django.db import transaction

from forename.accounts.access import Actor
from forename.accounts.rules import Role


class Action(Protocol):
    """A marked function: ``allowed`` are the roles, ``name`` is what events call it."""

    allowed: frozenset[Role]
    name: str

    def __call__(self, by: Actor, *args: Any, **values: Any) -> Any:
        """Act, in one transaction; raise PermissionDenied when the actor may not."""


def action(allowed: frozenset[Role]) -> Callable[[Callable[..., Any]], Action]:
    """Mark a function ``f(by, ...)`` as an action of the roles ``allowed``."""

    def mark(function: Callable[..., Any]) -> Action:
        @functools.wraps(function)
        def act(by: Actor, *args: Any, **values: Any) -> Any:
            by.require(allowed)
            with transaction.atomic():
                return function(by, *args, **values)

        marked = cast("Any", act)
        marked.allowed = allowed
        room = function.__module__.split(".")[1]
        marked.name = f"{room}.{function.__name__}"
        return cast("Action", marked)

    return mark


def long_action(allowed: frozenset[Role]) -> Callable[[Callable[..., Any]], Action]:
    """Mark an action that prepares for long and opens its one transaction itself, at the end."""

    def mark(function: Callable[..., Any]) -> Action:
        marked: Any = action(allowed)(function)

        @functools.wraps(function)
        def act(by: Actor, *args: Any, **values: Any) -> Any:
            by.require(allowed)
            return function(by, *args, **values)

        prepared = cast("Any", act)
        prepared.allowed = allowed
        prepared.name = marked.name
        return cast("Action", prepared)

    return mark


def public_action(function: Callable[..., Any]) -> Action:
    """Mark a function that anybody may call: the public form's."""
    marked = action(frozenset(Role))(function)
    inner = marked.__wrapped__  # type: ignore[attr-defined]

    @functools.wraps(inner)
    def act(by: Actor, *args: Any, **values: Any) -> Any:
        with transaction.atomic():
            return inner(by, *args, **values)

    opened = cast("Any", act)
    opened.allowed = frozenset(Role)
    opened.name = marked.name
    return cast("Action", opened)
