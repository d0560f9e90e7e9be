from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classification", "0010_telling")]

    operations = [
        migrations.AddField(
            model_name="review", name="kept_out", field=models.BooleanField(default=False, db_default=False)
        ),
    ]
