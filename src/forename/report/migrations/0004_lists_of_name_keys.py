"""The list of an entry beside the keys of its name, in one index with them."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def fill(apps: Any, _schema: Any) -> None:
    """Note for every key the list of its entry."""
    entries = apps.get_model("report", "VictimEntry").objects.filter(pk=models.OuterRef("entry"))
    keys = apps.get_model("report", "VictimNameKey").objects
    keys.update(victim_list=models.Subquery(entries.values("victim_list")[:1]))


class Migration(migrations.Migration):
    dependencies = [("report", "0003_comparisons")]

    operations = [
        migrations.AddField(
            model_name="victimnamekey",
            name="victim_list",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="report.victimlist",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
