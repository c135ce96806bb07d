"""Whoever withdraws what a move rests on waits for the move, also on PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.installation import Run, ended, fork

IN_TURN, BEFORE_ITS_TURN = 0, 1
HELD_SECONDS = 0.6


def test_withdrawing__waits_for_who_holds_the_site_or_grave(in_installation: Run) -> None:
    in_installation(_try_all)


def _try_all() -> None:
    from django.utils import timezone

    from forename.accounts.access import Actor, system_actor
    from forename.accounts.actions import open_operation
    from forename.accounts.models import User
    from forename.accounts.rules import Role
    from forename.site.actions import (
        accept_position,
        add_position,
        confirm_assessment,
        move_site,
        record_condition,
        record_context,
        record_grave,
        record_site,
        withdraw_condition,
        withdraw_confirmation,
        withdraw_context,
    )
    from forename.site.models import Grave, Site

    made = open_operation(system_actor(None), slug="own", name="Invented", simulated=True)
    by = system_actor(made)
    person = Actor(User.objects.create_user("a@own.example", name="a"), made, frozenset(Role))
    site: Any = record_site(by, name="Invented pit")
    claim = add_position(by, site, 1, words="36.3772, 39.1405")
    site = accept_position(by, site, site.version, position=claim, reason="Seen.")
    for rung in ("located", "assessed"):
        move_site(by, site, site.version, to_rung=rung, why="Invented.")
        site.refresh_from_db()
    confirmation = confirm_assessment(person, site, 1, grounds="Saw it.")
    condition = record_condition(
        by, site, 1, kind="storage", statement="Invented.", given_by="Invented.",
        given_on=timezone.localdate(),
    )  # fmt: skip
    grave: Any = record_grave(by, site=site, name="Invented")
    context = record_context(by, grave=grave, kind="cut", number="1")
    for held, withdraw in (
        (Site, lambda: withdraw_condition(by, condition, 1, reason="Ended.")),
        (Site, lambda: withdraw_confirmation(person, confirmation, 1, reason="Erred.")),
        (Grave, lambda: withdraw_context(by, context, 1, reason="None.")),
    ):
        assert _in_turn(held, withdraw) == IN_TURN, withdraw


def _in_turn(held: Any, withdraw: Callable[[], Any]) -> int:
    from django.db import transaction

    home = Path(os.environ["FORENAME_HOME"])
    is_held, is_free = home / "is-held", home / "is-free"
    for each in (is_held, is_free):
        each.unlink(missing_ok=True)

    def attempt() -> int:
        while not is_held.exists():
            time.sleep(0.005)
        withdraw()
        return IN_TURN if is_free.exists() else BEFORE_ITS_TURN

    pid = fork(attempt)
    with transaction.atomic():
        held.objects.select_for_update().get()
        is_held.touch()
        time.sleep(HELD_SECONDS)
        is_free.touch()
    return ended(pid)
