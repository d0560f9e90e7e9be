"""SQL as trees: read once from fixed text, filled with typed values and quoted names, then written for a dialect.

No value and no name is ever joined into text here: a `:name` in a statement takes a tree.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sqlglot import exp, parse_one

DUCKDB = "duckdb"
POSTGRES = "postgres"


@lru_cache(maxsize=512)
def _read(text: str, dialect: str) -> exp.Expr:
    return parse_one(text, dialect=dialect)


def tree(text: str, *, dialect: str = DUCKDB, **parts: exp.Expr) -> exp.Expr:
    """Return the tree of fixed SQL text with every `:name` replaced by the part of that name."""
    return exp.replace_placeholders(_read(text, dialect), **{name: part.copy() for name, part in parts.items()})


def query(text: str, *, dialect: str = DUCKDB, **parts: exp.Expr) -> exp.Select:
    """Return `tree` for a text that is one SELECT.

    :raises TypeError: if it is another statement.
    """
    found = tree(text, dialect=dialect, **parts)
    if not isinstance(found, exp.Select):
        raise TypeError(f"not a SELECT: {text}")
    return found


def emit(statement: exp.Expr, dialect: str = DUCKDB, *, spent: bool = False) -> str:
    """Return the text of a tree, every identifier quoted. A `spent` tree is not used again: it need not be copied."""
    return statement.sql(dialect=dialect, identify=True, copy=not spent)


def column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def table(name: str, database: str | None = None) -> exp.Table:
    return exp.table_(name, db=database, quoted=True)


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def integer(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def day(value: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(value.isoformat()), "DATE")


def instant(value: datetime) -> exp.Expr:
    """Return a literal without zone; `value` is in UTC and so are the mirrored columns that it meets."""
    return exp.cast(exp.Literal.string(value.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")


def number(value: int | Decimal) -> exp.Expr:
    """Return a number literal written out in full; both dialects compare it as an exact decimal."""
    return exp.Literal.number(f"{value:f}" if isinstance(value, Decimal) else str(value))


def null(kind: str) -> exp.Expr:
    return exp.cast(exp.Null(), kind)


def create_table(name: str, rows: exp.Expr, *, temporary: bool = False) -> exp.Expr:
    properties = exp.Properties(expressions=[exp.TemporaryProperty()]) if temporary else None
    return exp.Create(this=table(name), kind="TABLE", expression=rows, properties=properties)


def drop_table(name: str) -> exp.Expr:
    return exp.Drop(tables=[table(name)], kind="TABLE", exists=True)


def insert(name: str, rows: exp.Expr) -> exp.Expr:
    return exp.Insert(this=table(name), expression=rows)


def update_from(name: str, source: str, columns: Iterable[str], *, key: str) -> exp.Expr:
    """Return an UPDATE that copies `columns` of table `source` into table `name` where the key is the same."""
    return exp.Update(
        this=table(name),
        expressions=[exp.EQ(this=column(one), expression=column(one, source)) for one in columns],
        from_=exp.From(this=table(source)),
        where=exp.Where(this=exp.EQ(this=column(key, name), expression=column(key, source))),
    )


def aside(rows: exp.Expr, name: str) -> exp.Subquery:
    """Return a query to stand where a table stands, under a name."""
    return exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def parquet(paths: Iterable[str]) -> exp.Expr:
    """Return a table of Parquet files, to stand where a table name stands."""
    files = exp.Array(expressions=[exp.Literal.string(path) for path in paths])
    return exp.Anonymous(this="read_parquet", expressions=[files])


def copy_to_parquet(rows: exp.Expr, path: str, *, partition: str = "", name: str = "") -> exp.Expr:
    """Return a COPY of a query into one Parquet file, or into a folder of files split by the column `partition`.

    `name` is the pattern of the files' names in a folder. The statement answers one row a file: path, rows, ….
    """
    given = {"FORMAT": exp.var("parquet"), "COMPRESSION": exp.var("zstd"), "RETURN_STATS": exp.true()}
    if partition:
        given |= {
            "PARTITION_BY": exp.paren(column(partition)),
            "FILENAME_PATTERN": exp.Literal.string(name),
            "OVERWRITE_OR_IGNORE": exp.true(),
        }
    parameters = [exp.CopyParameter(this=exp.var(key), expression=value) for key, value in given.items()]
    return exp.Copy(this=exp.Subquery(this=rows), kind=False, files=[exp.Literal.string(path)], params=parameters)
