"""`zhike screenshots`: the pictures of the guide, taken anew of a sample firm, in both languages."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhike.config.checkout import checkout_folder
from zhike.config.database import cluster
from zhike.config.words import Phrase as _

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTH, HEIGHT = 1280, 660
SHOTS: Mapping[str, str] = {  # picture: address
    "workbench": "/",
    "customers": "/customers/",
    "classes": "/classes/",
    "policies": "/policies/",
    "reviews": "/reviews/",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help=str(_("folder for the pictures (docs/guide/pictures)")))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return how many pictures were taken and where they are."""
    out = options.out or checkout_folder() / "docs" / "guide" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    taken = []
    for language in ("zh-hans", "en"):
        with running_firm(language) as address, browser_page(language) as page:
            taken += take_pictures(page, address, out, "en" if language == "en" else "zh")
    return {"pictures": len(taken), "folder": str(out)}


@contextmanager
def running_firm(language: str) -> Iterator[str]:
    """Run the product with a sample firm in a home of its own; yield the address that signs in."""
    home = Path(tempfile.mkdtemp(prefix="zhike-pictures-")).resolve()
    home.chmod(0o711)  # ours alone: the database's user must be able to pass
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"ZHIKE_HOME": str(home), "ZHIKE_LANG": language}
    command = [sys.executable, "-m", "zhike.config.cli", "demo", "--no-browser"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(line.strip() for line in process.stdout or () if "http" in line)
        finally:
            process.terminate()
            process.wait(60)
            cluster.remove(home)


@contextmanager
def browser_page(language: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        locale = "en-GB" if language == "en" else "zh-CN"
        yield chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT}, locale=locale).new_page()
        chromium.close()


def take_pictures(page: Any, link: str, out: Path, suffix: str) -> list[Path]:
    page.goto(link)
    with page.expect_navigation():
        page.get_by_role("button").first.click()
    root = link.split("/sign-in/")[0]
    taken = []

    def shoot(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=out / f"{name}.{suffix}.png")
        taken.append(out / f"{name}.{suffix}.png")

    for name, path in SHOTS.items():
        page.goto(root + path)
        shoot(name)
    page.goto(f"{root}/settings/schemes/lifecycle/")
    page.locator("input[name=at_risk_days]").fill("60")
    page.keyboard.press("Tab")
    page.locator("#preview .zk-move").first.wait_for()
    shoot("editor")
    page.goto(f"{root}/customers/")
    page.locator("tbody a.name").nth(11).click()
    page.locator("button.zk-pill").first.wait_for()
    shoot("customer")
    page.locator("button.zk-pill").first.click()
    shoot("why")
    _import_pictures(page, root, EXAMPLES[suffix], shoot)
    return taken


def _import_pictures(page: Any, root: str, example: str, shoot: Any) -> None:
    page.goto(f"{root}/imports/")
    page.locator("tbody a.name").first.click()
    shoot("import-report")
    page.goto(f"{root}/imports/new/")
    page.locator("input[name=kind][value=orders]").check()
    page.locator("input[type=file]").set_input_files(
        {"name": "orders-q4.csv", "mimeType": "text/csv", "buffer": example.encode()}
    )
    page.locator(".zk-form-foot .btn-primary").click()
    page.locator("select:has(option[selected])").first.wait_for()
    shoot("import-map")


EXAMPLES = {
    "zh": """订单号,客户编号,客户名称,下单时间,商品编码,商品名称,数量,单价,备注
SO261101001,C10008,苏州新越精密机械有限公司,2026-11-18 10:24,DAQ-8A,8 路模拟量采集模块,12,718.50,加急
SO261101002,C10015,成都锐朗食品股份有限公司,2026-11-18 14:02,SEN-T10,铂电阻温度传感器,40,112.60,
""",
    "en": """Order no.,Customer no.,Customer name,Ordered at,SKU,Product,Quantity,Unit price,Remark
SO261101001,C10008,Suzhou Xinyue Precision Machinery,2026-11-18 10:24,DAQ-8A,8-channel analogue module,12,718.50,urgent
SO261101002,C10015,Chengdu Ruilang Foods Corp.,2026-11-18 14:02,SEN-T10,Platinum temperature sensor,40,112.60,
""",
}
