"""An index that holds what the map asks of every site; made after the places were filled in.

PostgreSQL makes no index in a transaction that has changed the rows.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("site", "0003_shown_place")]

    operations = [
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                fields=["operation", "shown_latitude", "shown_longitude", "sensitivity", "id"],
                name="site_by_place",
            ),
        ),
    ]
