"""Indexes that hold what the map and the figures ask of every site.

They are made after the places were filled in: PostgreSQL makes no index in a transaction that has
changed the rows.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("site", "0003_shown_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="site",
            name="site_by_status",
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["operation", "status", "sensitivity"], name="site_by_status"
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["operation", "shown_latitude", "shown_longitude", "sensitivity", "id"],
                name="site_by_place",
            ),
        ),
    ]
