"""Models of customers, for the product and for a notebook: `from zhike.engine import models`.

Each name is imported when it is first used, so that this costs nothing; SciPy and scikit-learn come with those that
compute. Arrays go in and come out; nothing here knows a database.
"""

from importlib import import_module
from typing import Any

_PLACES = {
    "btyd": "MODELS HeldOut Intervals Scores choose_model compare_held_out fit_btyd fit_found_cells intervals"
    " naive_held_out score",
    "btyd_report": "LastPart choose_fit describe_fit describe_test hold_out report_btyd",
    "cells": "Cells Spent far_out_fence find_cells",
    "churn": "Card ChurnModel cross_validate find_leaks split_by_time",
    "churn_report": "report_churn",
    "concentration": "gini report_concentration",
    "contracts": "bgbb_expected bgbb_p_alive fit_bgbb fit_sbg sbg_survival",
    "fitting": "Fit Reason",
    "from_store": "StoredPurchases open_purchases",
    "gammagamma": "expected_amount fit_gamma_gamma",
    "hindsight": "hindsight_day report_hindsight",
    "margins": "Margin paired_margin",
    "pairs": "Pair Pairs find_pairs read_baskets report_pairs",
    "purchase_churn": "PurchaseChurn features_as_of fit_purchase_churn",
    "offers": "Offer Offers back_test learn_offers potential_value",
    "orders": "Histories Purchases find_histories read_purchases",
    "retention": "Cohorts Survival Transitions make_cohorts make_transitions survival",
    "retention_report": "report_retention survival_band",
    "value_report": "report_value",
    "tables": "Column Table read_table",
}
_WHERE = {name: module for module, names in _PLACES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return list(_WHERE)
