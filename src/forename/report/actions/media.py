"""Perpetrators' media: kept as they came, with copies that show less."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.derivatives import smaller_copy
from forename.records.files import keep_file
from forename.report.models import MediaItem

LARGEST_BYTES = 500 * 2**20
LARGEST_PICTURE_BYTES = 50 * 2**20
# Small and strongly blurred: that it is a picture can be seen, and little else.
BLURRED_PX = 160
BLUR_PX = 16


@action(INQUIRY)
def record_media(by: Actor, *, file: Any, **values: Any) -> MediaItem:
    """Keep a picture or film of perpetrators, with copies of a picture without camera data.

    Raises ValidationError where the file is larger than 500 MB.
    """
    if file.size > LARGEST_BYTES:
        raise ValidationError({"file": _("The file is larger than 500 MB.")})
    item = MediaItem(operation=by.operation, code=next_code(by.operation, "M"), **values)
    stored = keep_file(by, file, source=item.source, of=item, restricted=True)
    item.file = stored
    item.sha256 = stored.sha256
    item.media_type = stored.media_type
    if stored.size_bytes <= LARGEST_PICTURE_BYTES:
        try:
            item.blurred = smaller_copy(stored.sha256, BLURRED_PX, BLUR_PX).sha256
            item.copy = smaller_copy(stored.sha256).sha256
        except ValidationError:  # a film or another file: it has no preview
            item.blurred = item.copy = ""
    return create(item, by=by, action=record_media.name)


@action(INQUIRY)
def correct_media(
    by: Actor, item: MediaItem, seen_version: int, *, reason: str, **values: Any
) -> MediaItem:
    """Correct what is recorded about an item; its file stays."""
    return revise(
        item, values, by=by, action=correct_media.name, seen_version=seen_version, reason=reason
    )
