from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhike.accounts.permissions import VIEW_AUDIT_ENTRY
from zhike.accounts.rights.decorators import needs
from zhike.audit.public import list_entries, name_subject

from .forms import TrailForm


@require_safe
@needs(VIEW_AUDIT_ENTRY)
def trail(request: HttpRequest) -> HttpResponse:
    form = TrailForm(request.GET)
    wanted = form.wanted()
    page = list_entries(wanted=wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    subject = name_subject(kind=wanted.subject_kind, number=wanted.subject_id) if wanted.subject_id else ""
    shown = {"form": form, "page": page, "wanted": wanted, "subject": subject}
    return render(request, "accounts/audit_trail/trail.html", shown)
