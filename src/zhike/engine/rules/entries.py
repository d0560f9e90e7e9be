"""Entries of a JSON object that a column holds as text: fields that an organisation added."""

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.traits import TraitType

_NUMBER = r"^-?[0-9]{1,18}([.][0-9]{1,12})?$"


def entry_text(held: exp.Expr, path: str) -> exp.Expr:
    """Return an entry of a JSON object that a column holds as text."""
    return _entry(exp.cast(held, "JSON"), path)


def number_text(held: exp.Expr, path: str) -> exp.Expr:
    """Return the text of an entry that reads as a number, else NULL; for DuckDB and Spark, which read JSON in text."""
    text = _entry(held, path)
    reads = exp.RegexpLike(this=text.copy(), expression=sql.text(_NUMBER))
    return exp.Case(ifs=[exp.If(this=reads, true=text)])


def _entry(held: exp.Expr, path: str) -> exp.Expr:
    name = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=path)])
    return exp.JSONExtractScalar(this=held, expression=name, only_json_types=True)


def entry_value(text: exp.Expr, kind: TraitType) -> exp.Expr:
    """Return an entry in a trait's type; unknown where it does not read so, as no database may stumble over it."""
    if kind is TraitType.DATE:
        return _read_as(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "DATE")
    if kind in (TraitType.NUMBER, TraitType.MONEY):
        return _read_as(text, _NUMBER, "DECIMAL(38, 12)")
    return text


def _read_as(text: exp.Expr, pattern: str, kind: str) -> exp.Expr:
    reads = exp.RegexpLike(this=text.copy(), expression=sql.text(pattern))
    return exp.Case(ifs=[exp.If(this=reads, true=exp.cast(text, kind))])
