from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from .gallery import show_pieces

VIEW_GALLERY, VIEW_GALLERY_LABEL = "ui.view_gallery", _("See all components of the pages")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component. Its address and right are given in config, since rights live above ui."""
    return render(request, "ui/gallery.html", show_pieces(request.GET))
