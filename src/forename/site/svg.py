"""SVG written as text: elements with presentation attributes only, so that a strict page shows them
and a file of it needs nothing else.
"""

from __future__ import annotations

from html import escape
from typing import Any

from forename.formats.geo_places import xml_text

INK = "#1f2a31"
QUIET = "#5a6670"
RULE = "#b9b3a3"
PAPER = "#ffffff"
ACCENT = "#1c4a63"
MARK = "#8a2f1d"
FONT = "Noto Sans, Noto Sans Arabic, Segoe UI, Tahoma, Arial, sans-serif"


def element(name: str, /, *children: str, **attributes: Any) -> str:
    """Return an element; ``stroke_width=1`` becomes ``stroke-width``, None is left out.

    Children are taken as they are: text has to pass through `words`.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def words(text: object) -> str:
    """Return text safe between tags."""
    return escape(xml_text(text), quote=False)


def text_at(x: float, y: float, text: object, **attributes: Any) -> str:
    """Return one line of text; codes and numbers stay left to right in every language."""
    stated = {"text_anchor": "middle", "fill": INK, **attributes}
    return element("text", words(text), x=x, y=y, **stated)


def drawing(width: float, height: float, *children: str, unit: str = "", **attributes: Any) -> str:
    """Return a drawing whose coordinates are ``unit`` (CSS pixels unless said, or mm)."""
    return element(
        "svg", *children, xmlns="http://www.w3.org/2000/svg",
        width=f"{width:.5g}{unit}", height=f"{height:.5g}{unit}",
        viewBox=f"0 0 {width:.5g} {height:.5g}", font_family=FONT, **attributes,
    )  # fmt: skip


def points(pairs: Any) -> str:
    """Return pairs of numbers as the ``points`` of a polygon or line."""
    return " ".join(f"{x:.6g},{y:.6g}" for x, y in pairs)


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else escape(xml_text(value))
