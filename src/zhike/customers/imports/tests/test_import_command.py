import argparse
import json

import pytest

from zhike.accounts.public import get_organisation
from zhike.customers.imports import command
from zhike.customers.imports.errors import FieldUnknown, FileNotThere, KindUnknown, SourceUnfit, ZoneUnknown
from zhike.customers.models import Customer, ImportRun

pytestmark = pytest.mark.django_db
FILE = "No,When,Item,Qty,Price,Who\n1,2024-07-01 10:00,A,2,2.5,K1\n2,2024-07-01,A,1,-1,K1\n"
MAP = "order_no=No,at=When,sku=Item,quantity=Qty,unit_price=Price,customer=Who"


def call(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(word) for word in words]))


def test_the_report_is_what_the_command_prints(put):
    report = call("orders", put(FILE), "--map", MAP, "--currency", "GBP", "--time-zone", "Europe/London", "--json")
    assert list(report) == [
        "rows", "accepted", "rejected", "rejected_file", "orders", "customers", "seconds", "rows_per_second",
    ]  # fmt: skip
    assert (report["rows"], report["accepted"], report["rejected"]) == (2, 1, 1)
    assert json.dumps(report["orders"]) == '{"created": 1, "updated": 0, "unchanged": 0}'
    with open(report["rejected_file"], encoding="utf-8-sig") as stream:
        assert "2,2024-07-01,A,1,-1,K1" in stream.read()


def test_the_first_import_tells_what_the_organisation_counts_in(put, capsys):
    call("orders", put(FILE), "--map", MAP, "--currency", "GBP", "--time-zone", "Europe/London", "--dry-run")
    assert get_organisation().currency == "CNY"
    call("orders", put(FILE), "--map", MAP, "--currency", "GBP", "--time-zone", "Europe/London")
    assert "GBP" in capsys.readouterr().err
    assert (get_organisation().currency, get_organisation().time_zone) == ("GBP", "Europe/London")
    call("orders", put(FILE), "--map", MAP, "--source", "other", "--currency", "USD")
    assert get_organisation().currency == "GBP"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["orders", "/no/such/file.csv"], FileNotThere),
        (["colours", "FILE"], KindUnknown),
        (["orders", "FILE", "--map", "colour=Item"], FieldUnknown),
        (["orders", "FILE", "--map", MAP, "--source", "a:b"], SourceUnfit),
        (["orders", "FILE", "--map", MAP, "--time-zone", "Mars/Olympus"], ZoneUnknown),
    ],
)
def test_what_cannot_be_done_is_refused(put, words, refusal):
    path = str(put(FILE))
    with pytest.raises(refusal):
        call(*[path if word == "FILE" else word for word in words])
    assert not Customer.objects.exists()
    assert not ImportRun.objects.filter(status="done").exists()
