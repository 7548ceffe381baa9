"""The backlog in the browser: what no framework knows yet, read by the matcher and decided by people, many at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.services.alignment.access import decides, person, require_decides
from migov.services.alignment.triage import decide_ticked
from migov.services.suggestions import backlog, sources, work
from migov.services.suggestions.backlog import Asked, kind_words

PER_PAGE = 20


@require_safe
def backlog_page(request: HttpRequest) -> HttpResponse:
    """The frameworks with how much is not aligned to them; for one of them, the work itself with what the matcher suggests.

    Colleagues who decide nothing are led to the coverage, which is what the room has for them.
    """
    if not decides(request.user):
        access.require(request.user, "matching.see")
        return redirect("suggestions:coverage")
    asked = Asked.read(request.GET)
    numbers = backlog.counts(request.user, asked)
    chosen = next(((home, number) for home, number in numbers if home.code == asked.framework), None)
    context: dict[str, Any] = {
        "asked": asked,
        "numbers": numbers,
        "kind": kind_words(asked.kind),
        "kinds": [(code, kind_words(code)) for code in sources.kinds()],
        "offices": _offices(request),
        "places": Place.objects.filter(is_territory=True),
        "here": request.get_full_path(),
        "may_judge": True,
    }
    if chosen is None:
        return render(request, "suggestions/backlog_entry.html", context)
    framework, number = chosen
    found = backlog.to_decide(request.user, framework, asked).select_related("office", "parent").defer("summary")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "framework": framework,
        "number": number,
        "kind": kind_words(asked.kind, number),
        "begun": page.paginator.count - number,
        "page": page,
        "rows": backlog.rows(list(page.object_list), framework),
        "view": "triage",
    }
    return render(request, "suggestions/backlog.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Have a worker read the backlog that is shown."""
    require_decides(request.user)
    asked = Asked.read(request.POST)
    try:
        job = work.ask_to_read(asked, by=person(request))
    except Framework.DoesNotExist:
        messages.error(request, _("Choose a framework first."))
        return redirect("suggestions:backlog")
    return redirect("jobs:page", pk=job.pk)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject the suggestions that were ticked."""
    decide_ticked(request)
    sent = QueryDict(request.POST.get("filters", "")[:500])
    page = sent.get("page", "")
    kept = Asked.read(sent).query + (f"&page={page}" if page.isdecimal() else "")
    return redirect(f"{reverse('suggestions:backlog')}?{kept}")


def _offices(request: HttpRequest) -> Any:
    own = access.offices_where(request.user, *access.ALIGNERS)
    return Office.objects.all() if own is None else Office.objects.filter(pk__in=own)
