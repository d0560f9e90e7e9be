from django.db import migrations

# No overlap in an assignment's history, and no open row inside it. The exclusion looks only at closed rows: over all
# rows it costs five times as much for the first million (docs/adr/0005-assignments.md).
FORWARD = """
ALTER TABLE classification_assignment ADD CONSTRAINT assignment_no_overlap
  EXCLUDE USING gist (customer_id WITH =, scheme_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
  WHERE (valid_to IS NOT NULL);
CREATE FUNCTION classification_refuse_open_in_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM classification_assignment
             WHERE customer_id = NEW.customer_id AND scheme_id = NEW.scheme_id AND valid_from <> NEW.valid_from
               AND valid_to IS NOT NULL AND valid_to > NEW.valid_from) THEN
    RAISE EXCEPTION 'customer % was in another class of scheme % after %', NEW.customer_id, NEW.scheme_id, NEW.valid_from
      USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assignment_open_after_history BEFORE INSERT OR UPDATE OF valid_from, valid_to
  ON classification_assignment FOR EACH ROW WHEN (NEW.valid_to IS NULL)
  EXECUTE FUNCTION classification_refuse_open_in_history();
"""
BACKWARD = """
DROP TRIGGER assignment_open_after_history ON classification_assignment;
DROP FUNCTION classification_refuse_open_in_history();
ALTER TABLE classification_assignment DROP CONSTRAINT assignment_no_overlap;
"""


class Migration(migrations.Migration):
    dependencies = [("classification", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
