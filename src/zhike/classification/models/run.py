from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ClassifyRun(models.Model):
    """One run of the engine over everyone or over what changed."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    as_of = models.DateField()
    judged_at = models.DateTimeField(null=True)  # when the classes that it opened begin
    full = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    customers = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    report = models.JSONField(default=dict)  # the JSON that the command prints
    cuts = models.JSONField(null=True)  # cut points and versions it judged by, for customers judged at once after it
    problem = models.TextField(blank=True, default="")  # of a failed run, for the person who looks after it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
