"""Every key of a name has its list; the index answers alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("report", "0004_lists_of_name_keys")]

    operations = [
        migrations.AlterField(
            model_name="victimnamekey",
            name="victim_list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="report.victimlist",
            ),
        ),
        migrations.RemoveIndex(model_name="victimnamekey", name="victim_by_name_key"),
        migrations.AddIndex(
            model_name="victimnamekey",
            index=models.Index(
                fields=["operation", "key", "victim_list", "entry"], name="victims_of_name_key"
            ),
        ),
    ]
