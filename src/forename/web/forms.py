"""How forms look: one template for every field, errors named in a summary."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Render fields with the project's template."""

    field_template_name = "forms/field.html"
