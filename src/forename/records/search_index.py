"""An index for parts of words, so that a search that finds little reads little.

Every stretch of three characters of a search key is an entry of the index: on SQLite a full-text
table beside the records' own, kept by triggers; on PostgreSQL an index over the key itself. Both
are the database's work in the transaction that writes the record, and both are made again where
they are missing (`make_indexes`). The index says which rows may hold the words; whether they do,
and who may see them, is asked of the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from forename.audit.models import Record
from forename.notation.folding import search_words

GRAM = 3  # characters of an entry; a shorter word of a query is not looked up
MOST_GRAMS = 60  # looked up for a query: more narrow nothing
MOST_WAYS = 32  # to spell the words of a query; words past them are not looked up
FEW = 10_000  # rows: where more may hold the words, reading along the list's order is quicker


def narrowed(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Return the rows that may hold every word of a query: all of them where the index says many.

    What is left out holds not every word; what is kept may not either.
    """
    ways = _ways(query)
    keys = _keys(rows.db, rows.model, ways) if ways and rows.model.searched else None
    if keys is None or len(keys) > FEW:
        return rows
    if connections[rows.db].vendor == "postgresql":
        among = RawSQL("SELECT unnest(%s::uuid[])", [keys])
    else:
        among = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])
    return rows.filter(pk__in=among)


def make_indexes(using: str = "default") -> None:
    """Make the index of every kind of record that is searched and has none, and fill it.

    A migration that makes a table of SQLite anew drops its triggers; the index is then made anew.
    """
    connection = connections[using]
    make = _make_gin if connection.vendor == "postgresql" else _make_fts
    with connection.cursor() as cursor:
        if not _prepared(connection, cursor):
            return
        tables = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if issubclass(model, Record) and model.searched and model._meta.db_table in tables:
                make(cursor, model._meta.db_table)
        if connection.vendor == "sqlite":
            # Beside older figures an index without any looks better than it is.
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


def _prepared(connection: Any, cursor: Any) -> bool:
    """Tell whether the migration that the index rests on was made."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT to_regprocedure('forename_grams(text)') IS NOT NULL")
    else:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'search_rows'")
    return bool(cursor.fetchone()[0])


def _ways(query: str) -> list[list[str]]:
    """Return ways to match a query: of one of them, a search key holds every entry.

    Every word may be spelled in some ways, and each choice of spellings is one way: PostgreSQL
    answers these from the index alone, and would read the rows for anything nested deeper.
    """
    ways: list[list[str]] = [[]]
    for spellings in search_words(query):
        grams = [_grams(spelling) for spelling in spellings]
        if all(grams) and len(ways) * len(grams) <= MOST_WAYS:
            ways = [[*way, *more] for way in ways for more in grams]
    return [list(dict.fromkeys(way))[:MOST_GRAMS] for way in ways if way]


def _grams(word: str) -> list[str]:
    return [word[place : place + GRAM] for place in range(len(word) - GRAM + 1)]


def _keys(using: str, model: type[Record], ways: Sequence[Sequence[str]]) -> list[str]:
    """Return the keys of rows that hold every entry of one of some ways, at most `FEW` and one."""
    connection = connections[using]
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        holds = " OR ".join(["forename_grams(search_key) @> %s::bigint[]"] * len(ways))
        with transaction.atomic(using=using), connection.cursor() as cursor:
            # Its guess of how often an entry occurs may be far off; reading every key is not asked.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                f"SELECT id::text FROM {table} WHERE {holds} LIMIT {FEW + 1}",  # noqa: S608
                [list(map(_number, way)) for way in ways],
            )
            keys = [key for (key,) in cursor]
            cursor.execute("SET LOCAL enable_seqscan = on")
        return keys
    words = " OR ".join("(" + " AND ".join(map(_quoted, way)) + ")" for way in ways)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.key FROM search_{table} JOIN search_rows AS r "  # noqa: S608 - own names
            f"ON r.id = search_{table}.rowid WHERE search_{table} MATCH %s LIMIT {FEW + 1}",
            [words],
        )
        return [key for (key,) in cursor]


def _number(gram: str) -> int:
    """Return the number that `forename_grams` gives to three characters: their code points."""
    first, second, third = map(ord, gram)
    return first << 42 | second << 21 | third


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'


def _make_gin(cursor: Any, table: str) -> None:
    cursor.execute(
        f"CREATE INDEX IF NOT EXISTS search_{table} ON {table} USING gin "
        "(forename_grams(search_key))"
    )


def _make_fts(cursor: Any, table: str) -> None:
    """Make the full-text table and the triggers that keep it, unless all are there.

    Rows are known to it by a number of `search_rows`: a record's own row number may change.
    """
    number = "(SELECT id FROM search_rows WHERE key = {}.id)"
    known = "INSERT OR IGNORE INTO search_rows (key) VALUES (new.id);"
    forget = "DELETE FROM search_rows WHERE key = old.id;"
    enter = f"INSERT INTO search_{table} (rowid, words) VALUES ({number.format('new')}, new.search_key);"  # noqa: S608, E501
    leave = f"INSERT INTO search_{table} (search_{table}, rowid, words) VALUES ('delete', {number.format('old')}, old.search_key);"  # noqa: S608, E501
    triggers = {
        "insert": f"AFTER INSERT ON {table} BEGIN {known} {enter} END",
        "update": f"AFTER UPDATE OF search_key ON {table} "
        f"WHEN old.search_key <> new.search_key BEGIN {leave} {enter} END",
        "delete": f"AFTER DELETE ON {table} BEGIN {leave} {forget} END",
    }
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
                   "AND name LIKE 'search_%%'", [table])  # fmt: skip
    if cursor.fetchone()[0] == len(triggers):
        return
    with transaction.atomic(using=cursor.db.alias):
        cursor.execute(f"DROP TABLE IF EXISTS search_{table}")
        cursor.execute(
            f"CREATE VIRTUAL TABLE search_{table} USING fts5(words, content='', detail=none, "
            "columnsize=0, tokenize='trigram case_sensitive 1')"
        )
        cursor.execute(f"INSERT OR IGNORE INTO search_rows (key) SELECT id FROM {table}")  # noqa: S608
        cursor.execute(
            f"INSERT INTO search_{table} (rowid, words) SELECT r.id, t.search_key "  # noqa: S608
            f"FROM {table} AS t JOIN search_rows AS r ON r.key = t.id"
        )
        for when, does in triggers.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS search_{table}_{when}")
            cursor.execute(f"CREATE TRIGGER search_{table}_{when} {does}")
