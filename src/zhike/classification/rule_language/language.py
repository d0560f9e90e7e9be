"""What the rule language offers here: traits, facts and properties with their names and what they compare with."""

from typing import Any

from zhike.classification.schemes.fact_words import property_name
from zhike.classification.schemes.trait_choices import choices_of
from zhike.classification.schemes.words import op_label, trait_label
from zhike.customers.public import fact_kinds
from zhike.engine.public import (
    LIMITS,
    OPS,
    RULE_VERSION,
    Against,
    Measured,
    Op,
    TraitType,
    Unit,
    fact_properties,
    rule_schema,
    traits,
)


def describe_language() -> dict[str, Any]:
    """Return the language in the reader's language, for editors and other programs."""
    return {
        "version": RULE_VERSION,
        "traits": [
            {
                "key": one.key,
                "label": str(trait_label(one.key)),
                "type": str(one.type),
                "form": str(one.form),
                "ops": [str(op) for op in OPS[one.type]],
                "choices": choices_of(one.key),
            }
            for one in traits
        ],
        "facts": [{"key": one.key, "label": str(one.label)} for one in fact_kinds],
        "properties": [
            {
                "key": one.key,
                "label": property_name(one.key),
                "type": str(one.type),
                "ops": [str(op) for op in OPS[one.type]],
            }
            for one in fact_properties
        ],
        "measures": [str(one) for one in Measured],
        "against": [str(one) for one in Against],
        "units": [str(one) for one in Unit],
        "ops": {str(one): str(op_label(one, TraitType.TEXT)) for one in Op},
        "limits": LIMITS,
        "document": rule_schema(),
    }
