from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(zh: str, en: str) -> str:
    """Return the text in the reader's language, or the other one where it was not given."""
    first, second = (en, zh) if (get_language() or "").startswith("en") else (zh, en)
    return first or second


class Scheme(models.Model):
    """A customer management type: a dimension along which customers are sorted into classes."""

    class Kind(models.TextChoices):
        RFM = "rfm", _("RFM segments")
        VALUE_TIER = "value_tier", _("Value tier")
        LIFECYCLE = "lifecycle", _("Lifecycle stage")
        ATTRIBUTE = "attribute", _("By a profile field")
        PRIORITY = "priority", _("Priority score")
        STRATEGIC = "strategic", _("Strategic, key, ordinary")
        RULE = "rule", _("By rules")
        HAND = "hand", _("By hand")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    key = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    meaning_zh = models.CharField(max_length=300, blank=True)
    meaning_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    # Of a rule scheme: customers are in every class whose rule is met, not in the first one only. Never changes.
    overlapping = models.BooleanField(default=False, db_default=False)
    built_in = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=0)  # number of the version in force; 0 before the first
    created_at = models.DateTimeField(db_default=Now())
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def meaning(self) -> str:
        return in_language(self.meaning_zh, self.meaning_en)

    def __str__(self) -> str:
        return self.name


class CustomerClass(models.Model):
    """One value of a scheme. Its id never changes, so that history stays readable when it is renamed or retired."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="classes")
    key = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    meaning_zh = models.CharField(max_length=300, blank=True)
    meaning_en = models.CharField(max_length=300, blank=True)
    hue = models.CharField(max_length=10, default="plain")  # a name of the class palette in tokens.css
    position = models.IntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "key"], name="class_once_per_scheme")]

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en) or self.key

    @property
    def meaning(self) -> str:
        return in_language(self.meaning_zh, self.meaning_en)

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """How a scheme sorts, kept for ever: thresholds, and per class its rule. A draft is the version being edited."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    parameters = models.JSONField(default=dict)  # by kind: {"at_risk_days": 90, …}, {"cuts": ["0.80", "0.95"]}
    rules = models.JSONField(default=dict)  # class key → rule (AST as JSON)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)  # null: a draft
    stamp = models.IntegerField(default=0)  # how often the draft was saved: who saves says which one they looked at
    edit = models.BigIntegerField(default=0, db_default=0)  # when the last edit was made: ms, by its maker's clock

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.UniqueConstraint(fields=["scheme"], condition=Q(applied_at__isnull=True), name="scheme_one_draft"),
        ]
