"""One spelling for words that people spell in many ways, so that search finds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
        "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None,
    }
)  # fmt: skip


def fold(text: str) -> str:
    """Return a text without case, diacritics, tatweel and variants of digits and alef."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.translate(_ARABIC)
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    return re.sub(r"\s+", " ", text).strip()


def search_key(texts: Iterable[str]) -> str:
    """Return what a record's search looks through."""
    return " ".join(folded for folded in map(fold, texts) if folded)
