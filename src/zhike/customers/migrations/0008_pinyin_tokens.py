from django.db import migrations, models

from zhike.customers.names.rules import listing_tokens

BATCH = 10_000


def write_tokens(apps, schema_editor):
    """Give names that are listed already the pairs of syllables by which the middle of a name is found."""
    rows = apps.get_model("customers", "Listing").objects.order_by("customer_id")
    last = 0
    while batch := list(rows.filter(customer_id__gt=last).values_list("customer_id", "name", "phones")[:BATCH]):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE customers_listing SET tokens = %s::text[] WHERE customer_id = %s",
                [(listing_tokens(name, phones), customer_id) for customer_id, name, phones in batch],
            )
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_custom_fields")]
    operations = [
        migrations.RemoveIndex(model_name="listing", name="listing_phones"),
        migrations.RemoveIndex(model_name="listing", name="listing_pinyin"),
        migrations.AlterField(
            model_name="listing",
            name="name_pinyin",
            field=models.CharField(blank=True, db_collation="C", max_length=1200),
        ),
        migrations.RunPython(write_tokens, migrations.RunPython.noop, elidable=True),
    ]
