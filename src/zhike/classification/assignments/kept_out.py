"""Classes of which a person keeps a customer out, where classes overlap: nobody is in them, so no assignment tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from zhike.classification.models import ClassOverride, CustomerClass, PendingMove, Scheme


@dataclass(frozen=True, slots=True)
class KeptOut:
    """That a customer is, or was, kept out of a class; `rule_met`: while it lasts, whether the rule has them in it."""

    override: ClassOverride
    rule_met: bool

    @property
    def at(self) -> datetime:
        return self.override.set_at

    @property
    def scheme(self) -> Scheme:
        return self.override.scheme

    @property
    def out_of(self) -> CustomerClass:
        return self.override.to_class

    @property
    def is_in_force(self) -> bool:
        return self.override.ended_at is None

    @property
    def ended(self) -> str:
        """Why it ended, in words."""
        cause = self.override.ended_cause
        return str(ClassOverride.Ended(cause).label) if cause else ""


def list_kept_out(*, customer_id: int, at: datetime | None = None) -> Sequence[KeptOut]:
    """Return of which classes a customer is and was kept out, newest first; with `at` those of that instant."""
    rows = ClassOverride.objects.filter(customer_id=customer_id, kept_out=True)
    if at is not None:
        rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at), set_at__lte=at)
    waits = PendingMove.objects.filter(customer_id=customer_id, track=OuterRef("track"), to_class_id=F("to_class_id"))
    rows = rows.annotate(waits=Exists(waits)).select_related("scheme", "to_class", "set_by")
    return [
        KeptOut(one, one.ended_at is None and bool(one.__dict__["waits"])) for one in rows.order_by("-set_at", "-id")
    ]
