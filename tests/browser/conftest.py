import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from .product import Product, running_product

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 60_000  # milliseconds for what is asked for to be there, on a machine that has much else to do
expect.set_options(timeout=PATIENCE)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("browser") / "家 home") as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(browser: Browser, product: Product) -> Any:
    """Return the cookies of the first administrator, who came by the one-time link."""
    context = browser.new_context(base_url=product.address, locale="zh-CN")
    page = context.new_page()
    page.goto(product.sign_in)
    page.get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def faults() -> list[str]:
    """What went wrong on the pages of a test: empty at its end, unless the test expects it and clears it."""
    return []


@pytest.fixture
def desk(browser: Browser, product: Product, signed_in: Any, faults: list[str]) -> Iterator[Page]:
    """A page at a desk, in Chinese, signed in; an error in its script or a resource that is missing fails the test."""
    context = browser.new_context(
        base_url=product.address, storage_state=signed_in, locale="zh-CN", viewport={"width": 1280, "height": 860}
    )
    yield from _watched(context, faults)


@pytest.fixture
def phone(browser: Browser, product: Product, signed_in: Any, faults: list[str]) -> Iterator[Page]:
    context = browser.new_context(
        base_url=product.address, storage_state=signed_in, locale="zh-CN", viewport={"width": 375, "height": 740}
    )
    yield from _watched(context, faults)


def is_fault(message: ConsoleMessage) -> bool:
    """Tell an error of ours from the browser's note that a form was refused, which is an answer like others."""
    return message.type == "error" and "status of 422" not in message.text


def _watched(context: BrowserContext, faults: list[str]) -> Iterator[Page]:
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda message: faults.append(f"console: {message.text}") if is_fault(message) else None)
    yield page
    context.close()
    assert faults == []
