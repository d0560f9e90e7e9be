from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .chapters import FIRST, find_chapter, find_picture, list_chapters

HOUR = 3600


@require_safe
def guide(request: HttpRequest, chapter: str = FIRST) -> HttpResponse:
    """Show a chapter of the guide. Its address is given in config, like all of ui's."""
    language = get_language() or ""
    shown = find_chapter(chapter, language)
    if shown is None:
        raise Http404
    return render(request, "ui/guide/chapter.html", {"chapter": shown, "chapters": list_chapters(language)})


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    found = find_picture(name)
    if found is None:
        raise Http404
    kept = {"Cache-Control": f"public, max-age={HOUR}"}
    return HttpResponse(found.read_bytes(), content_type=f"image/{found.suffix[1:]}", headers=kept)
