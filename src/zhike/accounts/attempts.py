from collections.abc import Callable
from typing import Any

from django import forms

from zhike.kit.errors import NotFound, Refusal


def attempt[Result](form: forms.Form, action: Callable[..., Result], **arguments: Any) -> Result | None:
    """Call an action with what the form holds; None when the form is not filled well or the action refuses.

    The refusal's sentence then stands beside the field it names. What does not exist stays a 404.
    """
    if not form.is_valid():
        return None
    try:
        return action(**form.cleaned_data, **arguments)
    except NotFound:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None
