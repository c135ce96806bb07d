"""What is said where a place could not be read: where in the words, and what to do."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forename.notation.coordinate_writing import write_decimal
from forename.site.places import UnreadPlace


def unread_in_words(unread: UnreadPlace) -> dict[str, list[str]]:
    """Return messages by the field of the form that they are about."""
    if unread.problem is None and unread.anchors:
        listed = "; ".join(
            _("%(name)s (%(about)s): %(place)s")
            % {
                "name": a.name,
                "about": a.about or "—",
                "place": f"{a.latitude:.5f}, {a.longitude:.5f}",
            }
            for a in unread.anchors[:8]
        )
        text = _(
            "There are several places named “%(name)s”. Choose the one that is meant, or write its "
            "coordinates: %(places)s"
        ) % {"name": unread.anchor, "places": listed}
        return {"anchor_at": [text]}
    if unread.problem is None:
        text = _(
            "“%(name)s” is not in the gazetteer. Write its coordinates into this field, or add it "
            "to the gazetteer."
        ) % {"name": unread.anchor}
        return {"anchor_at": [text]}
    text = unread.problem.in_words(get_language() or "en")
    if unread.line:
        text = _("Line %(line)s: %(problem)s") % {"line": unread.line, "problem": text}
    messages = [text]
    if unread.positions:
        places = "; ".join(write_decimal(p) for p in unread.positions)
        messages.append(_("This may have been meant: %(places)s") % {"places": places})
    return {"words": messages}
