from django.db import migrations, models


class Migration(migrations.Migration):
    """Why a run is not used becomes a sentence in English with its facts; of earlier runs the text stays as it is."""

    dependencies = [("analytics", "0004_findings")]

    operations = [
        migrations.RenameField("modelrun", "problem", "sentence"),
        migrations.AddField("modelrun", "facts", models.JSONField(null=True)),
    ]
