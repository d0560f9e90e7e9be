from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One file on its way in: from upload to report. Killed at any point, it goes on where it was."""

    class Status(models.TextChoices):
        MAPPING = "mapping", _("Waiting for the mapping")
        CHECKING = "checking", _("Checking")  # the dry run
        CHECKED = "checked", _("Checked")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=20)  # "customers", "orders" (registry of import kinds)
    status = models.CharField(max_length=10, choices=Status, default=Status.MAPPING)
    file = models.CharField(max_length=300)  # path under uploads/
    file_name = models.CharField(max_length=300)  # as the person called it
    options = models.JSONField(default=dict)  # mapping, source, currency, time_zone, encoding, delimiter, sheet
    progress = models.JSONField(default=dict)  # stage, rows_done, rows_total, started_at, speed
    report = models.JSONField(default=dict)  # the JSON that the command prints
    error = models.JSONField(null=True)  # code and facts of the refusal that stopped it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)


class ImportMapping(models.Model):
    """The columns that a person chose for files with the same heading, remembered for the next one."""

    kind = models.CharField(max_length=20)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "header_hash"], name="import_mapping_once")]
