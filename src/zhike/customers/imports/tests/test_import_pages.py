from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from openpyxl import load_workbook

from zhike.accounts.testing import make_user
from zhike.customers.imports.kinds import import_kinds
from zhike.customers.imports.queries import list_stats
from zhike.customers.imports.running import run_import
from zhike.customers.models import Customer, ImportMapping, ImportRun
from zhike.customers.testing import make_field
from zhike.ui.public import number_style

pytestmark = pytest.mark.django_db
FILE = "编号,姓名,手机,记号\nC1,张三,13900001111,x\nC2,,13900002222,y\n"


@pytest.fixture
def ana(client):
    client.force_login(make_user("ana"))
    return client


def upload(client, content=FILE, name="客户.csv", kind="customers"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post("/imports/new/", {"kind": kind, "file": file})


def test_upload_map_check_run_report(ana):
    assert ana.get("/imports/").status_code == 200
    address = upload(ana).url
    page = ana.get(address).text
    assert "客户.csv" in page
    assert '<option value="name" selected>' in page
    run = ImportRun.objects.get()
    form = {"column_0": "external_id", "column_1": "name", "column_2": "phone", "column_3": "", "source": "crm",
            "currency": "CNY", "time_zone": "Asia/Shanghai", "remember": "on"}  # fmt: skip
    assert ana.post(f"{address}mapping/", form).url == address
    assert "import-progress" in ana.get(address).text
    run_import(import_id=run.id)
    checked = ana.get(address).text
    assert "名称为空" in checked
    assert not Customer.objects.exists()
    assert ana.post(f"{address}run/").url == address
    assert ana.get(f"{address}progress/").status_code == 200
    run_import(import_id=run.id)
    assert ana.get(f"{address}progress/").headers["HX-Redirect"] == address
    assert "名称为空" in ana.get(address).text
    rejected = ana.get(f"{address}rejected.csv")
    assert b"".join(rejected.streaming_content).decode("utf-8-sig").splitlines()[1].startswith("C2,,13900002222,y,")
    assert Customer.objects.get().name == "张三"
    assert "客户.csv" in ana.get("/imports/").text


def test_the_mapping_is_remembered_for_the_same_heading(ana):
    ImportMapping.objects.create(
        kind="customers",
        header_hash=heading(["编号", "姓名", "手机", "记号"]),
        mapping={"name": "记号"},
        updated_at=now(),
    )
    page = ana.get(upload(ana).url).text
    assert page.count(" selected") == 3  # the one column, the currency, the time zone


def heading(columns):
    from zhike.customers.imports.mapping import heading_hash

    return heading_hash(columns)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "file"),
        (b"<!DOCTYPE html><html><body><table>", "网页"),
        (b"%PDF-1.7 x", "CSV"),
        (b"a,b\n", "没有"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(ana, content, sentence):
    answer = upload(ana, content)
    if answer.status_code == 302:  # a heading alone is found out by the dry run
        return
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not ImportRun.objects.exists()


def test_a_required_field_without_a_column_is_refused(ana):
    address = upload(ana).url
    answer = ana.post(
        f"{address}mapping/", {"column_0": "external_id", "source": "x", "currency": "CNY", "time_zone": "UTC"}
    )
    assert answer.status_code == 422
    assert "名称" in answer.text
    assert ImportRun.objects.get().status == "mapping"


def test_two_columns_cannot_mean_the_same(ana):
    address = upload(ana).url
    form = {"column_0": "name", "column_1": "name", "source": "x", "currency": "CNY", "time_zone": "UTC"}
    assert ana.post(f"{address}mapping/", form).status_code == 422


def test_cancelled_before_it_runs_nothing_is_written(ana):
    address = upload(ana).url
    ana.post(f"{address}cancel/")
    assert ImportRun.objects.get().status == "cancelled"
    assert ana.post(f"{address}run/").status_code == 409


def test_others_imports_are_not_there_and_viewers_may_not_import(ana, client):
    address = upload(ana).url
    client.force_login(make_user("max"))
    assert client.get(address).status_code == 404
    assert "客户.csv" not in client.get("/imports/").text
    client.force_login(make_user("ada"))
    assert client.get(address).status_code == 200
    client.force_login(make_user("vic"))
    assert client.get("/imports/").status_code == 403
    client.logout()
    assert client.get("/imports/").status_code == 302


def test_the_api_uploads_runs_and_reports(ana):
    made = ana.post("/api/imports", {"kind": "customers", "file": SimpleUploadedFile("c.csv", FILE.encode())})
    assert made.status_code == 201, made.text
    assert made.json()["mapping"] == {"external_id": "编号", "name": "姓名", "phone": "手机"}
    address = f"/api/imports/{made.json()['id']}"
    started = ana.post(f"{address}/run", {"source": "crm"}, content_type="application/json")
    assert started.json()["status"] == "queued"
    run_import(import_id=made.json()["id"])
    report = ana.get(address).json()["report"]
    assert report["customers"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert list(report) == [
        "rows",
        "accepted",
        "rejected",
        "rejected_file",
        "orders",
        "customers",
        "seconds",
        "rows_per_second",
    ]
    again = ana.post(f"{address}/run", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "imports.under_way")
    assert len(ana.get("/api/imports").json()["rows"]) == 1


def test_the_report_counts_in_full_for_who_prefers_large_numbers_in_short():
    run = ImportRun(kind="customers", report={"customers": {"created": 541_909}, "rejected": 12_345})
    with number_style("short"):
        assert [one["value"] for one in list_stats(run)] == ["541,909", "0", "0", "12,345"]


ORDER_LINES = "订单号,下单时间,客户编号,商品名称,数量,单价\nA1,2026-03-01 10:00,C1,杯子,2,9.50\n"


def test_order_lines_sent_as_customers_are_offered_as_order_lines(ana):
    address = upload(ana, ORDER_LINES, "订单.csv").url
    page = ana.get(address).text
    assert "这个文件更像“订单明细”：6 列里能认出 6 列；按“客户”只认出 2 列。" in page
    assert ana.post(f"{address}kind/", {"kind": "orders"}).url == address
    run = ImportRun.objects.get()
    assert run.kind == "orders"
    assert run.options["mapping"] == {
        "order_no": "订单号", "at": "下单时间", "customer": "客户编号", "product": "商品名称", "quantity": "数量",
        "unit_price": "单价",
    }  # fmt: skip
    assert "这个文件更像" not in ana.get(address).text
    assert ana.post(f"{address}kind/", {"kind": "parcels"}).status_code == 422
    ImportRun.objects.update(status=ImportRun.Status.DONE)
    assert ana.post(f"{address}kind/", {"kind": "customers"}).status_code == 409
    assert ImportRun.objects.get().kind == "orders"


def test_fields_of_the_firms_own_count_when_a_file_is_known_for_what_it_is(ana):
    make_field("budget", "number", name_zh="年度预算", name_en="Yearly budget")
    page = ana.get(upload(ana, "姓名,手机,年度预算\n张三,13900001111,5\n", kind="orders").url).text
    assert "这个文件更像“客户”：3 列里能认出 3 列；按“订单明细”只认出 1 列。" in page


@pytest.mark.parametrize(("language", "first"), [("zh-hans", "名称"), ("en", "Name")])
def test_a_template_is_a_workbook_with_headings_in_ones_language(ana, language, first):
    answer = ana.get("/imports/template/customers.xlsx", headers={"Accept-Language": language})
    sheet = load_workbook(BytesIO(answer.content)).active
    [heading] = sheet.iter_rows(values_only=True)
    assert heading[0] == first
    assert len(heading) == len(set(heading)) == len(import_kinds["customers"].fields)
    upload(ana, answer.content, "filled.xlsx")
    assert len(ImportRun.objects.get().options["mapping"]) == len(heading)


def test_a_template_of_nothing_that_can_be_imported_is_not_there(ana):
    assert ana.get("/imports/template/parcels.xlsx").status_code == 404
