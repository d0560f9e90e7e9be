from django.db import migrations, models

# Where a run puts what the engine found before it compares and keeps it; emptied by the next run. Unlogged: a crash
# may lose it, as the next run fills it anew.
FORWARD = """
CREATE UNLOGGED TABLE classification_stage_class (
  customer_id bigint NOT NULL, scheme_id int NOT NULL, class_id int, evidence text);
CREATE UNLOGGED TABLE classification_stage_metrics (
  customer_id bigint NOT NULL, first_day date, last_day date, prev_day date,
  purchase_days_total int, frequency int, monetary bigint, rfm_r smallint, rfm_f smallint, rfm_m smallint);
"""
BACKWARD = "DROP TABLE classification_stage_class; DROP TABLE classification_stage_metrics;"


class Migration(migrations.Migration):
    dependencies = [("classification", "0002_intervals")]
    operations = [
        migrations.AddField("classifyrun", "judged_at", models.DateTimeField(null=True)),
        migrations.AddField("classifyrun", "problem", models.TextField(blank=True, default="")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
