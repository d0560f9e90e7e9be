"""What other rooms may use of classification."""

from .assignments.actions import assign_class
from .assignments.figures import refresh_figures
from .assignments.forgetting import forget_customers
from .assignments.leaving import leave_classes
from .assignments.queries import get_metrics, list_class_ids
from .evaluation.actions import get_store, run_classification
from .evaluation.checking import check_store, rebuild_store
from .evaluation.schedule import run_soon
from .evaluation.specs import list_known_specs
from .events import ClassAssigned, ClassOverridden, CustomerClassified, CustomersClassified, SchemeApplied
from .policies.applying import find_applied_value
from .policies.kinds import FieldType, PolicyField, PolicyKind, personal_traits, policy_kinds
from .policies.samples import end_sample_policies, set_sample_policies
from .schemes.applying import apply_scheme
from .schemes.choosing import choose_schemes
from .schemes.installing import install_built_in_schemes
from .schemes.queries import SchemeInForce, list_schemes_in_force

__all__ = [
    "ClassAssigned",
    "ClassOverridden",
    "CustomerClassified",
    "CustomersClassified",
    "FieldType",
    "PolicyField",
    "PolicyKind",
    "SchemeApplied",
    "SchemeInForce",
    "apply_scheme",
    "assign_class",
    "check_store",
    "choose_schemes",
    "end_sample_policies",
    "find_applied_value",
    "forget_customers",
    "get_metrics",
    "get_store",
    "install_built_in_schemes",
    "leave_classes",
    "list_class_ids",
    "list_known_specs",
    "list_schemes_in_force",
    "personal_traits",
    "policy_kinds",
    "rebuild_store",
    "refresh_figures",
    "run_classification",
    "run_soon",
    "set_sample_policies",
]
