from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext

from zhike.api.public import key_page
from zhike.audit.models import AuditEntry
from zhike.kit.paging import Page

from .details import Detail, find_mentioned, list_details
from .facts import Subject, Told
from .wording import subject_names, word_event

PAGE = 50


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What to show of the trail; empty or None: everything."""

    actor: int | None = None
    event: str = ""
    subject_kind: str = ""
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry as a page shows it."""

    id: int
    at: datetime
    who: str
    by_person: bool
    words: str
    details: list[Detail]
    subject: str
    subject_kind: str
    subject_id: int | None
    url: str
    event: str
    facts: dict[str, Any]


def list_entries(*, wanted: TrailFilter, after: str = "", before: str = "", limit: int = PAGE) -> Page[TrailLine]:
    """Return the newest entries first, in words, with the names of what they are about.

    :raises BadCursor: if `after` or `before` is damaged.
    """
    conditions = {"actor_id": wanted.actor, "event": wanted.event or None}
    conditions |= {"subject_kind": wanted.subject_kind or None, "subject_id": wanted.subject_id}
    entries = AuditEntry.objects.filter(**{key: value for key, value in conditions.items() if value is not None})
    page = key_page(entries, order=("-at", "-id"), limit=limit, after=after, before=before)
    names = _name_subjects(page.rows)
    return Page([_line(entry, names) for entry in page.rows], page.next, page.previous)


def find_who_did_last(*, events: Sequence[str], subject: tuple[str, int] | None = None, but: int | None = None) -> str:
    """Return the name of who did the latest of these events, about one subject (kind, id); empty where nobody did.

    `but`: a user who asks who else it was; their own name comes back only where nobody else did any.
    """
    entries = AuditEntry.objects.filter(event__in=events)
    if subject is not None:
        entries = entries.filter(subject_kind=subject[0], subject_id=subject[1])
    entries = entries.order_by("-at", "-id")
    last = entries.exclude(actor_kind="user", actor_id=but).first() or entries.first()
    return _who(last) if last else ""


def last_entry_id() -> int:
    """Return the id of the newest entry, 0 without any: while it stays, nothing that is recorded has changed."""
    return AuditEntry.objects.aggregate(last=Max("id"))["last"] or 0


def _name_subjects(entries: Iterable[AuditEntry]) -> dict[Subject, tuple[str, str]]:
    """Return (name, address) of what entries are about or mention, one lookup per kind."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        subjects = find_mentioned(_told(entry))
        if entry.subject_id is not None:
            subjects.add((entry.subject_kind, entry.subject_id))
        for kind, number in subjects:
            wanted.setdefault(kind, set()).add(number)
    return _name_of_kinds(wanted)


def _name_of_kinds(wanted: Mapping[str, set[int]]) -> dict[Subject, tuple[str, str]]:
    named: dict[Subject, tuple[str, str]] = {}
    for kind, ids in wanted.items():
        if find := subject_names.get(kind):
            named |= {(kind, number): name for number, name in find(sorted(ids)).items()}
    return named


def _who(entry: AuditEntry) -> str:
    return entry.actor_name if entry.actor_kind != "system" else gettext("Zhike itself")


def _told(entry: AuditEntry, names: Mapping[Subject, tuple[str, str]] | None = None) -> Told:
    return Told(entry.event, entry.facts, f"{entry.subject_kind}_id", names or {})


def _line(entry: AuditEntry, names: dict[Subject, tuple[str, str]]) -> TrailLine:
    plain = f"{entry.subject_kind} {entry.subject_id}" if entry.subject_id is not None else ""
    name, url = names.get((entry.subject_kind, entry.subject_id or 0), (plain, ""))
    told = _told(entry, names)
    return TrailLine(
        id=entry.id,
        at=entry.at,
        who=_who(entry),
        by_person=entry.actor_kind == "user",
        words=word_event(told),
        details=list_details(told),
        subject=name,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        url=url,
        event=entry.event,
        facts=entry.facts,
    )


def name_subject(*, kind: str, number: int) -> str:
    """Return what a subject of the trail is called; one that is no more by its kind and number."""
    return _name_of_kinds({kind: {number}}).get((kind, number), (f"{kind} {number}", ""))[0]
