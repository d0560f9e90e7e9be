import csv
from datetime import date

import pytest

from zhike.accounts.testing import make_cast_actor, make_user
from zhike.audit.testing import recorded
from zhike.customers.imports.places import import_folder, rejected_file
from zhike.customers.models import Address, ContactPoint, Customer, ExternalId, Listing

pytestmark = pytest.mark.django_db
FILE = """客户编号,公司名称,手机,邮箱,省市,地址,标签,生日,性别,业务员,人数
C1,杭州恒锐自动化有限公司,０５７１-88886666,A@b.example,浙江省杭州市,西湖区文三路 1 号,"重点,华东",,,ana,120
C2,张三,139-0000-1111,,江苏 苏州,,,1990/2/3,男,,
,李四,13900001111、13800001111,,,,,,女,,
C3,,13700001111,,,,,,,,
C4,王五,,,,,,1990/13/3,,,
C5,赵六,,,,,,,,没有这人,-3
C1,杭州恒锐自动化有限公司,13911112222,,,,,,,,
"""


@pytest.fixture
def ana():
    return make_user("ana")


def test_a_chinese_file_becomes_customers_with_all_that_it_says(ana, import_file):
    run = import_file(FILE, "customers")
    assert {key: run.report[key] for key in ("rows", "accepted", "rejected", "customers")} == {
        "rows": 7, "accepted": 4, "rejected": 3, "customers": {"created": 3, "updated": 0, "unchanged": 0},
    }  # fmt: skip
    firm = Customer.objects.get(external_ids__value="C1")
    assert (firm.kind, firm.name, firm.employees, firm.owner, firm.tags) == (
        "company", "杭州恒锐自动化有限公司", 120, ana, ["重点", "华东"],
    )  # fmt: skip
    assert (firm.country, firm.province, firm.city) == ("CN", "330000", "330100")
    assert list(firm.contact_points.order_by("-kind", "id").values_list("kind", "normal", "primary")) == [
        ("phone", "+8657188886666", True),
        ("phone", "+8613911112222", False),
        ("email", "a@b.example", True),
    ]
    assert Address.objects.get(customer=firm).line == "西湖区文三路 1 号"
    man = Customer.objects.get(name="张三")
    assert (man.kind, man.gender, man.birthday, man.city) == ("person", "male", date(1990, 2, 3), "320500")
    assert Listing.objects.get(customer=firm).phones == ["+8657188886666", "+8613911112222"]


def test_refused_rows_are_written_with_the_reason_and_line(ana, import_file):
    run = import_file(FILE, "customers")
    with rejected_file(run.id).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][:3] == ["客户编号", "公司名称", "手机"]
    assert [(row[0], row[-2], row[-1]) for row in rows[1:]] == [
        ("C3", "名称为空", "5"),
        ("C4", "生日无法识别，请写成 2026-03-08 这样", "6"),
        ("C5", "负责人找不到这个人；员工人数小于 0", "7"),
    ]
    assert {path.name for path in import_folder(run.id).iterdir()} == {"rejected.csv"}


def test_a_row_with_a_damaged_letter_is_refused_and_the_others_keep_theirs(import_file):
    good = "客户编号,公司名称\n" + "".join(f"C{number},宁波第 {number} 文具商行\n" for number in range(9))
    run = import_file(good.encode() + "C9,张三\n".encode("gb18030"), "customers")
    assert (run.report["accepted"], run.report["rejected"]) == (9, 1)
    assert run.progress["reasons"] == {"lost_letters:name": 1}
    assert Customer.objects.filter(name="宁波第 8 文具商行").count() == 1
    assert "名称中有文件里已损坏的字，请重新填写" in rejected_file(run.id).read_text(encoding="utf-8-sig")


def test_the_same_file_again_changes_nothing(ana, import_file):
    import_file(FILE, "customers")
    before = list(Customer.objects.order_by("id").values())
    run = import_file(FILE, "customers")
    assert run.report["customers"] == {"created": 0, "updated": 0, "unchanged": 3}
    assert list(Customer.objects.order_by("id").values()) == before
    assert ContactPoint.objects.count() == 6


def test_blanks_are_filled_and_nothing_known_is_lost(import_file):
    import_file("id,name,industry,tags\nC1,Meridian GmbH,Optics,a\n", "customers")
    run = import_file("id,name,industry,tags,email\nC1,Other Ltd,Steel,b,x@y.example\n", "customers")
    assert run.report["customers"] == {"created": 0, "updated": 1, "unchanged": 0}
    firm = Customer.objects.get()
    assert (firm.name, firm.industry, firm.tags) == ("Meridian GmbH", "Optics", ["a", "b"])
    assert firm.contact_points.get().value == "x@y.example"


def test_with_overwrite_the_file_wins(import_file):
    import_file("id,name,industry\nC1,Meridian GmbH,Optics\n", "customers")
    import_file("id,name,industry\nC1,Meridian SE,Steel\n", "customers", overwrite=True)
    assert Customer.objects.values_list("name", "industry").get() == ("Meridian SE", "Steel")


def test_a_dry_run_counts_and_writes_nothing(import_file):
    run = import_file("id,name\nC1,Ann\nC2,\n", "customers", dry=True)
    assert run.status == "checked"
    assert run.report["customers"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert run.report["rejected"] == 1
    assert not Customer.objects.exists()
    assert recorded("ImportFinished") == []


def test_who_sees_only_their_own_owns_what_they_import(import_file):
    ana = make_cast_actor("ana")
    run = import_file("id,name\nC1,Ann\n", "customers", by=ana)
    assert Customer.objects.get().owner_id == ana.id
    assert recorded("ImportFinished") == [
        ("ImportFinished", {"import_id": run.id, "kind": "customers", "rows": 1, "accepted": 1})
    ]


def test_a_colleagues_customer_is_refused_and_stays_as_it_was(import_file):
    import_file("id,name\nC1,Ann\n", "customers", by=make_cast_actor("max"))
    run = import_file("id,name,industry\nC1,Ann,Steel\nC2,Bo,\n", "customers", by=make_cast_actor("ana"))
    assert run.report["rejected"] == 1
    assert run.progress["reasons"] == {"not_yours:": 1}
    assert Customer.objects.get(name="Ann").industry == ""


def test_same_phone_is_reported_not_merged(import_file):
    import_file("id,name,phone\nC1,Ann,13900001111\n", "customers")
    run = import_file("id,name,phone\nC2,Anna,+86 139 0000 1111\n", "customers")
    assert run.progress["counts"]["look_alikes"] == {"found": 1}
    assert Customer.objects.count() == 2


def test_rows_without_a_number_are_known_again_by_name_and_contact(import_file):
    import_file("name,phone,city\n张三,13900001111,杭州\n", "customers")
    run = import_file("name,phone,city\n张三,13900001111,苏州\n", "customers", overwrite=True)
    assert run.report["customers"] == {"created": 0, "updated": 1, "unchanged": 0}
    assert Customer.objects.get().city == "320500"
    assert ExternalId.objects.get().value.startswith("#")
