from django.db import models

from .run import ModelRun


class CustomerChurn(models.Model):
    """What a run says of one customer: the chance to buy nothing in the horizon of the run's card.

    `value` is the net amount of the 365 days before the run's day, `at_stake` chance × value, 0 where that is below 0;
    both minor units of the organisation's currency. `reasons` holds at most three, the strongest first: see
    `churn.computing.Reason`.
    """

    run = models.ForeignKey(ModelRun, models.CASCADE, related_name="+", db_index=False)  # the indexes below serve
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    chance = models.FloatField()
    value = models.BigIntegerField()
    at_stake = models.BigIntegerField()
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="churn_once_a_run"),
            models.CheckConstraint(condition=models.Q(chance__gte=0, chance__lte=1), name="churn_chance_is_a_share"),
        ]
        indexes = [models.Index(fields=["run", "-at_stake", "-customer"], name="churn_by_stake")]
