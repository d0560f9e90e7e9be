from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Columns that the migration adds by SQL and Django does not write: `xid xid8` on Customer and Fact, the transaction
# that wrote the row, by which the engine mirrors without missing a late commit.


class Customer(models.Model):
    """A person or a company we deal with; a prospect is one too."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=300)
    name_pinyin = models.CharField(max_length=1200, blank=True)  # "zhangsanfeng": sorts, and found by prefix
    name_initials = models.CharField(max_length=300, blank=True)  # "zsf"
    gender = models.CharField(max_length=10, blank=True)  # persons
    birthday = models.DateField(null=True, blank=True)  # persons
    industry = models.CharField(max_length=100, blank=True)  # companies
    employees = models.IntegerField(null=True, blank=True)  # companies
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2; of the primary address
    province = models.CharField(max_length=6, blank=True)  # division code, GB/T 2260; of the primary address
    city = models.CharField(max_length=6, blank=True)
    district = models.CharField(max_length=6, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    source = models.CharField(max_length=100, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    custom = models.JSONField(default=dict, db_default={}, blank=True)  # field key → value, see custom_fields/values.py
    sample = models.BooleanField(default=False)  # belongs to the demo data
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(
                condition=Q(employees__isnull=True) | Q(employees__gte=0), name="customer_employees"
            ),
        ]
        indexes = [  # serves equality; most customers of most firms have no custom values
            GinIndex(fields=["custom"], name="customer_custom", opclasses=["jsonb_path_ops"], condition=~Q(custom={}))
        ]

    def __str__(self) -> str:
        return self.name


class ExternalId(models.Model):
    """The number that another system knows a customer by."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=100)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="external_id_once_per_source")]
        indexes = [models.Index(fields=["value"], name="external_id_value")]


class Note(models.Model):
    """Something a colleague wrote down about a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
