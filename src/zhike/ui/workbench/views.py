from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from . import queries
from .registry import workbench_panels


def workbench(request: HttpRequest) -> HttpResponse:
    """Show what a person has to do today. Its address and right are given in config, since rights live above ui."""
    days = queries.read_days(request.GET.get("days", ""))
    panels = queries.load_panels(actor=request.actor, days=days)
    context = {
        "main": panels["main"],
        "rail": panels["rail"],
        "calm": all(one.panel.quiet for one in panels["main"]),
        "days": days,
        "spans": queries.SPANS,
        "today": localdate(),
    }
    return render(request, "ui/workbench/workbench.html", context)


def workbench_panel(request: HttpRequest, key: str) -> HttpResponse:
    """Answer one panel alone, for those that follow something under way; nothing once it has nothing to show."""
    panel = workbench_panels.get(key)
    if panel is None:
        raise Http404
    days = queries.read_days(request.GET.get("days", ""))
    loaded = queries.load_panel(panel, actor=request.actor, days=days)
    return render(request, panel.template, {"panel": loaded.context, "days": days}) if loaded else HttpResponse()
