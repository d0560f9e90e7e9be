from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .customer import Customer


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
