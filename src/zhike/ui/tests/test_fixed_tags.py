"""Words and addresses of templates that are worked out once: they read as Django's own tags would write them."""

import pytest
from django.template import engines
from django.urls import NoReverseMatch
from django.utils.translation import override

from zhike.ui.fixed_tags import FixedWords, NumberedAddress


def draw(source: str, **context: object) -> str:
    return str(engines["django"].from_string(source).render(context))


def nodes_of(source: str) -> list[object]:
    return list(engines["django"].from_string(source).template.nodelist)


def test_fixed_words_follow_the_language_of_the_moment():
    template = engines["django"].from_string('{% translate "Search" %}')
    assert isinstance(template.template.nodelist[0], FixedWords)
    with override("en"):
        assert template.render({}) == "Search"
    with override("zh-hans"):
        assert template.render({}) == "搜索"
    with override("en"):
        assert template.render({}) == "Search"


def test_words_of_a_variable_and_kept_under_a_name_stay_as_they_were():
    with override("en"):
        assert draw("{% translate word %}", word="a<b") == "a&lt;b"
        assert draw('{% translate "Search" as word %}[{{ word }}]') == "[Search]"
        assert draw('{% translate "open" context "key" %}') == "open"
    assert not any(isinstance(one, FixedWords) for one in nodes_of("{% translate word %}"))


def test_an_address_takes_the_numbers_of_the_moment():
    source = '{% url "customers:customer" one %} {% url "customers:reveal" one 7 %} {% url "customers:list" %}'
    assert isinstance(nodes_of(source)[0], NumberedAddress)
    for number in (5, 123456):
        assert draw(source, one=number).split(" ")[0] == f"/customers/{number}/"
    first, second, third = draw(source, one=5).split(" ")
    assert second.startswith("/customers/5/")
    assert "/7/" in second
    assert (first, third) == ("/customers/5/", "/customers/")


def test_an_address_of_words_or_of_nothing_is_djangos_affair():
    assert draw('{% url "customers:field" 3 name %}', name="tags") == "/customers/3/fields/tags/"
    assert draw('{% url "no:such" as found %}[{{ found }}]') == "[]"
    with pytest.raises(NoReverseMatch):
        draw('{% url "no:such" %}')
    with pytest.raises(NoReverseMatch):
        draw('{% url "customers:customer" one %}', one=None)
