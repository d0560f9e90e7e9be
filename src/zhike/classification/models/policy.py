from django.conf import settings
from django.db import models
from django.db.models import F, Q

from zhike.classification.models.scheme import CustomerClass, Scheme

# The migration adds by SQL a trigger on customers: whoever gives a customer another owner by hand ends the open grant.


class Policy(models.Model):
    """What a class gets in one respect (a kind), from … to (open: in force). Earlier values are kept as they were."""

    to_class = models.ForeignKey(CustomerClass, models.PROTECT, related_name="policies", db_column="class_id")
    kind = models.CharField(max_length=40)  # of the registry of policy kinds
    number = models.IntegerField()  # 1, 2, … per class and kind
    value = models.JSONField()  # by the fields of the kind
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["to_class", "kind", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["to_class", "kind"], condition=Q(valid_to__isnull=True), name="policy_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")), name="policy_forward"
            ),
        ]


class PolicyRank(models.Model):
    """The place of a scheme where policies of several classes compete: the lower number decides."""

    scheme = models.OneToOneField(Scheme, models.CASCADE, primary_key=True, related_name="+")
    place = models.IntegerField()


class OwnerRun(models.Model):
    """One giving of owners by policy: its receipt."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # null: the system
    customers = models.IntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone = models.IntegerField(default=0)  # customers who got their earlier owner back


class OwnerGrant(models.Model):
    """That a policy gave a customer an owner. Open: nobody has changed the owner since."""

    class Ending(models.TextChoices):
        OPEN = "", "open"
        HAND = "hand", "hand"  # a person or an import chose another owner
        POLICY = "policy", "policy"  # another policy, or a newer value of it
        UNDO = "undo", "undo"

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(OwnerRun, models.CASCADE, related_name="grants")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=6, choices=Ending, default=Ending.OPEN, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at__isnull=True), name="owner_grant_one_open"
            ),
        ]
        indexes = [models.Index(fields=["customer", "policy", "-id"], name="owner_grant_of_customer")]


class OwnerTurn(models.Model):
    """Whose turn it is in a team. Its row is locked while owners are chosen there, so that no two choose alike."""

    team_id = models.BigIntegerField(primary_key=True)  # of accounts; a team that was removed leaves a number behind
    turn = models.BigIntegerField(default=0)
