"""`zhike engine …`: the engine's models over a file of one's own, its stages over a store, and the store of this place.

Only `check` and `rebuild` need the database.
"""

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from zhike.config import engine_run, engine_store
from zhike.config.arguments import day, number
from zhike.config.engine_words import CARD_SENTENCES, REASON_SENTENCES, SENTENCES
from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _
from zhike.kit.errors import Refusal

FEWEST_FOLDS = 2  # what is judged must not be what was learnt from


class EngineRefused(CannotStart):
    """A refusal of the engine in the reader's language; the engine itself knows none."""

    code = "config.engine_refused"
    sentence = "{sentence}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(
        dest="analysis", required=True, metavar="btyd | churn | pairs | run | check | rebuild"
    )
    _add_btyd(kinds.add_parser("btyd", help=str(_("who will buy again: purchases without a contract"))))
    _add_churn(kinds.add_parser("churn", help=str(_("who will leave: one row a customer, with what became of them"))))
    _add_pairs(kinds.add_parser("pairs", help=str(_("which products are bought together"))))
    engine_run.add_arguments(
        kinds.add_parser("run", help=str(_("all stages over a store, on one machine or on Spark")))
    )
    engine_store.add_check(
        kinds.add_parser(
            "check", help=str(_("whether the copy that classes are computed from holds what the database does"))
        )
    )
    engine_store.add_rebuild(
        kinds.add_parser("rebuild", help=str(_("copy the whole database again and compute all classes anew")))
    )
    for one in kinds.choices.values():
        one.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help=str(_("print the figures as JSON"))
        )


def _add_btyd(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=str(_("CSV or Parquet, one line a purchase or a position of one")))
    parser.add_argument("--customer", required=True, metavar="COLUMN", help=str(_("who bought")))
    parser.add_argument("--date", required=True, metavar="COLUMN", help=str(_("when; the year comes first")))
    parser.add_argument("--amount", default="", metavar="COLUMN", help=str(_("for how much; returns are negative")))
    parser.add_argument("--currency", default="", metavar="COLUMN", help=str(_("in which currency the amounts are")))
    parser.add_argument("--only", default="", metavar="CODE", help=str(_("take lines in this currency alone")))
    parser.add_argument("--unit", choices=["day", "week"], default="week", help=str(_("the parameters' unit of time")))
    parser.add_argument(
        "--calibration-end",
        type=day,
        metavar="DATE",
        help=str(_("fit up to this day, and compare with what came after")),
    )
    parser.add_argument(
        "--model",
        choices=["bgnbd", "mbgnbd", "paretonbd", "nbd", "auto"],
        default="auto",
        help=str(_("which model; auto tries all of them")),
    )
    parser.set_defaults(analyse=_btyd)


def _add_churn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=str(_("CSV or Parquet, one line a customer")))
    parser.add_argument("--target", required=True, metavar="COLUMN", help=str(_("what to predict; it has two values")))
    parser.add_argument("--id", default="", metavar="COLUMN", help=str(_("the customer's number; it predicts nothing")))
    parser.add_argument("--folds", type=_folds, default=5, help=str(_("into how many parts the test splits the rows")))
    parser.set_defaults(analyse=_churn)


def _folds(word: str) -> int:
    count = int(number(word))
    if count < FEWEST_FOLDS:
        raise argparse.ArgumentTypeError(str(_("at least {least}")).format(least=FEWEST_FOLDS))
    return count


def _add_pairs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=str(_("CSV or Parquet, one line a product in a basket")))
    parser.add_argument("--basket", required=True, metavar="COLUMN", help=str(_("the order or receipt")))
    parser.add_argument("--item", required=True, metavar="COLUMN", help=str(_("the product")))
    parser.add_argument(
        "--min-support", type=number, default=0.001, help=str(_("in which share of all baskets a pair must be"))
    )
    parser.set_defaults(analyse=_pairs)


def run(options: argparse.Namespace) -> dict[str, Any] | tuple[dict[str, Any], int]:
    """Return the figures of one analysis; of a check the exit code too, 1 where the copy is not as it should be."""
    try:
        if options.analysis == "check":
            return engine_store.check(options)
        found = _spoken(options.analyse(options))
        return {"file": options.file.name} | found if hasattr(options, "file") else found
    except Refusal as refusal:
        spoken = SENTENCES.get(refusal.code)
        raise EngineRefused(sentence=str(spoken).format(**refusal.facts) if spoken else refusal.message) from refusal


def _btyd(options: argparse.Namespace) -> dict[str, Any]:
    from zhike.engine.models.btyd_report import report_btyd
    from zhike.engine.models.orders import read_purchases

    bought = read_purchases(
        options.file,
        customer=options.customer,
        day=options.date,
        amount=options.amount,
        currency=options.currency,
        only=options.only,
        today=date.today(),
    )
    return report_btyd(bought, unit=options.unit, calibration_end=options.calibration_end, model=options.model)


def _churn(options: argparse.Namespace) -> dict[str, Any]:
    from zhike.engine.models.churn_report import report_churn

    found = report_churn(options.file, target=options.target, key=options.id, folds=options.folds)
    return found | {"reason": str(CARD_SENTENCES[found["reason"]]) if found["reason"] else ""}


def _pairs(options: argparse.Namespace) -> dict[str, Any]:
    from zhike.engine.models.pairs import report_pairs

    return report_pairs(options.file, basket=options.basket, item=options.item, least_support=options.min_support)


def _spoken(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures with each reason as a sentence in the reader's language."""
    found: dict[str, Any] = {}
    for key, value in figures.items():
        if isinstance(value, Mapping):
            found[key] = _spoken(value)
        elif hasattr(value, "facts") and hasattr(value, "code"):
            found[key] = str(REASON_SENTENCES[value.code]).format(**value.facts)
        else:
            found[key] = value
    return found
