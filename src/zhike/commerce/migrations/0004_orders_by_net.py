from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0003_fewer_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["-net", "-id"], name="order_by_net")
        ),
    ]
