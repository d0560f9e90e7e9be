from django.db import models
from django.db.models.functions import Now

from .customer import Customer


class Fact(models.Model):
    """One thing that happened with a customer. Facts are added, never edited: a correction is a reversing fact.

    `amount` is in minor units of `currency`, negative for what went back; `occurred_at` is when it happened (judge by
    it), `received_at` when we learned of it (scan by it).
    """

    # the index below serves
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="facts", db_index=False)
    kind = models.CharField(max_length=40)  # "purchase", "return", … (registry of fact kinds)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    channel = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    quantity = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    refers_kind = models.CharField(max_length=40, blank=True)  # "order"
    refers_id = models.BigIntegerField(null=True)
    attrs = models.JSONField(null=True)  # {"product": 12, "category": "…"}
    source_key = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_key"], name="fact_once_per_source_key")]
        indexes = [models.Index(fields=["customer", "occurred_at"], name="fact_of_customer")]
