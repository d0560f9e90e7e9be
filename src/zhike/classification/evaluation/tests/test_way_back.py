"""The steps of the database that let classes overlap can be taken back where no type uses it, else they say why not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.timezone import now

from zhike.accounts.public import SYSTEM
from zhike.classification.assignments.overrides import set_override
from zhike.classification.models import CustomerClass
from zhike.classification.schemes import actions, class_actions
from zhike.classification.schemes.installing import install_built_in_schemes
from zhike.customers.testing import make_customer

pytestmark = pytest.mark.django_db
STEP = ("classification", "0008_overlapping")
BY_HAND = ("classification", "0009_set_in_overlapping")
TABLE = "classification_assignment"
SHAPE = """
SELECT array(SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %(table)s::regclass ORDER BY 1)
  || array(SELECT indexdef FROM pg_indexes WHERE tablename = %(table)s ORDER BY 1)
  || array(SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal)
  || array(SELECT attname || format_type(atttypid, atttypmod) || attgenerated::text FROM pg_attribute
           WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1)
  || pg_get_functiondef('classification_refuse_open_in_history'::regproc)"""
ADD = f"""
INSERT INTO {TABLE} (customer_id, scheme_id, class_id, valid_from, valid_to, rule_version, source)
VALUES (%s, %s, %s, %s, %s, 1, 1)"""


def ask(statement, given=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else None


def take(back, step=STEP):
    """Take the step, or take it back, as the migration does; the test's transaction ends it."""
    loader = MigrationLoader(connection)
    migration = loader.get_migration(*step)
    earlier = loader.project_state(migration.dependencies)
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    with transaction.atomic(), connection.schema_editor(atomic=False) as editor:
        (migration.unapply if back else migration.apply)(earlier, editor)


def test_back_and_forth_leaves_everything_as_it_was():
    install_built_in_schemes()
    one, two = CustomerClass.objects.filter(scheme__key="lifecycle")[:2]
    customer, at, days = make_customer(), now(), timedelta(days=1)
    row = (customer.id, one.scheme_id)
    ask(ADD, (*row, one.id, at - 9 * days, at - 3 * days))
    ask(ADD, (*row, two.id, at - 3 * days, None))
    shape, rows = ask(SHAPE, {"table": TABLE}), ask(f"SELECT customer_id, class_id, valid_from, valid_to FROM {TABLE}")
    take(back=True)
    assert "track" not in str(ask(SHAPE, {"table": TABLE}))
    for class_id, since, until in (
        (one.id, at - days, None),  # a second open one
        (one.id, at - 8 * days, at - 5 * days),  # inside what is over
        (one.id, at - 9 * days, at - 8 * days),  # the same key
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(ADD, (*row, class_id, since, until))
    take(back=False)
    assert ask(SHAPE, {"table": TABLE}) == shape
    assert ask(f"SELECT customer_id, class_id, valid_from, valid_to FROM {TABLE}") == rows


def test_where_classes_overlap_it_is_refused_by_name_and_nothing_is_changed():
    actions.create_scheme(key="segments", kind="rule", name_en="Segments", overlapping=True, by=SYSTEM, at=now())
    shape = ask(SHAPE, {"table": TABLE})
    with pytest.raises((InternalError, ProgrammingError), match=r"segments\. An earlier version cannot hold several"):
        take(back=True)
    assert ask(SHAPE, {"table": TABLE}) == shape


def test_what_is_set_by_hand_goes_back_and_forth_where_no_type_overlaps():
    install_built_in_schemes()
    one, two = CustomerClass.objects.filter(scheme__key="lifecycle")[:2]
    customer = make_customer()
    given = {"customer_id": customer.id, "scheme_key": "lifecycle", "reason": "Agreed", "by": SYSTEM}
    set_override(class_id=one.id, at=now(), **given)
    ask("UPDATE classification_pendingmove SET class_id = %s", [two.id])
    tables = ("classification_classoverride", "classification_pendingmove")
    shapes = [ask(SHAPE, {"table": table}) for table in tables]
    rows = ask("SELECT customer_id, scheme_id, class_id, cause FROM classification_pendingmove")
    take(back=True, step=BY_HAND)
    assert not any("track" in str(ask(SHAPE, {"table": table})).partition("CREATE OR REPLACE")[0] for table in tables)
    take(back=False, step=BY_HAND)
    assert [ask(SHAPE, {"table": table}) for table in tables] == shapes
    assert ask("SELECT customer_id, scheme_id, class_id, cause FROM classification_pendingmove") == rows


def test_where_somebody_is_kept_out_of_a_class_it_is_refused_by_name():
    actions.create_scheme(key="segments", kind="rule", name_en="Segments", overlapping=True, by=SYSTEM, at=now())
    one = class_actions.add_class(scheme_key="segments", key="steel", name_en="Steel", by=SYSTEM, at=now())
    actions.save_draft(key="segments", rules_by_class={}, by=SYSTEM, at=now())
    actions.put_draft_in_force(key="segments", by=SYSTEM, at=now())
    set_override(
        customer_id=make_customer().id, scheme_key="segments", class_id=one.id, reason="x", kept_out=True, by=SYSTEM,
        at=now(),
    )  # fmt: skip
    with pytest.raises((InternalError, ProgrammingError), match=r"segments\. An earlier version cannot hold that"):
        take(back=True, step=BY_HAND)
