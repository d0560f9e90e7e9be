"""`zhike demo`: everything up, sample data in, and a link to sign in with."""

import argparse
import os
import sys
import time
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

from zhike.config.home import home_path
from zhike.config.words import Phrase as _
from zhike.config.words import shell_language

DATABASE = True
PATIENCE = 60.0  # seconds for the web server to answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=str(_("address to listen on (127.0.0.1)")))
    parser.add_argument("--port", type=int, help=str(_("port to listen on (8000, or the next free one)")))
    parser.add_argument("--no-browser", action="store_true", help=str(_("open no browser")))


def run(options: argparse.Namespace) -> None:
    from zhike.config.serving import choose_port, public_address, running, start_worker

    port = choose_port(options.host, options.port)
    with running(options.host, port) as supervisor:
        offer_sample_firm()  # before the worker is there, which would classify half of it
        start_worker(supervisor)
        address = public_address(options.host, port) + make_link()
        wait_for_answer(options.host, port)
        print(str(_("Zhike is ready (Ctrl-C stops it). Sign in with this link, once:")), flush=True)
        print(f"  {address}", flush=True)
        if not options.no_browser and has_display():
            webbrowser.open(address)
        supervisor.watch()


def offer_sample_firm() -> None:
    """Load the sample data into a home that never had it; who cleared it is not given it again."""
    from zhike.accounts.public import ensure_administrator
    from zhike.config.demo.actions import load_demo
    from zhike.config.demo.staffing import name_organisation
    from zhike.customers.public import Customer
    from zhike.kit.actor import SYSTEM

    marker = home_path() / "sample-firm-offered"
    if marker.exists() or Customer.objects.exists():
        return
    print(str(_("Loading sample data …")), flush=True)
    language = os.environ.get("ZHIKE_LANG") and shell_language()
    name_organisation(language=language or "zh-hans")
    ensure_administrator(at=datetime.now(UTC))  # who follows some customers, so that there are notices
    load_demo(by=SYSTEM, at=datetime.now(UTC), language=language or "zh-hans")
    Path(marker).touch()


def make_link() -> str:
    """Return the path of a fresh sign-in link for the first administrator."""
    from zhike.accounts.public import ensure_administrator, make_sign_in_link
    from zhike.kit.actor import SYSTEM

    now = datetime.now(UTC)
    return make_sign_in_link(user=ensure_administrator(at=now), by=SYSTEM, at=now)


def wait_for_answer(host: str, port: int) -> None:
    from zhike.config.serving import answers

    until = time.monotonic() + PATIENCE
    while not answers(host, port) and time.monotonic() < until:
        time.sleep(0.05)


def has_display() -> bool:
    return sys.platform == "darwin" or any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))
