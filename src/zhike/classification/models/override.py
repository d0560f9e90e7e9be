from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zhike.classification.models.scheme import CustomerClass, Scheme


class ClassOverride(models.Model):
    """A class that a person set above what a scheme's rule says, until it ends or is taken off. Kept for ever.

    Where classes overlap (`apart`) each class has its own, and a customer can also be kept out of it. One is in force
    for each customer and track, as of assignments.
    """

    class Ended(models.IntegerChoices):
        TIME = 1, _("Its time was over")
        REMOVED = 2, _("Taken off by hand")
        REPLACED = 3, _("Replaced by another")
        RETIRED = 4, _("The type was retired")
        MERGED = 5, _("The customer was merged")
        CLASS_RETIRED = 6, _("The class was retired")

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    to_class = models.ForeignKey(CustomerClass, models.PROTECT, related_name="+")
    apart = models.BooleanField(default=False, db_default=False)
    kept_out = models.BooleanField(default=False, db_default=False)  # not put into `to_class`, but kept out of it
    track = models.GeneratedField(
        expression=Case(When(apart=True, then=-F("to_class_id")), default=F("scheme_id")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_cause = models.SmallIntegerField(choices=Ended, null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "track"], condition=Q(ended_at__isnull=True), name="override_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("set_at")), name="override_forward"
            ),
            models.CheckConstraint(condition=Q(apart=True) | Q(kept_out=False), name="override_out_of_one"),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"], condition=Q(ended_at__isnull=True, ends_at__isnull=False), name="override_due"
            )
        ]
