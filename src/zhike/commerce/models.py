from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    sku = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300)
    category = models.CharField(max_length=100, blank=True)
    sample = models.BooleanField(default=False)  # belongs to the demo data
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["category", "sku"], name="product_category")]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """What a customer ordered at one time. `at` is its earliest line's; `net` the sum of its lines in minor units."""

    class Status(models.TextChoices):
        PLACED = "placed", _("Placed")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    BY_HAND = "manual"  # the source of orders that are written down on a page

    source = models.CharField(max_length=100)
    number = models.CharField(max_length=100)
    # null: an anonymous sale; the index below serves
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.COMPLETED)
    net = models.BigIntegerField(default=0)
    lines_count = models.IntegerField(default=0)
    revision = models.IntegerField(default=1)  # counts corrections; part of the source keys of its facts
    digest = models.CharField(max_length=32, blank=True, default="")  # of its content: what an import compares
    sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="order_once_per_source")]
        indexes = [
            models.Index(fields=["customer", "-at"], name="order_of_customer"),
            models.Index(fields=["-at", "-id"], name="order_by_time"),
            models.Index(fields=["-net", "-id"], name="order_by_net"),
            models.Index(fields=["number"], name="order_number", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def by_hand(self) -> bool:
        return self.source == self.BY_HAND


class OrderLine(models.Model):
    """One product in an order. A negative quantity is a return; `amount` carries its sign."""

    order = models.ForeignKey(
        Order, models.CASCADE, related_name="lines", db_index=False
    )  # the constraint's index serves
    position = models.IntegerField()  # from 1, in the order of the file
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=20, decimal_places=6)
    unit_price = models.DecimalField(max_digits=20, decimal_places=6)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="order_line_price_not_negative"),
        ]
