"""`zhike engine run`: the engine's stages over a store's files, on this machine or on a Spark cluster."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhike.config.arguments import day
from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _

BUILT_IN, LAST = "built-in", "last"


class SettingUnknown(CannotStart):
    code = "config.engine_setting_unknown"
    sentence = _("Nothing tells the time zone and the currency of {store}. Give --zone and --currency.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", required=True, metavar="PATH", help=str(_("the store: a folder, or with Spark a URL as s3a://…"))
    )
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb", help=str(_("what computes")))
    parser.add_argument(
        "--master", default="", metavar="URL", help=str(_("Spark’s master; without it two threads of this machine"))
    )
    parser.add_argument(
        "--conf", action="append", default=[], type=_pair, metavar="KEY=VALUE", help=str(_("a setting of Spark’s own"))
    )
    parser.add_argument("--as-of", type=day, metavar="DATE", help=str(_("judge as of this day; without it today")))
    parser.add_argument("--zone", type=_zone, help=str(_("the time zone of days; without it that of the last run")))
    parser.add_argument("--currency", default="", metavar="CODE", help=str(_("of amounts; without it the last run’s")))
    parser.add_argument(
        "--schemes",
        default=BUILT_IN,
        metavar="built-in | last | FILE",
        help=str(_("lifecycle, value tier and RFM as built in; those of the last run; or a JSON file of schemes")),
    )
    parser.add_argument(
        "--out", default="", metavar="FOLDER", help=str(_("write scores, classes and cohorts there, as Parquet"))
    )
    parser.set_defaults(analyse=run)


def _pair(word: str) -> tuple[str, str]:
    key, sign, value = word.partition("=")
    if not key or not sign:
        raise argparse.ArgumentTypeError(str(_("KEY=VALUE is wanted")))
    return key, value


def _zone(word: str) -> str:
    try:
        ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(str(_("there is no such time zone"))) from error
    return word


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return counts, cut points and seconds by step.

    :raises SettingUnknown: if zone or currency are neither given nor known from a run.
    """
    from zhike.engine.computing import compute_results, figures
    from zhike.kit.clock import local_day

    held = _last_setting(options.store)
    zone, currency = options.zone or held.get("zone", ""), options.currency or held.get("currency", "")
    if not zone or not currency:
        raise SettingUnknown(store=options.store)
    schemes = _schemes(options.schemes, held)
    with _broken_off_in_words():
        found = compute_results(
            options.store,
            as_of=options.as_of or local_day(datetime.now(UTC), zone),
            zone=zone,
            currency=currency,
            schemes=schemes,
            engine=options.engine,
            master=options.master,
            settings=dict(options.conf),
            out=options.out,
            database_url=os.environ.get("DATABASE_URL", ""),
        )
    return {"store": options.store} | figures(found) | ({"out": options.out} if options.out else {})


@contextmanager
def _broken_off_in_words() -> Iterator[None]:
    """Say it in a sentence where Ctrl-C or SIGTERM ends a computation.

    Both leave alike: what lies between Python and Java writes a traceback for Python's own answer to Ctrl-C.
    """
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    except SystemExit:
        sys.stderr.write(f"zhike: {_('Broken off before it was done.')}\n")
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _last_setting(store: str) -> dict[str, Any]:
    """Return what the last run in a store's folder was computed by; nothing where there was none, or no folder."""
    from zhike.engine.preview import open_current
    from zhike.engine.store.store import Store

    folder = Path(store.removeprefix("file://"))
    if not folder.is_dir() or not any(folder.glob("work-*.duckdb")):
        return {}
    work = open_current(Store(folder, ""))
    try:
        meta = work.meta(of_any_version=True)
        return dict(meta.setting) if meta else {}
    finally:
        work.close()


def _schemes(word: str, held: dict[str, Any]) -> Sequence[Any]:
    from zhike.engine.schemes import SchemeSpec, built_in_schemes

    if word == BUILT_IN:
        return built_in_schemes()
    from zhike.config.ready import set_django_up
    from zhike.engine.errors import SchemesUnreadable

    set_django_up()  # rules may ask for traits that rooms add, such as what models say
    try:
        found = held.get("schemes") or [] if word == LAST else json.loads(Path(word).read_text(encoding="utf-8"))
        specs = [SchemeSpec.from_json(one) for one in found]
        if any(one.get("signals", []) != spec.to_json()["signals"] for one, spec in zip(found, specs, strict=True)):
            raise ValueError("signals of priorities are known in the product only")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SchemesUnreadable(file=word, reason=str(error) or type(error).__name__) from error
    if not specs:
        raise SchemesUnreadable(file=word, reason="there is none")
    return specs
