from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class RoleNameMissing(Invalid):
    code = "accounts.role_name_missing"
    sentence = _("A role needs a name.")
    field = "name"


class RoleNameTaken(Refusal):
    code = "accounts.role_name_taken"
    sentence = _("There is a role called {name} already. Choose another name.")
    field = "name"


class UnknownPermission(Invalid):
    code = "accounts.unknown_permission"
    sentence = _("This version knows no permission {permissions}.")
    field = "permissions"


class BuiltInRole(Refusal):
    code = "accounts.built_in_role"
    sentence = _("{name} is a built-in role and stays as it is. Copy it and change the copy.")


class RoleInUse(Refusal):
    code = "accounts.role_in_use"
    sentence = _("{count} people have the role {name}. Give them another role first.")


class NoSuchRole(NotFound):
    code = "accounts.no_such_role"
    sentence = _("There is no such role.")
