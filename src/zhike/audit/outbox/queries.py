from collections.abc import Sequence

from zhike.audit.models import Delivery

MOST = 100


def list_troubled() -> Sequence[Delivery]:
    """Return deliveries that were given up (first) or failed and will be tried again, the latest first, at most 100."""
    failed = Delivery.objects.filter(done_at__isnull=True).exclude(parked_at__isnull=True, attempts=0)
    return list(failed.select_related("message").order_by("parked_at", "-id")[:MOST])


def count_parked() -> int:
    return Delivery.objects.filter(done_at__isnull=True, parked_at__isnull=False).count()
