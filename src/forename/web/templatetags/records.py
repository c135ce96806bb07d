"""What templates of kinds ask for: addresses, cells, order."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from forename.audit.models import Record
from forename.records.kinds import Column, Kind, Step, kind_of
from forename.records.listing import Listed

register = template.Library()
_CODE = re.compile(r"(?<![\w-])[A-Z]{1,3}-\d{5,}-[2-8A-Z](?![\w-])")


@register.filter
def codes(text: Any) -> SafeString:
    """Return a text with every code of a record in it isolated: left to right, in one piece.

    Text that is marked up already stays as it is.
    """
    escaped = conditional_escape(text)
    if "<" in escaped:
        return escaped
    isolated = _CODE.sub(r'<bdi dir="ltr">\g<0></bdi>', escaped)
    return mark_safe(isolated)  # noqa: S308 - escaped above


@register.simple_tag
def record_address(kind: Kind, record: Any) -> str:
    """Return the address of a record's page."""
    return kind.address(record)


@register.simple_tag(takes_context=True)
def step_address(context: RequestContext, kind: Kind, step: Step, record: Any = None) -> str:
    """Return the address of a step."""
    slug = context["operation"].slug
    parts = [slug] if record is None else [slug, record.pk]
    return reverse(f"{kind.url_name}-{step.name}", args=parts)


@register.simple_tag(takes_context=True)
def export_address(context: RequestContext, kind: Kind, form: str) -> str:
    """Return the address of an export."""
    return reverse(f"{kind.url_name}-export", args=[context["operation"].slug, form])


@register.simple_tag(takes_context=True)
def views_address(context: RequestContext, kind: Kind) -> str:
    """Return where saved views are kept."""
    return reverse(f"{kind.url_name}-views", args=[context["operation"].slug])


@register.simple_tag
def order_query(listed: Listed, column: Column) -> str:
    """Return the query that orders by a column, the other way round when it does already."""
    order = f"-{column.name}" if listed.order == column.name else column.name
    return listed.query(order=order, page=1)


@register.filter
def orders(column: Column) -> list[tuple[str, str]]:
    """Return the two orders by a column, each with its arrow."""
    return [(column.name, "↑"), (f"-{column.name}", "↓")]


@register.simple_tag
def order_mark(listed: Listed, column: Column) -> str:
    """Return an arrow on the column of the order."""
    return {column.name: " ↑", f"-{column.name}": " ↓"}.get(listed.order, "")


@register.simple_tag
def count_query(listed: Any) -> str:
    """Return the address's query with every row counted."""
    return str(listed.query(count="all"))


@register.simple_tag
def page_query(listed: Listed, change: int) -> str:
    """Return the query of a page before or after."""
    return listed.query(page=listed.page + change)


@register.simple_tag
def shown(column: Column, value: Any, linked: bool = True) -> SafeString | str:
    """Return a cell for reading: codes left to right, dates in words, links to records.

    ``linked=False`` is for a cell that is a link already.
    """
    if value is None or value == "":
        return format_html('<span class="none">{}</span>', "—")
    if column.ltr:
        return format_html('<bdi dir="ltr">{}</bdi>', value)
    if isinstance(value, datetime):
        local = localtime(value)
        return format_html('<time datetime="{}">{}</time>', local.isoformat(), localize(local))
    if isinstance(value, date):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), localize(value))
    if isinstance(value, Record) and linked:
        kind = kind_of(value)
        if kind is not None:
            return format_html('<a href="{}"><bdi>{}</bdi></a>', kind.address(value), codes(value))
    if isinstance(value, str):
        return format_html('<bdi class="words">{}</bdi>', codes(value))
    return format_html("<bdi>{}</bdi>", codes(value))
