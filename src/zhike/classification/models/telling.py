from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhike.classification.models.scheme import CustomerClass, Scheme


class Telling(models.Model):
    """Of which moves of a scheme owner and followers are told. A scheme without a row tells nobody.

    It counts from the next move on and is no part of a version.
    """

    scheme = models.OneToOneField(Scheme, models.CASCADE, primary_key=True, related_name="telling")
    tell_into = ArrayField(models.BigIntegerField(), default=list)  # into these classes
    tell_out_of = ArrayField(models.BigIntegerField(), default=list)


class ToldMove(models.Model):
    """That people were told of a customer's move on a day: it is not told again when it is revoked and happens again.

    Rows of days before yesterday are gone.
    """

    pk = models.CompositePrimaryKey("day", "to_class_id", "enters", "customer_id")
    day = models.DateField()  # in the organisation's zone
    to_class = models.ForeignKey(
        CustomerClass, models.CASCADE, related_name="+", db_column="class_id", db_index=False, db_constraint=False
    )
    enters = models.BooleanField()  # or leaves
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False,
                                 db_constraint=False)  # fmt: skip
