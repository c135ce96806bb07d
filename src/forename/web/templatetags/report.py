"""What templates of the report room ask for: addresses of records, sources, dates in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from forename.accounts.rules import INQUIRY
from forename.audit.models import Record
from forename.notation.date_wording import edtf_in_words
from forename.records.views import record_address
from forename.report.models import Source
from forename.report.queries import source_name

register = template.Library()


@register.simple_tag
def page_address(record: Record) -> str:
    """Return the address of any record's page."""
    return record_address(record)


@register.simple_tag(takes_context=True)
def source_link(context: RequestContext, source: Source) -> SafeString | str:
    """Return a source's name with a link; a witness is named to the inquiry only."""
    actor = context["actor"]
    if source.protected and not actor.may(INQUIRY):
        return source.get_kind_display()
    return format_html('<a href="{}">{}</a>', record_address(source), source_name(source))


@register.simple_tag
def said_date(stored: Any) -> SafeString | str:
    """Return a stored date as it was said, and its meaning, each isolated from the text around."""
    if not stored:
        return ""
    meaning = edtf_in_words(stored["edtf"], get_language() or "en")
    if stored.get("said", "") in ("", stored["edtf"]):
        return format_html("<bdi>{}</bdi>", meaning)
    return format_html("“<bdi>{}</bdi>” – <bdi>{}</bdi>", stored["said"], meaning)


@register.simple_tag
def kind_label(labels: dict[str, Any], kind: str) -> Any:
    """Return the label of a kind of proposal."""
    return labels.get(kind, kind)
