"""What Spark says otherwise than DuckDB: all of it, and nothing else may be emitted.

The stages and rules are trees in DuckDB's words. Here each of the few words that Spark lacks or means otherwise is put
in Spark's; a tree that holds a word which was never tried on both engines is refused. Days and instants are moved and
subtracted by functions only: of `day - day` DuckDB makes a number and Spark an interval, silently.
"""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.compile import ALLOWED as OF_RULES

SPARK = "spark"
FUNCTIONS = {
    "SLICE", "SORT_ARRAY", "GET", "DATE_DIFF", "TIMESTAMPADD", "ARRAY_CONTAINS", "GET_JSON_OBJECT", "SCHEMA_OF_VARIANT",
    "TRY_VARIANT_GET", "TRY_PARSE_JSON", "STARTSWITH",
}  # fmt: skip
ALLOWED = (
    *OF_RULES, exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit,
    exp.Subquery, exp.TableAlias, exp.Table, exp.Alias, exp.Star, exp.Distinct, exp.Union, exp.Filter, exp.Count,
    exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Abs, exp.ArrayAgg, exp.LogicalOr, exp.Greatest, exp.Least, exp.Sub,
    exp.IntDiv, exp.NEQ, exp.Window, exp.WindowSpec, exp.RowNumber, exp.Qualify, exp.PercentileDisc, exp.WithinGroup,
    exp.TryCast, exp.Between,
)  # fmt: skip
_NEVER = (exp.Any, exp.JSONExtractScalar, exp.JSONPath)  # of rules, and put otherwise here
_WIDE = "DECIMAL(38, 6)"
_NARROW = {"amount", "times"}  # sums that fit 64 bits, or fail aloud: the hot ones
_DAY = re.compile(r"(.*_)?day|birthday|occurred_at|created_at|latest")
_KEY = re.compile(r"[\w.:-]+")

type View = Callable[[list[str]], str]


class NotForSpark(TypeError):
    """A stage or rule uses a word that was never shown to mean the same on Spark: a mistake of ours, not a refusal."""


def spark_text(tree: exp.Expr, view: View) -> str:
    """Return Spark SQL for a tree in DuckDB's words; every identifier is quoted.

    :param view: gives the name of the table that stands for a list of Parquet files.
    :raises NotForSpark: if the tree holds anything else than what is known to mean the same.
    """

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Anonymous) and node.name.lower() == "read_parquet":
            return sql.table(view([one.name for one in node.expressions[0].expressions]))
        maker = _WORDS.get(type(node))
        return maker(node) if maker else node

    found = tree.copy()
    for node in reversed(list(found.walk())):  # what stands inside is put first
        other = put(node)
        if node is found:
            found = other
        elif other is not node:
            node.replace(other)
    _check(found)
    return found.sql(dialect=SPARK, identify=True)


def _check(found: exp.Expr) -> None:
    for node in found.walk():
        if isinstance(node, exp.Anonymous) and node.name.upper() in FUNCTIONS:
            continue
        if not isinstance(node, ALLOWED) or isinstance(node, _NEVER) or node.args.get("count"):
            raise NotForSpark(f"never tried on Spark: {node.sql(dialect=SPARK)}")
        if isinstance(node, exp.Add | exp.Sub):
            for side in (node.left, node.right):
                if isinstance(side, exp.Column) and _DAY.fullmatch(side.name):
                    raise NotForSpark(f"arithmetic on a day or an instant: {node.sql(dialect=SPARK)}")


def _function(name: str, *parts: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(parts))


def _days_between(node: exp.Expr) -> exp.Expr:
    if node.text("unit").upper() != "DAY":
        raise NotForSpark(f"only days are counted between days: {node.sql()}")
    return _function("DATE_DIFF", node.this, node.expression)


def _moved(node: exp.Expr) -> exp.Expr:
    """An instant and a stretch of time: `TIMESTAMPADD`."""
    span = node.expression
    if not isinstance(span, exp.Interval):
        return node
    number = int(span.name) * (-1 if isinstance(node, exp.Sub) else 1)
    return _function("TIMESTAMPADD", exp.var(span.text("unit")), sql.integer(number), node.this)


def _greatest(node: exp.Expr) -> exp.Expr:
    """`MAX(x, n)`, with or without a filter: the n greatest, the greatest first; none is an empty list."""
    inner = node.this if isinstance(node, exp.Filter) else node
    if not isinstance(inner, exp.Max) or inner.args.get("count") is None:
        return node
    count = inner.args["count"]
    listed: exp.Expr = exp.ArrayAgg(this=inner.this)
    if isinstance(node, exp.Filter):
        listed = exp.Filter(this=listed, expression=node.expression)
    elif isinstance(node.parent, exp.Filter):
        return node  # put together with its filter
    return _function("SLICE", _function("SORT_ARRAY", listed, exp.false()), sql.integer(1), count)


def _member(node: exp.Expr) -> exp.Expr:
    """A member of a list by place; none there is NULL, where Spark's brackets fail."""
    return _function("GET", node.this, node.expressions[0])


def _in_list(node: exp.Expr) -> exp.Expr:
    if not isinstance(node.expression, exp.Any):
        return node
    return _function("ARRAY_CONTAINS", node.expression.this.unnest(), node.this)


def _matches(node: exp.Expr) -> exp.Expr:
    r"""Java's `$` stands before a last line break too; `\z` only at the end, as `$` does elsewhere."""
    pattern = node.expression.name
    if pattern.endswith("$"):
        pattern = pattern[:-1] + r"\z"
    return exp.RegexpLike(this=node.this, expression=sql.text(pattern))


def _path(key: str) -> exp.Expr:
    if not _KEY.fullmatch(key):
        raise NotForSpark(f"no name of a JSON entry: {key!r}")
    return sql.text(f"$['{key}']")


def _entry(node: exp.Expr) -> exp.Expr:
    held = node.this.this if isinstance(node.this, exp.Cast) else node.this
    key = node.expression.expressions[-1] if isinstance(node.expression, exp.JSONPath) else node.expression
    return _function("GET_JSON_OBJECT", held, _path(key.name))


def _entry_type(node: exp.Expr) -> exp.Expr:
    """The type of a JSON entry, in DuckDB's names where a rule asks for one."""
    variant = _function("TRY_PARSE_JSON", node.this)
    entry = _function("TRY_VARIANT_GET", variant, _path(node.expression.name), sql.text("variant"))
    kind = _function("SCHEMA_OF_VARIANT", entry)
    cases = exp.Case()
    for starts, name in (("STRING", "VARCHAR"), ("DECIMAL", "DOUBLE"), ("FLOAT", "DOUBLE")):
        cases = cases.when(_function("STARTSWITH", kind.copy(), sql.text(starts)), sql.text(name), copy=False)
    return cases.else_(kind, copy=False)


def _sum(node: exp.Expr) -> exp.Expr:
    """DuckDB sums whole numbers in 128 bits."""
    if isinstance(node.this, exp.Column) and node.this.name in _NARROW:
        return node
    return exp.Sum(this=exp.cast(node.this, _WIDE))


def _percentile(node: exp.Expr) -> exp.Expr:
    order = exp.Order(expressions=[exp.Ordered(this=node.this)])
    return exp.WithinGroup(this=exp.PercentileDisc(this=node.expression), expression=order)


def _type(node: exp.Expr) -> exp.Expr:
    """Instants are without a zone, in UTC, as the files have them."""
    return exp.DataType.build("TIMESTAMP_NTZ", dialect=SPARK) if node.this == exp.DType.TIMESTAMP else node


_WORDS: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.DataType: _type,
    exp.DateDiff: _days_between,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.Filter: _greatest,
    exp.Max: _greatest,
    exp.Bracket: _member,
    exp.EQ: _in_list,
    exp.RegexpLike: _matches,
    exp.JSONExtractScalar: _entry,
    exp.JSONType: _entry_type,
    exp.Sum: _sum,
    exp.PercentileDisc: _percentile,
}
