"""CPU of the customer list, the page of one customer and search: server and database, a request.

Server CPU is that of this process while it answers through all middleware; database CPU that of the connection's
backend (needs /proc and a database on this machine, else only the server's is told). The floor is a bare SELECT of the
page's rows: the same 51 rows, no ORM, no template. Targets at 1,000,000 customers: list and page ≤ 15 ms, search ≤ 10.

    ./zhike bench customers-list --customers 1000000
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.make_customers import CITIES, GIVEN, SURNAMES, TAGS, make_customers, set_up

FLOOR = """
SELECT customer_id, name, city, owner_id, tags, classes, value, last_purchase FROM customers_listing
WHERE NOT archived AND city = %s ORDER BY value DESC, customer_id DESC LIMIT 51
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=60, help="of each kind")
    parser.add_argument("--rounds", type=int, default=3, help="the median of which is told")
    parser.add_argument("--keep", action="store_true", help="measure the database as it is, make no customers")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up()
    made = {} if options.keep else make_customers(options.customers)
    figures = measure(requests=options.requests, rounds=options.rounds)
    print(json.dumps({"made": made, **figures}, indent=None if options.json else 2))


def measure(*, requests: int, rounds: int) -> dict[str, Any]:
    """Return milliseconds of CPU a request for each kind of page, and its ratio to the floor."""
    get, floor = _client(), _floor()
    kinds = {name: [make() for _ in range(requests)] for name, make in _addresses().items()}
    for paths in kinds.values():
        for path in paths[:5]:
            get(path)
    bare = _median([_cpu(floor, range(requests)) for _ in range(rounds)])
    figures: dict[str, Any] = {"floor_ms": bare, "pages": {}}
    for name, paths in kinds.items():
        one = _median([_cpu(get, paths) for _ in range(rounds)])
        figures["pages"][name] = {**one, "ratio_to_floor": round(one["cpu"] / bare["cpu"], 1)}
    return figures


def _addresses() -> dict[str, Callable[[], str]]:
    from zhike.customers.models import Listing

    chosen = random.Random(7)
    ids = list(Listing.objects.order_by("-value").values_list("customer_id", flat=True)[:500])
    classes = sorted({one for held in Listing.objects.values_list("classes", flat=True)[:200] for one in held})

    def class_filter() -> str:
        return f"class={chosen.choice(classes)}&" if classes else ""

    def name() -> str:
        return chosen.choice(SURNAMES) + chosen.choice(GIVEN)

    def pinyin() -> str:
        from zhike.customers.public import pinyin_of

        return pinyin_of(name())[: chosen.choice([3, 5, 7])]

    return {
        "list": lambda: "/customers/",
        "list_filtered": lambda: f"/customers/?{class_filter()}city={chosen.choice(CITIES)}",
        "list_tag_by_name": lambda: f"/customers/?tag={chosen.choice(TAGS)}&sort=name",
        "page": lambda: f"/customers/{chosen.choice(ids)}/",
        "search_hanzi": lambda: f"/search/?q={name()}",
        "search_pinyin": lambda: f"/search/?q={pinyin()}",
        "search_initials": lambda: f"/search/?q={''.join(chosen.choice('zwlsjcyhx') for _ in range(3))}",
        "search_phone": lambda: f"/search/?q=138{chosen.randrange(10**4):04d}",
    }


def _client() -> Callable[[str], None]:
    from django.test import Client
    from django.utils.timezone import now

    from zhike.accounts.public import ensure_administrator

    client = Client()
    client.force_login(ensure_administrator(at=now()))

    def get(path: str) -> None:
        headers = {"HX-Request": "true"} if path.startswith("/search/") else {}
        response = client.get(path, headers={"Accept-Encoding": "gzip", **headers})
        if response.status_code != 200:
            raise SystemExit(f"{path} answered {response.status_code}")

    return get


def _floor() -> Callable[[int], None]:
    from django.db import connection

    connection.ensure_connection()

    def select(turn: int) -> None:
        with connection.connection.cursor() as cursor:
            cursor.execute(FLOOR, [CITIES[turn % len(CITIES)]])
            cursor.fetchall()

    return select


def _cpu(run: Callable[[Any], None], arguments: Any) -> dict[str, float]:
    """Return milliseconds of CPU a call: of the server, of the database and together; and the wall time's median."""
    backend = _backend()
    walls = []
    before, before_backend = time.process_time(), _backend_seconds(backend)
    for argument in arguments:
        started = time.perf_counter()
        run(argument)
        walls.append((time.perf_counter() - started) * 1000)
    server = (time.process_time() - before) * 1000 / len(walls)
    database = (_backend_seconds(backend) - before_backend) * 1000 / len(walls)
    median, tail = statistics.median(walls), statistics.quantiles(walls, n=20)[-1] if len(walls) > 1 else walls[0]
    return {"server": server, "database": database, "cpu": server + database, "wall_p50": median, "wall_p95": tail}


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(one[key] for one in rounds), 2) for key in rounds[0]}


def _backend() -> Path | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return stat if stat.exists() else None


def _backend_seconds(stat: Path | None) -> float:
    """Return the CPU that the connection's own server process has used, to the nanosecond."""
    return int(stat.read_text().split()[0]) / 1e9 if stat else 0.0


if __name__ == "__main__":
    main()
