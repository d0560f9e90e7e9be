from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhike.accounts.public import needs
from zhike.customers.errors import NoSuchNotice
from zhike.customers.notices import actions, pages, queries
from zhike.customers.rights import VIEW
from zhike.ui.public import format_number, say_done

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@require_GET
@needs(VIEW)
def notices(request: HttpRequest) -> HttpResponse:
    """List what the person was told, the newest first."""
    until = _number(request.GET.get("until", ""))
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    context = pages.notices_page(actor=request.actor, after=after, before=before, until=until)
    return render(request, "customers/notices/notices.html", context)


@require_POST
@needs(VIEW)
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Note that a notice was read, and lead to what it tells of."""
    notice = actions.read_notice(notice_id=notice_id, by=request.actor, at=now())
    told = queries.say([notice])
    if not told:
        raise NoSuchNotice
    return redirect(told[0].words.url)


@require_POST
@needs(VIEW)
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything up to the newest notice that there was when the person came is read."""
    at = now()
    if count := actions.read_all_notices(until=_number(request.POST.get("until", "")), by=request.actor, at=at):
        text = ngettext("{count} notice is read.", "{count} notices are read.", count)
        mark = (at - EPOCH) // timedelta(microseconds=1)
        undo = reverse("customers:unread-notices", args=[mark])
        say_done(request, text.format(count=format_number(count)), undo=undo)
    return redirect("customers:notices")


@require_POST
@needs(VIEW)
def unread(request: HttpRequest, mark: int) -> HttpResponse:
    """Take back what was read at a moment, given in microseconds."""
    try:
        read_at = EPOCH + timedelta(microseconds=mark)
    except OverflowError as error:
        raise NoSuchNotice from error
    actions.unread_notices(read_at=read_at, by=request.actor)
    say_done(request, _("The notices are unread again."))
    return redirect("customers:notices")


def _number(text: str) -> int:
    """Return an id as it was sent; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
