"""Keeps of a style sheet what pages use: rules that name no class, and those whose classes are all listed."""

import re
from collections.abc import Iterator

PIECE = re.compile(r"""/\*.*?\*/|"[^"]*"|'[^']*'|url\([^"')]*\)|[{};]""", re.DOTALL)
LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.((?:\\.|[A-Za-z_-])(?:\\.|[\w-])*)")
INSIDE = re.compile(r"\([^()]*\)")
COMMA = re.compile(r",(?![^(]*\))")
NESTING = ("@media", "@supports", "@container", "@layer")


def only_used(css: str, classes: set[str]) -> str:
    """Return `css` without the rules of other classes and animations that nothing plays; the licence stays."""
    kept = "".join(_kept(css, classes))
    for prelude, body in list(_rules(kept)):
        if prelude.startswith("@keyframes"):
            without = kept.replace(f"{prelude}{{{body}}}", "")
            if not re.search(rf"\b{re.escape(prelude.split()[1])}\b", without):
                kept = without
    return "\n".join([kept, *LICENCE.findall(css)]) + "\n"


def _kept(css: str, classes: set[str]) -> Iterator[str]:
    for prelude, body in _rules(css):
        if body is None:
            yield f"{prelude};"
        elif prelude.startswith(NESTING):
            if inner := "".join(_kept(body, classes)):
                yield f"{prelude}{{{inner}}}"
        elif prelude.startswith("@"):
            yield f"{prelude}{{{body}}}"
        elif selectors := [one for one in COMMA.split(prelude) if _is_used(one, classes)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _is_used(selector: str, classes: set[str]) -> bool:
    """Tell whether something can match: what stands inside `:not(…)` and its kin is not asked."""
    while INSIDE.search(selector):
        selector = INSIDE.sub("", selector)
    return all(name.replace("\\", "") in classes for name in CLASS.findall(selector))


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Give each rule of the outermost level as (selector or at-rule, what stands in its braces)."""
    depth, start, inner, prelude = 0, 0, 0, ""
    for piece in PIECE.finditer(css):
        if piece[0] == "{":
            if depth == 0:
                prelude, inner = _clean(css[start : piece.start()]), piece.end()
            depth += 1
        elif piece[0] == "}":
            depth -= 1
            if depth == 0:
                yield prelude, css[inner : piece.start()]
                start = piece.end()
        elif piece[0] == ";" and depth == 0:
            if statement := _clean(css[start : piece.start()]):
                yield statement, None
            start = piece.end()


def _clean(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip()
