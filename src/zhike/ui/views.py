from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from .context import Shell, list_links
from .gallery import show_pieces
from .shortcuts import list_shortcuts

VIEW_GALLERY, VIEW_GALLERY_LABEL = "ui.view_gallery", _("See all components of the pages")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component. Its address and right are given in config, since rights live above ui."""
    return render(request, "ui/gallery.html", show_pieces(request.GET))


def shortcuts(request: HttpRequest) -> HttpResponse:
    """Show all keys: a page, or the part that the sheet behind `?` holds."""
    groups = list_shortcuts(list_links(Shell(request).keys, ""))
    return render(request, f"ui/shortcuts.html{'#sheet' if request.htmx else ''}", {"groups": groups})
