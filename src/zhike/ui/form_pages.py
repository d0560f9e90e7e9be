from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_form(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Return the page of `form` in the context: 422 where what was sent does not fit, and the form says why."""
    return render(request, template, dict(context), status=422 if context["form"].errors else 200)
