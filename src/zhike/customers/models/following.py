from django.conf import settings
from django.db import models

from .customer import Customer


class Following(models.Model):
    """That a person wants to be told what happens with a customer. At most one row for the two."""

    pk = models.CompositePrimaryKey("user_id", "customer_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    since = models.DateTimeField()
