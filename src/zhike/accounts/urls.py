from django.urls import path

from .audit_trail import views as audit_trail
from .deliveries import views as deliveries
from .first_steps import views as first_steps
from .organisation import views as organisation
from .own_account import views as own_account
from .people import views as people
from .roles import views as roles
from .sign_in import views as sign_in
from .teams import views as teams
from .tokens import views as tokens

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:secret>/", sign_in.sign_in_link, name="sign-in-link"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", own_account.own_account, name="own-account"),
    path("account/first-steps/", first_steps.first_steps, name="first-steps"),
    path("account/first-steps/hide/", first_steps.hide, name="hide-first-steps"),
    path("account/first-steps/show/", first_steps.show, name="show-first-steps"),
    path("account/numbers/", own_account.number_style, name="number-style"),
    path("account/password/", sign_in.choose_password, name="choose-password"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new/", tokens.new_token, name="new-token"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke-token"),
    path("settings/", organisation.settings, name="settings"),
    path("settings/audit/", audit_trail.trail, name="trail"),
    path("settings/deliveries/", deliveries.deliveries, name="deliveries"),
    path("settings/deliveries/<int:delivery_id>/again/", deliveries.again, name="delivery-again"),
    path("settings/organisation/", organisation.organisation, name="organisation"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.new_person, name="new-person"),
    path("settings/people/<int:user_id>/", people.person, name="person"),
    path("settings/people/<int:user_id>/link/", people.link, name="person-link"),
    path("settings/people/<int:user_id>/deactivate/", people.deactivate, name="deactivate-person"),
    path("settings/people/<int:user_id>/reactivate/", people.reactivate, name="reactivate-person"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new_team, name="new-team"),
    path("settings/teams/<int:team_id>/", teams.team, name="team"),
    path("settings/teams/<int:team_id>/remove/", teams.remove, name="remove-team"),
    path("settings/roles/", roles.roles, name="roles"),
    path("settings/roles/new/", roles.new_role, name="new-role"),
    path("settings/roles/<int:role_id>/", roles.role, name="role"),
    path("settings/roles/<int:role_id>/remove/", roles.remove, name="remove-role"),
]
