from django.db import migrations, models
from django.db.models import Case, F, Q, When

# Where classes overlap, a customer is in each of them over intervals of its own: what stood for (customer, scheme) now
# stands for (customer, track). One rewrite of the table, with its indexes.
FORWARD = """
DROP TRIGGER assignment_open_after_history ON classification_assignment;
DROP INDEX assignment_one_open;
ALTER TABLE classification_assignment
  DROP CONSTRAINT classification_assignment_pkey, DROP CONSTRAINT assignment_no_overlap,
  ADD COLUMN apart boolean NOT NULL DEFAULT false,
  ADD COLUMN track bigint GENERATED ALWAYS AS (CASE WHEN apart THEN -class_id ELSE scheme_id END) STORED,
  ADD CONSTRAINT classification_assignment_pkey PRIMARY KEY (customer_id, track, valid_from),
  ADD CONSTRAINT assignment_no_overlap
    EXCLUDE USING gist (customer_id WITH =, track WITH =, tstzrange(valid_from, valid_to) WITH &&)
    WHERE (valid_to IS NOT NULL);
CREATE UNIQUE INDEX assignment_one_open ON classification_assignment (customer_id, track) INCLUDE (class_id)
  WHERE valid_to IS NULL;
-- A rewritten table without rows counts as known to have none, and the first million would be written by plans for
-- none; emptied, it counts as unknown again.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM classification_assignment) THEN TRUNCATE classification_assignment; END IF;
END $$;
-- Generated columns have no value yet when such a trigger runs.
CREATE OR REPLACE FUNCTION classification_refuse_open_in_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE own bigint := CASE WHEN NEW.apart THEN -NEW.class_id ELSE NEW.scheme_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM classification_assignment
             WHERE customer_id = NEW.customer_id AND track = own AND valid_from <> NEW.valid_from
               AND valid_to IS NOT NULL AND valid_to > NEW.valid_from) THEN
    RAISE EXCEPTION 'customer % was in another class of scheme % after %', NEW.customer_id, NEW.scheme_id,
      NEW.valid_from USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assignment_open_after_history BEFORE INSERT OR UPDATE OF valid_from, valid_to
  ON classification_assignment FOR EACH ROW WHEN (NEW.valid_to IS NULL)
  EXECUTE FUNCTION classification_refuse_open_in_history();
"""
# Who is in several classes of a type at once cannot be kept by (customer, scheme): the way back is only for databases
# without such types. Nothing is thrown away to make it fit.
BACKWARD = """
DO $$
DECLARE names text := (SELECT string_agg(key, ', ' ORDER BY key) FROM classification_scheme WHERE overlapping);
BEGIN
  IF names IS NOT NULL THEN
    RAISE EXCEPTION 'There are types whose classes overlap: %. An earlier version cannot hold several classes at once.',
      names USING HINT = 'Restore the backup made before the upgrade, or keep this version.';
  END IF;
END $$;
DROP TRIGGER assignment_open_after_history ON classification_assignment;
DROP INDEX assignment_one_open;
ALTER TABLE classification_assignment
  DROP CONSTRAINT classification_assignment_pkey, DROP CONSTRAINT assignment_no_overlap,
  DROP COLUMN track, DROP COLUMN apart,
  ADD CONSTRAINT classification_assignment_pkey PRIMARY KEY (customer_id, scheme_id, valid_from),
  ADD CONSTRAINT assignment_no_overlap
    EXCLUDE USING gist (customer_id WITH =, scheme_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
    WHERE (valid_to IS NOT NULL);
CREATE UNIQUE INDEX assignment_one_open ON classification_assignment (customer_id, scheme_id) INCLUDE (class_id)
  WHERE valid_to IS NULL;
CREATE OR REPLACE FUNCTION classification_refuse_open_in_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM classification_assignment
             WHERE customer_id = NEW.customer_id AND scheme_id = NEW.scheme_id AND valid_from <> NEW.valid_from
               AND valid_to IS NOT NULL AND valid_to > NEW.valid_from) THEN
    RAISE EXCEPTION 'customer % was in another class of scheme % after %', NEW.customer_id, NEW.scheme_id,
      NEW.valid_from USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assignment_open_after_history BEFORE INSERT OR UPDATE OF valid_from, valid_to
  ON classification_assignment FOR EACH ROW WHEN (NEW.valid_to IS NULL)
  EXECUTE FUNCTION classification_refuse_open_in_history();
"""
STATE = [
    migrations.RemoveConstraint("assignment", "assignment_one_open"),
    migrations.AddField("assignment", "apart", models.BooleanField(default=False, db_default=False)),
    migrations.AddField(
        "assignment",
        "track",
        models.GeneratedField(
            expression=Case(When(apart=True, then=-F("to_class_id")), default=F("scheme_id")),
            output_field=models.BigIntegerField(),
            db_persist=True,
        ),
    ),
    migrations.AlterField(
        "assignment",
        "pk",
        models.CompositePrimaryKey(
            "customer_id", "scheme_id", "to_class_id", "valid_from", editable=False, primary_key=True, serialize=False
        ),
    ),
    migrations.AddConstraint(
        "assignment",
        models.UniqueConstraint(
            fields=("customer", "track"),
            condition=Q(("valid_to__isnull", True)),
            include=("to_class",),
            name="assignment_one_open",
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("classification", "0007_overrides")]
    operations = [
        migrations.AddField("scheme", "overlapping", models.BooleanField(default=False, db_default=False)),
        migrations.SeparateDatabaseAndState([migrations.RunSQL(FORWARD, BACKWARD)], STATE),
    ]
