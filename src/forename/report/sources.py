"""Sources by the names people write: found again, or recorded."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from forename.accounts.access import Actor
from forename.audit.recording import create
from forename.notation.folding import fold
from forename.report.models import Source, SourceKind

LONGEST_CHAIN = 12
BODIES = (SourceKind.OUTLET, SourceKind.AGENCY, SourceKind.ORGANISATION)
_UNNAMED = re.compile(
    r"\b(?:unnamed|anonymous|unidentified|sources?)\b|(?:^|\s)(?:مصدر|مصادر|مجهول)", re.IGNORECASE
)
_WITH_KIND = re.compile(r"(?P<name>.+?)\s*[(（](?P<kind>[^()（）]+)[)）]\s*")


def source_named(
    by: Actor, written: str, *, action: str, confidential: bool, cited_by: Source | None = None
) -> Source:
    """Return the source that a line names, such as ``SANA (news agency)``; record it where new.

    A line about an unnamed source means the one whom ``cited_by`` cites. A person who is recorded
    from a ``confidential`` report is named to the inquiry only; outlets and other bodies are no
    secret. Brackets that name no kind belong to the name.
    """
    name, kind = _name_and_kind(written)
    unnamed = kind == SourceKind.UNNAMED
    found = _known(by, name, kind, cited_by if unnamed else None)
    if found is not None:
        return found
    within = cited_by if unnamed else None
    source = Source(
        operation=by.operation,
        name=name,
        kind=kind or SourceKind.OTHER,
        within=within,
        confidential=confidential and kind not in BODIES,
    )
    return create(source, by=by, action=action)


def sources_named(
    by: Actor, lines: str, *, first: Source, action: str, confidential: bool
) -> list[Source]:
    """Return the sources of a chain, one a line, each cited by the one before."""
    written = [line.strip() for line in lines.splitlines() if line.strip()]
    if len(written) > LONGEST_CHAIN:
        raise ValidationError({"chain": _("A chain has at most 12 sources.")})
    chain: list[Source] = []
    for line in written:
        cited_by = chain[-1] if chain else first
        chain.append(
            source_named(by, line, action=action, confidential=confidential, cited_by=cited_by)
        )
    return chain


def _name_and_kind(written: str) -> tuple[str, str]:
    match = _WITH_KIND.fullmatch(written.strip())
    if match is not None:
        kind = _kinds().get(fold(match["kind"]))
        if kind is not None:
            return match["name"][:200], kind
    name = written.strip()[:200]
    return name, SourceKind.UNNAMED if _UNNAMED.search(name) else ""


def _kinds() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in ("ar", "en"):
        with override(language):
            for value, label in SourceKind.choices:
                known[fold(str(label))] = value
                known[fold(value)] = value
    return known


def _known(by: Actor, name: str, kind: str, within: Source | None) -> Source | None:
    folded = fold(name)
    rows: Any = Source._base_manager.filter(operation=by.operation, search_key__contains=folded)
    if within is not None:
        rows = rows.filter(within=within)
    if kind:
        rows = rows.filter(kind=kind)
    for row in rows.order_by("created_at", "pk"):
        if folded in (fold(row.name), fold(row.name_ar)):
            return row  # type: ignore[no-any-return]
    return None
