"""The house rules that a program can check: budgets, names, rights on every address, the map, no registry traces."""

import ast
import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "zhike"
FILE_LINES, FUNCTION_LINES, VIEW_LINES = 400, 40, 20
BANNED_WORDS = {"util", "utils", "helper", "helpers", "manager", "common", "data", "process", "handle"}
NAMED_ELSEWHERE = {"UserManager", "process_exception"}  # Django says so
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_files() -> list[Path]:
    found = [*SOURCE.rglob("*.py"), *(ROOT / "tools").glob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return sorted(file for file in [*found, *(ROOT / "bench").glob("*.py")] if "migrations" not in file.parts)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    files = [ROOT / name for name in listed.split("\0") if name] or [*SOURCE.rglob("*.*"), *ROOT.glob("*.*")]
    return [file for file in files if file.is_file() and file.suffix not in {".png", ".webp", ".woff2", ".parquet"}]


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: Function) -> int:
    """Count a function's lines from `def` to its end, without its docstring."""
    first = function.body[0]
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if is_text else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def place(file: Path, line: int = 0) -> str:
    return f"{file.relative_to(ROOT)}{f':{line}' if line else ''}"


def test_no_file_is_longer_than_its_budget() -> None:
    templates = SOURCE.rglob("templates/**/*.html")
    scripts = [*SOURCE.glob("*/static/[!v]*/**/*.js")]
    long = [place(file) for file in [*own_files(), *templates] if len(file.read_text().splitlines()) > FILE_LINES]
    long += [place(file) for file in scripts if len(file.read_text().splitlines()) > 80]
    assert long == []


def test_no_function_is_longer_than_its_budget() -> None:
    long = []
    for file in own_files():
        is_view = file.name == "views.py" or file.parent.name == "views"
        budget = VIEW_LINES if is_view else FUNCTION_LINES
        long += [f"{place(file, one.lineno)} {one.name}" for one in functions(file) if code_lines(one) > budget]
    assert long == []


def test_nothing_is_named_by_an_empty_word() -> None:
    named = []
    for file in own_files():
        if "tests" in file.parts:
            continue
        names = [(0, file.stem)]
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.append((node.lineno, node.name))
        named += [f"{place(file, line)} {name}" for line, name in names if is_empty_name(name)]
    assert named == []


def is_empty_name(name: str) -> bool:
    return name not in NAMED_ELSEWHERE and bool({word.lower() for word in WORDS.findall(name)} & BANNED_WORDS)


def test_no_remark_postpones_or_silences() -> None:
    banned = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", r"#\s*type:\s*ig" + "nore", r"#\s*no" + "qa"]))
    found = [
        place(file, number)
        for file in own_files()
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if banned.search(line)
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    hosts = "|".join(
        ["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(org|com)", "npm" + "mirror", "file:///opt"]
    )
    pattern = re.compile(rf"(https?://[^\s\"']*)?({hosts})|\"resolved\":")
    found = [
        place(file, number)
        for file in tracked_files()
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line) and file != Path(__file__)
    ]
    assert found == []


def test_the_map_shows_the_contracts() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:rooms"]["layers"].split("\n")[1:]
    drawn = (ROOT / "docs" / "map.md").read_text().split("```")[1].strip().split("\n")
    assert drawn == layers
    assert {name for line in layers for name in line.split(" | ")} == {
        folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()
    }


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def test_every_page_says_who_may_see_it() -> None:
    undeclared = [
        path
        for path, pattern in addresses(get_resolver())
        if not (path.startswith("api/") or declares(pattern.callback))
    ]
    assert undeclared == []


def declares(view: object) -> bool:
    return bool(getattr(view, "needs", None) or getattr(view, "open_to_anyone", None))


def test_every_api_operation_says_who_may_call_it() -> None:
    api = pytest.importorskip("zhike.config.api", reason="the API is not mounted yet").api
    undeclared = [
        f"{sorted(operation.methods)} {prefix}{path}"
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if not declares(operation.view_func)
    ]
    assert undeclared == []


def test_every_decision_record_says_what_enforces_it() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    without = [place(record) for record in records if "Enforced by" not in record.read_text()]
    assert without == []
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
