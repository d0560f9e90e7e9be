from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One thing that somebody did. Entries are added, never changed: a trigger refuses UPDATE and DELETE."""

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=16)  # user, token, system
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    event = models.CharField(max_length=80)  # class name of the event
    subject_kind = models.CharField(max_length=40, blank=True)  # "customer", "order", …
    subject_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["actor_id", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["event", "-at", "-id"], name="audit_by_event"),
        ]


class OutboxMessage(models.Model):
    """An event waiting to be passed on: written in the transaction of the change, sent after it."""

    at = models.DateTimeField(db_default=Now())
    event = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_unsent", condition=models.Q(sent_at__isnull=True)),
        ]


class Delivery(models.Model):
    """One message for one handler: done once the handler returned, parked after too many failures."""

    message = models.ForeignKey(OutboxMessage, models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=80)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())  # not before: later after each failure
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)  # what the last failure said

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "handler"], name="delivery_once_per_handler")]
        indexes = [
            models.Index(
                fields=["handler", "message"],
                name="delivery_waiting",
                condition=models.Q(done_at__isnull=True, parked_at__isnull=True),
            ),
        ]
