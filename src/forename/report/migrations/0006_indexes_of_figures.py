"""Indexes that hold what the first screen and the figures of every month ask."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("report", "0005_index_of_name_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="report",
            name="report_by_receipt",
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["operation", "confidential"], name="report_by_confidence"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["operation", "received_at", "id", "confidential", "channel"],
                name="report_by_receipt",
            ),
        ),
    ]
