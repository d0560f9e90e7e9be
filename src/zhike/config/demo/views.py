from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.config.demo import queries, starting


@require_GET
@needs("config.manage_demo")
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "config/demo/page.html", {"state": queries.get_demo_state()})


@require_GET
@needs("config.manage_demo")
def progress(request: HttpRequest) -> HttpResponse:
    return render(request, "config/demo/page.html#progress", {"state": queries.get_demo_state()})


@require_POST
@needs("config.manage_demo")
def load(request: HttpRequest) -> HttpResponse:
    starting.start_loading(by=request.actor, language=get_language() or "")
    return redirect("demo:page")


@require_POST
@needs("config.manage_demo")
def clear(request: HttpRequest) -> HttpResponse:
    starting.start_clearing(by=request.actor)
    return redirect("demo:page")
