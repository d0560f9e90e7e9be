from collections.abc import Mapping

from zhike.customers.custom_fields.definitions import name_of, read_fields


def list_personal_traits() -> Mapping[str, str]:
    """Return what rules call the fields that are marked as personal, each with its name in the reader's language."""
    return {one.name: name_of(one) for one in read_fields().values() if one.personal}
