"""What rules ask of the record of classes: the class held now, and stays without a break."""

from datetime import UTC, datetime, timedelta

from sqlglot import exp

from zhike.engine import sql
from zhike.engine.rules.ast import InClass
from zhike.engine.rules.measures import Part
from zhike.engine.rules.needs import Needs, need_column
from zhike.engine.rules.windows import Moment

NAME = "need_standing"
_HELD = "MAX(class_id) FILTER (WHERE scheme_id = :scheme AND to_us IS NULL)"
_STAYED = (
    "COALESCE(SUM(LEAST(COALESCE(to_us, :last), :last) - GREATEST(from_us, :first)) FILTER (WHERE scheme_id = :scheme"
    " AND class_id IN (:classes) AND from_us < :last AND (to_us IS NULL OR to_us > :first)), 0) >= :long"
)


def standing_part(needs: Needs, moment: Moment, rows: exp.Expr) -> Part:
    """Return classes held and stays, from rows of customer_id, scheme_id, class_id, from_us, to_us (NULL: until now).

    The times are microseconds since 1970. A class held is the one on record now. A stay of n days means: in one of the
    classes all through the n days before D.
    """
    shown: list[exp.Expr] = [sql.column("customer_id")]
    for scheme_id in needs.held:
        held = sql.tree(_HELD, scheme=sql.integer(scheme_id))
        shown.append(exp.cast(held, "INTEGER").as_(f"class_{scheme_id}", quoted=True))
    shown += [_stayed(one, moment).as_(need_column(one), quoted=True) for one in needs.stays]
    schemes = dict.fromkeys([*needs.held, *(one.scheme_id for one in needs.stays)])
    asked = exp.In(this=sql.column("scheme_id"), expressions=[sql.integer(one) for one in schemes])
    found = exp.select(*shown).from_(rows, copy=False).where(asked, copy=False)
    columns = tuple(one.alias for one in shown[1:])
    return Part(NAME, columns, found.group_by(sql.column("customer_id"), copy=False))


def _stayed(leaf: InClass, moment: Moment) -> exp.Expr:
    first = _micro(moment.start_of(moment.as_of - timedelta(days=leaf.days)))
    last = _micro(moment.start_of(moment.as_of))
    found = sql.tree(
        _STAYED, first=sql.integer(first), last=sql.integer(last), long=sql.integer(last - first),
        scheme=sql.integer(leaf.scheme_id), classes=sql.text("classes"),
    )  # fmt: skip
    for one in found.find_all(exp.In):
        one.set("expressions", [sql.integer(each) for each in leaf.class_ids])
    return found


def _micro(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp()) * 1_000_000
