from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhike.classification.models.scheme import Scheme


class Steadiness(models.Model):
    """What keeps a scheme's classes from changing too soon or unasked. A scheme without a row follows its rule at once.

    It decides when a move happens, not what the rule says; so it is no part of a version and counts from the next move.
    """

    scheme = models.OneToOneField(Scheme, models.CASCADE, primary_key=True, related_name="steadiness")
    stay_days = models.IntegerField(default=0)  # a class is held at least so long
    grace_days = models.IntegerField(default=0)  # a step down must have been due so long
    leave_percent = models.IntegerField(default=0)  # of a value tier: so far below its threshold it is still held
    # Moves that wait for a person: into these classes, and out of those.
    ask_into = ArrayField(models.BigIntegerField(), default=list)
    ask_out_of = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stay_days__range=(0, 3650))
                & Q(grace_days__range=(0, 3650))
                & Q(leave_percent__range=(0, 90)),
                name="steadiness_in_range",
            )
        ]
