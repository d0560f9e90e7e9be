"""Formulas as SQL, by fixed point as in `formulas.py`. Two words are put in each dialect's own way."""

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.postgres import Postgres
from sqlglot.dialects.spark import Spark
from sqlglot.generator import Generator

from zhike.engine import sql
from zhike.engine.rules.comparing import is_null
from zhike.engine.rules.entries import entry_text, entry_value, number_text
from zhike.engine.rules.formulas import BEYOND, PLACES, Fixed, Formula, Held, Joined, Steps
from zhike.engine.rules.traits import TraitType

_TYPE = f"DECIMAL(18, {PLACES})"
_WIDER = f"DECIMAL(19, {PLACES})"  # of one side: DuckDB then computes with 128 bits, Spark still loses no digit
_PLAIN: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


class Fitting(exp.Expression, exp.Func):
    """A number in millionths, half rounded away from zero; NULL where it does not fit. It is written once: of a word
    that names it twice, such as CASE, a long formula would double with every step.

    `text`: what the number stands in as text, NULL where it is none. DuckDB and Spark read that in one step, which
    costs DuckDB a fifth of two.
    """

    arg_types = {"this": True, "text": False}


class Quotient(exp.Expression, exp.Func):
    """A quotient of two `Fitting` numbers, cut off behind the seventh place; NULL where the divisor is 0."""

    arg_types = {"this": True, "expression": True}


WORDS: tuple[type[exp.Expr], ...] = (Fitting, Quotient, exp.Sub, exp.Least, exp.Greatest)


def formula_value(formula: Formula) -> exp.Expr:
    """Return a formula's rounded result as a decimal number."""
    return exp.cast(_value(formula.steps), f"DECIMAL(18, {formula.decimals})")


def formula_in_postgres(formula: Formula) -> str:
    """Return `formula_value` as PostgreSQL text, over the columns that it names."""
    return sql.emit(formula_value(formula), sql.POSTGRES)


def _value(steps: Steps) -> exp.Expr:
    match steps:
        case Fixed(millionths):
            whole, rest = divmod(abs(millionths), 10**PLACES)
            number = exp.Literal.number(f"{whole}.{rest:0{PLACES}d}")
            return Fitting(this=exp.Neg(this=number) if millionths < 0 else number)
        case Held(column, path):
            held = sql.column(column)
            if not path:
                return Fitting(this=held)
            entry = entry_value(entry_text(held, path), TraitType.NUMBER)
            return Fitting(this=entry, text=number_text(held, path))
    return _joined(steps)


def _joined(steps: Joined) -> exp.Expr:
    left, right = _value(steps.left), _value(steps.right)
    if steps.sign == "empty":
        return exp.Coalesce(this=left, expressions=[right])
    if steps.sign == "/":
        return Fitting(this=Quotient(this=left, expression=right))
    if steps.sign in _PLAIN:
        return Fitting(this=_PLAIN[steps.sign](this=left, expression=exp.cast(right, _WIDER)))
    there = exp.and_(exp.Not(this=is_null(left)), exp.Not(this=is_null(right)))
    word = exp.Least if steps.sign == "least" else exp.Greatest
    return exp.Case(ifs=[exp.If(this=there, true=word(this=left, expressions=[right]))])


def _fitting(self: Generator, node: exp.Expr) -> str:
    return f"TRY_CAST({self.sql(node, 'text') or self.sql(node, 'this')} AS {_TYPE})"


def _fitting_in_postgres(self: Generator, node: exp.Expr) -> str:
    held = f"LEAST(GREATEST(ROUND({self.sql(node, 'this')}, {PLACES}), -{BEYOND}), {BEYOND})"
    return f"NULLIF(NULLIF({held}, {BEYOND}), -{BEYOND})"


def _sides(self: Generator, node: exp.Expr) -> tuple[str, str]:
    """Return both sides as text whose quotient is the wanted one in units of the seventh place."""
    return f"{self.sql(node, 'this')} * {10 ** (2 * PLACES + 1)}", f"{self.sql(node, 'expression')} * {10**PLACES}"


def _quotient_in_duckdb(self: Generator, node: exp.Expr) -> str:
    """Sides of 18 digits would be multiplied in 64 bits; NULLIF and TRY are slower than to name the divisor twice."""
    above, below = (exp.cast(one, f"DECIMAL(24, {PLACES})") for one in (node.this, node.expression))
    whole = [f"CAST({side} AS HUGEINT)" for side in _sides(self, Quotient(this=above, expression=below))]
    return f"(CASE WHEN {self.sql(node, 'expression')} <> 0 THEN {' // '.join(whole)} END) * 0.0000001"


def _quotient_in_postgres(self: Generator, node: exp.Expr) -> str:
    above, below = _sides(self, node)
    return f"DIV({above}, NULLIF({below}, 0)) * 0.0000001"


def _quotient_in_spark(self: Generator, node: exp.Expr) -> str:
    """Its whole division gives 64 bits only, its other one rounds: what is left over is taken off before."""
    above, below = _sides(self, node)
    both = f"NAMED_STRUCT('n', CAST({above} AS DECIMAL(26, 0)), 'd', CAST({below} AS DECIMAL(20, 0)))"
    whole = "CASE WHEN s.d <> 0 THEN CAST((s.n - s.n % s.d) / s.d AS DECIMAL(26, 0)) END"
    return f"GET(TRANSFORM(ARRAY({both}), s -> {whole}), 0) * 0.0000001"


DuckDB.Generator.TRANSFORMS |= {Fitting: _fitting, Quotient: _quotient_in_duckdb}
Postgres.Generator.TRANSFORMS |= {Fitting: _fitting_in_postgres, Quotient: _quotient_in_postgres}
Spark.Generator.TRANSFORMS |= {Fitting: _fitting, Quotient: _quotient_in_spark}
