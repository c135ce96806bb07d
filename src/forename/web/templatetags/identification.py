"""What the pages of the identification room need in templates."""

from __future__ import annotations

from django import template

from forename.formats.report_numbers import percent

register = template.Library()
register.filter("percent", percent)
