"""Files of map programs as tables that an import takes: each place a row, its shape as words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from forename.formats.geo_gpx import read_gpx
from forename.formats.geo_json import read_geojson
from forename.formats.geo_kml import read_kml
from forename.formats.geo_places import GeoPlace, Noticed, written_position
from forename.formats.rows import Row
from forename.formats.source import Source
from forename.formats.tables import Table
from forename.notation.folding import fold
from forename.records.readings import Located, Reader, ReadFile
from forename.site.queries import in_arabic

POSITION = "position"  # the field that takes coordinates, or the corners of an outline
# A geometry says where a place is; columns of an export that say it again are passed over.
_SAID_BY_GEOMETRY = frozenset({"latitude", "longitude"})


def _reader(read: Callable[[Source], tuple[GeoPlace, ...]]) -> Reader:
    def reader(source: Source, known: Mapping[str, str]) -> ReadFile:
        return _as_table(source, read(source), known)

    return reader


READERS: dict[str, Reader] = {
    "geojson": _reader(read_geojson),
    "json": _reader(read_geojson),
    "kml": _reader(read_kml),
    "gpx": _reader(read_gpx),
}


def _as_table(source: Source, places: tuple[GeoPlace, ...], known: Mapping[str, str]) -> ReadFile:
    fields = list(dict.fromkeys(known.values()))
    prose = next((name for name in ("description", "note") if name in fields), "")
    rows, problems, remarks = [], [], []
    for place in places:
        values, left_out = _values(place, known, prose)
        values[POSITION] = written_position(place)
        rows.append(Row(place.line, tuple(values.get(name, "") for name in fields)))
        problems += [Located(place.line, POSITION, _problem(each)) for each in place.problems]
        told = [_remark(each) for each in place.remarks]
        if left_out:
            told.append(_("Left out: %(names)s.") % {"names": _(", ").join(left_out[:12])})
        remarks += [Located(place.line, "", text) for text in told]
    table = Table(source.file, source.digest, Row(0, tuple(fields)), tuple(rows))
    return ReadFile(table, tuple(problems), tuple(remarks))


def _values(
    place: GeoPlace, known: Mapping[str, str], prose: str
) -> tuple[dict[str, str], list[str]]:
    """Return the fields that a place fills in, and the names for which there is no field."""
    values: dict[str, str] = {}
    left_out = []
    for name, text in place.said.items():
        field = known.get(fold(name), "")
        if name == "description" and not field:
            field = prose
        if field in _SAID_BY_GEOMETRY and place.corners:
            continue
        if field and field != POSITION:
            values.setdefault(field, text.strip())
        else:
            left_out.append(name[:40])
    return values, left_out


def _problem(noticed: Noticed) -> str:
    # A pair of numbers stands left to right in a sentence of either language.
    written = {"value": f"\u2066{noticed.value}\u2069" if in_arabic() else noticed.value}
    texts = {
        "not-a-number": _("“%(value)s” are not two numbers; write longitude and latitude."),
        "latitude": _("The latitude of “%(value)s” is beyond 90 degrees."),
        "longitude": _("The longitude of “%(value)s” is beyond 180 degrees."),
        "metres": _(
            "“%(value)s” are no degrees. They may be metres of a projection: export the file "
            "again with longitude and latitude on WGS 84."
        ),
        "order": _(
            "The latitude of “%(value)s” is beyond 90 degrees. Longitude and latitude may be "
            "swapped: the longitude comes first."
        ),
        "incomplete": _(
            "The position is incomplete (“%(value)s”): a point needs longitude and latitude, an "
            "outline three corners."
        ),
        "corners": _("The outline has %(value)s corners; simplify it to at most 1,000."),
        "shape": _("A place is a point or one outline; this is “%(value)s”."),
        "link": _("This refers to another file; import that file itself."),
    }
    return texts[noticed.code] % written


def _remark(noticed: Noticed) -> str:
    texts = {
        "altitude": _("Altitudes are left out."),
        "holes": _("Holes of the outline are left out: %(value)s."),
        "tracks": _("Tracks and routes of the file are left out: %(value)s."),
    }
    return texts[noticed.code] % {"value": noticed.value}
