import pytest
from django.utils.timezone import now

from zhike.accounts.models import Organisation, User
from zhike.accounts.organisation.actions import save_organisation
from zhike.accounts.organisation.errors import UnknownCurrency, UnknownLanguage, UnknownTimeZone, UnknownWeekday
from zhike.accounts.organisation.queries import get_organisation
from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded

pytestmark = pytest.mark.django_db
SETTINGS = {
    "name": "云栖茶业",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "language": "zh-hans",
    "week_start": 1,
}


def test_settings_are_saved_and_recorded_with_before_and_after(client):
    client.force_login(make_user("ada"))
    changed = SETTINGS | {"time_zone": "Europe/London", "currency": "GBP"}
    assert client.post("/settings/organisation/", changed).status_code == 302
    kept = get_organisation()
    assert (kept.name, kept.time_zone, kept.currency, kept.configured) == ("云栖茶业", "Europe/London", "GBP", True)
    facts = recorded("OrganisationChanged")[0][1]
    assert (facts["before"]["currency"], facts["after"]["currency"]) == ("CNY", "GBP")


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("time_zone", "Mars/Olympus", UnknownTimeZone),
        ("time_zone", "", UnknownTimeZone),
        ("currency", "XXQ", UnknownCurrency),
        ("language", "tlh", UnknownLanguage),
        ("week_start", 8, UnknownWeekday),
    ],
)
def test_settings_that_do_not_exist_are_refused_and_change_nothing(field, value, refusal):
    with pytest.raises(refusal):
        save_organisation(**SETTINGS | {field: value}, by=make_cast_actor("ada"), at=now())
    assert Organisation.objects.count() == 0
    assert recorded("OrganisationChanged") == []


@pytest.mark.parametrize("name", ["ana", "li", "vic", "max", None])
def test_only_administrators_change_the_organisation(client, name):
    if name:
        client.force_login(make_user(name))
    assert client.post("/settings/organisation/", SETTINGS).status_code == (403 if name else 302)
    assert Organisation.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "cookie", "browser", "firm", "spoken"),
    [
        ("en", "zh-hans", "zh-CN", "zh-hans", "en"),
        ("", "en", "zh-CN", "zh-hans", "en"),
        ("", "", "en-GB,en;q=0.8", "zh-hans", "en"),
        ("", "", "zh-TW,zh;q=0.8", "en", "zh-hans"),
        ("", "", "fr", "en", "en"),
        ("", "", "", "zh-hans", "zh-hans"),
        ("", "xx", "*", "en", "en"),
    ],
)
def test_pages_speak_the_persons_language_else_the_browsers_else_the_firms(
    client, person, cookie, browser, firm, spoken
):
    save_organisation(**SETTINGS | {"language": firm}, by=make_cast_actor("ada"), at=now())
    user = make_user("ana")
    User.objects.filter(id=user.id).update(language=person)
    client.force_login(user)
    if cookie:
        client.cookies["zhike_language"] = cookie
    headers = {"accept-language": browser} if browser else {}
    assert client.get("/account/", headers=headers)["Content-Language"] == spoken


@pytest.mark.parametrize(("name", "first"), [("ada", "/settings/organisation/"), ("vic", "/")])
def test_the_address_of_the_settings_leads_to_the_first_of_them_one_may_see(client, name, first):
    client.force_login(make_user(name))
    answer = client.get("/settings/")
    assert (answer.status_code, answer["Location"]) == (302, first)
