"""Names of files as they are kept: one line, no folders, no signs that nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255
# Between letters of Arabic script they are part of the spelling.
_JOINERS = "\u200c\u200d"


def plain_name(name: str) -> str:
    """Return the last part of a name; signs that are not seen stand there as U+FFFD.

    A name that ends in ``gpj.exe`` can be made to look like one that ends in ``exe.jpg``.
    """
    last = re.split(r"[/\\]", name)[-1].strip()
    shown = "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in _JOINERS else c
        for c in last
    )
    return "file" if shown in ("", ".", "..") else shown[:LONGEST]
