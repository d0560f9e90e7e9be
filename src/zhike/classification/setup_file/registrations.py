from .policy_section import apply_policies, export_policies
from .scheme_section import apply_schemes, export_schemes
from .sections import SetupSection, setup_sections


def register() -> None:
    for key, export, apply in (
        ("schemes", export_schemes, apply_schemes),
        ("policies", export_policies, apply_policies),
    ):
        setup_sections.add(key, SetupSection(key, export, apply))
