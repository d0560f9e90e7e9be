from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhike.classification.models.scheme import Scheme


class Simulation(models.Model):
    """One trial of a version of a scheme against another one. It changes no class and is kept with what went in."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    before_number = models.IntegerField(null=True)  # of the version compared with; null: none is in force
    after_number = models.IntegerField()
    inputs = models.JSONField()  # {"before": {"parameters", "rules"} | null, "after": {…}}: drafts change later
    as_of = models.DateField()
    months = models.SmallIntegerField(default=0)  # how far back; 0: the day alone
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    done, steps = models.SmallIntegerField(default=0), models.SmallIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)  # when the worker last said how far it was
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["scheme", "-id"], name="simulation_of_scheme")]
