"""What custom fields refuse. Sentences name the field as its organisation calls it."""

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Forbidden, Invalid, NotFound, Refusal

if TYPE_CHECKING:
    from zhike.customers.custom_fields.rules import Definition


class FieldInvalid(Invalid):
    """A value does not fit a field. `field` is the name under which forms and the API know it."""

    code = "customers.field_invalid"

    def __init__(self, definition: "Definition", **facts: object) -> None:
        english = (get_language() or "").startswith("en")
        name = (definition.en or definition.zh) if english else (definition.zh or definition.en)
        super().__init__(name=name, key=definition.key, **facts)
        self.field = definition.name


class FieldMissing(FieldInvalid):
    code = "customers.field_missing"
    sentence = _("{name} is required. Fill it in.")


class FieldTooLong(FieldInvalid):
    code = "customers.field_too_long"
    sentence = _("{name} has {length} characters; {limit} fit. Shorten it.")


class NotOfPattern(FieldInvalid):
    code = "customers.field_pattern"
    sentence = _("“{value}” is not written as {name} must be. Compare it with the note at the field.")


class NotANumber(FieldInvalid):
    code = "customers.field_not_a_number"
    sentence = _("“{value}” is not a number that fits {name}. Write digits such as 1280.5.")


class TooManyDecimals(FieldInvalid):
    code = "customers.field_decimals"
    sentence = _("{name} takes {decimals} decimal places at most. Round it.")


class TooSmall(FieldInvalid):
    code = "customers.field_too_small"
    sentence = _("{name} begins at {limit}. Correct it.")


class TooLarge(FieldInvalid):
    code = "customers.field_too_large"
    sentence = _("{name} ends at {limit}. Correct it.")


class AmountOutOfBounds(FieldInvalid):
    code = "customers.field_amount"
    sentence = _("The amount of {name} lies outside of what is allowed. Correct it.")


class NotADay(FieldInvalid):
    code = "customers.field_not_a_day"
    sentence = _("“{value}” is not a day for {name}. Write it like 2026-03-08.")


class NoSuchChoice(FieldInvalid):
    code = "customers.field_no_such_choice"
    sentence = _("“{value}” is not among the choices of {name}. Choose one of them.")


class NotYesOrNo(FieldInvalid):
    code = "customers.field_not_yes_or_no"
    sentence = _("“{value}” is neither yes nor no in {name}.")


class NoSuchReference(FieldInvalid):
    code = "customers.field_no_such_reference"
    sentence = _("“{value}” cannot be found for {name}. Choose another.")


class FormulaIsComputed(FieldInvalid):
    code = "customers.field_is_computed"
    sentence = _("{name} is computed; change what it is computed from.")


class FieldIsArchived(FieldInvalid):
    code = "customers.field_is_archived"
    sentence = _("{name} is archived. Restore the field before you write into it.")


class FieldTaken(FieldInvalid):
    code = "customers.field_taken"
    status = 409
    sentence = _("Another customer has “{value}” in {name} already. Look that one up, or correct it.")


class NoSuchField(NotFound):
    code = "customers.no_such_field"
    sentence = _("There is no field “{key}”.")


class UnknownField(Invalid):
    code = "customers.unknown_field"
    sentence = _("There is no field “{key}”. These exist: {known}.")
    field = "fields"


class MayNotSeeField(Forbidden):
    code = "customers.may_not_see_field"
    sentence = _("Your role does not show personal fields in full. Ask an administrator for the right.")


class FieldKeyWrong(Invalid):
    code = "customers.field_key_wrong"
    sentence = _("“{key}” cannot be a key: begin with a small letter; then small letters, digits and _ up to 40.")
    field = "key"


class FieldKeyTaken(Refusal):
    code = "customers.field_key_taken"
    sentence = _("A field has the key “{key}” already, perhaps an archived one. Choose another.")
    field = "key"


class FieldNameMissing(Invalid):
    code = "customers.field_name_missing"
    sentence = _("A field needs a name in at least one language.")
    field = "name_zh"


class FieldTypeFixed(Refusal):
    code = "customers.field_type_fixed"
    sentence = _("{count} customers have a value in {name}, so its type stays. Archive it and make another field.")
    field = "type"


class FieldInUse(Refusal):
    code = "customers.field_in_use"
    sentence = _("{name} is used by {uses}. Take it out there first.")


class FieldNotArchived(Refusal):
    code = "customers.field_not_archived"
    sentence = _("{name} is in use. Archive it first; removing takes its values away for good.")


class ChoicesMissing(Invalid):
    code = "customers.choices_missing"
    sentence = _("A choice needs something to choose from. Write one per line.")
    field = "choices"


class ChoiceWrong(Invalid):
    code = "customers.choice_wrong"
    sentence = _("Line {line} of the choices cannot be read: write key = 中文 = English, keys in small letters.")
    field = "choices"


class TooManyFields(Refusal):
    code = "customers.too_many_fields"
    sentence = _("There are {limit} fields already; more make forms that nobody fills in. Archive some first.")


class ChoicesInUse(Refusal):
    code = "customers.choices_in_use"
    sentence = _("{count} customers have “{choice}”, so it stays. Mark it with # to retire it.")
    field = "choices"


class UniqueUnfit(Invalid):
    code = "customers.unique_unfit"
    sentence = _("Only texts can be unique. Make it a text field.")
    field = "unique"


class ValuesNotUnique(Refusal):
    code = "customers.values_not_unique"
    sentence = _("{count} values in {name} belong to more than one customer. Correct them, then make it unique.")
    field = "unique"


class LimitsWrong(Invalid):
    code = "customers.limits_wrong"
    sentence = _("The limits of {name} cannot be read, or the least is above the most. Correct them.")
    field = "least"


class CustomersBusy(Refusal):
    code = "customers.busy"
    sentence = _("Customers are being written just now, by an import perhaps. Try again in a minute.")


class FormulaWrong(Invalid):
    code = "customers.formula_wrong"
    sentence = _("The formula cannot be read at “{at}” (character {place}). {reason}")
    field = "formula"


class FormulaUnfinished(FormulaWrong):
    sentence = _("The formula ends too early: something is missing at its end, or a bracket is still open.")


class FormulaCircle(Invalid):
    code = "customers.formula_circle"
    sentence = _("These formulas ask for each other in a circle: {circle}. Break it.")
    field = "formula"
