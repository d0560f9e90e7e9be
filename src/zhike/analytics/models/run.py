from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhike.analytics.said import Said


class ModelRun(models.Model):
    """One run of an analysis over the whole organisation; its results stand in tables that refer to it."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not usable")  # it ran, and what it found is no better than a guess
        FAILED = "failed", _("Failed")

    analysis = models.CharField(max_length=32)  # a key of the registry `analyses`
    version = models.CharField(max_length=20)  # of the analysis: raised when it computes otherwise
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    in_use = models.BooleanField(default=False)
    kept = models.BooleanField(default=False)  # its rows are still there
    as_of = models.DateField()
    first_day, last_day = models.DateField(null=True), models.DateField(null=True)  # of the facts that went in
    customers = models.IntegerField(default=0)
    card = models.JSONField(default=dict)  # what the analysis says of itself: figures, tests, parameters
    sentence = models.TextField(blank=True, default="")  # why it is not used, in English
    facts = models.JSONField(null=True)  # what stands in the sentence; none: a text as runs of earlier versions kept it
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)  # when the worker last said that it is at it
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["analysis", "-id"], name="run_of_analysis")]
        constraints = [
            models.UniqueConstraint(fields=["analysis"], condition=Q(in_use=True), name="one_run_in_use"),
            models.UniqueConstraint(
                fields=["analysis"], condition=Q(status__in=["queued", "running"]), name="one_run_at_a_time"
            ),
        ]

    @property
    def problem(self) -> str:
        """Why it is not used, in the reader's language; empty where it is, or could be."""
        if not self.sentence or self.facts is None:
            return self.sentence
        return str(Said(self.sentence, self.facts))
