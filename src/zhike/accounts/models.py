from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from zhike.kit.actor import Scope
from zhike.ui.public import FULL


class Organisation(models.Model):
    """The firm that uses this installation: one row, id 1."""

    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")  # a business day is a day here
    currency = models.CharField(max_length=3, default="CNY")  # values are counted in it
    language = models.CharField(max_length=10, default="zh-hans")
    week_start = models.SmallIntegerField(default=1)  # ISO weekday: 1 Monday … 7 Sunday
    configured = models.BooleanField(default=False)  # somebody chose these, or the first import told them

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A set of named permissions, and whose records they reach."""

    SCOPES = [(Scope.OWN, _("Own records")), (Scope.TEAM, _("The team's records")), (Scope.ALL, _("All records"))]

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)  # empty for built-in roles: their names are translated
    built_in = models.BooleanField(default=False)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    scope = models.CharField(max_length=8, choices=SCOPES, default=Scope.OWN)

    def __str__(self) -> str:
        return self.name or self.key


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, login: str | None) -> "User":
        return self.get(login__iexact=login)


class User(AbstractBaseUser):
    """A person who signs in."""

    login = models.CharField(max_length=150, unique=True)  # an e-mail, a phone or a short name
    name = models.CharField(max_length=100)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    roles = models.ManyToManyField(Role, related_name="users")
    language = models.CharField(max_length=10, blank=True)  # empty: as the browser asks, else the organisation's
    number_style = models.CharField(max_length=8, default=FULL, db_default=FULL)  # or short: 128.45万
    is_active = models.BooleanField(default=True)
    sample = models.BooleanField(default=False)  # belongs to the demo data
    first_steps_hidden = models.BooleanField(db_default=False, default=False)  # the checklist on the workbench
    first_steps_seen = ArrayField(models.CharField(max_length=40), db_default=[], default=list)  # steps that are a look
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """A link that signs a person in once. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A key for programs. It acts as its user, with at most its own permissions; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)  # shown, to tell tokens apart
    token_hash = models.CharField(max_length=64, unique=True)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
