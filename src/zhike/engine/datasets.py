"""Which PostgreSQL tables the engine mirrors, by name, and what it takes from each column.

Every mirrored table has `xid xid8`, the transaction that last wrote the row. Empty texts and lists become NULL here,
so that "empty" is one thing in every rule. Times are UTC without a zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from zhike.engine import sql

SCHEMA = 4  # raise it when columns here change: the mirror is then copied anew
SEEN = "seen"
MONEY_KINDS = ("purchase", "return")
# What lines of one order have in common, and what a line adds to its order (millionths; a correction takes away).
OCCASION = "CASE WHEN refers_kind = 'order' AND NOT refers_id IS NULL THEN refers_id ELSE -id END"
WEIGHT = "COALESCE(millionths, CASE WHEN amount < 0 THEN -1000000 ELSE 1000000 END)"


@dataclass(frozen=True, slots=True)
class Dataset:
    """`columns` maps the mirrored name to what PostgreSQL computes for it; `monthly` splits files by `occurred_at`."""

    name: str
    table: str
    columns: tuple[tuple[str, str], ...]
    monthly: bool = False

    @property
    def names(self) -> list[str]:
        """The columns of its Parquet files: the mirrored ones, and `seen`, the watermark that their copying reached."""
        return [*(name for name, _ in self.columns), SEEN]

    def only(self, names: Sequence[str]) -> "Dataset":
        """Return the dataset with its first column, the customer or the id, and these."""
        kept = tuple(one for one in self.columns[1:] if one[0] in names)
        return Dataset(self.name, self.table, (self.columns[0], *kept), self.monthly)

    def select(self, where: str, **parts: exp.Expr) -> exp.Select:
        """Return a PostgreSQL query of the mirrored columns; `where` is fixed text with placeholders."""
        shown = [sql.tree(text, dialect=sql.POSTGRES).as_(name, quoted=True) for name, text in self.columns]
        condition = sql.tree(where, dialect=sql.POSTGRES, **parts)
        return exp.select(*shown).from_(sql.table(self.table)).where(condition)


_XID = ("xid", "CAST(CAST(xid AS text) AS bigint)")

# The number of one of our products; what else stands there is text for rules that ask.
_PRODUCT = (
    "CASE WHEN JSONB_TYPEOF(attrs -> 'product') = 'number' AND attrs ->> 'product' ~ '^[0-9]{1,18}$'"
    " THEN CAST(attrs ->> 'product' AS bigint) END"
)

FACTS = Dataset(
    "facts",
    "customers_fact",
    (
        ("id", "id"),
        ("customer_id", "customer_id"),
        ("kind", "CAST(kind AS text)"),
        ("occurred_at", "occurred_at AT TIME ZONE 'UTC'"),
        ("channel", "NULLIF(CAST(channel AS text), '')"),
        ("amount", "amount"),
        ("currency", "NULLIF(CAST(currency AS text), '')"),
        ("millionths", "CASE WHEN ABS(quantity) < 1000000000000 THEN CAST(quantity * 1000000 AS bigint) END"),
        ("refers_kind", "NULLIF(CAST(refers_kind AS text), '')"),
        ("refers_id", "refers_id"),
        ("product_id", _PRODUCT),
        ("attrs", "CAST(attrs AS text)"),
        _XID,
    ),
    monthly=True,
)

ATTRIBUTES = (
    ("kind", "CAST(kind AS text)"),
    ("name", "NULLIF(CAST(name AS text), '')"),
    ("country", "NULLIF(CAST(country AS text), '')"),
    ("province", "NULLIF(CAST(province AS text), '')"),
    ("city", "NULLIF(CAST(city AS text), '')"),
    ("district", "NULLIF(CAST(district AS text), '')"),
    ("industry", "NULLIF(CAST(industry AS text), '')"),
    ("employees", "employees"),
    ("gender", "NULLIF(CAST(gender AS text), '')"),
    ("birthday", "birthday"),
    ("source", "NULLIF(CAST(source AS text), '')"),
    ("owner_id", "CAST(owner_id AS bigint)"),
    ("tags", "NULLIF(CAST(tags AS text[]), CAST('{}' AS text[]))"),
    ("custom", "CAST(NULLIF(custom, CAST('{}' AS jsonb)) AS text)"),  # fields of the organisation's own, a JSON object
    ("created_at", "created_at AT TIME ZONE 'UTC'"),
    ("archived_at", "archived_at AT TIME ZONE 'UTC'"),
)

CUSTOMERS = Dataset("customers", "customers_customer", (("customer_id", "id"), *ATTRIBUTES, _XID))

DATASETS = (FACTS, CUSTOMERS)

# Small tables that rules ask for; a run that needs one reads it whole.
PRODUCTS = Dataset(
    "products",
    "commerce_product",
    (("id", "id"), ("sku", "CAST(sku AS text)"), ("category", "NULLIF(CAST(category AS text), '')")),
)
ASSIGNMENTS = Dataset(
    "assignments",
    "classification_assignment",
    (
        ("customer_id", "customer_id"),
        ("scheme_id", "CAST(track AS integer)"),
        ("class_id", "CAST(class_id AS integer)"),
        ("from_us", "CAST(EXTRACT(EPOCH FROM valid_from) * 1000000 AS bigint)"),
        ("to_us", "CAST(EXTRACT(EPOCH FROM valid_to) * 1000000 AS bigint)"),
    ),
)

# What models say of customers, of the runs in use, one row each: a view. Chances are whole percent: they compare
# alike everywhere. A column is asked for by the trait of its name.
FINDINGS = Dataset(
    "findings",
    "analytics_finding",
    (
        ("customer_id", "customer_id"),
        ("clv", "clv"),
        ("p_alive", "p_alive"),
        ("churn_risk", "churn_risk"),
        ("potential", "potential"),
        ("next_offer", "NULLIF(next_offer, CAST('{}' AS text[]))"),
        ("next_category", "NULLIF(next_category, CAST('{}' AS text[]))"),
    ),
)
FINDING_TYPES = {
    "clv": "BIGINT", "p_alive": "INTEGER", "churn_risk": "INTEGER", "potential": "BIGINT", "next_offer": "TEXT[]",
    "next_category": "TEXT[]",
}  # fmt: skip
