"""One customer's new fact, with what follows at once: figures, five types, the move, committed. The bare fact as floor.

Works in a database of its own beside the one of DATABASE_URL, and drops it again (`--keep` leaves it, `--again` uses
one that was left). The customers bought last 100 to 300 days ago, so that nearly every purchase moves them. Prints
milliseconds, and CPU milliseconds of this process and of its database session.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NAME = "zhike_bench_incremental"
RULE = {
    "version": 1,
    "rule": {
        "all": [
            {"trait": "frequency", "op": "ge", "value": 2},
            {"trait": "recency_days", "op": "le", "value": 90},
            {"trait": "average_order", "op": "ge", "value": 2000},
            {"any": [
                {"trait": "kind", "op": "eq", "value": "person"},
                {"trait": "tags", "op": "has_any", "value": ["VIP"]},
                {"trait": "monetary", "op": "ge", "value": 100000},
            ]},
        ]
    },
}  # fmt: skip
CUSTOMERS = """
INSERT INTO customers_customer (kind, name, name_pinyin, name_initials, gender, industry, country, province, city,
  district, tags, source, sample)
SELECT CASE WHEN n %% 4 = 0 THEN 'company' ELSE 'person' END, 'c' || n, '', '', '', '', 'CN', '330000', '330100', '',
  '{}', '', false FROM generate_series(1, %s) n"""
# A customer of number n buys every few days or months; some stopped buying long ago.
FACTS = """
INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, refers_kind,
  source_key)
SELECT id, 'purchase', now() - make_interval(days => (id %% 300)::int + turn * (5 + (id %% 60)::int), hours => 1),
  now(), '', 1000 + (id * 7919 + turn * 104729) %% 50000, 'CNY', '', 'bench:' || id || ':' || turn
FROM customers_customer, generate_series(0, %(facts)s - 1) turn
WHERE id > %(after)s AND id <= %(after)s + %(part)s ORDER BY id, turn"""
PART = 50_000  # customers whose facts are written in one transaction
ASLEEP = """
SELECT customer_id FROM classification_customermetrics WHERE customer_id = ANY(%s)
  AND last_day BETWEEN current_date - 300 AND current_date - 100"""
BARE = """
INSERT INTO customers_fact (customer_id, kind, occurred_at, received_at, channel, amount, currency, refers_kind,
  source_key) VALUES (%s, 'purchase', now(), now(), '', 1000, 'CNY', '', %s)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--facts", type=int, default=10, help="of each customer")
    parser.add_argument("--events", type=int, default=1_000)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    given = os.environ["DATABASE_URL"]
    with psycopg.connect(given, autocommit=True) as admin:
        if not options.again:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        os.environ["DATABASE_URL"] = make_conninfo("", **{**conninfo_to_dict(given), "dbname": NAME})
        try:
            found = _measure(options)
        finally:
            from django.db import connections

            connections.close_all()
            if not (options.keep or options.again):
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))
    print(json.dumps(found))


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhike.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = NAME
    if not options.again:
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(CUSTOMERS, [options.customers])
            for after in range(0, options.customers, PART):
                cursor.execute(FACTS, {"facts": options.facts, "after": after, "part": PART})
            cursor.execute("VACUUM ANALYZE")
        _classify()
    people = _sleepers(options)
    return {
        "customers": options.customers,
        "facts": options.customers * options.facts,
        "types": 5,
        "events": len(people[0]),
        "load": round(os.getloadavg()[0], 1),
        "floor_fact_committed": _timed(people[0], _bare),
        "judged_at_once": _timed(people[1], _fact_and_judgement),
        "whole_with_trail_and_outbox": _timed(people[2], _whole),
        "moved": _count_moved(people[1] + people[2]),
    }


def _classify() -> None:
    from django.conf import settings
    from django.utils.timezone import now

    from zhike.accounts.public import SYSTEM
    from zhike.classification.evaluation.actions import run_classification
    from zhike.classification.models import Scheme
    from zhike.classification.schemes import actions, class_actions
    from zhike.classification.schemes.installing import install_built_in_schemes
    from zhike.customers.public import refresh_listing

    settings.STORE = Path(tempfile.mkdtemp(prefix="zhike-bench-")) / "store"
    who: dict[str, Any] = {"by": SYSTEM, "at": now()}
    install_built_in_schemes()
    Scheme.objects.filter(kind="attribute").exclude(key="customer_kind").update(status="retired")
    actions.create_scheme(key="bench", kind="rule", name_en="Bench", **who)
    for key in ("yes", "no"):
        class_actions.add_class(scheme_key="bench", key=key, name_en=key, **who)
    actions.save_draft(key="bench", rules_by_class={"yes": RULE}, parameters={"default": "no"}, **who)
    actions.put_draft_in_force(key="bench", **who)
    refresh_listing(select_ids="SELECT id FROM customers_customer")
    run_classification(by=SYSTEM, at=now())


def _sleepers(options: argparse.Namespace) -> list[list[int]]:
    """Return three lists of customers who have not bought for long."""
    from django.db import connection

    chance = random.Random(7)
    ids = chance.sample(range(1, options.customers + 1), min(options.customers, options.events * 12))
    with connection.cursor() as cursor:
        cursor.execute(ASLEEP, [ids])
        found = [row[0] for row in cursor.fetchall()]
    chance.shuffle(found)
    size = min(options.events, len(found) // 3)
    return [found[place * size : (place + 1) * size] for place in range(3)]


def _bare(customer_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE, [customer_id, f"bench-bare:{customer_id}:{time.time_ns()}"])


def _fact_and_judgement(customer_id: int) -> None:
    from django.db import transaction

    from zhike.classification.evaluation.at_once import judge_at_once

    with transaction.atomic():
        _bare(customer_id)
        judge_at_once(customer_ids=[customer_id], at=datetime.now(UTC))


def _whole(customer_id: int) -> None:
    from zhike.accounts.public import SYSTEM
    from zhike.customers.public import add_fact

    at = datetime.now(UTC)
    add_fact(
        customer_id=customer_id, kind="purchase", occurred_at=at - timedelta(minutes=1), amount=30_000, currency="CNY",
        source_key=f"bench-whole:{customer_id}:{time.time_ns()}", by=SYSTEM, at=at,
    )  # fmt: skip


def _timed(customer_ids: list[int], act: Callable[[int], None]) -> dict[str, float]:
    from django.db import connection

    for one in customer_ids[:20]:
        act(one)  # warm: statements kept, pages read
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = cursor.fetchone()[0]
    walls = []
    own, theirs = time.process_time(), _cpu(session)
    for one in customer_ids[20:]:
        start = time.perf_counter()
        act(one)
        walls.append(1000 * (time.perf_counter() - start))
    count = len(walls)
    cuts = statistics.quantiles(walls, n=100)
    return {
        "p50_ms": round(cuts[49], 2),
        "p95_ms": round(cuts[94], 2),
        "p99_ms": round(cuts[98], 2),
        "cpu_python_ms": round(1000 * (time.process_time() - own) / count, 2),
        "cpu_database_ms": round(1000 * (_cpu(session) - theirs) / count, 2),
    }


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process; 0 where the database runs elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _count_moved(customer_ids: list[int]) -> float:
    """Return the share of customers whom their purchase moved in one type at least."""
    from zhike.classification.models import Assignment

    recent = Assignment.objects.filter(customer_id__in=customer_ids, valid_to=None)
    recent = recent.filter(valid_from__gt=datetime.now(UTC) - timedelta(hours=1), evidence__recency_days=0)
    return round(recent.values("customer_id").distinct().count() / max(1, len(customer_ids)), 3)


if __name__ == "__main__":
    main()
