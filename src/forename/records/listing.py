"""A list as its address describes it: search, filters, order, page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, Q, QuerySet, TextField
from django.utils.http import urlencode

from forename.accounts.access import Actor
from forename.notation.folding import search_words
from forename.records.kinds import Column, Filter, Kind
from forename.records.search_index import narrowed
from forename.records.seeing import seen_rows

PAGE_ROWS = 50
READ_AT_ONCE = 500  # rows of an export
MOST_COUNTED = 1_000  # rows: nobody pages through more, and counting them takes time


@dataclass(frozen=True)
class Listed:
    """One page of a list: what was asked, how many rows answer, and those shown."""

    kind: Kind
    actor: Actor
    columns: list[Column]
    search: str
    chosen: dict[str, str]  # filter name to value
    order: str
    page: int
    count: int
    more: bool  # than ``count``: counting stops at `MOST_COUNTED` unless all are asked for
    rows: list[Any]

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.count // PAGE_ROWS))

    @property
    def has_next(self) -> bool:
        """Tell whether there may be a page after this one."""
        return len(self.rows) == PAGE_ROWS if self.more else self.page < self.pages

    @property
    def first(self) -> int:
        """Return the number of the first row shown (0 when there is none)."""
        return (self.page - 1) * PAGE_ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    def query(self, **changes: Any) -> str:
        """Return the address's query with changes; empty values are left out."""
        values = {"q": self.search, **self.chosen, "order": self.order, "page": self.page}
        values.update(changes)
        if values.get("page") == 1:
            values.pop("page")
        return urlencode({k: str(v) for k, v in values.items() if v not in ("", None)})

    def filters(self) -> list[tuple[Filter, list[tuple[str, Any]], str]]:
        """Return each filter with its choices and the chosen value."""
        return [(f, f.choices(self.actor), self.chosen.get(f.name, "")) for f in self.kind.filters]

    def heads(self) -> list[tuple[Column, bool]]:
        """Return each column, and whether rows can be put in its order."""
        return [(c, bool(_sortable(self.kind, self.actor, c.name))) for c in self.columns]

    def table(self) -> list[tuple[Any, list[tuple[Column, Any]]]]:
        """Return each row with its cells."""
        return [
            (row, list(zip(self.columns, values, strict=True)))
            for row, values in seen_rows(self.actor, self.columns, self.rows)
        ]


def with_words(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Return the rows that hold every word of a query, in whichever spelling."""
    rows = narrowed(rows, query)
    for spellings in search_words(query):
        any_of_them = Q()
        for spelling in spellings:
            any_of_them |= Q(search_key__contains=spelling)
        rows = rows.filter(any_of_them)
    return rows


def chosen_rows(kind: Kind, actor: Actor, asked: Mapping[str, str]) -> QuerySet[Any]:
    """Return all rows that a list's address asks for and the actor may see, ordered."""
    rows = with_words(kind.visible(actor), asked.get("q", ""))
    for each in kind.filters:
        value = asked.get(each.name, "")
        if value and value in {str(choice) for choice, _ in each.choices(actor)}:
            rows = each.apply(rows, value)
    return rows.order_by(*_order(kind, actor, asked.get("order", "")))


def read_list(kind: Kind, actor: Actor, asked: Mapping[str, str]) -> Listed:
    """Return the page of a list that an address asks for; what makes no sense is left out."""
    rows = chosen_rows(kind, actor, asked)
    everything = asked.get("count", "") == "all"
    keys = rows.values_list("pk", flat=True)  # without what is shown beside
    # Read once, these count the rows and hold the first pages of them.
    first = list(keys[: MOST_COUNTED + 1])
    more = len(first) > MOST_COUNTED and not everything
    count = len(first) - more
    if everything and len(first) > MOST_COUNTED:
        count = keys.order_by().count()
    pages = max(1, -(-count // PAGE_ROWS))
    given = asked.get("page", "1")
    page = max(1, int(given[:9])) if given.isascii() and given.isdecimal() else 1
    page = page if more else min(page, pages)
    start = (page - 1) * PAGE_ROWS
    shown = slice(start, start + PAGE_ROWS)
    known = shown.stop <= len(first) or len(first) <= MOST_COUNTED
    order = asked.get("order", "")
    return Listed(
        kind,
        actor,
        [c for c in kind.columns_for(actor) if not c.exported_only],
        asked.get("q", ""),
        {f.name: asked[f.name] for f in kind.filters if asked.get(f.name)},
        order if _sortable(kind, actor, order) else "",
        page,
        count,
        more,
        # Of rows that the actor may see; joins and annotations are made for this page alone.
        by_keys(kind.rows(kind.model._base_manager.all()), (first if known else keys)[shown]),
    )


def all_rows(kind: Kind, actor: Actor, asked: Mapping[str, str]) -> tuple[int, Iterator[Any]]:
    """Return how many rows a list's address asks for, and all of them, to be read bit by bit.

    No reading is left open between the rows: SQLite refuses to write on a connection that still
    reads what another has changed meanwhile. A row that is hidden meanwhile is left out.
    """
    keys = list(chosen_rows(kind, actor, asked).values_list("pk", flat=True))
    starts = range(0, len(keys), READ_AT_ONCE)
    seen = kind.visible(actor)
    parts = (by_keys(seen, keys[start : start + READ_AT_ONCE]) for start in starts)
    return len(keys), (row for part in parts for row in part)


def by_keys(rows: QuerySet[Any], keys: Iterable[Any]) -> list[Any]:
    """Return rows by their keys, in the order of these.

    Keys are found first, along an index, and what is shown beside is joined to few rows: asked for
    both in one query, SQLite reads and sorts every record in full.
    """
    keys = list(keys)
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def _sortable(kind: Kind, actor: Actor, order: str) -> str:
    """Return the field behind an order such as ``-code``, '' where there is none.

    Running text is not put in order: that would say nothing, and no index holds it.
    """
    fields = {
        field.name
        for field in kind.model._meta.concrete_fields
        if not isinstance(field, (TextField, JSONField))
    }
    for column in kind.columns_for(actor):
        name = column.rests_on
        if column.name == order.removeprefix("-") and name.split("__")[0] in fields:
            return name
    return ""


def _order(kind: Kind, actor: Actor, order: str) -> tuple[str, ...]:
    name = _sortable(kind, actor, order)
    if not name:
        return (*kind.order, "pk")
    # Keys follow the direction, so that one index is read forwards and backwards.
    return (f"-{name}", "-pk") if order.startswith("-") else (name, "pk")
