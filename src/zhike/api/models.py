from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """A caller's key for one creation, bound to the request's payload, with the answer it got."""

    caller = models.CharField(max_length=64)  # "user:3", "token:7"
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)  # null while the first request is under way
    answer = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_once_per_key")]
