"""Scores and classes over the customer table, in layers: scores first, then schemes in the order of who asks whom."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.schemes import in_order
from zhike.engine.stages.classes import class_expression
from zhike.engine.stages.scores import CutPoints, score_expressions
from zhike.engine.stages.setting import Setting, class_column

OLD = "old_"


def result_columns(setting: Setting) -> dict[str, str]:
    """Return the columns that judging makes, with their types."""
    scores = dict.fromkeys(setting.all_score_columns(), "TINYINT")
    return scores | {class_column(spec.id): "INTEGER" for spec in setting.schemes}


def judged(
    source: exp.Expr, columns: Sequence[str], setting: Setting, points: CutPoints, *, keep_old: bool
) -> exp.Select:
    """Return `columns` of a table or subquery with scores and classes beside them.

    :param columns: attributes and state; not the results of an earlier judging.
    :param keep_old: also give the table's present results, as `old_…`.
    """
    results = result_columns(setting)
    shown: list[str] = list(columns)
    rows = exp.select(*map(sql.column, columns)).from_(source, copy=False)
    if keep_old:
        rows = rows.select(*[sql.column(name).as_(OLD + name, quoted=True) for name in results], copy=False)
        shown += [OLD + name for name in results]
    rows = rows.select(*_named(score_expressions(setting, points)), copy=False)
    shown += setting.all_score_columns()
    for layer in in_order(setting.schemes):
        made = {class_column(spec.id): class_expression(spec, setting, points) for spec in layer}
        rows = exp.select(*map(sql.column, shown), *_named(made)).from_(sql.aside(rows, "inner"), copy=False)
        shown += made
    return rows


def changed_only(rows: exp.Select, setting: Setting) -> exp.Select:
    """Return the rows of `judged(keep_old=True)` whose results differ from the present ones, results and old only."""
    names = list(result_columns(setting))
    differs = [exp.NullSafeNEQ(this=sql.column(name), expression=sql.column(OLD + name)) for name in names]
    shown = [sql.column(name) for name in ("customer_id", *names, *(OLD + name for name in names))]
    return (
        exp.select(*shown).from_(sql.aside(rows, "inner"), copy=False).where(exp.or_(*differs, copy=False), copy=False)
    )


def _named(expressions: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(value, name, quoted=True, copy=False) for name, value in expressions.items()]
