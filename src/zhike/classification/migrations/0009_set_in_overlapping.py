from django.db import migrations, models
from django.db.models import Case, F, Q, When

# What a person set above the rule, and what a rule says beside it, are held by track as assignments are: a customer can
# be put into one class of a type that overlaps, and kept out of another. What stands here is of types that do not.
FORWARD = """
DROP INDEX override_one_in_force;
ALTER TABLE classification_classoverride
  ADD COLUMN apart boolean NOT NULL DEFAULT false,
  ADD COLUMN kept_out boolean NOT NULL DEFAULT false,
  ADD COLUMN track bigint GENERATED ALWAYS AS (CASE WHEN apart THEN -to_class_id ELSE scheme_id END) STORED,
  ADD CONSTRAINT override_out_of_one CHECK (apart OR NOT kept_out);
CREATE UNIQUE INDEX override_one_in_force ON classification_classoverride (customer_id, track) WHERE ended_at IS NULL;
ALTER TABLE classification_pendingmove ADD COLUMN track bigint;
UPDATE classification_pendingmove SET track = scheme_id;
ALTER TABLE classification_pendingmove
  ALTER COLUMN track SET NOT NULL,
  DROP CONSTRAINT classification_pendingmove_pkey,
  ADD CONSTRAINT classification_pendingmove_pkey PRIMARY KEY (customer_id, track),
  ADD CONSTRAINT pending_move_track CHECK (track = scheme_id OR track < 0);
"""
# An earlier version would read "kept out of it" as "put into it": the way back is for databases without such rows.
BACKWARD = """
DO $$
DECLARE names text := (
  SELECT string_agg(DISTINCT s.key, ', ') FROM classification_scheme s
  WHERE EXISTS (SELECT FROM classification_classoverride o WHERE o.scheme_id = s.id AND o.apart)
    OR EXISTS (SELECT FROM classification_pendingmove p WHERE p.scheme_id = s.id AND p.track < 0));
BEGIN
  IF names IS NOT NULL THEN
    RAISE EXCEPTION 'Classes were set by hand in types whose classes overlap: %. An earlier version cannot hold that.',
      names USING HINT = 'Restore the backup made before the upgrade, or keep this version.';
  END IF;
END $$;
DROP INDEX override_one_in_force;
ALTER TABLE classification_classoverride
  DROP CONSTRAINT override_out_of_one, DROP COLUMN track, DROP COLUMN kept_out, DROP COLUMN apart;
CREATE UNIQUE INDEX override_one_in_force ON classification_classoverride (customer_id, scheme_id)
  WHERE ended_at IS NULL;
ALTER TABLE classification_pendingmove
  DROP CONSTRAINT pending_move_track, DROP CONSTRAINT classification_pendingmove_pkey,
  DROP COLUMN track, ADD CONSTRAINT classification_pendingmove_pkey PRIMARY KEY (customer_id, scheme_id);
"""
STATE = [
    migrations.RemoveConstraint("classoverride", "override_one_in_force"),
    migrations.AddField("classoverride", "apart", models.BooleanField(default=False, db_default=False)),
    migrations.AddField("classoverride", "kept_out", models.BooleanField(default=False, db_default=False)),
    migrations.AddField(
        "classoverride",
        "track",
        models.GeneratedField(
            expression=Case(When(apart=True, then=-F("to_class_id")), default=F("scheme_id")),
            output_field=models.BigIntegerField(),
            db_persist=True,
        ),
    ),
    migrations.AddConstraint(
        "classoverride",
        models.UniqueConstraint(
            fields=("customer", "track"), condition=Q(("ended_at__isnull", True)), name="override_one_in_force"
        ),
    ),
    migrations.AddConstraint(
        "classoverride",
        models.CheckConstraint(
            condition=Q(("apart", True), ("kept_out", False), _connector="OR"), name="override_out_of_one"
        ),
    ),
    migrations.AddField("pendingmove", "track", models.BigIntegerField(), preserve_default=False),
    migrations.AlterField(
        "pendingmove",
        "pk",
        models.CompositePrimaryKey(
            "customer_id", "track", blank=True, editable=False, primary_key=True, serialize=False
        ),
    ),
    migrations.AddConstraint(
        "pendingmove",
        models.CheckConstraint(
            condition=Q(("track", F("scheme_id")), ("track__lt", 0), _connector="OR"), name="pending_move_track"
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("classification", "0008_overlapping")]
    operations = [
        migrations.AlterField(
            "assignment",
            "left",
            models.SmallIntegerField(
                choices=[
                    (1, "The rule no longer holds"),
                    (2, "Moved by hand"),
                    (3, "Another class was set by hand"),
                    (4, "What was set by hand ended"),
                    (5, "The type was retired"),
                    (6, "The customer was merged"),
                    (7, "The customer was erased"),
                    (8, "A colleague approved the move"),
                    (9, "Kept out by hand"),
                ],
                null=True,
            ),
        ),
        migrations.AlterField(
            "classoverride",
            "ended_cause",
            models.SmallIntegerField(
                choices=[
                    (1, "Its time was over"),
                    (2, "Taken off by hand"),
                    (3, "Replaced by another"),
                    (4, "The type was retired"),
                    (5, "The customer was merged"),
                    (6, "The class was retired"),
                ],
                null=True,
            ),
        ),
        migrations.SeparateDatabaseAndState([migrations.RunSQL(FORWARD, BACKWARD)], STATE),
    ]
