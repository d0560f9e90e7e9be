from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils.translation import gettext_lazy, override

from zhike.ui.public import draw_bar, draw_distribution, draw_spark, face, icon, pill

NAMES = ["شركة المدينة", "👩‍👩‍👧 Family", "𠮷野家", "苏" * 500, "<b>&\"'", " ", "\u202eevil", "a"]


def test_a_class_is_filled_or_quiet() -> None:
    assert pill("忠诚", "bamboo") == '<span class="zk-pill" data-hue="bamboo">忠诚</span>'
    assert pill("忠诚", "bamboo", quiet=True) == '<span class="zk-pill-quiet" data-hue="bamboo">忠诚</span>'
    assert pill("A", "#ff0000") == '<span class="zk-pill" data-hue="plain">A</span>'


def test_a_class_label_is_escaped_and_translated_when_it_is_shown() -> None:
    assert "&lt;b&gt;" in pill("<b>", "sky")
    label = gettext_lazy("Loyal")
    with override("zh-hans"):
        assert ">忠诚<" in pill(label, "sky")
    with override("en"):
        assert ">Loyal<" in pill(label, "sky")


@pytest.mark.parametrize("name", NAMES)
def test_any_name_has_a_mark(name: str) -> None:
    for made in (face(name), face(name, firm=True), pill(name, "sky"), icon("x", name)):
        HTMLParser().feed(made)
        assert "<b>" not in made


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert icon("users") == (
        '<svg class="ti" aria-hidden="true"><use href="/static/vendor/tabler/sprite.svg#users"></use></svg>'
    )
    assert 'role="img" aria-label="关闭"' in icon("x", "关闭")


def test_a_bar_keeps_within_its_ends() -> None:
    assert '<rect width="64" height="4"/>' in draw_bar(0.64)
    assert '<rect width="100" height="4"/>' in draw_bar(1.7)
    assert '<rect width="0" height="4"/>' in draw_bar(None)
    assert 'role="img" aria-label="Done 64%"' in draw_bar(0.64, "Done")


def test_a_distribution_leaves_out_empty_parts() -> None:
    drawn = draw_distribution([("A", "indigo", 3), ("B", "teal", 0), ("C", "plain", 1)], "Shares")
    assert drawn.count("<rect") == 2
    assert '<rect x="0.0" width="748.0" height="10" data-hue="indigo"><title>A 75%</title></rect>' in drawn
    assert '<rect x="750.0" width="248.0" height="10" data-hue="plain"><title>C 25%</title></rect>' in drawn
    assert draw_distribution([], "Nothing").count("<rect") == 0


def test_a_spark_stands_on_zero() -> None:
    assert 'points="0.0,12.0 70.0,2.0"' in draw_spark([5, 10])
    assert draw_spark([5]) == "<span></span>"
    assert 'points="0.0,22.0 70.0,22.0"' in draw_spark([0, 0])


def test_a_captured_block_is_trimmed() -> None:
    drawn = Template("{% capture part %}  a\n{% endcapture %}[{{ part }}]").render(Context())
    assert drawn == "[a]"
