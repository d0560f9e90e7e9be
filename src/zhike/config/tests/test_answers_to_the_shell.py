"""What commands about this installation answer: the address that is served, and 1 where the engine's copy differs."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from zhike.accounts.testing import make_user
from zhike.classification.testing import buy, classify_as_of
from zhike.config import cli, engine_store, serving
from zhike.config.commands.serve import nobody_signed_in_yet
from zhike.customers.testing import make_customer

DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings) -> None:
    monkeypatch.setenv("ZHIKE_LANG", "en")
    monkeypatch.setenv("ZHIKE_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "_prepare", lambda: None)  # the tests' database is ready
    monkeypatch.setattr(engine_store, "_prepare", lambda: None)
    settings.STORE = tmp_path / "store"


@pytest.mark.django_db
def test_a_sign_in_link_leads_to_the_server_that_runs(capsys: pytest.CaptureFixture[str]) -> None:
    def ask(*words: str) -> dict[str, str]:
        assert cli.run_verb(["user", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    alone = ask()
    assert alone["link"].startswith("http://localhost:8000/sign-in/")
    assert alone["note"] == "Nothing serves this installation here now. Start “zhike serve”, then open the link."
    served = serving.announce(8044, "https://crm.example")
    assert ask(alone["login"])["link"].startswith("https://crm.example/sign-in/")
    assert "note" not in ask()
    served.close()  # as when it was killed: the file is still there
    assert serving.served_at() is None
    assert "note" in ask()


@pytest.mark.django_db
def test_the_way_in_is_told_until_somebody_has_signed_in(client: Client) -> None:
    user = make_user("first")
    assert nobody_signed_in_yet()
    client.force_login(user)
    assert not nobody_signed_in_yet()


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_differs_is_said_and_answers_1_until_it_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    def check(*words: str) -> tuple[int, bool, str]:
        code = cli.run_verb(["engine", "check", *words, "--json"])
        said = capsys.readouterr()
        return code, json.loads(said.out)["right"], said.err.strip()

    assert check() == (
        0, True, "zhike: Nothing has been copied yet, so there is nothing to compare; the next run copies everything.",
    )  # fmt: skip
    buy(make_customer("erased"), DAY - timedelta(days=10), 100)
    classify_as_of(DAY)
    assert check() == (0, True, "zhike: The copy holds what the database does.")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_fact")
    differs = (
        "zhike: The copy differs from the database in facts 2026-05. “zhike engine check --repair” copies that anew;"
    )
    assert check() == (1, False, f"{differs} nothing was changed.")
    mended = "zhike: The copy differed from the database in facts 2026-05. That was copied anew;"
    assert check("--repair") == (0, True, f"{mended} the classes follow by themselves.")
    assert check() == (0, True, "zhike: The copy holds what the database does.")
