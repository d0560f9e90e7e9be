from django import forms
from django.utils import translation

from zhike.ui.gallery import SampleForm


class Small(forms.Form):
    amount = forms.IntegerField(help_text="In yuan.")
    note = forms.CharField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput)
    kind = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(required=False)


def test_a_bare_field_is_dressed() -> None:
    form = Small()
    assert 'class="form-control"' in str(form["amount"])
    assert "class=" not in str(form["secret"])
    assert str(form["kind"]).count('class="form-check-input"') == 2
    assert 'class="form-control"' in str(form["file"])


def test_an_error_is_said_below_its_field() -> None:
    html = str(Small({"amount": "many", "secret": "x", "kind": ["a"]}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_helptext"' in html
    assert 'id="id_amount_error"' in html
    assert html.count('name="secret"') == 1


def test_only_optional_fields_are_marked() -> None:
    with translation.override("zh-hans"):
        assert str(Small()).count("选填") == 2


def test_a_refusal_of_the_whole_form_stands_above_it() -> None:
    form = Small({"amount": "1", "secret": "x", "kind": ["a"]})
    form.add_error(None, "折扣 15% 超出你的权限。")
    html = str(form)
    assert html.index("折扣 15% 超出你的权限。") < html.index('name="amount"')
    assert 'role="alert"' in html


def test_the_sample_form_has_every_kind_of_control() -> None:
    html = str(SampleForm())
    for part in ('type="radio"', "<select", "<textarea", 'type="checkbox"', 'type="text"'):
        assert part in html
    assert "style=" not in html
