"""Many believable customers in an empty database, set-based: people and firms with names, phones, regions, owners,
tags, facts, and open classes of the active schemes. Prints what it made and how long it took.

    ./zhike bench make-customers --customers 1000000
"""

import argparse
import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔"
    "贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力健俊峰浩宇子涵欣怡梓轩诗雨晨曦思远"
    "嘉豪雅琪志鹏海燕红梅春丹雪莹博宁佳颖凯晓东瑞林泽天佑"
)
WORDS = "华宏鑫盛达信诚远博联科创智云星海天金银泰恒瑞通源丰润德昌明康安利和兴隆邦捷迅腾越峰凌志嘉美佳优"
TRADES = [
    "电子", "机械", "科技", "贸易", "食品", "医疗器械", "新能源", "物流", "建材", "化工", "纺织", "软件",
    "半导体", "精密制造", "包装", "广告", "餐饮管理", "教育咨询", "农业", "环保工程",
]  # fmt: skip
ENDS = ["有限公司", "股份有限公司", "集团有限公司"]
TAGS = [
    "VIP", "老客户", "价格敏感", "需开专票", "月结", "现结", "重点", "转介绍", "展会", "线上", "线下", "经销商",
    "直客", "潜力", "沉睡", "投诉过", "加急", "样品", "年框", "返利", "海外", "政府", "高校", "医院", "连锁",
    "加盟", "试用", "代理", "续约", "大单",
]  # fmt: skip
CITIES = [
    "110100", "310100", "440100", "440300", "330100", "320500", "320100", "510100", "420100", "610100", "500100",
    "120100", "370200", "430100", "330200", "410100", "440600", "441900", "350200", "340100", "210200", "320200",
    "370100", "530100", "350100", "330300", "320400", "450100", "360100", "520100", "210100", "230100",
]  # fmt: skip
OWNERS = 50

PEOPLE = """
INSERT INTO accounts_user (password, login, name, language, is_active, sample)
SELECT '', 'bench' || n, 'Colleague ' || n, '', true, false FROM generate_series(1, %(owners)s) AS n
ON CONFLICT DO NOTHING
"""
COPY = """
COPY customers_customer (kind, name, name_pinyin, name_initials, gender, industry, country, province, city, district,
  tags, source, owner_id, sample, created_at, updated_at) FROM STDIN
"""
CONTACTS = """
INSERT INTO customers_contactpoint (customer_id, kind, value, normal, label, "primary")
SELECT id, 'phone', '1' || digits, '+861' || digits, '', true
FROM (SELECT id, (ARRAY['38', '39', '37', '36', '58', '59', '86', '88'])[1 + abs(hashint8(id)) %% 8]
        || lpad((abs(hashint8(id * 7 + 1)) %% 100000000)::text, 8, '0') AS digits
      FROM customers_customer WHERE id > %(after)s AND id %% 5 > 0) AS p
"""
NUMBERS = """
INSERT INTO customers_externalid (customer_id, source, value)
SELECT id, 'erp', 'C' || lpad(id::text, 8, '0') FROM customers_customer WHERE id > %(after)s
"""
FIGURES = """
UPDATE customers_listing SET value = CASE WHEN mod(customer_id, 4) = 0 THEN 0
    ELSE (power(mod(abs(hashint8(customer_id * 13)), 100000) / 100000.0, 6) * 500000000)::bigint + 1000 END,
  frequency = mod(customer_id, 4) * 2, classes = k.classes, last_purchase = CASE WHEN mod(customer_id, 4) > 0 THEN
    current_date - mod(abs(hashint8(customer_id * 17)), 365) END
FROM (
  SELECT l.customer_id AS id,
    array_agg((s.ids)[1 + x.n * x.n * cardinality(s.ids) / 10000] ORDER BY s.scheme_id) AS classes
  FROM customers_listing l CROSS JOIN bench_scheme s
  CROSS JOIN LATERAL (SELECT mod(abs(hashint8(l.customer_id * 3 + s.scheme_id)), 100) AS n) AS x
  WHERE l.customer_id > %(after)s GROUP BY l.customer_id
) AS k WHERE k.id = customer_id
"""
SCHEMES = """
CREATE TEMP TABLE bench_scheme AS
SELECT s.id AS scheme_id, array_agg(c.id::int ORDER BY c.position) AS ids FROM classification_scheme s
JOIN classification_customerclass c ON c.scheme_id = s.id
WHERE s.status = 'active' AND s.kind IN ('lifecycle', 'value_tier', 'rfm') GROUP BY s.id
"""
ASSIGNMENTS = """
INSERT INTO classification_assignment (customer_id, scheme_id, class_id, valid_from, rule_version, source, evidence)
SELECT l.customer_id, c.scheme_id, c.id, date_trunc('day', now()), 1, 2, '{}'
FROM customers_listing l CROSS JOIN unnest(l.classes) AS class_id
JOIN classification_customerclass c ON c.id = class_id
WHERE l.customer_id > %(after)s ORDER BY l.customer_id, c.scheme_id
"""
FACTS = """
INSERT INTO customers_fact (customer_id, kind, occurred_at, channel, amount, currency, refers_kind, source_key)
SELECT id, 'purchase', now() - (abs(hashint8(id * 100 + k)) %% 700) * interval '1 day', '', 10000, 'CNY', '',
  'bench:' || id || ':' || k
FROM customers_customer CROSS JOIN generate_series(1, %(facts)s) AS k WHERE id > %(after)s
"""


def make_customers(count: int, *, facts: int = 2) -> dict[str, Any]:
    """Add `count` customers with `facts` facts each; return what was made and the seconds of each part."""
    from django.db import connection, transaction

    from zhike.customers.public import refresh_listing

    seconds: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"owners": OWNERS})
        cursor.execute("SELECT array_agg(id ORDER BY id) FROM accounts_user WHERE login LIKE 'bench%%'")
        (owners,) = cursor.fetchone()
        cursor.execute("SELECT coalesce(max(id), 0) FROM customers_customer")
        (after,) = cursor.fetchone()
        cursor.execute(SCHEMES)
        params = {"after": after, "facts": facts}
        _timed(seconds, "customers", lambda: copy_customers(connection.connection, count, owners))
        for name, text in {"contacts": CONTACTS, "numbers": NUMBERS, "facts": FACTS}.items():
            _timed(seconds, name, lambda text=text: cursor.execute(text, params))
        cursor.execute("ANALYZE customers_customer, customers_contactpoint, customers_externalid")
        choose = "SELECT id FROM customers_customer WHERE id > %s"
        with transaction.atomic():
            _timed(seconds, "listing", lambda: refresh_listing(select_ids=choose, params=[after]))
        for name, text in {"figures": FIGURES, "assignments": ASSIGNMENTS}.items():
            _timed(seconds, name, lambda text=text: cursor.execute(text, params))
        cursor.execute("DROP TABLE bench_scheme")
        for table in ("customers_listing", "customers_fact", "classification_assignment"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return {"customers": count, "facts": count * facts, "seconds": {key: round(one, 1) for key, one in seconds.items()}}


def copy_customers(connection: Any, count: int, owners: list[int]) -> None:
    """Write customers by COPY. Names are put together of words whose pinyin the product has read once."""
    words, chosen = read_words(), random.Random(2026)
    cities, now = city_names(), datetime.now(UTC)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for number in range(count):
            firm = number % 5 < 2
            code = CITIES[int(len(CITIES) * chosen.random() ** 2)]
            trade = chosen.choice(TRADES)
            parts = _firm(cities[code], trade, chosen) if firm else _person(chosen)
            pinyin, initials = zip(*(words[part] for part in parts), strict=True)
            made = now - timedelta(days=chosen.randrange(900))
            owner = None if chosen.random() < 0.3 else chosen.choice(owners)
            tags = chosen.sample(TAGS, number % 3)
            row = ("company" if firm else "person", "".join(parts), "".join(pinyin), "".join(initials), "")
            row += (trade if firm else "", "CN", f"{code[:2]}0000", code, "", tags, "", owner, False, made, made)
            copy.write_row(row)


def read_words() -> dict[str, tuple[str, str]]:
    """Return pinyin and initials of every part of a name."""
    from zhike.customers.public import initials_of, pinyin_of

    parts = {*SURNAMES, *GIVEN, *WORDS, *TRADES, *ENDS, *city_names().values()}
    return {part: (pinyin_of(part), initials_of(part)) for part in parts}


def _firm(city: str, trade: str, chosen: random.Random) -> list[str]:
    return [city, chosen.choice(WORDS), chosen.choice(WORDS), trade, chosen.choice(ENDS)]


def _person(chosen: random.Random) -> list[str]:
    surname = SURNAMES[int(len(SURNAMES) * chosen.random() ** 2)]
    return [surname, *chosen.choices(GIVEN, k=1 if chosen.random() < 0.2 else 2)]


def city_names() -> dict[str, str]:
    from zhike.customers.public import division_name

    return {code: division_name(code) for code in CITIES}


def _timed(seconds: dict[str, float], name: str, run: Any) -> None:
    started = time.perf_counter()
    run()
    seconds[name] = time.perf_counter() - started


def set_up() -> None:
    """Bring the bench’s own database up, migrated, with built-in roles and schemes, and the files of the pages."""
    from zhike.config.ready import make_ready

    make_ready()
    from zhike.config.static_files import collect_static_files

    collect_static_files()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--facts", type=int, default=2, help="facts of each customer")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    set_up()
    print(json.dumps(make_customers(options.customers, facts=options.facts), indent=None if options.json else 2))


if __name__ == "__main__":
    main()
