from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from zhike.classification.models.scheme import CustomerClass, Scheme


class Assignment(models.Model):
    """That a customer is in a class of a scheme, from … to (open: now), and the values that decided.

    The database holds, for each customer and track: one open row, no overlap in history, no open row inside history.
    A track is a scheme, or where customers may be in several classes of a scheme at once (`apart`), one of its classes.
    """

    class Source(models.IntegerChoices):
        RULE = 1, _("Rule")
        MODEL = 2, _("Computed")
        HAND = 3, _("By hand")
        OVERRIDE = 4, _("Set by hand above the rule")

    class Left(models.IntegerChoices):
        """Why an assignment ended."""

        RULE = 1, _("The rule no longer holds")
        HAND = 2, _("Moved by hand")
        OVERRIDDEN = 3, _("Another class was set by hand")
        OVERRIDE_ENDED = 4, _("What was set by hand ended")
        RETIRED = 5, _("The type was retired")
        MERGED = 6, _("The customer was merged")
        ERASED = 7, _("The customer was erased")
        APPROVED = 8, _("A colleague approved the move")
        KEPT_OUT = 9, _("Kept out by hand")

    # In the database the primary key is (customer_id, track, valid_from); Django wants no generated column in one.
    pk = models.CompositePrimaryKey("customer_id", "scheme_id", "to_class_id", "valid_from")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    # Schemes and classes are retired, never deleted: checking two more keys for each row would double a bulk write.
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    to_class = models.ForeignKey(
        CustomerClass, models.PROTECT, related_name="+", db_column="class_id", db_index=False, db_constraint=False
    )
    apart = models.BooleanField(default=False, db_default=False)
    track = models.GeneratedField(
        expression=Case(When(apart=True, then=-F("to_class_id")), default=F("scheme_id")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    rule_version = models.IntegerField()
    source = models.SmallIntegerField(choices=Source)
    evidence = models.JSONField(null=True)  # {"last_day": "2026-08-03", "recency_days": 110, …}
    left = models.SmallIntegerField(choices=Left, null=True)  # null: open, or ended before reasons were kept
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "track"],
                condition=Q(valid_to__isnull=True),
                include=["to_class"],
                name="assignment_one_open",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")), name="assignment_forward"
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
