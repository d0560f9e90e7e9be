from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET

from zhike.accounts.public import needs
from zhike.customers.export import pages
from zhike.customers.export.actions import export_customers, export_workbook
from zhike.customers.export.workbook import BOM, WORKBOOK
from zhike.customers.rights import EXPORT


@require_GET
@needs(EXPORT)
def export_page(request: HttpRequest) -> HttpResponseBase:
    """Choose the columns, then take the file: the customers that the filters in the address let through."""
    rows = pages.chosen_rows(request.GET, actor=request.actor)
    columns = request.GET.getlist("column")
    if not columns:
        return render(request, "customers/export/export.html", pages.export_page(request.GET, rows=rows))
    given: dict[str, Any] = {"rows": rows, "columns": columns, "filters": request.GET.urlencode(), "by": request.actor}
    if request.GET.get("as") == "xlsx":
        return _send(export_workbook(**given), "xlsx", WORKBOOK)
    text = chain([BOM], export_customers(**given))
    return _send((part.encode() for part in text), "csv", "text/csv; charset=utf-8")


def _send(parts: Iterator[bytes], ending: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(parts, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="customers-{localtime(now()):%Y%m%d-%H%M}.{ending}"'
    return answer
