from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class LoginTaken(Refusal):
    code = "accounts.login_taken"
    sentence = _("Somebody signs in as {login} already. Choose another name to sign in with.")
    field = "login"


class NameMissing(Invalid):
    code = "accounts.name_missing"
    sentence = _("A person needs a name, and a name to sign in with.")
    field = "name"


class RoleMissing(Invalid):
    code = "accounts.role_missing"
    sentence = _("Without a role {name} could see nothing. Choose at least one.")
    field = "roles"


class LastAdministrator(Refusal):
    code = "accounts.last_administrator"
    sentence = _("{name} is the only administrator left. Make somebody else administrator first.")
    field = "roles"


class NotYourself(Refusal):
    code = "accounts.not_yourself"
    sentence = _("You cannot deactivate yourself. Ask another administrator.")


class NoSuchPerson(NotFound):
    code = "accounts.no_such_person"
    sentence = _("There is no such person.")
