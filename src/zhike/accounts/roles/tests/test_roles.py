"""Roles: built in, and of one's own."""

import pytest
from django.utils.timezone import now

from zhike.accounts.models import Role, User
from zhike.accounts.rights.errors import AboveYourself
from zhike.accounts.rights.queries import make_actor
from zhike.accounts.roles.actions import add_role, change_role, remove_role, sync_built_in_roles
from zhike.accounts.roles.errors import BuiltInRole, RoleInUse, RoleNameTaken, UnknownPermission
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.kit.actor import Scope

pytestmark = pytest.mark.django_db
SEE_PEOPLE = "accounts.view_person"


@pytest.fixture
def ada():
    sync_built_in_roles()
    return make_cast_actor("ada")


def add_clerk(ada, **fields) -> Role:
    asked = {"name": "Clerk", "scope": Scope.TEAM, "permissions": [SEE_PEOPLE]} | fields
    return add_role(**asked, by=ada, at=now())


def test_built_in_roles_hold_what_the_rooms_name(ada):
    roles = {role.key: role for role in Role.objects.filter(built_in=True)}
    assert sorted(roles) == ["administrator", "agent", "lead", "viewer"]
    assert {key: role.scope for key, role in roles.items()} == {
        "administrator": "all",
        "lead": "team",
        "agent": "own",
        "viewer": "team",
    }
    assert SEE_PEOPLE in roles["lead"].permissions
    assert SEE_PEOPLE not in roles["agent"].permissions


def test_syncing_again_repairs_built_in_roles_and_leaves_ones_own(ada):
    clerk = add_clerk(ada)
    Role.objects.filter(key="lead").update(permissions=[], scope="own")
    sync_built_in_roles()
    lead = Role.objects.get(key="lead")
    assert (SEE_PEOPLE in lead.permissions, lead.scope) == (True, "team")
    clerk.refresh_from_db()
    assert clerk.permissions == [SEE_PEOPLE]


def test_a_role_of_ones_own_counts_from_the_next_click(client, ada):
    clerk = add_clerk(ada)
    bo = make_user("bo", may=[])
    bo.roles.set([clerk])
    client.force_login(bo)
    assert client.get("/settings/people/").status_code == 200
    change_role(role_id=clerk.id, name="Clerk", scope=Scope.OWN, permissions=[], by=ada, at=now())
    assert client.get("/settings/people/").status_code == 403


def test_built_in_roles_cannot_be_changed_or_removed(ada):
    lead = Role.objects.get(key="lead")
    with pytest.raises(BuiltInRole):
        change_role(role_id=lead.id, name="Boss", scope=Scope.ALL, permissions=[], by=ada, at=now())
    with pytest.raises(BuiltInRole):
        remove_role(role_id=lead.id, by=ada, at=now())
    lead.refresh_from_db()
    assert lead.name == ""


def test_a_name_is_given_once_and_permissions_exist(ada):
    add_clerk(ada)
    with pytest.raises(RoleNameTaken):
        add_clerk(ada, name=" clerk ")
    with pytest.raises(UnknownPermission, match=r"kettles\.boil"):
        add_clerk(ada, name="Cook", permissions=["kettles.boil"])
    assert Role.objects.filter(built_in=False, name__in=["Clerk", "Cook"]).count() == 1


def test_a_role_in_use_stays(ada):
    clerk = add_clerk(ada)
    make_user("bo", may=[]).roles.set([clerk])
    with pytest.raises(RoleInUse) as refused:
        remove_role(role_id=clerk.id, by=ada, at=now())
    assert refused.value.facts == {"name": "Clerk", "count": 1}
    assert Role.objects.filter(id=clerk.id).exists()
    assert recorded("RoleRemoved") == []


def test_nobody_makes_a_role_that_may_more_than_they(ada):
    half = make_actor(make_user("half", may=["accounts.change_role", SEE_PEOPLE], scope=Scope.TEAM))
    with pytest.raises(AboveYourself):
        add_role(name="A", scope=Scope.TEAM, permissions=["accounts.change_person"], by=half, at=now())
    with pytest.raises(AboveYourself, match="all"):
        add_role(name="B", scope=Scope.ALL, permissions=[SEE_PEOPLE], by=half, at=now())
    assert Role.objects.filter(name__in=["A", "B"]).count() == 0


def test_the_pages_make_copy_change_and_remove_a_role(client, ada):
    client.force_login(User.objects.get(login="ada"))
    lead = Role.objects.get(key="lead")
    assert client.get(f"/settings/roles/{lead.id}/").status_code == 200
    assert client.get(f"/settings/roles/new/?copy={lead.id}").text.count("checked") >= 2
    made = {"name": "Clerk", "scope": "team", "permissions": [SEE_PEOPLE]}
    assert client.post("/settings/roles/new/", made).status_code == 302
    clerk = Role.objects.get(name="Clerk")
    assert client.post(f"/settings/roles/{clerk.id}/", made | {"scope": "own"}).status_code == 302
    assert Role.objects.get(id=clerk.id).scope == "own"
    assert client.post(f"/settings/roles/{clerk.id}/remove/").status_code == 302
    assert [name for name, _ in recorded("RoleAdded", "RoleChanged", "RoleRemoved")] == [
        "RoleAdded",
        "RoleChanged",
        "RoleRemoved",
    ]


@pytest.mark.parametrize("copy", ["", "x", "987", "9" * 30])
def test_a_damaged_copy_address_starts_empty(client, ada, copy):
    client.force_login(User.objects.get(login="ada"))
    assert client.get(f"/settings/roles/new/?copy={copy}").status_code == 200


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", None])
def test_only_administrators_change_roles(client, name, ada):
    clerk = add_clerk(ada)
    if name:
        client.force_login(make_user(name))
    assert client.post(f"/settings/roles/{clerk.id}/remove/").status_code == (403 if name else 302)
    assert Role.objects.filter(id=clerk.id).exists()
