from django.db import migrations

# The transaction that wrote a row last, by which the engine copies each row once it is visible to everyone.
FORWARD = """
ALTER TABLE customers_customer ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX customers_customer_xid ON customers_customer (xid);
ALTER TABLE customers_fact ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX customers_fact_xid ON customers_fact (xid);
CREATE FUNCTION customers_stamp_xid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.xid := pg_current_xact_id();
  RETURN NEW;
END $$;
CREATE TRIGGER customers_customer_stamp BEFORE UPDATE ON customers_customer
  FOR EACH ROW EXECUTE FUNCTION customers_stamp_xid();
CREATE FUNCTION customers_refuse_fact_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'facts are only added to: write a reversing fact';
END $$;
CREATE TRIGGER customers_fact_append_only BEFORE UPDATE ON customers_fact
  FOR EACH ROW EXECUTE FUNCTION customers_refuse_fact_change();
"""
BACKWARD = """
DROP TRIGGER customers_fact_append_only ON customers_fact;
DROP TRIGGER customers_customer_stamp ON customers_customer;
DROP FUNCTION customers_refuse_fact_change();
DROP FUNCTION customers_stamp_xid();
ALTER TABLE customers_fact DROP COLUMN xid;
ALTER TABLE customers_customer DROP COLUMN xid;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
