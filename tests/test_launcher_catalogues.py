"""Which sentences need words in another language, and what is wrong with the words."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from zhike.config.catalogues import catalogue_file, find_faults, find_sentences, update_catalogue, write_catalogue

PAGE = """{% translate "Customers" %} {% translate "Open" context "verb" %} {{ _("Done") }}
{% blocktranslate count n=rows|length %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"""
CODE = 'from x import gettext_lazy as _\nSENTENCE = _("{days} days left")\n'


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "sales"
    (folder / "templates" / "sales").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "apps.py").write_text("")
    (folder / "errors.py").write_text(CODE)
    (folder / "tests" / "test_x.py").write_text('_("not shown")')
    (folder / "templates" / "sales" / "page.html").write_text(PAGE)
    return folder


def write(room: Path, words: dict[str, str]) -> None:
    catalogue = Catalog(locale="zh_Hans")
    for english, chinese in words.items():
        context, _, text = english.rpartition("|")
        plural = (text, "%(n)s rows") if text == "%(n)s row" else text
        catalogue.add(plural, (chinese,) if isinstance(plural, tuple) else chinese, context=context or None)
    write_catalogue(catalogue_file(room, "zh_Hans"), catalogue)


ALL = {
    "Customers": "客户",
    "verb|Open": "打开",
    "Done": "完成",
    "%(n)s row": "%(n)s 行",
    "{days} days left": "还剩 {days} 天",
}


def test_sentences_are_found_in_code_and_templates_but_not_in_tests(room: Path) -> None:
    assert {key: one.plural for key, one in find_sentences(room).items()} == {
        ("", "{days} days left"): "",
        ("", "Customers"): "",
        ("verb", "Open"): "",
        ("", "Done"): "",
        ("", "%(n)s row"): "%(n)s rows",
    }


def test_a_complete_catalogue_has_no_fault(room: Path) -> None:
    write(room, ALL)
    assert find_faults(room.parent) == []


def test_missing_empty_and_mismatched_words_are_told(room: Path) -> None:
    write(room, {**ALL, "{days} days left": "还剩几天", "Done": ""} | {})
    assert find_faults(room.parent) == [
        "sales: 'Done' is empty",
        "sales: '{days} days left' has other placeholders: '还剩几天'",
        "sales/templates/sales/page.html: no zh_Hans for 'Done'",
    ]


def test_two_rooms_may_not_word_one_sentence_differently(room: Path) -> None:
    write(room, ALL)
    other = room.with_name("service")
    other.mkdir()
    (other / "apps.py").write_text("")
    write(other, {"Customers": "顾客"})
    assert find_faults(room.parent) == ["service: 'Customers' reads '顾客' here and '客户' in sales"]


def test_updating_keeps_words_adds_sentences_and_drops_what_is_gone(room: Path) -> None:
    write(room, {"Customers": "客户", "Gone": "没了"})
    assert update_catalogue(room, "zh_Hans") == (4, 1)
    text = catalogue_file(room, "zh_Hans").read_text()
    assert 'msgstr "客户"' in text
    assert "Gone" not in text
    assert update_catalogue(room, "zh_Hans") == (0, 0)
    assert catalogue_file(room, "zh_Hans").read_text() == text
