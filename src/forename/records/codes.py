"""Codes of records: a letter, a number never used twice, a check character."""

from __future__ import annotations

from typing import Any

from django.db import models

from forename.audit.gathering import gathered_now
from forename.records.models import Counter

# No I, O, Q, 0 or 1 among check characters: they are misread in print and on the telephone.
CHECK_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ2345678"[:29]


TAKEN_TOGETHER = 100  # codes taken at once for records that are gathered


def next_code(operation: Any, prefix: str) -> str:
    """Return the next code with this prefix, such as ``R-00042-K``; inside a transaction.

    The counter only ever rises, so that a code is not used again even when its record was refused.
    Records that are gathered take codes by the hundred: those left over are not used.
    """
    gathered = gathered_now()
    if gathered is None:
        return coded(prefix, _raised(operation, prefix, 1))
    left = gathered.numbers.setdefault(prefix, [])
    if not left:
        last = _raised(operation, prefix, TAKEN_TOGETHER)
        left += range(last, last - TAKEN_TOGETHER, -1)
    return coded(prefix, left.pop())


def _raised(operation: Any, prefix: str, by: int) -> int:
    """Raise a counter and return the last number taken."""
    counter, _ = Counter.objects.select_for_update().get_or_create(
        operation=operation, prefix=prefix
    )
    Counter.objects.filter(pk=counter.pk).update(last=models.F("last") + by)
    counter.refresh_from_db()
    return int(counter.last)


def coded(prefix: str, number: int) -> str:
    """Return a code with its check character."""
    stem = f"{prefix}-{number:05d}"
    return f"{stem}-{check_character(stem)}"


def check_character(stem: str) -> str:
    """Return the check character of a code's stem: it differs after one wrong or two swapped signs.

    Weighted sum modulo 29, a prime: weights 1, 2, 3, … below 29 make every single error and every
    transposition of neighbours change the sum.
    """
    values = [int(c, 36) for c in stem.replace("-", "").upper()]
    return CHECK_CHARACTERS[sum((i + 1) * v for i, v in enumerate(values)) % 29]
