"""Events and viewings cannot be altered or deleted: the database itself refuses."""

from typing import Any, ClassVar

from django.db import migrations

TABLES = ("audit_event", "audit_viewing")


def forbid(apps: Any, schema_editor: Any) -> None:
    """Add triggers that refuse UPDATE and DELETE."""
    del apps
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION forename_stands() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'what was recorded in %% stands', TG_TABLE_NAME; END $$ "
            "LANGUAGE plpgsql",
            params=(),  # with parameters, %% is one percent sign
        )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION forename_stands()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'what was recorded in {table} stands'); END"
                )


def allow(apps: Any, schema_editor: Any) -> None:
    """Remove the triggers."""
    del apps
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        for verb in ("update", "delete"):
            on = f" ON {table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}{on}")
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION forename_stands()")


class Migration(migrations.Migration):
    """Triggers on both databases."""

    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forbid, allow)]
