from django.conf import settings
from django.db import models

from zhike.classification.models.policy import Policy
from zhike.classification.models.scheme import CustomerClass, Scheme


class Review(models.Model):
    """That somebody looked at whether a customer is in the right class, and what they decided."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed"
        CHANGED = "changed"
        POSTPONED = "postponed"

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    to_class = models.ForeignKey(CustomerClass, models.PROTECT, related_name="+", db_column="class_id")  # as it was
    new_class = models.ForeignKey(CustomerClass, models.PROTECT, null=True, related_name="+")  # when changed
    kept_out = models.BooleanField(default=False, db_default=False)  # not put into `new_class`, but kept out of it
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")  # the interval that called for it
    outcome = models.CharField(max_length=9, choices=Outcome)
    reason = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()  # when it was due
    next_on = models.DateField()  # when the next one is
    figures = models.JSONField(default=dict)  # what was seen: {"monetary": …, "frequency": …, "last_day": "…"}
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "scheme", "-at"], name="review_of_customer")]
