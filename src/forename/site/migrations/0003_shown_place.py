"""Where a site is shown, beside the site itself, and an index from which the map answers."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Coalesce


def fill(apps: Any, _schema: Any) -> None:
    """Note for every site its accepted position, else its latest."""
    claims = apps.get_model("site", "PositionClaim").objects
    accepted = claims.filter(pk=models.OuterRef("accepted_position_id"))
    latest = claims.filter(site=models.OuterRef("pk")).order_by("-created_at", "-pk")[:1]

    def shown(name: str) -> Any:
        said = (models.Subquery(rows.values(name)) for rows in (accepted, latest))
        return Coalesce(*said)

    apps.get_model("site", "Site").objects.update(
        shown_latitude=shown("latitude"), shown_longitude=shown("longitude")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0002_index_by_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="shown_latitude",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="shown_longitude",
            field=models.FloatField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
