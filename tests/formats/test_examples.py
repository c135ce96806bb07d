from __future__ import annotations

import re

import pytest
from tests.formats.format_sources import EXAMPLES
from tests.formats.test_damaged_files import FILES, own_readers


@pytest.mark.parametrize("name", FILES)
def test_example__is_read_by_some_reader(name: str) -> None:
    assert own_readers(name)


def test_examples__are_all_listed_and_called_invented() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = {name.rstrip("/") for name in re.findall(r"`([\w./-]+\.\w+|[\w-]+/)`", readme)}
    held = {path.name for path in EXAMPLES.iterdir() if path.name != "README.md"}
    assert held <= listed
    assert "invented" in readme
