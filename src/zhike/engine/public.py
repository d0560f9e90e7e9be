"""The engine's door: metrics, scores and classes from facts, and the rule language. No Django here."""

from zhike.engine.at_once import judgeable, judging_statement, points_on
from zhike.engine.errors import EngineBusy, NothingComputed, RuleWrong, SchemeCircle, SchemeWrong, SparkMissing
from zhike.engine.live import Counted, count_rule, list_counted, preview_rule_sets, preview_rules
from zhike.engine.population import ENGINES, find_members, postgres_members
from zhike.engine.preview import Preview, preview, preview_sets
from zhike.engine.result import Result
from zhike.engine.rules.ast import (
    EVER,
    Against,
    AllOf,
    AnyOf,
    Bucket,
    Condition,
    Did,
    Happening,
    InClass,
    Leaf,
    Measured,
    NotOf,
    Op,
    PropertyTest,
    Rule,
    Sequence,
    Unit,
    Window,
    fact_kinds,
    leaves,
    scheme_ids,
    trait_keys,
)
from zhike.engine.rules.check import Problem, check_rule, refuse_wrong_rule
from zhike.engine.rules.compile import compile_rule
from zhike.engine.rules.document import VERSION as RULE_VERSION
from zhike.engine.rules.document import NotARule, rule_from_json, rule_key, rule_to_json
from zhike.engine.rules.explain import Explained, explain
from zhike.engine.rules.formula_marks import all_formulas
from zhike.engine.rules.formula_sql import formula_in_postgres
from zhike.engine.rules.formulas import (
    MOST_STEPS,
    Fixed,
    Formula,
    Held,
    Joined,
    Steps,
    as_millionths,
    count_steps,
    find_result,
)
from zhike.engine.rules.needs import Needs, find_needs, measure_columns, need_column
from zhike.engine.rules.parsing import parse_rule
from zhike.engine.rules.printing import Names, rule_text
from zhike.engine.rules.schema import LIMITS, rule_schema
from zhike.engine.rules.tokens import NotRuleText
from zhike.engine.rules.traits import OPS, FactProperty, Form, Trait, TraitType, fact_properties, traits
from zhike.engine.rules.values import as_number
from zhike.engine.rules.windows import Moment, bounds
from zhike.engine.run import classify
from zhike.engine.schemes import (
    DEFAULTS,
    LIFECYCLE_KEYS,
    RFM_SEGMENTS,
    VALUE_TIER_KEYS,
    ClassSpec,
    SchemeSpec,
    check_scheme,
)
from zhike.engine.signals import Signal, signals
from zhike.engine.simulating import MOST_MONTHS, Cell, Month, MonthSide, Sets, Simulated, simulate
from zhike.engine.simulating_sets import simulate_sets
from zhike.engine.stages.scores import CutPoints
from zhike.engine.stages.setting import make_setting
from zhike.engine.store.arrow import connect_arrow
from zhike.engine.store.checking import Checked, check_mirror, last_check
from zhike.engine.store.store import Store
from zhike.engine.work import METRICS

__all__ = [
    "DEFAULTS",
    "ENGINES",
    "EVER",
    "LIFECYCLE_KEYS",
    "LIMITS",
    "METRICS",
    "MOST_MONTHS",
    "MOST_STEPS",
    "OPS",
    "RFM_SEGMENTS",
    "RULE_VERSION",
    "VALUE_TIER_KEYS",
    "Against",
    "AllOf",
    "AnyOf",
    "Bucket",
    "Cell",
    "Checked",
    "ClassSpec",
    "Condition",
    "Counted",
    "CutPoints",
    "Did",
    "EngineBusy",
    "Explained",
    "FactProperty",
    "Fixed",
    "Form",
    "Formula",
    "Happening",
    "Held",
    "InClass",
    "Joined",
    "Leaf",
    "Measured",
    "Moment",
    "Month",
    "MonthSide",
    "Names",
    "Needs",
    "NotARule",
    "NotOf",
    "NotRuleText",
    "NothingComputed",
    "Op",
    "Preview",
    "Problem",
    "PropertyTest",
    "Result",
    "Rule",
    "RuleWrong",
    "SchemeCircle",
    "SchemeSpec",
    "SchemeWrong",
    "Sequence",
    "Sets",
    "Signal",
    "Simulated",
    "SparkMissing",
    "Steps",
    "Store",
    "Trait",
    "TraitType",
    "Unit",
    "Window",
    "all_formulas",
    "as_millionths",
    "as_number",
    "bounds",
    "check_mirror",
    "check_rule",
    "check_scheme",
    "classify",
    "compile_rule",
    "connect_arrow",
    "count_rule",
    "count_steps",
    "explain",
    "fact_kinds",
    "fact_properties",
    "find_members",
    "find_needs",
    "find_result",
    "formula_in_postgres",
    "judgeable",
    "judging_statement",
    "last_check",
    "leaves",
    "list_counted",
    "make_setting",
    "measure_columns",
    "need_column",
    "parse_rule",
    "points_on",
    "postgres_members",
    "preview",
    "preview_rule_sets",
    "preview_rules",
    "preview_sets",
    "refuse_wrong_rule",
    "rule_from_json",
    "rule_key",
    "rule_schema",
    "rule_text",
    "rule_to_json",
    "scheme_ids",
    "signals",
    "simulate",
    "simulate_sets",
    "trait_keys",
    "traits",
]
