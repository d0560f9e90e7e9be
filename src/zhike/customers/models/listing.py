from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from .customer import Customer


class Listing(models.Model):
    """One row per customer, read by lists, filters and search; derived, rebuilt by `refresh_listing`.

    `tokens` are pairs of hanzi of the name and of their pinyin, words of it, and last four digits of phones; `classes`
    are ids of the classes that the customer is in now; `value` is the net amount of 365 days, in minor units.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="listing")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=300)
    # By bytes, whatever the database sorts by: so one index gives the order of names and finds their beginnings.
    name_pinyin = models.CharField(max_length=1200, blank=True, db_collation="C")
    name_initials = models.CharField(max_length=300, blank=True, db_collation="C")
    tokens = ArrayField(models.TextField(), default=list)
    phones = ArrayField(models.TextField(), default=list)  # E.164
    emails = ArrayField(models.TextField(), default=list)
    country = models.CharField(max_length=2, blank=True)
    province = models.CharField(max_length=6, blank=True)
    city = models.CharField(max_length=6, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    tags = ArrayField(models.TextField(), default=list)
    classes = ArrayField(models.IntegerField(), default=list)
    value = models.BigIntegerField(default=0)
    frequency = models.IntegerField(default=0)
    last_purchase = models.DateField(null=True)
    created_at = models.DateTimeField()
    archived = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["-value", "-customer"], name="listing_by_value", condition=Q(archived=False)),
            # With the value beside the name, the most valuable of many names that begin alike are found in the index.
            models.Index(
                fields=["name_pinyin", "customer"],
                name="listing_by_name",
                condition=Q(archived=False),
                include=["value"],
            ),
            models.Index(
                fields=["name_initials", "customer"],
                name="listing_initials",
                condition=Q(archived=False),
                include=["value"],
            ),
            models.Index(fields=["-created_at", "-customer"], name="listing_by_created", condition=Q(archived=False)),
            # Whoever never bought sorts behind everyone else, and a key page has no nulls to step over.
            models.Index(
                Coalesce("last_purchase", Value(date(1, 1, 1))).desc(),
                F("customer").desc(),
                name="listing_by_purchase",
                condition=Q(archived=False),
            ),
            models.Index(fields=["city", "-value", "-customer"], name="listing_city"),
            models.Index(fields=["owner", "-value", "-customer"], name="listing_owner"),
            GinIndex(fields=["province", "city", "classes"], name="listing_classes"),  # what is rare; else by value
            GinIndex(fields=["tags"], name="listing_tags"),
            GinIndex(fields=["tokens"], name="listing_tokens"),
        ]
