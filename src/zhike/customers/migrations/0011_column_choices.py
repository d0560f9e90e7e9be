import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COPY = """
INSERT INTO customers_columnchoice (user_id, listing, columns)
SELECT user_id, 'customers', columns FROM customers_listcolumns
"""
BACK = """
INSERT INTO customers_listcolumns (user_id, columns)
SELECT user_id, columns FROM customers_columnchoice WHERE listing = 'customers'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_following_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listing", models.CharField(max_length=20)),
                ("columns", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60))),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "listing"), name="column_choice_once")],
            },
        ),
        migrations.RunSQL(COPY, BACK),
        migrations.DeleteModel(name="ListColumns"),
    ]
