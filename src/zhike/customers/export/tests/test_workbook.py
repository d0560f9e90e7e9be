"""The list as a workbook: read back by another program, cell by cell."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.customers.errors import TooManyForSheet
from zhike.customers.export import actions
from zhike.customers.export.workbook import write_workbook
from zhike.customers.models import Listing
from zhike.customers.testing import make_customer

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read(pieces: Any) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))
    return [list(row) for row in book.worksheets[0].iter_rows()]


def back(*values: Any) -> list[Any]:
    return [cell.value for cell in read(write_workbook(["x"] * len(values), [[values]], name="S"))[1]]


def test_each_kind_of_value_comes_back_as_it_was() -> None:
    moment = datetime(2026, 11, 21, 14, 26)
    values = (1_284_500, Decimal("12.50"), -3, '苏州 <澜图> & "Co"\n', True, None, date(2026, 11, 21), moment)
    assert back(*values) == [
        1_284_500, 12.5, -3, "苏州 <澜图> & \"Co\"\n", True, None, datetime(2026, 11, 21), moment,
    ]  # fmt: skip
    assert back(datetime(2026, 11, 21, 6, 26, tzinfo=UTC), date(1850, 1, 2)) == [
        datetime(2026, 11, 21, 6, 26),
        "1850-01-02 00:00",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "＝1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = read(write_workbook(["x"], [[[text]]], name="S"))[1][0]
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_a_sheet_cannot_hold_is_made_to_fit() -> None:
    assert back("a\x00b\x0bc\ud800\ufffe", "😀", 123456789012345678, "x" * 40_000) == [
        "abc",
        "😀",
        "123456789012345678",
        f"{'x' * 32_766}…",
    ]


def test_it_comes_in_pieces_however_long_the_list_is() -> None:
    batches = ([[f"customer {at}-{row}"] for row in range(1000)] for at in range(20))
    pieces = list(write_workbook(["Name"], batches, name="S"))
    assert len(pieces) == 21
    assert len(read(pieces)) == 20_001


@pytest.mark.django_db
def test_the_list_is_taken_as_it_is_filtered_and_that_is_written_down(client: Any) -> None:
    li, other = make_user("li"), make_user("max")
    make_customer("=HYPERLINK(1)", owner=li, kind="company")
    make_customer("Someone", owner=li, kind="person")
    make_customer("Not hers", owner=other)
    client.force_login(li)
    answer = client.get("/customers/export/?kind=company&column=name&column=kind&as=xlsx")
    assert answer["Content-Type"] == KIND
    assert answer["Content-Disposition"].endswith('.xlsx"')
    rows = [[cell.value for cell in row] for row in read(answer.streaming_content)]
    assert [row[0] for row in rows[1:]] == ["=HYPERLINK(1)"]
    assert [facts["customers"] for _, facts in recorded("CustomersExported")] == [1]


@pytest.mark.django_db
def test_more_than_a_sheet_holds_is_refused_before_anything_is_written_down(monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "ROWS", 0)
    make_customer("One")
    with pytest.raises(TooManyForSheet):
        actions.export_workbook(rows=Listing.objects.all(), columns=["name"], filters="", by=make_cast_actor("ada"))
    assert recorded("CustomersExported") == []
