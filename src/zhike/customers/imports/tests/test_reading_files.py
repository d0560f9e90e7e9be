"""Files as firms have them: wrong letters, other separators, damaged, enormous, or not what they seem."""

import io
import zipfile
from datetime import datetime

import duckdb
import openpyxl
import pytest

from zhike.customers.imports.errors import (
    FileDamaged,
    FileEmpty,
    FileIsHtml,
    FileTooLarge,
    FileUnknown,
    LineTooLong,
    TooManyColumns,
)
from zhike.customers.imports.reading import sheets
from zhike.customers.imports.reading.source import open_source

TEXT = "编号,姓名,数量\nA1,张三,3\nA2,李四丰,5\n"
ROWS = [("A1", "张三", "3"), ("A2", "李四丰", "5")]


@pytest.fixture
def opened(tmp_path, put):
    def read(content, name="file.csv", **reading):
        return open_source(put(content, name), tmp_path, name, **reading)

    return read


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("gbk", "GB18030"), ("utf-16", "UTF-16"),
     ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_letters_and_separators_are_found_out(opened, encoding, told, delimiter):
    source = opened(TEXT.replace(",", delimiter).encode(encoding))
    assert (source.encoding, source.delimiter, source.columns) == (told, delimiter, ("编号", "姓名", "数量"))
    assert source.read_sample() == ROWS


def test_western_letters_are_not_taken_for_chinese(opened):
    assert opened("name,city\nJosé,Zürich\n".encode("cp1252")).read_sample() == [("José", "Zürich")]


def test_one_damaged_letter_does_not_turn_the_others_into_another_script(opened):
    whole = ("编号,姓名,数量\n" + "A1,欧阳娜娜,1\n" * 10).encode()
    of_another = "A2,张三,1\n".encode("gb18030")
    cut = "A2,张".encode()[:-1] + b",1\n"
    for damaged in (whole + of_another, whole + cut, b"\xef\xbb\xbfa,b\n1,\xd5\xc5\n"):
        source = opened(damaged)
        assert (source.encoding, source.damaged) == ("UTF-8", True)
        assert "\ufffd" in source.read_sample()[-1][1]
    assert not opened(whole).damaged
    assert opened(whole.decode().encode("gb18030")).encoding == "GB18030"


def test_lines_of_an_old_mac_and_line_breaks_inside_quotes(opened):
    assert opened("a,b\r1,2\r3,4\r").read_sample() == [("1", "2"), ("3", "4")]
    assert opened('a,b\r\n"x\r\ny","he said ""hi"""\r\n').read_sample() == [("x\r\ny", 'he said "hi"')]


def test_headings_that_repeat_are_numbered_and_empty_ones_named(opened):
    assert opened("price,price,,price\n1,2,3,4\n").columns == ("price", "price (2)", "#3", "price (3)")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b"\n\n", FileEmpty),
        (b"\xef\xbb\xbf<!DOCTYPE html><html><body>", FileIsHtml),
        (b"  <table><tr><td>1</td></tr></table>", FileIsHtml),
        (b"a,b\n1,\x00\x01\x02" + b"x" * 100, FileUnknown),
        (b"%PDF-1.7\n", FileUnknown),
        (b"PK\x03\x04 and nothing more", FileDamaged),
        (b"PAR1 and nothing more", FileDamaged),
        (b"a,b\n1," + b"x" * 10_000_000, LineTooLong),
        (",".join(f"c{number}" for number in range(400)).encode(), TooManyColumns),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(opened, content, refusal):
    with pytest.raises(refusal) as refused:
        opened(content)
    assert "file.csv" in refused.value.message


def test_a_parcel_that_is_no_workbook_is_refused(opened):
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as made:
        made.writestr("readme.txt", "hello")
    with pytest.raises(FileUnknown):
        opened(parcel.getvalue(), "notes.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(opened, monkeypatch):
    monkeypatch.setattr(sheets, "UNPACKED_LIMIT_MB", 4)
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "x")
        made.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))
    with pytest.raises(FileTooLarge, match="8 MB"):
        opened(parcel.getvalue(), "bomb.xlsx")


def test_a_workbook_that_needs_too_much_memory_ends_only_its_child(opened, monkeypatch):
    monkeypatch.setattr(sheets, "MEMORY_MB", 60)
    with pytest.raises(FileDamaged):
        opened(workbook([["a"], *([f"row {number}"] for number in range(30_000))]), "big.xlsx")


def workbook(rows):
    book = openpyxl.Workbook()
    empty, sheet = book.active, book.create_sheet("客户")
    empty.title = "说明"
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_of_a_workbook_are_read_as_they_are_shown(opened):
    content = workbook(
        [
            ["单号", "时间", "价", "公式"],
            [10001, datetime(2024, 3, 1, 8, 26), 2.55, "=1+1"],
            ["A1", None, 0.1 + 0.2, None],
        ]
    )
    source = opened(content, "orders.xlsx")
    assert (source.format, source.sheet, source.sheets) == ("xlsx", "客户", ("说明", "客户"))
    assert source.read_sample() == [("10001", "2024-03-01 08:26:00", "2.55", ""), ("A1", "", "0.3", "")]


def test_parquet_is_read_as_texts(opened, tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql(
        'SELECT 17850.0::DOUBLE AS id, TIMESTAMP \'2011-07-01 10:00:00\' AS at, 2.55::DOUBLE AS "p""x"'
    ).write_parquet(str(path))
    source = open_source(path, tmp_path, "t.parquet")
    assert (source.columns, source.read_sample()) == (("id", "at", 'p"x'), [("17850.0", "2011-07-01 10:00:00", "2.55")])
