from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class SavedView(models.Model):
    """A customer list under a name: filters, order and columns as its address holds them. A removed one can return."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.TextField()  # without leading ?, parameters in order
    shared = models.BooleanField(default=False)  # with the owner's team
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)


class ColumnChoice(models.Model):
    """The columns of a list that a person chose last."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    listing = models.CharField(max_length=20)  # which list: customers, orders, …
    columns = ArrayField(models.CharField(max_length=60))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="column_choice_once")]
