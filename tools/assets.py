"""Copies what pages need from npm packages: assets.py MODULES ICONS TARGET KEY.

Icons: the names in ICONS (one a line, `#` begins a remark; `name` is the outline, `filled/name` the filled one) become
symbols of one SVG file. Of Tabler's style sheet only the rules of the classes in tabler.txt beside ICONS are kept.
TARGET is replaced as a whole; KEY is kept in it, to tell what it was made from.
"""

import os
import re
import shutil
import sys
from pathlib import Path

from styles import only_used

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/LICENSE": "tabler.LICENSE.txt",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/dist/echarts.simple.min.js": "echarts.simple.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "sortablejs/Sortable.min.js": "sortable.min.js",
    "sortablejs/LICENSE": "sortable.LICENSE.txt",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
    "@fontsource-variable/inter/LICENSE": "inter.LICENSE.txt",
    "@tabler/icons/LICENSE": "icons.LICENSE.txt",
}
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def copy_files(modules: Path, classes: set[str], target: Path) -> None:
    for source, name in FILES.items():
        found = modules / source
        if name.endswith((".LICENSE.txt", ".NOTICE.txt")) and not found.exists():
            continue  # some packages name their licence in package.json only
        if name.endswith((".css", ".js")):  # source maps are not served
            text = SOURCE_MAP.sub("\n", found.read_text())
            (target / name).write_text(only_used(text, classes) if name == "tabler.min.css" else text)
        else:
            shutil.copyfile(found, target / name)


def write_icons(modules: Path, names: list[str], target: Path) -> None:
    symbols = []
    for name in names:
        kind, _, short = name.rpartition("/")
        file = modules / "@tabler/icons/icons" / (kind or "outline") / f"{short}.svg"
        if not file.exists():
            raise SystemExit(f"There is no icon {name!r} in Tabler's icons.")
        found = INNER.search(file.read_text())
        if found is None:
            raise SystemExit(f"{file} is not an icon.")
        shapes = re.sub(r"\s+", " ", BACKGROUND.sub("", found[1])).replace("> <", "><").strip()
        symbols.append(f'<symbol id="{name.replace("/", "-")}" viewBox="0 0 24 24">{shapes}</symbol>')
    (target / "tabler").mkdir()
    (target / "tabler" / "sprite.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


def listed(icons: Path) -> list[str]:
    lines = icons.read_text().splitlines() if icons.exists() else []
    return sorted({word for line in lines for word in line.partition("#")[0].split()})


def main(modules: Path, icons: Path, target: Path, key: str) -> None:
    fresh = target.with_name(f".vendor.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        copy_files(modules, set(listed(icons.with_name("tabler.txt"))), fresh)
        write_icons(modules, listed(icons), fresh)
        (fresh / "made-from").write_text(key)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
