import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classification", "0003_runs")]
    operations = [
        migrations.AlterField(
            "assignment",
            "scheme",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="classification.scheme",
            ),
        ),
        migrations.AlterField(
            "assignment",
            "to_class",
            models.ForeignKey(
                db_column="class_id",
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="classification.customerclass",
            ),
        ),
    ]
