"""The rule language as a JSON Schema (2020-12), for programs that make rules."""

from typing import Any

from zhike.engine.rules.ast import Against, Measured, Op, Unit
from zhike.engine.rules.check import MAX_DEPTH, MAX_LEAVES
from zhike.engine.rules.check_facts import MOST_TESTS
from zhike.engine.rules.document import READABLE
from zhike.engine.rules.values import MAX_TEXT, MAX_VALUES, MOST_DAYS

LIMITS = {"depth": MAX_DEPTH, "leaves": MAX_LEAVES, "values": MAX_VALUES, "text": MAX_TEXT, "days": MOST_DAYS}
_NODE = {"$ref": "#/$defs/node"}
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_DAY = {"type": "string", "format": "date"}
_SCALAR = {"type": ["string", "integer", "number"]}
_VALUE = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "maxItems": MAX_VALUES}]}
_OP = {"enum": [str(one) for one in Op]}
_UNIT = {"enum": [str(one) for one in Unit]}
_WHERE = {"type": "array", "items": {"$ref": "#/$defs/test"}, "maxItems": MOST_TESTS}
_WINDOW = {"$ref": "#/$defs/window"}


def _object(needed: dict[str, Any], **allowed: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": needed | allowed,
        "required": list(needed),
        "additionalProperties": False,
    }


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule document. Which comparisons and values fit a trait is `check_rule`'s."""
    group = {"type": "array", "items": _NODE, "maxItems": MAX_LEAVES}
    happening = _object({"fact": _TEXT}, where=_WHERE)
    measure = {"enum": [str(one) for one in Measured]}
    nodes = [
        _object({"all": group}),
        _object({"any": group}),
        _object({"not": _NODE}),
        _object({"trait": _TEXT, "op": _OP}, value=_VALUE),
        _object({"scheme": _WHOLE, "classes": {"type": "array", "items": _WHOLE, "minItems": 1}}, days=_WHOLE),
        _object(
            {"fact": _TEXT, "op": _OP},
            value=_VALUE,
            measure=measure,
            property=_TEXT,
            where=_WHERE,
            window=_WINDOW,
            against={"enum": [str(one) for one in Against]},
        ),
        _object({"first": happening, "then": happening, "within_days": _WHOLE}, window=_WINDOW),
        _object({"bucket": _TEXT, "from": _SCALAR, "to": _SCALAR}),
    ]
    windows = [
        _object({"last": {"type": "integer", "minimum": 1}}, unit=_UNIT),
        _object({"calendar": _UNIT}, back={"type": "integer", "minimum": 0}),
        _object({}, **{"from": _DAY, "to": _DAY}),
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object({"version": {"enum": list(READABLE)}, "rule": _NODE}),
        "$defs": {
            "node": {"oneOf": nodes},
            "test": _object({"property": _TEXT, "op": _OP}, value=_VALUE),
            "window": {"oneOf": windows},
        },
    }
