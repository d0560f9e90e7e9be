from django.db import models

from .run import ModelRun


class CustomerValue(models.Model):
    """What a run says of one buyer: what they brought, will bring within the run's horizon, and could bring.

    Amounts are minor units of the organisation's currency, `past` ever and `past_year` in the 365 days before the run's
    day. NULL is what could not be told: `p_alive` of one-time buyers under some models, money of who paid in other
    currencies only, `potential` of who bought none of our products. `low` and `high` bound the middle 80 %.
    """

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+", db_index=False)  # the constraint serves
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    purchase_days = models.IntegerField()
    last_day = models.DateField()
    p_alive = models.FloatField(null=True)
    expected = models.FloatField()  # purchase days within the horizon
    expected_low, expected_high = models.FloatField(null=True), models.FloatField(null=True)
    clv = models.BigIntegerField(null=True)
    clv_low, clv_high = models.BigIntegerField(null=True), models.BigIntegerField(null=True)
    past, past_year = models.BigIntegerField(), models.BigIntegerField()
    potential = models.BigIntegerField(null=True)  # what the best quarter of those alike brought in 365 days
    alike = models.SmallIntegerField(default=0)  # customers behind the potential

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="value_once_a_run"),
            models.CheckConstraint(condition=models.Q(p_alive__gte=0, p_alive__lte=1), name="p_alive_is_a_share"),
        ]
        indexes = [models.Index(fields=["run", "-clv", "-customer"], name="value_by_clv")]
