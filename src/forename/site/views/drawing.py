"""What pages draw of positions, and how their figures are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from forename.formats.geo_antimeridian import unwrapped
from forename.notation.coordinate_writing import WRITERS
from forename.site.models import PositionClaim
from forename.site.sketch import Drawn, sketch


def length_in_words(metres: float) -> str:
    """Return a length as people write it: metres below one kilometre, else kilometres."""
    if metres < 10:
        return _("%(number)s m") % {"number": number_format(metres, decimal_pos=1)}
    if metres < 1000:
        return _("%(number)s m") % {"number": number_format(metres, decimal_pos=0)}
    places = 1 if metres < 100_000 else 0
    return _("%(number)s km") % {"number": number_format(metres / 1000, decimal_pos=places)}


def notations_of(claim: PositionClaim) -> list[tuple[str, str]]:
    """Return a position in every notation that can say it: the notation's name, and the text."""
    names = {
        "decimal": _("decimal degrees"),
        "dms": _("degrees, minutes, seconds"),
        "utm": _("UTM"),
        "mgrs": _("MGRS"),
        "plus": _("Plus code"),
    }
    position = claim.position()
    written = ((names[name], write(position)) for name, write in WRITERS.items())
    return [(name, text) for name, text in written if text]


def relative_in_words(claim: PositionClaim) -> str:
    """Return how a relative phrase was read: from where, how far, in which direction."""
    said = claim.relative
    if not said:
        return ""
    far = {
        "anchor": said["anchor"]["name"],
        "nearest": length_in_words(1000 * said["nearest_km"]),
        "farthest": length_in_words(1000 * said["farthest_km"]),
        "bearing": number_format(said["bearing_deg"] or 0, decimal_pos=0),
        "tolerance": number_format(said["tolerance_deg"], decimal_pos=0),
        "other": said.get("other", {}).get("name", ""),
    }
    if said["kind"] == "between":
        return _("between %(anchor)s and %(other)s") % far
    if said["kind"] == "towards":
        return _("%(nearest)s to %(farthest)s from %(anchor)s towards %(other)s") % far
    if said["bearing_deg"] is None:
        return _("%(nearest)s to %(farthest)s from %(anchor)s, in any direction") % far
    return (
        _(
            "%(nearest)s to %(farthest)s from %(anchor)s, bearing %(bearing)s° give or take "
            "%(tolerance)s°"
        )
        % far
    )


def drawn(claims: Mapping[int, PositionClaim], accepted: Any) -> list[Drawn]:
    """Return positions as they are drawn, by the numbers that the table beside them gives them."""
    made = []
    for number, claim in claims.items():
        anchor = claim.anchor()
        made.append(
            Drawn(
                number,
                str(claim),
                claim.how,
                claim.geometry,
                claim.latitude,
                claim.longitude,
                claim.uncertainty_m,
                claim.pk == accepted,
                (anchor["name"], anchor["latitude"], anchor["longitude"]) if anchor else None,
            )
        )
    return made


def map_context(claims: Mapping[int, PositionClaim], accepted: Any) -> dict[str, Any]:
    """Return what the map of some positions needs: the sketch, and the same for the script."""
    marks = drawn(claims, accepted)
    features = [
        {
            "number": mark.number,
            "label": mark.label,
            "how": mark.how,
            "accepted": mark.accepted,
            "geometry": unwrapped(mark.geometry),
            "middle": [mark.latitude, mark.longitude],
            "uncertainty_m": round(mark.uncertainty_m, 1),
            "anchor": list(mark.anchor) if mark.anchor else None,
        }
        for mark in marks
    ]
    made = sketch(marks)
    bar = length_in_words(made.bar_m) if made else ""
    return {"sketch": made, "map_features": features, "sketch_bar": bar}
