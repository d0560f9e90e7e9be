from django.db import models

from .run import ModelRun

PRODUCT = "commerce.Product"
CUSTOMER = "customers.Customer"


class ProductPair(models.Model):
    """Two products in the same orders, told from the rarer: `confidence` of the orders with `first` hold `then`."""

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+", db_index=False)
    first = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    then = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    together = models.IntegerField()  # orders with both
    first_count, then_count = models.IntegerField(), models.IntegerField()  # orders with each
    support, confidence, confidence_back, lift = (
        models.FloatField(),
        models.FloatField(),
        models.FloatField(),
        models.FloatField(),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "first", "then"], name="pair_once_a_run")]
        indexes = [
            models.Index(fields=["run", "-together", "-id"], name="pair_by_together"),
            models.Index(fields=["run", "-lift", "-id"], name="pair_by_lift"),
            models.Index(fields=["run", "-confidence", "-id"], name="pair_by_confidence"),
        ]


class Bundle(models.Model):
    """Three products in the same orders; `lift` over what three that know nothing of one another would share."""

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+")
    first = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    second = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    third = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    together = models.IntegerField()
    support, lift = models.FloatField(), models.FloatField()


class CustomerOffer(models.Model):
    """A product that a customer has not bought and may want. `evidence`: bought products that speak for it, the
    strongest first, each with `product` (id), `both` (customers who bought both) and `bought` (who bought it)."""

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+")
    customer = models.ForeignKey(CUSTOMER, models.CASCADE, related_name="+", db_index=False)  # the constraint serves
    place = models.SmallIntegerField()  # from 1
    product = models.ForeignKey(PRODUCT, models.CASCADE, related_name="+")
    score = models.FloatField()
    evidence = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "run", "place"], name="offer_once_a_place")]


class CustomerAlike(models.Model):
    """Another customer whose products are like this one's: the cosine of both, and how many products they share."""

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+")
    customer = models.ForeignKey(CUSTOMER, models.CASCADE, related_name="+", db_index=False)  # the constraint serves
    place = models.SmallIntegerField()  # from 1
    other = models.ForeignKey(CUSTOMER, models.CASCADE, related_name="+")
    likeness = models.FloatField()
    shared = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "run", "place"], name="alike_once_a_place")]
