from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .gallery import show_pieces


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "ui/gallery.html", show_pieces(request.GET))
