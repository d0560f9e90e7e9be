from .customer_sections import (
    apply_customer_fields,
    apply_customer_forms,
    export_customer_fields,
    export_customer_forms,
)
from .policy_section import apply_policies, apply_policy_order, export_policies, export_policy_order
from .scheme_section import apply_schemes, export_schemes
from .sections import SetupSection, setup_sections


def register() -> None:
    """In the order of applying: rules ask for fields, forms and policies name classes, owners follow the order."""
    for key, export, apply in (
        ("fields", export_customer_fields, apply_customer_fields),
        ("schemes", export_schemes, apply_schemes),
        ("forms", export_customer_forms, apply_customer_forms),
        ("policy_order", export_policy_order, apply_policy_order),
        ("policies", export_policies, apply_policies),
    ):
        setup_sections.add(key, SetupSection(key, export, apply))
