"""What an action is: a function of a room that only certain roles may call, whole or not at all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast

from django.db import IntegrityError, transaction

from forename.accounts.access import Actor
from forename.accounts.rules import Role

P = ParamSpec("P")
R = TypeVar("R")


class Action(Protocol):
    """A marked function: ``allowed`` are the roles, ``name`` is what events call it."""

    allowed: frozenset[Role]
    name: str

    def __call__(self, by: Actor, *args: Any, **values: Any) -> Any:
        """Act, in one transaction; raise PermissionDenied when the actor may not."""


class LongAction(Action, Protocol):
    """An action in two parts."""

    prepare: Callable[..., Any]


class Prepared(Generic[P, R]):
    """A function in two parts: it prepares, which may take long, and returns what writes.

    Called, it does both: others wait for the writing alone, which is one transaction. Whoever has
    a transaction of their own calls ``prepare`` before it, and inside it what that returned.
    """

    def __init__(self, prepare: Callable[P, Callable[[], R]]) -> None:
        self.prepare = prepare
        functools.update_wrapper(self, prepare)

    def __call__(self, *args: P.args, **values: P.kwargs) -> R:
        """Prepare and write."""
        return self.prepare(*args, **values)()


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


def long_action(allowed: frozenset[Role]) -> Callable[[Callable[..., Any]], LongAction]:
    """Mark an action in two parts, as in `Prepared`."""

    def mark(function: Callable[..., Any]) -> LongAction:
        @functools.wraps(function)
        def prepare(by: Actor, *args: Any, **values: Any) -> Any:
            by.require(allowed)
            return function(by, *args, **values)

        marked: Any = Prepared(prepare)
        marked.allowed = allowed
        marked.name = action(allowed)(function).name
        return cast("LongAction", marked)

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


def said_twice(error: IntegrityError) -> bool:
    """Tell whether the database refused a record because there is such a one already."""
    return "unique" in str(error).lower()  # as both databases say it
