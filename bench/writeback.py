"""Bringing classes back into PostgreSQL: first writing, a few changes, nothing new; COPY of the same rows as the floor.

Works in a database of its own beside the one of DATABASE_URL, and drops it again. Figures are medians of `--rounds`.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NAME = "zhike_bench_writeback"
STAGE = """
TRUNCATE classification_stage_class;
INSERT INTO classification_stage_class
SELECT id, s.scheme_id, s.first + (id + CASE WHEN id %% %(part)s = 0 THEN %(turn)s ELSE 0 END) %% 3,
  '{"recency_days": 10}'
FROM customers_customer, (SELECT scheme_id, min(id)::int AS first FROM classification_customerclass GROUP BY 1) s;
ANALYZE classification_stage_class"""
SEED = """
INSERT INTO customers_customer (kind, name, name_pinyin, name_initials, gender, industry, country, province, city,
  district, tags, source, sample)
SELECT 'person', 'c' || n, '', '', '', '', '', '', '', '', '{}'::text[], '', false FROM generate_series(1, %(count)s) n;
INSERT INTO classification_scheme (key, name_zh, name_en, meaning_zh, meaning_en, kind, status, built_in, position,
  version) SELECT 'bench' || n, '', '', '', '', 'rule', 'active', false, n, 1 FROM generate_series(1, 3) n;
INSERT INTO classification_customerclass (scheme_id, key, name_zh, name_en, meaning_zh, meaning_en, hue, position)
SELECT s.id, 'k' || n, '', '', '', '', 'plain', n
FROM classification_scheme s, generate_series(0, 2) n WHERE s.key LIKE 'bench%%' ORDER BY s.id, n;
ANALYZE"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rounds = [_in_own_database(options.customers) for _ in range(options.rounds)]
    figures = {key: round(statistics.median(one[key] for one in rounds), 3) for key in rounds[0]}
    rows = options.customers * 3
    print(
        json.dumps(
            {
                "customers": options.customers,
                "rows": rows,
                **figures,
                "rows_per_second_first": round(rows / figures["first_s"]),
                "first_to_copy": round(figures["first_s"] / figures["copy_s"], 1),
                "unchanged_to_first": round(figures["unchanged_s"] / figures["first_s"], 3),
            }
        )
    )


def _in_own_database(customers: int) -> dict[str, float]:
    given = os.environ["DATABASE_URL"]
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        try:
            os.environ["DATABASE_URL"] = make_conninfo("", **{**conninfo_to_dict(given), "dbname": NAME})
            return _measure(customers)
        finally:
            os.environ["DATABASE_URL"] = given
            _forget_connections()
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def _forget_connections() -> None:
    from django.db import connections

    connections.close_all()


def _measure(customers: int) -> dict[str, float]:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    django.setup()
    settings.DATABASES["default"]["NAME"] = NAME
    from django.core.management import call_command
    from django.db import connection, transaction

    connection.settings_dict["NAME"] = NAME
    call_command("migrate", verbosity=0)
    from zhike.classification.evaluation.writeback import Computed, write_back
    from zhike.customers.public import refresh_listing

    with connection.cursor() as cursor:
        cursor.execute(SEED, {"count": customers})
        cursor.execute("SELECT id FROM classification_scheme WHERE key LIKE %s", ["bench%"])
        schemes = [Computed(row[0], 1) for row in cursor.fetchall()]
    refresh_listing(select_ids="SELECT id FROM customers_customer")
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def stage(*, part: int, turn: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(STAGE, {"part": part, "turn": turn})

    def write(day: int) -> int:
        with transaction.atomic():
            return write_back(schemes=schemes, at=start + timedelta(days=day), rewind=False)

    stage(part=1, turn=0)
    figures = {"copy_s": _timed(lambda: _copy(customers * 3))}
    figures["first_s"] = _timed(lambda: write(0))
    figures["unchanged_s"] = _timed(lambda: write(1))
    stage(part=100, turn=1)
    figures["one_percent_s"] = _timed(lambda: write(2))
    stage(part=5, turn=2)
    figures["twenty_percent_s"] = _timed(lambda: write(3))
    return figures


def _copy(rows: int) -> None:
    """Write as many bare rows by COPY into a table without an index: the floor."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as floor, floor.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (customer_id bigint, scheme_id int, class_id int, evidence text)")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for number in range(rows):
                copy.write_row((number, 1, 2, '{"recency_days": 10}'))
        cursor.execute("DROP TABLE bare")


def _timed(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
