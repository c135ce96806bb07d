from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="opens_operations",
            field=models.BooleanField(default=False, verbose_name="may open operations"),
        ),
    ]
