from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classification", "0011_reviews_of_several")]

    operations = [
        migrations.AddField(
            model_name="schemeversion", name="edit", field=models.BigIntegerField(default=0, db_default=0)
        ),
    ]
