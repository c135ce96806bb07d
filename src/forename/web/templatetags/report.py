"""What templates of the report room ask for: addresses of records, sources, dates in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forename.accounts.rules import INQUIRY
from forename.audit.models import Record
from forename.notation.date_wording import edtf_in_words
from forename.records.views import record_address
from forename.report.count_wording import with_unit
from forename.report.marking import Proposal
from forename.report.marking_labels import meaning_in_words, rule_label
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
    if stored.get("said", "") in ("", stored["edtf"], meaning):
        return format_html("<bdi>{}</bdi>", meaning)
    sentence = conditional_escape(_("“%(said)s” – %(meaning)s"))
    parts = {"said": stored["said"], "meaning": meaning}
    isolated = {name: format_html("<bdi>{}</bdi>", words) for name, words in parts.items()}
    return mark_safe(sentence % isolated)  # noqa: S308 - both parts are escaped


@register.simple_tag
def counted(unit: str, figures: str) -> SafeString:
    """Return a number with its unit, the figures isolated from the text around."""
    isolated = format_html('<bdi dir="ltr">{}</bdi>', figures)
    return mark_safe(with_unit(unit, figures, isolated))  # noqa: S308 - the figures are escaped


@register.simple_tag
def rule_name(rule: str) -> Any:
    """Return the name of a rule of marking."""
    return rule_label(rule)


@register.simple_tag
def read_as(proposal: Proposal) -> SafeString | str:
    """Return what a proposal was read as, its number isolated from the text around."""
    unit, meaning = meaning_in_words(proposal)
    if unit:
        return counted(unit, meaning)
    return format_html("<bdi>{}</bdi>", meaning) if meaning else ""


@register.simple_tag
def kind_label(labels: dict[str, Any], kind: str) -> Any:
    """Return the label of a kind of proposal."""
    return labels.get(kind, kind)
