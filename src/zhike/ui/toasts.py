from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise


def say_done(request: HttpRequest, text: str | Promise, *, undo: str = "") -> None:
    """Show `text` as a toast on the next page; `undo` is an address that takes it back by POST."""
    messages.success(request, str(text), extra_tags=undo)


def say_warning(request: HttpRequest, text: str | Promise) -> None:
    """Show `text` as a toast that something was not done, or only in part."""
    messages.warning(request, str(text))
