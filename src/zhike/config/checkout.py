"""The folder of the source, for the verbs that only make sense there: test, check, bench, messages, upgrade."""

import os
from pathlib import Path

from zhike.config.errors import CannotStart
from zhike.config.words import Phrase as _


class NoCheckout(CannotStart):
    code = "config.no_checkout"
    sentence = _("This command works on the source: run it as ./zhike in a clone of the repository.")


def checkout_folder() -> Path:
    """:raises NoCheckout: where Zhike is installed as a package."""
    found = Path(os.environ.get("ZHIKE_CHECKOUT") or Path(__file__).resolve().parents[3])
    if not (found / "pyproject.toml").exists():
        raise NoCheckout
    return found
