"""What other rooms may use of audit."""

from .jobs import ask_once
from .outbox.actions import try_again
from .outbox.queries import count_parked, list_troubled
from .outbox.registry import subscribe
from .prepared import prepared_cursor, preparing
from .trail.actions import record
from .trail.facts import Fact, Told, fact_sources, fact_words, find_fact
from .trail.queries import TrailFilter, find_who_did_last, last_entry_id, list_entries, name_subject
from .trail.wording import event_words, list_event_choices, subject_names
from .turns import alone

__all__ = [
    "Fact",
    "Told",
    "TrailFilter",
    "alone",
    "ask_once",
    "count_parked",
    "event_words",
    "fact_sources",
    "fact_words",
    "find_fact",
    "find_who_did_last",
    "last_entry_id",
    "list_entries",
    "list_event_choices",
    "list_troubled",
    "name_subject",
    "prepared_cursor",
    "preparing",
    "record",
    "subject_names",
    "subscribe",
    "try_again",
]
