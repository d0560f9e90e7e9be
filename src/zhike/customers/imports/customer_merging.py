"""One batch of customers into profiles, contact points, addresses and notes."""

import re
from collections.abc import Sequence
from typing import Any

from zhike.accounts.public import get_organisation
from zhike.customers.contacts.rules import normal_contact
from zhike.customers.custom_fields.rules import Definition
from zhike.customers.imports.custom_columns import defaults_json, forget_taken, list_imported, values_json
from zhike.customers.imports.kinds import Counts, Lines, Settings
from zhike.customers.imports.sql import fill, quoted
from zhike.customers.listing.actions import refresh_listing
from zhike.customers.names.rules import initials_of, pinyin_of
from zhike.customers.places.rules import find_division, split_division
from zhike.customers.profile.rules import guess_kind
from zhike.kit.text import comparable, tidy

TAGS, TAG_LENGTH = 50, 60
CONTACT_KINDS = ("phone", "email", "wechat")
SEPARATORS = re.compile(r"[,，;；、|/\n]+")
COLUMNS = (
    "ref", "name", "kind", "gender", "birthday", "industry", "employees", "country", "tags", "source", "owner",
    "region", "address", "postcode", "phone", "email", "wechat", "note",
)  # fmt: skip
PROFILE = (
    "ref text, name text, name_pinyin text, name_initials text, kind text, guessed text, gender text, birthday date,"
    " industry text, employees int, country text, province text, city text, district text, division text, line text,"
    " postcode text, tags varchar[], source text, owner_id bigint, note text, custom jsonb"
)
STAGES = (
    "DROP TABLE IF EXISTS pg_temp.arriving_profile, pg_temp.arriving_contact",
    f"CREATE TEMP TABLE arriving_profile ({PROFILE}) ON COMMIT DROP",
    "CREATE TEMP TABLE arriving_contact (ref text, kind text, value text, normal text, place int) ON COMMIT DROP",
)
MATCHED = (
    "ALTER TABLE arriving_profile ADD customer_id bigint, ADD state text NOT NULL DEFAULT 'unchanged'",
    "UPDATE arriving_profile a SET customer_id = e.customer_id FROM customers_externalid e"
    " WHERE e.source = %(source)s AND e.value = a.ref",
    "UPDATE arriving_profile SET state = 'created',"
    " customer_id = nextval(pg_get_serial_sequence('customers_customer', 'id')) WHERE customer_id IS NULL",
)
CREATE = """
INSERT INTO customers_customer (id, kind, name, name_pinyin, name_initials, gender, birthday, industry, employees,
  country, province, city, district, tags, source, owner_id, sample, custom, created_at, created_by_id, updated_at)
SELECT customer_id, coalesce(kind, guessed), name, name_pinyin, name_initials, coalesce(gender, ''), birthday,
  coalesce(industry, ''), employees, coalesce(country, ''), province, city, district, tags,
  coalesce(source, %(origin)s), coalesce(owner_id, %(owner)s), %(sample)s, %(defaults)s::jsonb || custom,
  %(at)s, %(by)s, %(at)s
FROM arriving_profile WHERE state = 'created' ORDER BY customer_id
"""
EXTERNAL = """
INSERT INTO customers_externalid (customer_id, source, value)
SELECT customer_id, %(source)s, ref FROM arriving_profile WHERE state = 'created' ORDER BY customer_id
"""
TEXTS = ("gender", "industry", "country")
VALUES = ("birthday", "employees", "owner_id")
NEW_NAME = "a.name IS NOT NULL AND (%(overwrite)s OR c.name = a.ref)"
UPDATED = {
    **{
        one: f"CASE WHEN %(overwrite)s OR c.{one} = '' THEN coalesce(a.{one}, c.{one}) ELSE c.{one} END"
        for one in TEXTS
    },
    **{
        one: f"CASE WHEN %(overwrite)s OR c.{one} IS NULL THEN coalesce(a.{one}, c.{one}) ELSE c.{one} END"
        for one in VALUES
    },
    **{one: f"CASE WHEN {NEW_NAME} THEN a.{one} ELSE c.{one} END" for one in ("name", "name_pinyin", "name_initials")},
    **{
        one: f"CASE WHEN a.province <> '' AND (%(overwrite)s OR c.province = '') THEN a.{one} ELSE c.{one} END"
        for one in ("province", "city", "district")
    },
    "custom": "CASE WHEN %(overwrite)s THEN c.custom || a.custom ELSE a.custom || c.custom END",
    "kind": "CASE WHEN %(overwrite)s OR c.name = a.ref THEN coalesce(a.kind, c.kind) ELSE c.kind END",
    "source": "CASE WHEN %(overwrite)s THEN coalesce(a.source, c.source) ELSE c.source END",
    "tags": "CASE WHEN a.tags <@ c.tags THEN c.tags ELSE"
    " (c.tags || ARRAY(SELECT unnest(a.tags) EXCEPT SELECT unnest(c.tags)))[:50] END",
}
UPDATE = fill(
    """
WITH n AS (
  SELECT c.id, $newer FROM customers_customer c JOIN arriving_profile a ON a.customer_id = c.id
  WHERE a.state = 'unchanged'),
written AS (
  UPDATE customers_customer c SET $set, updated_at = %(at)s FROM n WHERE c.id = n.id AND NOT ($same) RETURNING c.id)
UPDATE arriving_profile a SET state = 'updated' FROM written WHERE written.id = a.customer_id
""",
    newer=", ".join(f"{sql} AS {column}" for column, sql in UPDATED.items()),
    set=", ".join(f"{column} = n.{column}" for column in UPDATED),
    same=" AND ".join(f"c.{column} IS NOT DISTINCT FROM n.{column}" for column in UPDATED),
)
CONTACTS = """
WITH written AS (
  INSERT INTO customers_contactpoint (customer_id, kind, value, normal, label, "primary")
  SELECT a.customer_id, p.kind, p.value, p.normal, '', p.place = 1 AND NOT EXISTS (
    SELECT FROM customers_contactpoint o WHERE o.customer_id = a.customer_id AND o.kind = p.kind AND o."primary")
  FROM arriving_contact p JOIN arriving_profile a USING (ref)
  ORDER BY a.customer_id, p.kind, p.place
  ON CONFLICT (customer_id, kind, normal) DO NOTHING RETURNING customer_id)
UPDATE arriving_profile a SET state = 'updated' FROM written
WHERE written.customer_id = a.customer_id AND a.state = 'unchanged'
"""
NEW_ADDRESSES = """
WITH written AS (
  INSERT INTO customers_address (customer_id, label, country, division, line, postcode, "primary")
  SELECT customer_id, '', coalesce(country, ''), division, coalesce(line, ''), coalesce(postcode, ''), true
  FROM arriving_profile a WHERE (line IS NOT NULL OR division <> '')
    AND NOT EXISTS (SELECT FROM customers_address o WHERE o.customer_id = a.customer_id AND o."primary")
  ORDER BY customer_id RETURNING customer_id)
UPDATE arriving_profile a SET state = 'updated' FROM written
WHERE written.customer_id = a.customer_id AND a.state = 'unchanged'
"""
CHANGED_ADDRESSES = """
WITH written AS (
  UPDATE customers_address o SET country = coalesce(a.country, o.country), line = coalesce(a.line, o.line),
    division = CASE WHEN a.division <> '' THEN a.division ELSE o.division END,
    postcode = coalesce(a.postcode, o.postcode)
  FROM arriving_profile a
  WHERE o.customer_id = a.customer_id AND o."primary" AND (a.line IS NOT NULL OR a.division <> '')
    AND (o.country, o.line, o.division, o.postcode) IS DISTINCT FROM (coalesce(a.country, o.country),
      coalesce(a.line, o.line), CASE WHEN a.division <> '' THEN a.division ELSE o.division END,
      coalesce(a.postcode, o.postcode)) RETURNING o.customer_id)
UPDATE arriving_profile a SET state = 'updated' FROM written
WHERE written.customer_id = a.customer_id AND a.state = 'unchanged'
"""
NOTES = """
INSERT INTO customers_note (customer_id, text, by_id, at)
SELECT customer_id, note, %(by)s, %(at)s FROM arriving_profile WHERE state = 'created' AND note IS NOT NULL ORDER BY 1
"""
LOOK_ALIKES = """
SELECT count(DISTINCT a.customer_id) FROM arriving_profile a JOIN arriving_contact p USING (ref)
JOIN customers_contactpoint o ON o.kind = p.kind AND o.normal = p.normal AND o.customer_id <> a.customer_id
WHERE a.state = 'created'
"""
COUNTS = "SELECT state, count(*) FROM arriving_profile GROUP BY state"


def merge_customers(cursor: Any, lines: Lines, settings: Settings, write: bool) -> Counts:
    """Merge the batch; with `write` false only count. Called in a transaction, one at a time.

    Customers are matched by the source's number. What is known is filled where blank, or with `settings.overwrite`
    replaced; tags and contact points are only ever added. A new customer with somebody's phone or e-mail is made, and
    counted as a look-alike.
    """
    for statement in STAGES:
        cursor.execute(statement)
    custom = list_imported()
    _send(cursor, _people(lines, custom), custom)
    who = {
        "source": settings.source, "origin": settings.origin, "owner": settings.owner_id, "sample": settings.sample,
        "at": settings.at, "overwrite": settings.overwrite,
        "by": settings.by.id if settings.by.kind != "system" else None, "defaults": defaults_json(custom),
    }  # fmt: skip
    for statement in MATCHED[: 3 if write else 2]:
        cursor.execute(statement, who)
    cursor.execute("ANALYZE arriving_profile, arriving_contact")
    if not write:
        cursor.execute("UPDATE arriving_profile SET state = 'created' WHERE customer_id IS NULL")
        return {"customers": _counts(cursor)}
    forget_taken(cursor, custom)
    for statement in (CREATE, EXTERNAL, UPDATE, CONTACTS, NEW_ADDRESSES, NOTES):
        cursor.execute(statement, who)
    if settings.overwrite:
        cursor.execute(CHANGED_ADDRESSES)
    cursor.execute(LOOK_ALIKES)
    look_alikes = cursor.fetchone()[0]
    refresh_listing(select_ids="SELECT customer_id FROM arriving_profile WHERE state <> 'unchanged'")
    return {"customers": _counts(cursor), "look_alikes": {"found": look_alikes}}


def _people(lines: Lines, custom: Sequence[Definition]) -> list[dict[str, Any]]:
    """Return one dict per customer: later rows of the same one fill what earlier ones lack, and add contact points."""
    columns = (*COLUMNS, *(one.name for one in custom))
    query = fill("SELECT $names FROM batch", names=", ".join(quoted(column) for column in columns))
    people: dict[str, dict[str, Any]] = {}
    for row in lines.fetch(query):
        new = dict(zip(columns, row, strict=True))
        known = people.setdefault(new["ref"], new)
        if known is not new:
            for column, value in new.items():
                if column in CONTACT_KINDS and value and known[column]:
                    known[column] += f";{value}"
                elif known[column] is None:
                    known[column] = value
    return list(people.values())


def _send(cursor: Any, people: list[dict[str, Any]], custom: Sequence[Definition]) -> None:
    currency = get_organisation().currency  # of custom amounts
    with cursor.copy("COPY arriving_profile FROM STDIN") as copy:
        for one in people:
            copy.write_row((*_profile(one), values_json(custom, one, currency=currency)))
    with cursor.copy("COPY arriving_contact FROM STDIN") as copy:
        for one in people:
            for row in _contacts(one):
                copy.write_row(row)


def _profile(one: dict[str, Any]) -> tuple[Any, ...]:
    name = tidy(one["name"])
    code = find_division(one["region"] or "") or find_division(one["address"] or "")
    place = split_division(code)
    country = one["country"] or ("CN" if code else None)
    return (
        one["ref"], name, pinyin_of(name), initials_of(name), one["kind"], guess_kind(name), one["gender"],
        one["birthday"], one["industry"], one["employees"], country, place.province, place.city, place.district, code,
        one["address"] or (None if code else one["region"]), one["postcode"], _tags(one["tags"]), one["source"],
        int(one["owner"]) if one["owner"] else None, one["note"],
    )  # fmt: skip


def _tags(text: str | None) -> list[str]:
    kept = {comparable(tag): tidy(tag)[:TAG_LENGTH] for tag in SEPARATORS.split(text or "") if tag.strip()}
    return list(kept.values())[:TAGS]


def _contacts(one: dict[str, Any]) -> list[tuple[str, str, str, str, int]]:
    rows: dict[tuple[str, str], tuple[str, str, str, str, int]] = {}
    for kind in CONTACT_KINDS:
        place = 0
        for value in SEPARATORS.split(one[kind] or ""):
            normal = normal_contact(kind, value, one["country"] or "CN")
            if normal and (kind, normal) not in rows:
                place += 1
                rows[kind, normal] = (one["ref"], kind, tidy(value), normal, place)
    return list(rows.values())


def _counts(cursor: Any) -> dict[str, int]:
    cursor.execute(COUNTS)
    return {"created": 0, "updated": 0} | {state: count for state, count in cursor.fetchall() if state != "unchanged"}
