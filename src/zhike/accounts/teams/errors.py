from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class TeamNameMissing(Invalid):
    code = "accounts.team_name_missing"
    sentence = _("A team needs a name.")
    field = "name"


class TeamNameTaken(Refusal):
    code = "accounts.team_name_taken"
    sentence = _("There is a team called {name} already. Choose another name.")
    field = "name"


class TeamNotEmpty(Refusal):
    code = "accounts.team_not_empty"
    sentence = _("{count} people are in {name}. Move them to another team first.")


class NoSuchTeam(NotFound):
    code = "accounts.no_such_team"
    sentence = _("There is no such team.")
