from django.conf import settings
from django.db import models
from django.db.models import Q

from .customer import Customer


class Notice(models.Model):
    """That a person was told something. What it says is worded by its kind, in the reader's language, when it is read.

    `key` names what was told: nobody is told twice of the same.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)  # a key of `notice_kinds`
    key = models.CharField(max_length=160)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")  # of whom alone it tells
    facts = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="notice_of_person"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]
