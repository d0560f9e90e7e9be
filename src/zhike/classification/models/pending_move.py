from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhike.classification.models.scheme import CustomerClass, Scheme


class PendingMove(models.Model):
    """What a scheme's rule says of a customer while something else holds: `to_class` is None for no class.

    One for each customer and track, as of assignments; no column that is computed, as no class tells of no class.
    """

    class Cause(models.IntegerChoices):
        OVERRIDE = 1, _("Set by hand")
        STAY = 2, _("Minimum stay")
        MARGIN = 3, _("Still near the threshold")
        GRACE = 4, _("Grace before a step down")
        APPROVAL = 5, _("Waits for approval")
        DECLINED = 6, _("Declined")

    pk = models.CompositePrimaryKey("customer_id", "track")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    track = models.BigIntegerField()
    to_class = models.ForeignKey(
        CustomerClass, models.PROTECT, null=True, related_name="+", db_column="class_id", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    cause = models.SmallIntegerField(choices=Cause)
    since = models.DateTimeField()  # when the rule first said other than what holds
    due_at = models.DateTimeField(null=True)  # when time alone lets it happen
    rule_version = models.IntegerField()
    evidence = models.JSONField(null=True)
    told_at = models.DateTimeField(null=True)  # when the owner was told that it waits for approval
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # of a move that was declined

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(track=F("scheme_id")) | Q(track__lt=0), name="pending_move_track")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="pending_move_due"),
            models.Index(fields=["since", "customer"], condition=Q(cause=5), name="pending_move_asked"),
        ]
