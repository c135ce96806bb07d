"""The small map of the first screen: the latest sites as symbols, without a script."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.site.map_queries import placed
from forename.site.models import Site
from forename.site.sketch import Drawn, sketch
from forename.site.views.drawing import length_in_words
from forename.site.views.sites import SITES

MOST_SITES = 60


def small_map(actor: Actor) -> dict[str, Any] | None:
    """Return the sketch of the latest sites that this actor may see, None without a place."""
    if not actor.may(Site.readable_by):
        return None
    seen = SITES.visible(actor)
    latest = list(seen.order_by("-created_at", "pk").values_list("pk", flat=True)[: MOST_SITES + 1])
    sites = list(placed(seen.filter(pk__in=latest[:MOST_SITES])).order_by("pk"))
    made = sketch(
        [
            Drawn(
                number, site.title(), "point",
                {"type": "Point", "coordinates": [site.shown_longitude, site.shown_latitude]},
                site.shown_latitude, site.shown_longitude, 0.0,
            )
            for number, site in enumerate(sites)
        ]
    )  # fmt: skip
    if made is None:
        return None
    marks = [(mark, sites[mark.number]) for mark in made.marks]
    return {
        "sketch": made,
        "marks": [(mark, site, SITES.address(site)) for mark, site in marks],
        "bar": length_in_words(made.bar_m),
        "more": len(latest) > MOST_SITES,
    }
