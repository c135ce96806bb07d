"""Tables that become cards on a telephone: every cell carries the name of its column."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

TEMPLATES = Path(str(files("forename.web") / "templates"))
TABLE = re.compile(r'<table class="[^"]*as-cards[^"]*"[^>]*>(.*?)</table>', re.DOTALL)
HEAD = re.compile(r'<th scope="col">\{% translate ("[^"]*"(?: context "[^"]*")?) %\}</th>')
LABEL = re.compile(r'<td data-label="\{% translate (\'[^\']*\'(?: context \'[^\']*\')?) %\}"')
WITH_CARDS = sorted(
    each for each in TEMPLATES.rglob("*.html") if "as-cards" in each.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("template", WITH_CARDS, ids=lambda each: each.stem)
def test_cards__labels_are_the_heads_in_their_order(template: Path) -> None:
    for table in TABLE.findall(template.read_text(encoding="utf-8")):
        heads = [head.replace('"', "'") for head in HEAD.findall(table)]
        if not heads:  # heads and labels from the same columns of a kind
            assert "data-label" in table
            continue
        labels = LABEL.findall(table)
        assert labels == heads[-len(labels) :]  # a row may begin with its own head
        cells = re.findall(r"<td\b", table)
        assert len(cells) == len(labels)
