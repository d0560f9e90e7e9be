"""The sample customers: companies and persons with their habits of buying."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from zhike.config.demo.naming import TRADES, Named, Trade, make_company, make_foreign_company, make_person
from zhike.config.demo.places import CITIES, OVERSEAS, STREETS, District, SampleCity
from zhike.config.demo.staff import STAFF

CUSTOMERS = 2000
COMPANY_SHARE = 0.62
OVERSEAS_SHARE = 0.035
POOL_SHARE = 0.08  # without an owner
# habit: (weight among companies, among persons)
HABITS = {
    "prospect": (10, 9),  # asked, never bought
    "once": (12, 26),
    "steady": (26, 18),
    "regular": (22, 14),
    "lapsing": (9, 9),  # stopped three to six months ago
    "gone": (12, 16),  # stopped earlier
    "returning": (4, 4),  # came back after half a year
    "fresh": (5, 4),  # began lately
}
SOURCES = (
    ("展会", "Trade fair"),
    ("官网", "Web site"),
    ("老客户介绍", "Referral"),
    ("电商店铺", "Online shop"),
    ("电话拓展", "Cold call"),
)
COMPANY_TAGS = (
    ("年框协议", "Frame contract"),
    ("账期客户", "On account"),
    ("集成商", "Integrator"),
    ("需专票", "VAT invoice"),
)
PERSON_TAGS = (("创客", "Maker"), ("高校师生", "University"), ("企业微信好友", "WeCom contact"))
ATTITUDES = (
    ("价格敏感", "Price first"),
    ("品质优先", "Quality first"),
    ("服务优先", "Service first"),
    ("乐于尝新", "Likes what is new"),
)
HEADINGS = {  # field of the import: (中文, English)
    "external_id": ("客户编号", "Customer no."), "name": ("客户名称", "Name"), "kind": ("客户类型", "Type"),
    "phone": ("电话", "Phone"), "email": ("邮箱", "E-mail"), "country": ("国家", "Country"),
    "region": ("地区", "Region"), "address": ("详细地址", "Address"), "industry": ("行业", "Industry"),
    "employees": ("员工人数", "Employees"), "gender": ("性别", "Gender"), "birthday": ("生日", "Birthday"),
    "tags": ("标签", "Tags"), "owner": ("负责人", "Owner"), "source": ("来源", "Source"),
}  # fmt: skip


@dataclass(slots=True)
class SampleCustomer:
    """`scale` multiplies quantities, `discount` the list price; both stay with the customer."""

    number: str
    named: Named
    company: bool
    habit: str
    scale: float
    discount: float
    cells: dict[str, str] = field(default_factory=dict)  # what the customers file says, by field


def make_customers(random: Random, *, today: date, language: str) -> list[SampleCustomer]:
    """Return the sample customers with the cells of their rows, the same for the same `random` and day."""
    taken: set[str] = set()
    made: list[SampleCustomer] = []
    while len(made) < CUSTOMERS:
        one = _make_customer(random, f"C{10001 + len(made)}", today, language)
        if one.company and one.named.zh in taken:
            continue
        taken.add(one.named.zh)
        made.append(one)
    return made


def customer_rows(customers: list[SampleCustomer]) -> Iterator[dict[str, str]]:
    """Yield rows of the customers file, with the slips that such files have: some repaired on import, some rejected."""
    for index, customer in enumerate(customers):
        row = dict(customer.cells)
        if index % 97 == 5:
            row["name"] = f"  {row['name']}\u3000"
        if index % 89 == 7:
            row["phone"] = row["phone"].translate(FULL_WIDTH)
        if index % 61 == 3 and row["phone"].startswith("1"):
            row["phone"] = f"{row['phone'][:3]}-{row['phone'][3:7]}-{row['phone'][7:]}"
        yield row
        if index == 700:
            yield row  # the same row twice
    yield dict.fromkeys(HEADINGS, "") | {"external_id": "C19998", "phone": "13900009998"}  # without a name


NOBODY = (Named("", "", ""), TRADES[0])  # until a person is named
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _make_customer(random: Random, number: str, today: date, language: str) -> SampleCustomer:
    company = random.random() < COMPANY_SHARE
    habit = random.choices(list(HABITS), [both[0 if company else 1] for both in HABITS.values()])[0]
    if company and random.random() < OVERSEAS_SHARE / COMPANY_SHARE:
        named, trade, cells = _overseas(random)
    else:
        city = random.choices(CITIES, [one.weight for one in CITIES])[0]
        district = random.choice(city.districts)
        cells = _place(random, city, district, language)
        named, trade = make_company(random, city) if company else NOBODY
        cells |= {"owner": _owner(random, city.team), "phone": _phone(random, city, company)}
    if company:
        employees = int(random.triangular(*trade.sizes, trade.sizes[0] * 1.5))
        cells |= _company_cells(random, named, trade, employees, language)
        scale, discount = (
            max(0.25, random.lognormvariate(-0.2, 0.9)) * (employees / 150) ** 0.35,
            random.uniform(0.8, 1),
        )
    else:
        named, gender = make_person(random)
        cells |= _person_cells(random, named, gender, number, today, language)
        scale, discount = max(0.2, random.lognormvariate(-0.9, 0.4)), 1.0
    if (attitude := int(number[1:]) % 11) < len(ATTITUDES):  # told by the number: the draws of others stay as they are
        cells["tags"] = ",".join(filter(None, [cells.get("tags", ""), ATTITUDES[attitude][language == "en"]]))
    source = random.choice(SOURCES)
    cells |= {"external_id": number, "name": named.name(language), "source": source[language == "en"]}
    return SampleCustomer(number, named, company, habit, scale, discount, {key: cells.get(key, "") for key in HEADINGS})


def _company_cells(random: Random, named: Named, trade: Trade, employees: int, language: str) -> dict[str, str]:
    english = language == "en"
    tags = [tag[english] for tag in COMPANY_TAGS if random.random() < 0.16]
    return {
        "kind": "Company" if english else "企业",
        "email": f"{random.choice(('purchase', 'info', 'lab'))}@{named.latin}.example",
        "industry": trade.industry_en if english else trade.industry_zh,
        "employees": str(employees) if random.random() < 0.86 else "",
        "tags": ",".join(tags),
    }


def _person_cells(random: Random, named: Named, gender: str, number: str, today: date, language: str) -> dict[str, str]:
    english = language == "en"
    tags = [tag[english] for tag in PERSON_TAGS if random.random() < 0.14]
    birthday = today - timedelta(days=random.randint(22 * 365, 58 * 365))
    return {
        "kind": "Person" if english else "个人",
        "email": f"{named.latin}.{number[-4:]}@mail.example" if random.random() < 0.6 else "",
        "gender": gender if english else {"male": "男", "female": "女"}[gender],
        "birthday": birthday.isoformat() if random.random() < 0.35 else "",
        "tags": ",".join(tags),
    }


def _place(random: Random, city: SampleCity, district: District, language: str) -> dict[str, str]:
    street_zh, street_en = random.choice(list(STREETS.items()))
    number = random.randint(1, 299)
    english = f"{number} {street_en}, {district.en}, {city.en}"
    chinese = f"{city.full}{district.zh}{street_zh}{number}号"
    return {"country": "CN", "region": district.code, "address": english if language == "en" else chinese}


def _overseas(random: Random) -> tuple[Named, Trade, dict[str, str]]:
    country, pattern, city, _ = random.choices(OVERSEAS, [one[3] for one in OVERSEAS])[0]
    named, trade = make_foreign_company(random, country)
    phone = "".join(str(random.randint(1, 9)) if mark == "#" else mark for mark in pattern)
    owner = random.choice(["", *(one.login for one in STAFF if one.sells)])
    return named, trade, {"country": country, "address": city, "phone": phone, "owner": owner}


def _phone(random: Random, city: SampleCity, company: bool) -> str:
    """Return a number that parses and that nobody has: exchange 5550 of a city, or a mobile segment of zeros."""
    if company and random.random() < 0.6:
        exchange = "5550" if len(city.dialling) == 3 or city.dialling[1:] in LONG_NUMBERS else "555"
        return f"{city.dialling}-{exchange}{random.randint(0, 9999):04}"
    return f"{random.choice(MOBILE)}0000{random.randint(0, 9999):04}"


LONG_NUMBERS = ("755", "757", "512", "571", "532", "731", "371", "551", "574", "510")  # cities with eight digits
MOBILE = ("130", "131", "132", "135", "136", "137", "138", "139", "150", "151", "158", "159", "186", "188")


def _owner(random: Random, team: str) -> str:
    if random.random() < POOL_SHARE:
        return ""
    return random.choice([one.login for one in STAFF if one.sells and one.team == team])
