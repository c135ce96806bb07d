"""Recording places that may hold graves."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.site.models import Site
from forename.site.rules import LOCATORS


@action(LOCATORS)
def record_site(by: Actor, **values: Any) -> Site:
    """Record a place that may hold graves; it stands on the first rung of the ladder."""
    site = Site(operation=by.operation, code=next_code(by.operation, "S"), **values)
    return create(site, by=by, action=record_site.name)


@action(LOCATORS)
def correct_site(by: Actor, site: Site, seen_version: int, *, reason: str, **values: Any) -> Site:
    """Correct what was recorded about a site."""
    return revise(
        site,
        values,
        by=by,
        action=correct_site.name,
        seen_version=seen_version,
        reason=reason,
    )
