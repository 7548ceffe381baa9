"""The triage list: proposals that wait for a person, decided one by one with a key or many at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.alignment import actions, panel, queries
from migov.services.alignment.access import person, require_decides
from migov.services.alignment.forms import DecisionForm
from migov.services.alignment.models import Alignment

PER_PAGE = 25
MOST_AT_ONCE = 200
FILTERS = ("framework", "element", "office", "place", "kind")


@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    """Proposals that the user may decide, with filters."""
    require_decides(request.user)
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:60] for name in FILTERS}
    waiting = queries.with_pages(queries.waiting_for(request.user, **asked))
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    offices = Office.objects.all()
    own = access.offices_where(request.user, *access.ALIGNERS)
    if own is not None:
        offices = offices.filter(pk__in=own)
    kinds = queries.waiting_for(request.user).order_by("record__kind").values_list("record__kind", flat=True).distinct()
    context = {
        "page": page,
        "asked": asked,
        "filtered": any(asked.values()),
        "frameworks": queries.waiting_frameworks(request.user),
        "offices": offices,
        "places": Place.objects.filter(is_territory=True),
        "kinds": [(kind, panel.kind_label(Record(kind=kind))) for kind in kinds],
        "view": "triage",
        "here": request.get_full_path(),
    }
    return render(request, "alignment/triage.html", context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirm or reject the rows that were ticked; each that could not be decided is named with the reason."""
    decide_ticked(request)
    return redirect(f"{reverse('alignment:triage')}?{_filters(request)}")


def decide_ticked(request: HttpRequest) -> None:
    """Take the decision that was sent for the proposals that were ticked, and leave messages that say what became of it.

    Raises PermissionDenied for people who decide nothing.
    """
    require_decides(request.user)
    keys = [int(key) for key in request.POST.getlist("key") if key.isdecimal() and len(key) < 19][:MOST_AT_ONCE]
    form = DecisionForm(request.POST)
    decision = request.POST.get("decision", "")
    if not keys:
        messages.error(request, _("Tick at least one proposal first."))
    elif decision not in {"confirm", "reject"} or not form.is_valid():
        messages.error(request, _("Choose what to do with the proposals that are ticked."))
    else:
        visible = Alignment.objects.filter(pk__in=keys, record__in=Record.objects.visible_to(request.user).standing())
        names = {
            row.pk: f"{row.record} → {row.element}" for row in visible.select_related("record", "element__framework")
        }
        outcome = actions.decide_many(names, confirmed=decision == "confirm", by=person(request), **form.chosen())
        if outcome.done:
            number = len(outcome.done)
            if decision == "confirm":
                words = ngettext("%(number)s proposal was confirmed.", "%(number)s proposals were confirmed.", number)
            else:
                words = ngettext("%(number)s proposal was rejected.", "%(number)s proposals were rejected.", number)
            messages.success(request, words % {"number": number})
        for key, reason in outcome.refused:
            messages.error(request, f"{names[key]}: {reason}")


def _filters(request: HttpRequest) -> str:
    """The filters of the list that the rows were ticked on."""
    kept = QueryDict(mutable=True)
    sent = QueryDict(request.POST.get("filters", "")[:500])
    for name in (*FILTERS, "page"):
        if sent.get(name):
            kept[name] = str(sent[name])
    return kept.urlencode()
