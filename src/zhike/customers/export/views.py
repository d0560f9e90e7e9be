from itertools import chain

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.customers.export import pages
from zhike.customers.export.actions import export_customers
from zhike.customers.rights import EXPORT

BOM = "\ufeff"  # without it Excel reads UTF-8 as something else


@require_GET
@needs(EXPORT)
def export_page(request: HttpRequest) -> HttpResponseBase:
    """Choose the columns, then take the file: the customers that the filters in the address let through."""
    rows = pages.chosen_rows(request.GET, actor=request.actor)
    columns = request.GET.getlist("column")
    if not columns:
        return render(request, "customers/export/export.html", pages.export_page(request.GET, rows=rows))
    parts = export_customers(rows=rows, columns=columns, filters=request.GET.urlencode(), by=request.actor)
    answer = StreamingHttpResponse(
        (part.encode() for part in chain([BOM], parts)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="customers-{localtime(now()):%Y%m%d-%H%M}.csv"'
    return answer
