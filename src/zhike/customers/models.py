from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
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


class ContactPoint(models.Model):
    """A phone, e-mail, WeChat or other address by which a customer is reached."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        WECHAT = "wechat", _("WeChat")
        WECOM = "wecom", _("WeCom")
        OTHER = "other", _("Other")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=320)  # as it was given
    normal = models.CharField(max_length=320)  # E.164 where a phone parses, lower case for e-mail; for comparing
    label = models.CharField(max_length=60, blank=True)
    primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "normal"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(primary=True), name="contact_point_one_primary"
            ),
        ]
        indexes = [  # serves equality, and the start of a number or address
            models.Index(
                fields=["kind", "normal"], name="contact_point_normal", opclasses=["varchar_ops", "varchar_pattern_ops"]
            )
        ]


class Address(models.Model):
    """Where a customer is. The primary one decides the customer's region."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    division = models.CharField(max_length=6, blank=True)  # the finest division code known
    line = models.CharField(max_length=500, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    primary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(primary=True), name="address_one_primary"),
        ]


class Note(models.Model):
    """Something a colleague wrote down about a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())


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


class Listing(models.Model):
    """One row per customer, read by lists, filters and search; derived, rebuilt by `refresh_listing`.

    `tokens` are hanzi pairs of the name, latin words of it, and last four digits of phones; `classes` are ids of the
    classes that the customer is in now; `value` is the net amount in the last 365 days, in minor units.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="listing")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=300)
    name_pinyin = models.CharField(max_length=1200, blank=True)
    name_initials = models.CharField(max_length=300, blank=True)
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
            models.Index(fields=["name_pinyin", "customer"], name="listing_by_name", condition=Q(archived=False)),
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
            GinIndex(fields=["phones"], name="listing_phones"),
            models.Index(fields=["name_initials"], name="listing_initials", opclasses=["text_pattern_ops"]),
            models.Index(fields=["name_pinyin"], name="listing_pinyin", opclasses=["text_pattern_ops"]),
        ]


class SavedView(models.Model):
    """A customer list under a name: filters, order and columns as its address holds them. A removed one can return."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.TextField()  # without leading ?, parameters in order
    shared = models.BooleanField(default=False)  # with the owner's team
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)


class ListColumns(models.Model):
    """The columns of the customer list that a person chose last."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    columns = ArrayField(models.CharField(max_length=60))


class ImportRun(models.Model):
    """One file on its way in: from upload to report. Killed at any point, it goes on where it was."""

    class Status(models.TextChoices):
        MAPPING = "mapping", _("Waiting for the mapping")
        CHECKING = "checking", _("Checking")  # the dry run
        CHECKED = "checked", _("Checked")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=20)  # "customers", "orders" (registry of import kinds)
    status = models.CharField(max_length=10, choices=Status, default=Status.MAPPING)
    file = models.CharField(max_length=300)  # path under uploads/
    file_name = models.CharField(max_length=300)  # as the person called it
    options = models.JSONField(default=dict)  # mapping, source, currency, time_zone, encoding, delimiter, sheet
    progress = models.JSONField(default=dict)  # stage, rows_done, rows_total, started_at, speed
    report = models.JSONField(default=dict)  # the JSON that the command prints
    error = models.JSONField(null=True)  # code and facts of the refusal that stopped it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)


class ImportMapping(models.Model):
    """The columns that a person chose for files with the same heading, remembered for the next one."""

    kind = models.CharField(max_length=20)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "header_hash"], name="import_mapping_once")]
