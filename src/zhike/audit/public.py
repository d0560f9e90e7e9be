"""What other rooms may use of audit."""

from .outbox.registry import subscribe
from .trail.actions import record
from .trail.queries import TrailFilter, list_entries
from .trail.wording import event_words, fact_words, list_event_choices, subject_names

__all__ = [
    "TrailFilter",
    "event_words",
    "fact_words",
    "list_entries",
    "list_event_choices",
    "record",
    "subject_names",
    "subscribe",
]
