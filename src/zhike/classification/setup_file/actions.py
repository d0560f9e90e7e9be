"""A firm's whole set-up in one reviewable file: written out, compared, and brought in all or nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhike.classification.evaluation.schedule import run_soon
from zhike.kit.actor import Actor

from .errors import SetupUnreadable, say_unreadable
from .sections import setup_sections

VERSION = 1


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a file changed, or would change: lines by section."""

    changes: Mapping[str, list[str]]
    dry: bool

    @property
    def count(self) -> int:
        return sum(map(len, self.changes.values()))


def export_setup() -> str:
    """Return the set-up as JSON with sorted keys, so that two exports differ only where the set-ups do."""
    found = {"version": VERSION} | {one.key: one.export() for one in setup_sections}
    return json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def apply_setup(*, text: str, dry: bool = False, by: Actor, at: datetime) -> Applied:
    """Make the set-up what a file says; what the file does not name stays. Applied again, it changes nothing.

    All or nothing. With `dry` nothing is kept, only told. Customers are classified anew shortly after.

    :raises SetupUnreadable: if it is no such file. :raises Refusal: what a section refuses.
    """
    document = _read(text)
    with transaction.atomic():
        changes = {one.key: one.apply(document[one.key], by, at) for one in setup_sections if one.key in document}
        found = Applied(changes, dry)
        if dry:
            transaction.set_rollback(True)
        elif found.count:
            run_soon()
    return found


def _read(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SetupUnreadable(reason=say_unreadable(error)) from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise SetupUnreadable(reason=_("version {version} is expected").format(version=VERSION))
    if unknown := set(document) - {"version", *setup_sections.keys()}:
        raise SetupUnreadable(reason=", ".join(sorted(unknown)))
    return document
