"""The map of all sites, and what it draws of those in view."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.formats.geo_antimeridian import unwrapped
from forename.records.listing import chosen_rows, read_list
from forename.records.views import page
from forename.site import gazetteer
from forename.site.map_points import Cluster, clustered, metres_per_pixel
from forename.site.map_queries import (
    ShownSite,
    around,
    asked_box,
    asked_zoom,
    members,
    shown_sites,
    spots,
)
from forename.site.models import PositionClaim, Site
from forename.site.rules import Rung
from forename.site.views.drawing import length_in_words
from forename.site.views.sites import SITES

NAMED_MEMBERS = 12  # of sites that no zoom can part, so many are named
NAMED_CLUSTERS = 30  # of such a view; the others are asked for again when one looks nearer
DEEP_ZOOM = 17.0
MOST_OUTLINES = 200  # in one view; past it circles are drawn, which hold the outlines
LEAST_PX = 5.0  # a smaller circle is hidden by the symbol


def _asked(request: HttpRequest) -> dict[str, str]:
    return {k: v for k, v in request.GET.items() if isinstance(v, str)}


@page(Site.readable_by)
def map_view(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the map of the sites that the address asks for, and the same as a list."""
    listed = read_list(SITES, actor, _asked(request))
    rows = chosen_rows(SITES, actor, _asked(request))
    total = rows.order_by().values("pk").count()
    count, box = around(rows)
    frame = gazetteer.box() if box is None else (box.west, box.south, box.east, box.north)
    query = listed.query(page=1, order="")
    context = {
        "kind": SITES,
        "listed": listed,
        "lines": [line_of_list(each) for each in shown_sites(actor, listed.rows)],
        "total": total,
        "unplaced": total - count,
        "box": ",".join(f"{each:.5f}" for each in frame),
        "sites_address": f"{reverse('site-map-sites', args=[actor.operation.slug])}?{query}",
        "rungs": Rung.choices,
    }
    return render(request, "site/sites_map.html", context)


def line_of_list(shown: ShownSite) -> dict[str, Any]:
    """Return what the list beneath the map says of a site."""
    claim = shown.claim
    return {
        "site": shown.site,
        "address": SITES.address(shown.site),
        "said": said_of_position(shown),
        "position": f"{claim.latitude:.5f}, {claim.longitude:.5f}" if claim else "",
        "within": length_in_words(claim.uncertainty_m) if claim else "",
    }


def said_of_position(shown: ShownSite) -> str:
    """Return in words how sure the position of a site is."""
    if shown.claim is None:
        return _("no position yet")
    if shown.apart:
        return _("accepted position, disputed") if shown.accepted else _("disputed positions")
    return _("accepted position") if shown.accepted else _("position that nobody has accepted")


@page(Site.readable_by)
def map_sites_view(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer with the sites in a box at a zoom: each alone, or in clusters that hide each other."""
    asked = _asked(request)
    zoom = asked_zoom(asked)
    rows = chosen_rows(SITES, actor, asked)
    clusters = clustered(spots(rows, zoom, asked_box(asked)), zoom)
    alone = [each.first.key for each in clusters if each.count == 1]
    crowds = [each for each in clusters if each.count > 1]
    # No further zoom parts the sites of these.
    deep = [each for each in crowds if each.box.is_point or zoom >= DEEP_ZOOM]
    named = {
        id(each): members(rows, each, min(NAMED_MEMBERS, each.count))
        for each in deep[:NAMED_CLUSTERS]
    }
    sites = SITES.visible(actor).in_bulk(alone)
    drawn = shown_sites(actor, [sites[key] for key in alone if key in sites])
    outlines = sum(1 for each in drawn if each.claim is not None and each.claim.how != "point")
    circles = outlines > MOST_OUTLINES
    return JsonResponse(
        {
            "count": sum(each.count for each in clusters),
            "sites": [_site(each, zoom, circles=circles) for each in drawn],
            "clusters": [_cluster(each, named.get(id(each), [])) for each in crowds],
        }
    )


def _site(shown: ShownSite, zoom: float, *, circles: bool) -> dict[str, Any]:
    claim = shown.claim
    assert claim is not None  # the map asks for sites with a position only
    return {
        **_named(shown.site),
        "said": said_of_position(shown),
        "within": _("within %(length)s") % {"length": length_in_words(claim.uncertainty_m)},
        "accepted": shown.accepted,
        "disputed": bool(shown.apart),
        "position": _position(claim, zoom, circles=circles),
        "others": [_position(each, zoom, circles=True) for each in shown.others[:20]],
    }


def _named(site: Site) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.title(),
        "status": site.status,
        "status_label": site.get_status_display(),
        "address": SITES.address(site),
    }


def _position(claim: PositionClaim, zoom: float, *, circles: bool) -> dict[str, Any]:
    seen_px = claim.uncertainty_m / metres_per_pixel(claim.latitude, zoom)
    made: dict[str, Any] = {
        "at": [round(claim.latitude, 6), round(claim.longitude, 6)],
        "radius_m": round(claim.uncertainty_m, 1) if seen_px > LEAST_PX else 0,
    }
    if claim.how != "point" and not circles and made["radius_m"]:
        made["outline"] = [
            [[round(p[0], 5), round(p[1], 5)] for p in ring]
            for ring in unwrapped(claim.geometry)["coordinates"]
        ]
    return made


def _cluster(cluster: Cluster, named: list[Site]) -> dict[str, Any]:
    box = cluster.box
    return {
        "at": [round(cluster.first.latitude, 6), round(cluster.first.longitude, 6)],
        "count": cluster.count,
        "box": [box.west, box.south, box.east, box.north],
        "members": [_named(site) for site in named],
    }
