from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from .context import Shell
from .gallery import show_pieces

VIEW_GALLERY, VIEW_GALLERY_LABEL = "ui.view_gallery", _("See all components of the pages")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component. Its address and right are given in config, since rights live above ui."""
    return render(request, "ui/gallery.html", show_pieces(request.GET))


def open_first_page(request: HttpRequest) -> HttpResponse:
    """Lead from the bare address to the first page of the navigation that the person may see."""
    address = Shell(request).first_address
    if not address:
        raise Http404
    return redirect(address)
