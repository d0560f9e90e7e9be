from django.db.models import Count

from zhike.classification.models import Assignment, CustomerClass, Scheme


def count_hand_schemes() -> dict[str, dict[str, int]]:
    """Return scheme key → class key → customers now in it, for the active schemes that people set."""
    held = dict(
        Assignment.objects.filter(valid_to=None, scheme__kind=Scheme.Kind.HAND)
        .values_list("to_class_id")
        .annotate(Count("customer_id"))
    )
    counts: dict[str, dict[str, int]] = {}
    classes = CustomerClass.objects.filter(
        scheme__kind=Scheme.Kind.HAND, scheme__status=Scheme.Status.ACTIVE, retired_at=None
    )
    for one in classes.select_related("scheme").order_by("position", "id"):
        counts.setdefault(one.scheme.key, {})[one.key] = held.get(one.id, 0)
    return counts
