"""What the index of search keys rests on; `forename.records.search_index` makes the index itself.

It is made after every migration, for each kind of record that has none yet.
"""

from typing import Any, ClassVar

from django.db import migrations


def prepare(apps: Any, schema_editor: Any) -> None:
    """Make the function (PostgreSQL) or the table of row numbers (SQLite)."""
    del apps
    if schema_editor.connection.vendor == "postgresql":
        # The code points of every three characters in a row, 21 bits each.
        schema_editor.execute(
            "CREATE FUNCTION forename_grams(words text) RETURNS bigint[] LANGUAGE sql "
            "IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$ "
            "SELECT array_agg((ascii(a)::bigint << 42) | (ascii(b)::bigint << 21) | ascii(c)) "
            "FROM (SELECT string_to_array(words, NULL) AS every) AS letters, "
            "unnest(every, every[2:], every[3:]) AS three(a, b, c) WHERE c IS NOT NULL $$"
        )
    else:
        schema_editor.execute(
            "CREATE TABLE search_rows (id INTEGER PRIMARY KEY, key char(32) NOT NULL UNIQUE)"
        )


def remove(apps: Any, schema_editor: Any) -> None:
    """Remove it, and every index with it."""
    del apps
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION forename_grams(text) CASCADE")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' "
                       "AND name LIKE 'search~_%' ESCAPE '~'")  # fmt: skip
        triggers = [name for (name,) in cursor]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' "
                       "AND name LIKE 'search~_%' ESCAPE '~' AND sql LIKE '%USING fts5%'")  # fmt: skip
        tables = [name for (name,) in cursor]
    for name in triggers:
        schema_editor.execute(f"DROP TRIGGER {name}")
    for name in tables:
        schema_editor.execute(f"DROP TABLE {name}")
    schema_editor.execute("DROP TABLE search_rows")


class Migration(migrations.Migration):
    """Ready for the index on both databases."""

    dependencies: ClassVar = [("records", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(prepare, remove)]
