"""Which requests want the main column of a page alone, without its frame."""

from django.http import HttpRequest

MAIN = "main#main"  # how htmx names the target that `page.html` marks


def asks_for_part(request: HttpRequest) -> bool:
    """Tell whether only what stands in <main> is to be answered: the page under another address is there already."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == MAIN
