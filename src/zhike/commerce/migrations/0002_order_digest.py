from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
    ]
