import pytest
from django.utils.translation import override

from zhike.customers.imports.errors import ColumnUnknown, FieldMissing, FieldTwice, FieldUnknown
from zhike.customers.imports.kinds import import_kinds
from zhike.customers.imports.mapping import check_mapping, find_better_kind, guess_mapping, read_mapping

pytestmark = pytest.mark.django_db  # fields of one's own are asked for too
UCI = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")


def guess(kind, columns, *rows):
    return guess_mapping(import_kinds[kind], columns, rows)


def test_english_headings_of_order_lines():
    assert guess("orders", UCI) == {
        "order_no": "InvoiceNo", "sku": "StockCode", "product": "Description", "quantity": "Quantity",
        "at": "InvoiceDate", "unit_price": "UnitPrice", "customer": "CustomerID", "country": "Country",
    }  # fmt: skip


def test_chinese_headings_with_signs_and_brackets():
    assert guess("customers", ("客户编号*", "公司名称", "手机 号", "所在地区（省市）", "业务员", "随便")) == {
        "external_id": "客户编号*", "name": "公司名称", "phone": "手机 号", "region": "所在地区（省市）",
        "owner": "业务员",
    }  # fmt: skip


def test_contents_tell_where_headings_do_not():
    assert guess("customers", ("x", "y", "姓名"), ("13900001111", "a@b.example", "张三")) == {
        "phone": "x", "email": "y", "name": "姓名",
    }  # fmt: skip
    assert guess("orders", ("f1", "order"), ("2024/3/1 8:00", "7")) == {"at": "f1", "order_no": "order"}


def test_no_column_is_taken_twice():
    assert guess("orders", ("价格", "单价")) == {"unit_price": "单价"} or guess("orders", ("价格", "单价")) == {
        "unit_price": "价格"
    }


def test_a_mapping_on_the_command_line():
    told = read_mapping("order_no=InvoiceNo,customer=CustomerID,at=InvoiceDate")
    assert told == {"order_no": "InvoiceNo", "customer": "CustomerID", "at": "InvoiceDate"}
    with pytest.raises(FieldTwice):
        read_mapping("at=a,at=b")


@pytest.mark.parametrize(
    ("mapping", "refusal"),
    [
        ({"colour": "Quantity"}, FieldUnknown),
        ({"at": "Nope"}, ColumnUnknown),
        ({"at": "InvoiceDate"}, FieldMissing),
        (
            {"order_no": "InvoiceNo", "at": "InvoiceDate", "quantity": "Quantity", "unit_price": "UnitPrice"},
            FieldMissing,
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapping, refusal):
    with pytest.raises(refusal):
        check_mapping(import_kinds["orders"], mapping, UCI)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["customers", "orders"])
@pytest.mark.parametrize("reader", ["zh-hans", "en"])
def test_headings_of_a_template_are_recognised_in_every_language(kind, language, reader):
    with override(language):
        headings = {field.key: str(field.label) for field in import_kinds[kind].fields}
    with override(reader):
        assert guess(kind, tuple(headings.values())) == headings


def test_a_file_of_order_lines_that_came_as_customers_is_known_for_what_it_is():
    kinds = list(import_kinds)
    better = find_better_kind(kinds, than=import_kinds["customers"], columns=UCI, sample=())
    assert better is not None
    assert (better[0].key, better[1]) == ("orders", 8)
    assert find_better_kind(kinds, than=import_kinds["orders"], columns=UCI, sample=()) is None
    people = (
        "姓名",
        "手机",
        "城市",
        "商品",
        "数量",
    )  # more of an order than of a customer, but no number, time or price
    assert find_better_kind(kinds, than=import_kinds["customers"], columns=people, sample=()) is None
