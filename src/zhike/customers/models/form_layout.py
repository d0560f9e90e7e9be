from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class FormSettings(models.Model):
    """Whose classes decide the form of a customer: the key of one scheme, empty where all have the same. One row."""

    scheme = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="form_settings_once")]


class FormLayout(models.Model):
    """What the form of a class's customers shows and requires, in sections. Without a class: of everybody else."""

    scheme = models.CharField(max_length=40, blank=True)
    class_key = models.CharField(max_length=60, blank=True)  # empty: of whoever is in no class with a form of its own
    sections = models.JSONField(default=list)  # [{"zh", "en", "fields": [{"key", "required"}]}]
    visit_form = models.CharField(max_length=60, blank=True)  # key of the return-visit form
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "class_key"], name="form_layout_once_per_class")]
