"""The log of a site and its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import Role
from forename.audit.recording import create
from forename.records.actions import action
from forename.records.derivatives import smaller_copy
from forename.records.files import keep_file
from forename.records.said_dates import earliest_of
from forename.site.models import Site, SiteImage, SiteLogEntry

SMALL_PX = 360  # in a row of pictures, on a bad line
WATCHERS = frozenset(
    {
        Role.COORDINATOR,
        Role.INVESTIGATOR,
        Role.SITE_LEAD,
        Role.RECOVERY_RECORDER,
        Role.CUSTODIAN,
    }
)


@action(WATCHERS)
def add_log_entry(
    by: Actor,
    site: Site,
    _seen_version: int,
    *,
    kind: str,
    happened: datetime,
    words: str,
    people: str = "",
    corrects: SiteLogEntry | None = None,
    documents: Iterable[Any] = (),
) -> SiteLogEntry:
    """Add a line to a site's log; a wrong line stays, and another one corrects it."""
    if happened > timezone.now() + timedelta(minutes=5):  # clocks of telephones differ
        raise ValidationError({"happened": _("This time lies in the future.")})
    if corrects is not None and corrects.site_id != site.pk:
        raise ValidationError({"corrects": _("This line belongs to another site.")})
    entry = SiteLogEntry(
        operation=by.operation,
        site=site,
        kind=kind,
        happened=happened,
        people=people,
        words=words,
        corrects=corrects,
    )
    create(entry, by=by, action=add_log_entry.name)
    for file in documents:
        keep_file(by, file, source=words[:200], of=entry)
    return entry


@action(WATCHERS)
def add_image(
    by: Actor,
    site: Site,
    _seen_version: int,
    *,
    kind: str,
    file: Any,
    taken: dict[str, Any],
    words: str,
    source: str,
) -> SiteImage:
    """Keep a dated picture as it came, and a smaller copy without location data to show.

    Raises ValidationError for a file that is no picture, or when no picture was sent.
    """
    if file is None:
        raise ValidationError(_("Send the picture with the page's form."))
    image = SiteImage(operation=by.operation, site=site, kind=kind, taken=taken, words=words,
                      source=source)  # fmt: skip
    stored = keep_file(by, file, source=source, of=image)
    try:
        copy = smaller_copy(stored.sha256)
        small = smaller_copy(stored.sha256, SMALL_PX)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    image.file = stored
    image.small_sha256 = small.sha256
    image.shown_sha256, image.shown_width, image.shown_height = copy.sha256, copy.width, copy.height
    first = earliest_of(taken)
    image.taken_from = date.fromisoformat(first) if first else None
    return create(image, by=by, action=add_image.name)
