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
    built_in = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    version = models.IntegerField(default=0)  # number of the version in force; 0 before the first
    created_at = models.DateTimeField(db_default=Now())

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.UniqueConstraint(fields=["scheme"], condition=Q(applied_at__isnull=True), name="scheme_one_draft"),
        ]


class Assignment(models.Model):
    """That a customer is in a class of a scheme, from … to (open: now), and the values that decided.

    The database holds: one open row per customer and scheme, no overlap in history, no open row inside history.
    """

    class Source(models.IntegerChoices):
        RULE = 1, _("Rule")
        MODEL = 2, _("Computed")
        HAND = 3, _("By hand")

    pk = models.CompositePrimaryKey("customer_id", "scheme_id", "valid_from")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    # Schemes and classes are retired, never deleted: checking two more keys for each row would double a bulk write.
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    to_class = models.ForeignKey(
        CustomerClass, models.PROTECT, related_name="+", db_column="class_id", db_index=False, db_constraint=False
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    rule_version = models.IntegerField()
    source = models.SmallIntegerField(choices=Source)
    evidence = models.JSONField(null=True)  # {"last_day": "2026-08-03", "recency_days": 110, …}
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "scheme"],
                condition=Q(valid_to__isnull=True),
                include=["to_class"],
                name="assignment_one_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=models.F("valid_to")), name="assignment_forward"
            ),
        ]
        indexes = [
            models.Index(
                fields=["scheme", "to_class", "customer"],
                condition=Q(valid_to__isnull=True),
                name="assignment_of_class",
            ),
            models.Index(fields=["scheme", "valid_from"], name="assignment_moves"),
        ]


class CustomerMetrics(models.Model):
    """What the engine last computed for a customer. Money in minor units of the organisation's currency."""

    customer = models.OneToOneField("customers.Customer", models.CASCADE, primary_key=True, related_name="+")
    first_day = models.DateField(null=True)  # purchase days, of the organisation's zone
    last_day = models.DateField(null=True)
    previous_day = models.DateField(null=True)
    purchase_days = models.IntegerField(default=0)  # over all time
    frequency = models.IntegerField(default=0)  # purchase days in the window
    monetary = models.BigIntegerField(default=0)  # net amount in the window
    rfm_r = models.SmallIntegerField(null=True)  # 1 to 5; null without a purchase in the window
    rfm_f = models.SmallIntegerField(null=True)
    rfm_m = models.SmallIntegerField(null=True)


class ClassifyRun(models.Model):
    """One run of the engine over everyone or over what changed."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    as_of = models.DateField()
    judged_at = models.DateTimeField(null=True)  # when the classes that it opened begin
    full = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    customers = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    report = models.JSONField(default=dict)  # the JSON that the command prints
    problem = models.TextField(blank=True, default="")  # of a failed run, for the person who looks after it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
