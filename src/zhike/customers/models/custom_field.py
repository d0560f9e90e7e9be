from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CustomField(models.Model):
    """A field of customers that an organisation added. Its key never changes; values stand in `Customer.custom`."""

    class Type(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", pgettext_lazy("type of field", "Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        YES_NO = "yes_no", _("Yes or no")
        CUSTOMER = "customer", _("Another customer")
        USER = "user", _("Colleague")
        FORMULA = "formula", _("Formula")

    key = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=10, choices=Type)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    help_zh = models.CharField(max_length=300, blank=True)
    help_en = models.CharField(max_length=300, blank=True)
    kinds = models.CharField(max_length=8, blank=True)  # "person", "company"; empty: both kinds of customer have it
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)  # held by an index of its own, see custom_fields/indexes.py
    searchable = models.BooleanField(default=False)
    personal = models.BooleanField(default=False)  # masked until somebody looks, which is written down
    default = models.JSONField(null=True)
    limits = models.JSONField(default=dict)  # least, most, decimals, length, pattern
    choices = models.JSONField(default=list)  # [{"key", "zh", "en", "hue", "retired"}] in order
    formula = models.CharField(max_length=500, blank=True)
    position = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(key__regex="^[a-z][a-z0-9_]*$"), name="custom_field_key"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="custom_field_has_name"),
        ]

    def __str__(self) -> str:
        return self.key
