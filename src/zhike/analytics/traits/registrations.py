"""What models found, as traits of rules: schemes ask for it by the names of the engine's columns."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from zhike.commerce.public import list_categories, list_product_names
from zhike.engine.public import Trait, TraitType, traits


def register() -> None:
    for one in (
        Trait("clv", TraitType.MONEY, label=_("Value in the next 12 months")),
        Trait("p_alive", TraitType.NUMBER, label=_("Chance that they are still a customer (%)")),
        Trait("churn_risk", TraitType.NUMBER, label=_("Churn risk (%)")),
        Trait("potential", TraitType.MONEY, label=_("Potential value a year")),
        Trait("next_offer", TraitType.TAGS, label=_("Next product offered"), choices=list_product_names),
        Trait("next_category", TraitType.TAGS, label=_("Category of the next products"), choices=_categories),
    ):
        traits.add(one.key, one)


def _categories() -> Sequence[tuple[str, str]]:
    return [(one, one) for one in list_categories()]
