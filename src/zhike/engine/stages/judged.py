"""Scores and classes over the customer table, in layers: scores first, then schemes in the order of who asks whom."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.measures import Part, join_parts
from zhike.engine.schemes import in_order
from zhike.engine.stages.classes import class_expression
from zhike.engine.stages.scores import CutPoints, score_expressions
from zhike.engine.stages.setting import Setting, class_column
from zhike.engine.work import ATTRIBUTE_COLUMNS

OLD = "old_"
FOLLOWING = ("lifecycle", "value_tier", "rfm")  # a few comparisons of the state with literals


def class_columns(setting: Setting) -> dict[str, str]:
    """Return the columns of the schemes' classes, with their types."""
    return {class_column(spec.id): "INTEGER" for spec in setting.schemes}


def kept_classes(setting: Setting) -> dict[str, str]:
    """Return the class columns that are stored, with their types; the others follow from state and cut points."""
    return {class_column(spec.id): "INTEGER" for spec in setting.schemes if spec.kind not in FOLLOWING}


def result_columns(setting: Setting) -> dict[str, str]:
    """Return the columns that judging makes, with their types."""
    return dict.fromkeys(setting.all_score_columns(), "TINYINT") | class_columns(setting)


def scored(source: exp.Expr, columns: Sequence[str], setting: Setting, points: CutPoints) -> exp.Select:
    """Return columns of a table or subquery with what the cut points decide beside: scores, and classes not kept."""
    scores = score_expressions(setting, points)
    rows = exp.select(*map(sql.column, columns), *_named(scores)).from_(source, copy=False)
    found = {
        class_column(spec.id): class_expression(spec, setting, points)
        for spec in setting.schemes
        if spec.kind in FOLLOWING
    }
    return exp.select("*", *_named(found)).from_(sql.aside(rows, "inner"), copy=False)


def attributes_read(setting: Setting) -> list[str]:
    """Return the attributes that the schemes' classes are made from."""
    weighed = any(spec.kind in ("priority", "strategic") for spec in setting.schemes)
    plain = [spec for spec in setting.schemes if spec.kind in ("attribute", "rule")]
    trees = [class_expression(spec, setting, CutPoints(setting.as_of)) for spec in plain]
    names = {column.name for one in trees for column in one.find_all(exp.Column)}
    return [name for name in ATTRIBUTE_COLUMNS if weighed or name in names]


def judged(
    source: exp.Expr,
    columns: Sequence[str],
    setting: Setting,
    points: CutPoints,
    *,
    keep_old: bool = False,
    parts: Sequence[Part] = (),
    keep_needs: bool = False,
) -> exp.Select:
    """Return `columns` of a table or subquery with scores and classes beside them.

    :param columns: attributes and state; not the results of an earlier judging.
    :param keep_old: also give the table's present results, as `old_…`.
    :param parts: what rules need beyond the columns, to be joined; without it their leaves are not met.
    :param keep_needs: give the columns of the needs too.
    """
    results = result_columns(setting)
    needs = setting.needs.columns
    shown: list[str] = [*columns, *needs]
    given = {name for part in parts for name in part.columns}
    rows = exp.select(*map(sql.column, columns)).from_(source, copy=False)
    for name, kind in needs.items():
        held = sql.column(name) if name in given else sql.null(kind).as_(name, quoted=True)
        rows = rows.select(held, copy=False)
    rows = join_parts(rows, parts)
    if keep_old:
        rows = rows.select(*[sql.column(name).as_(OLD + name, quoted=True) for name in results], copy=False)
        shown += [OLD + name for name in results]
    rows = rows.select(*_named(score_expressions(setting, points)), copy=False)
    shown += setting.all_score_columns()
    for layer in in_order(setting.schemes):
        made = {class_column(spec.id): class_expression(spec, setting, points) for spec in layer}
        rows = exp.select(*map(sql.column, shown), *_named(made)).from_(sql.aside(rows, "inner"), copy=False)
        shown += made
    if needs and not keep_needs:
        kept = [sql.column(name) for name in shown if name not in needs]
        rows = exp.select(*kept).from_(sql.aside(rows, "inner"), copy=False)
    return rows


def changed_only(rows: exp.Select, names: Sequence[str]) -> exp.Select:
    """Return those of `judged(keep_old=True)` where these results differ from the present ones: these, new and old."""
    differs = [exp.NullSafeNEQ(this=sql.column(name), expression=sql.column(OLD + name)) for name in names]
    shown = [sql.column(name) for name in ("customer_id", *names, *(OLD + name for name in names))]
    other = exp.or_(*differs, copy=False) if differs else exp.false()  # of no type at all nobody has another class
    return exp.select(*shown).from_(sql.aside(rows, "inner"), copy=False).where(other, copy=False)


def _named(expressions: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(value, name, quoted=True, copy=False) for name, value in expressions.items()]
