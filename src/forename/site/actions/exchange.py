"""Taking over places from a file: a claim about a known site, or a site with its first claim."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.records.actions import action
from forename.site.actions.positions import add_position
from forename.site.actions.sites import record_site
from forename.site.models import Site
from forename.site.queries import same_position
from forename.site.rules import LOCATORS


@action(LOCATORS)
def take_place(
    by: Actor,
    *,
    site: Site | None = None,
    position: str = "",
    uncertainty_m: float | None = None,
    source: str = "",
    **values: Any,
) -> Site:
    """Record a place of a file and return its site.

    Where ``site`` is given, the position becomes a claim beside its others and nothing else of it
    changes; a position that is recorded already is not recorded again. Without one a site is
    recorded with ``values``.
    """
    if site is None:
        site = record_site(by, **values)
    if position and same_position(by, site, position, uncertainty_m) is None:
        add_position(
            by, site, site.version, words=position, uncertainty_m=uncertainty_m, source=source
        )
    return site
