"""`zhike rules check|explain|count|members`: a rule as text or JSON, and who meets it."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.timezone import now
from django.utils.translation import get_language, gettext

from zhike.classification.errors import RuleHasProblems, RuleTextWrong, RuleUnreadable
from zhike.engine.public import ENGINES, Rule
from zhike.kit.errors import Refusal

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["check", "explain", "count", "members"])
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--text", metavar="RULE", help='such as: city in ("杭州") and did(purchase, last 90 days) >= 3')
    given.add_argument("--file", metavar="FILE", help="a rule as JSON; - reads standard input")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="judge as of this day; default: today")
    parser.add_argument("--engine", choices=ENGINES, default="duckdb", help="where it is computed; default: duckdb")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print what was asked for; return 0, or 2 where the rule is wrong (with a JSON problem where JSON is wanted)."""
    try:
        found = _answer(options)
    except Refusal as refusal:
        return _refuse(refusal, as_json=options.json)
    if options.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stdout.write(_plain(options.what, found))
    return 0


def _answer(options: argparse.Namespace) -> dict[str, Any]:
    from .asking import external_ids, list_members
    from .reading import tell_rule

    rule = _read(options)
    if options.what in ("check", "explain"):
        return {"ok": True} | tell_rule(rule)
    members = list_members(rule=rule, at=now(), as_of=options.as_of, engine=options.engine)
    found: dict[str, Any] = {"count": len(members), "as_of": options.as_of, "engine": options.engine}
    return found | ({"members": external_ids(members)} if options.what == "members" else {})


def _read(options: argparse.Namespace) -> Rule:
    from .reading import read_rule

    if options.text is not None:
        return read_rule(text=options.text or " ")
    try:
        raw = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
        document = json.loads(raw)
    except OSError as error:
        raise RuleUnreadable(file=options.file, reason=error.strerror or type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise RuleUnreadable(file=options.file, reason=str(error)) from error
    return read_rule(document=document)


def _refuse(refusal: Refusal, *, as_json: bool) -> int:
    sentence = gettext(str(refusal.sentence)).format(**refusal.facts)  # the engine's are not translated by themselves
    if not as_json:
        sys.stderr.write(f"{sentence}\n")
        problems = refusal.facts.get("problems") if isinstance(refusal, RuleHasProblems) else None
        for one in problems if isinstance(problems, list) else []:
            sys.stderr.write(f"  {one['path']}: {one['sentence']} ({one.get('reason', one['code'])})\n")
        return REFUSED
    problem: dict[str, Any] = {"ok": False, "code": refusal.code, "status": refusal.status, "title": sentence}
    if isinstance(refusal, RuleTextWrong):
        place = {"line": refusal.facts["line"], "column": refusal.facts["column"]}
        problem["problems"] = [place | {"sentence": refusal.message, "expected": refusal.facts["expected"]}]
    else:
        problem["problems"] = refusal.facts.get("problems", [])
    sys.stdout.write(json.dumps(problem, ensure_ascii=False, default=str) + "\n")
    return REFUSED


def _plain(what: str, found: dict[str, Any]) -> str:
    if what in ("check", "explain"):
        language = "en" if (get_language() or "").startswith("en") else "zh"
        return f"{found['text']}\n" if what == "check" else f"{found['sentence'][language]}\n"
    return f"{found['count']}\n" if what == "count" else "".join(f"{one}\n" for one in found["members"])
