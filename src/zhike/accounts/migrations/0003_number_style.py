from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_first_steps")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="number_style",
            field=models.CharField(db_default="full", default="full", max_length=8),
        ),
    ]
