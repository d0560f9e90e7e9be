"""The sample orders: 18 months up to today, by the habits of the customers and the seasons of the year.

Customers keep to what their line of work needs, and some products call for others, so that there is something to find
for associations and next offers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate
from random import Random

from zhike.config.demo.catalogue import BY_SKU, CATEGORIES, COMPANIONS, LEANINGS, PRODUCTS, SampleProduct
from zhike.config.demo.customers import SampleCustomer
from zhike.config.demo.season import move_to_season

MONTHS = 18
DAYS = 548
RETURNED = 0.03  # share of orders of which something comes back
ANONYMOUS = 0.02  # sales over the counter, as a share of the orders
MONTHLY_GROWTH = 0.02  # of quantities
HEADINGS = {  # field of the import: (中文, English)
    "order_no": ("订单号", "Order no."), "customer": ("客户编号", "Customer no."), "at": ("下单时间", "Ordered at"),
    "sku": ("商品编码", "SKU"), "product": ("商品名称", "Product"), "category": ("商品类别", "Category"),
    "quantity": ("数量", "Quantity"), "unit_price": ("单价", "Unit price"),
}  # fmt: skip
COMPANY_HOURS = (9, 9, 10, 10, 10, 11, 13, 14, 14, 15, 15, 15, 16, 17)
PERSON_HOURS = (8, 10, 12, 12, 13, 17, 19, 20, 20, 20, 21, 21, 21, 22, 22, 23)
LIKED = 12  # times as often as others do customers buy what their line of work needs
WITH_COMPANION = 0.4  # of the products that call for another
SPREAD = 0.7  # of the logarithm of the days between purchases, about their mean: people are not clocks
_FOR_PERSONS = list(accumulate(one.weight_person for one in PRODUCTS))


@dataclass(frozen=True, slots=True)
class SampleLine:
    product: SampleProduct
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class SampleOrder:
    at: datetime  # local time, without a zone, as such files have it
    customer: str  # "" for a sale over the counter
    lines: tuple[SampleLine, ...]
    returned: bool = False


def make_orders(random: Random, customers: list[SampleCustomer], *, until: datetime) -> list[SampleOrder]:
    """Return all orders of the 18 months before `until` (local time), earliest first."""
    today = until.date()
    orders: list[SampleOrder] = []
    for customer in customers:
        for day in purchase_days(random, customer, today=today):
            order = _make_order(random, customer, day, today)
            orders.append(order)
            if random.random() < RETURNED:
                orders.append(_make_return(random, order))
    orders += [_make_counter_sale(random, today) for _ in range(int(len(orders) * ANONYMOUS))]
    return sorted((one for one in orders if one.at < until), key=lambda one: (one.at, one.customer))


def order_rows(orders: list[SampleOrder], *, language: str) -> Iterator[dict[str, str]]:
    """Yield rows of the orders file, one per line, and at the end four rows that cannot be accepted."""
    english = language == "en"
    row: dict[str, str] = {}
    for index, order in enumerate(orders):
        number = f"{'RT' if order.returned else 'SO'}{order.at:%y%m%d}{index % 10000:04}"
        for line in order.lines:
            row = {
                "order_no": number,
                "customer": order.customer,
                "at": f"{order.at:%Y-%m-%d %H:%M}",
                "sku": line.product.sku,
                "product": line.product.name(language),
                "category": CATEGORIES[line.product.category][english],
                "quantity": str(line.quantity),
                "unit_price": str(line.unit_price),
            }
            yield row
    if row:
        yield row | {"order_no": "SO-X1", "unit_price": "-68"}
        yield row | {"order_no": "SO-X2", "at": f"{row['at'][:4]}-02-30 10:00"}
        yield row | {"order_no": "SO-X3", "quantity": "three" if english else "三个"}
        yield row | {"order_no": "", "quantity": "1"}


def purchase_days(random: Random, customer: SampleCustomer, *, today: date) -> list[date]:
    """Return the days on which a customer buys, by habit, in order."""
    start = today - timedelta(days=DAYS)
    match customer.habit:
        case "prospect":
            return []
        case "once":
            back = int(DAYS * random.random() ** 1.6)  # more of them lately: the firm grows
            return [_season(random, customer, today - timedelta(days=back), start, today)]
        case "fresh":
            first = today - timedelta(days=random.randint(3, 80))
            return _repeat(random, customer, first, today, random.choice((25, 45, 200, 200)))
        case "steady":
            return _repeat(random, customer, _joined(random, start, 440), today, random.uniform(80, 165))
        case "regular":
            return _repeat(random, customer, _joined(random, start, 500), today, random.uniform(20, 52))
        case "lapsing":
            last = today - timedelta(days=random.randint(92, 176))
        case "gone":
            last = today - timedelta(days=random.randint(185, 420))
        case _:
            return _return_to_us(random, customer, start, today)
    return _repeat(random, customer, _joined(random, start, 120), last, random.uniform(36, 110)) or [last]


def _return_to_us(random: Random, customer: SampleCustomer, start: date, today: date) -> list[date]:
    back = today - timedelta(days=random.randint(2, 75))
    left = back - timedelta(days=random.randint(190, 260))
    before = _repeat(random, customer, _joined(random, start, 60), left, random.uniform(28, 70)) or [left]
    return [*before, _season(random, customer, back, back - timedelta(days=2), today)]


def _repeat(random: Random, customer: SampleCustomer, first: date, last: date, gap: float) -> list[date]:
    days, planned = set(), first
    while planned <= last:
        days.add(_season(random, customer, planned, first, last))
        planned += timedelta(days=max(2, round(gap * random.lognormvariate(-(SPREAD**2) / 2, SPREAD))))
    if not customer.company:
        for year in range(first.year, last.year + 1):
            festival = date(year, 11, 11)
            if first <= festival <= last and random.random() < 0.42:
                days.add(_season(random, customer, festival, first, min(last, festival)))
    return sorted(days)


def _joined(random: Random, start: date, within: int) -> date:
    return start + timedelta(days=int(within * random.random() ** 1.15))


def _season(random: Random, customer: SampleCustomer, day: date, first: date, last: date) -> date:
    return move_to_season(random, day, first=first, last=last, company=customer.company)


def _make_order(random: Random, customer: SampleCustomer, day: date, today: date) -> SampleOrder:
    growth = (1 + MONTHLY_GROWTH) ** (MONTHS - (today - day).days / 30)
    count = random.choice((1, 2, 2, 3, 3, 4, 5) if customer.company else (1, 1, 1, 2, 2, 3))
    chosen = dict.fromkeys(random.choices(PRODUCTS, cum_weights=_weights(customer), k=count))
    called = dict.fromkeys(_companions(Random(f"{customer.number} {day}"), chosen))
    lines = []
    for product in chosen | called:
        usual = product.pack * customer.scale * growth * random.lognormvariate(-0.2, 0.5)
        lines.append(_make_line(product, max(1, round(usual)), customer.discount))
    return SampleOrder(_moment(random, day, customer.company), customer.number, tuple(lines))


@cache
def _leaning_weights(company: bool, leaning: int) -> list[float]:
    own = [one.weight_company if company else one.weight_person for one in PRODUCTS]
    liked = LEANINGS[leaning]
    return list(accumulate(
        weight * (LIKED if one.sku in liked else 1) for one, weight in zip(PRODUCTS, own, strict=True)
    ))  # fmt: skip


def _weights(customer: SampleCustomer) -> list[float]:
    """Return how often a customer buys each product, summed up: each keeps to one line of work for good."""
    return _leaning_weights(customer.company, Random(customer.number).randrange(len(LEANINGS)))


def _companions(random: Random, chosen: Iterable[SampleProduct]) -> list[SampleProduct]:
    """Return what the chosen products call for; drawn apart, so that other draws stay as they are."""
    return [BY_SKU[COMPANIONS[one.sku]] for one in chosen if one.sku in COMPANIONS and random.random() < WITH_COMPANION]


def _make_line(product: SampleProduct, quantity: int, discount: float) -> SampleLine:
    places = Decimal("0.0001") if quantity >= 60 else Decimal("0.01")  # prices of large lots are quoted finer
    return SampleLine(product, quantity, (product.price * Decimal(str(discount))).quantize(places))


def _make_return(random: Random, order: SampleOrder) -> SampleOrder:
    line = random.choice(order.lines)
    back = random.randint(1, max(1, line.quantity // 3))
    at = order.at + timedelta(days=random.randint(4, 18), minutes=random.randint(-120, 120))
    return SampleOrder(at, order.customer, (SampleLine(line.product, -back, line.unit_price),), returned=True)


def _make_counter_sale(random: Random, today: date) -> SampleOrder:
    day = today - timedelta(days=random.randrange(DAYS))
    product = random.choices(PRODUCTS, cum_weights=_FOR_PERSONS)[0]
    return SampleOrder(_moment(random, day, company=False), "", (_make_line(product, random.randint(1, 3), 1.0),))


def _moment(random: Random, day: date, company: bool) -> datetime:
    hour = random.choice(COMPANY_HOURS if company else PERSON_HOURS)
    return datetime.combine(day, time(hour, random.randrange(60)))
