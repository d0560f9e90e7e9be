import argparse
import csv
import io

import pytest

from zhike.accounts.testing import make_user
from zhike.audit.testing import recorded
from zhike.customers import export_command
from zhike.customers.errors import NoSuchColumn
from zhike.customers.export.columns import cell
from zhike.customers.testing import make_customer


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "  =1",
        '"=1',
        "'=1",
        "\u3000=1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_no_text_becomes_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "text"), [(-5, "-5"), ("abc", "abc"), (None, ""), ("a=b", "a=b"), ("", "")])
def test_numbers_and_harmless_texts_stay_as_they_are(value, text):
    assert cell(value) == text


@pytest.mark.django_db
def test_the_list_is_taken_as_it_is_filtered_and_that_is_written_down(client):
    li, other = make_user("li"), make_user("max")
    make_customer("=HYPERLINK(1)", owner=li, external_ids={"erp": "7"}, tags=["VIP"])
    make_customer("B", owner=li)
    make_customer("C", owner=other, tags=["VIP"])
    client.force_login(li)
    answer = client.get("/customers/export/?tag=VIP&column=external_id&column=name&column=owner")
    text = b"".join(answer.streaming_content).decode()
    assert read(text) == [["external_id", "name", "owner"], ["7", "'=HYPERLINK(1)", "Li"]]
    assert recorded("CustomersExported") == [
        (
            "CustomersExported",
            {
                "customers": 1,
                "columns": ["external_id", "name", "owner"],
                "filters": "tag=VIP&column=external_id&column=name&column=owner",
            },
        )
    ]


@pytest.mark.django_db
def test_agents_and_viewers_may_not_export(client):
    for login in ("ana", "vic"):
        client.force_login(make_user(login))
        assert client.get("/customers/export/?column=name").status_code == 403
    assert recorded("CustomersExported") == []


@pytest.mark.django_db
def test_the_command_writes_the_file_and_an_unknown_column_writes_none(tmp_path):
    make_customer("甲", external_ids={"erp": "7"}, place="浙江杭州")
    parser = argparse.ArgumentParser()
    export_command.add_arguments(parser)
    out = tmp_path / "out.csv"
    report = export_command.run(
        parser.parse_args(["customers", "--columns", "external_id,name,city", "--out", str(out)])
    )
    assert report == {"file": str(out), "customers": 1, "columns": ["external_id", "name", "city"]}
    assert read(out.read_text("utf-8")) == [["external_id", "name", "city"], ["7", "甲", "330100"]]
    with pytest.raises(NoSuchColumn, match="shoe_size"):
        export_command.run(
            parser.parse_args(["customers", "--columns", "shoe_size", "--out", str(tmp_path / "no.csv")])
        )
    assert not (tmp_path / "no.csv").exists()
