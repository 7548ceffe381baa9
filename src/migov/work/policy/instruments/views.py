"""Pages of instruments and requirements: lists, one of each, the facts about one State, files and acts that people add."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.services.alignment.access import person
from migov.services.documents import Report
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.policy.instruments import actions, exports, queries
from migov.work.policy.instruments.forms import ActForm, FileForm
from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.standing import standing_of, standings
from migov.work.policy.instruments.treaties.loading import load_treaties
from migov.work.policy.instruments.treaties.own import COLUMNS, OPTIONAL
from migov.work.policy.models import ActionKind, Body, Instrument, Obligation, Requirement, TreatyAction, Weight

PER_PAGE = 50


def see(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Reading pages of people who hold a role: instruments are public knowledge."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.require(request.user, "instruments.see")
        return view(request, *args, **kwargs)

    return guarded


def file_of(report: Report, fmt: str) -> HttpResponseBase:
    """A list as a file. Raises Http404 for a format that lists are not made in."""
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def instrument_of(code: str) -> Instrument:
    """The instrument that an address names."""
    try:
        return Instrument.objects.select_related("to", "replaced_by").get(code=code)
    except Instrument.DoesNotExist:
        raise Http404(_("There is no such instrument.")) from None


def place_of(code: str) -> Place:
    """The territory that an address names."""
    try:
        return Place.objects.get(code=code.upper(), is_territory=True)
    except Place.DoesNotExist:
        raise Http404(_("This is none of the territories that the office supports.")) from None


def _held(found: list[Instrument], places: list[Place]) -> dict[int, int]:
    known = standings(found, places)
    return {one.pk: sum(known[one.pk, place.pk].held for place in places) for one in found}


@see
def instrument_list(request: HttpRequest) -> HttpResponse:
    """All instruments, filtered as the address says."""
    filter = queries.read_instrument_filter(request.GET)
    found, places = list(queries.instruments(filter)), queries.territories()
    held = _held(found, places)
    context = {
        "part": "instruments", "filter": filter, "rows": [(one, held[one.pk]) for one in found], "places": len(places),
        "bodies": Body.choices, "themes": queries.themes(), "formats": LIST_FORMATS,
        "may_load": access.allowed(request.user, "instruments.load"),
    }  # fmt: skip
    return render(request, "policy/instruments/list.html", context)


@see
def instrument_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The list of instruments as a file."""
    filter = queries.read_instrument_filter(request.GET)
    found, places = list(queries.instruments(filter).select_related("to", "replaced_by")), queries.territories()
    return file_of(exports.instrument_list(found, _held(found, places), len(places), filter, request), fmt)


@see
def instrument_page(request: HttpRequest, code: str) -> HttpResponse:
    """One instrument: what it is, who is bound, its articles and what they require."""
    one = instrument_of(code)
    places = queries.territories()
    known = standings([one], places)
    rows = [(place, known[one.pk, place.pk]) for place in places]
    articles = queries.articles(one)
    context = {
        "part": "instruments", "instrument": one, "standings": rows, "articles": articles,
        "has_text": any(group.article.text for group in articles),
        "requirement_count": sum(len(group.requirements) for group in articles),
        "held": sum(standing.held for _place, standing in rows), "gaps": sum(standing.gap for _place, standing in rows),
        "words": [(place, act) for place, standing in rows for act in standing.words],
        "protocols": list(one.protocols.all()), "replaces": list(one.replaces.all()),
        "may_load": access.allowed(request.user, "instruments.load"),
    }  # fmt: skip
    return render(request, "policy/instruments/instrument.html", context)


@see
def standing_page(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """The facts about one State and one instrument: what each source says, and what was said before."""
    one, where = instrument_of(code), place_of(place)
    before = TreatyAction.objects.filter(instrument=one, place=where, superseded_at__isnull=False)
    context = {
        "part": "instruments", "instrument": one, "place": where, "standing": standing_of(one, where),
        "before": list(before.order_by("-superseded_at", "-pk")[:100]),
        "may_load": access.allowed(request.user, "instruments.load"),
    }  # fmt: skip
    return render(request, "policy/instruments/standing.html", context)


@see
def requirement_list(request: HttpRequest) -> HttpResponse:
    """All requirements, filtered as the address says."""
    filter = queries.read_requirement_filter(request.GET)
    page = Paginator(queries.requirements(filter), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "part": "requirements", "filter": filter, "page": page, "instruments": list(Instrument.objects.only("code", "short_title")),
        "themes": queries.themes(), "types": Obligation.choices, "weights": Weight.choices,
        "element_choices": queries.element_choices(), "formats": LIST_FORMATS,
    }  # fmt: skip
    return render(request, "policy/instruments/requirements.html", context)


@see
def requirement_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The list of requirements as a file."""
    filter = queries.read_requirement_filter(request.GET)
    return file_of(exports.requirement_list(queries.requirements(filter), filter, request), fmt)


@see
def requirement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One requirement: our line, the words of its article where they are loaded, guidance, elements it serves."""
    try:
        one = Requirement.objects.select_related("article__instrument").get(pk=pk)
    except (Requirement.DoesNotExist, OverflowError):
        raise Http404(_("There is no such requirement.")) from None
    context = {
        "part": "requirements", "requirement": one, "article": one.article, "instrument": one.article.instrument,
        "themes": list(one.themes.all()), "elements": list(one.elements.select_related("framework")),
        "guidance": queries.guidance_paragraphs(one.guidance.select_related("guidance")),
    }  # fmt: skip
    return render(request, "policy/instruments/requirement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def act_new(request: HttpRequest) -> HttpResponse:
    """Enter one act of one State."""
    access.require(request.user, "instruments.load")
    given = {name: request.GET.get(name, "") for name in ("instrument", "place")}
    form = ActForm(request.POST) if request.method == "POST" else ActForm(initial=given)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = actions.add_act(
                instrument=data["instrument"], place=data["place"], kind=data["kind"], when=data["date"], source=data["source"],
                as_of=data["as_of"], text=data["text"], note=data["note"], url=data["url"], by=person(request),
            )  # fmt: skip
        except actions.ActRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _told(done.new, done.changed, done.older))
            return redirect("policy:standing", data["instrument"].code, data["place"].code)
    status = 422 if request.method == "POST" else 200
    context = {"part": "instruments", "form": form, "kinds": ActionKind.choices}
    return render(request, "policy/instruments/act.html", context, status=status)


def _told(new: int, changed: int, older: int) -> str:
    if older:
        return _("This source has said something later of this act; nothing was changed.")
    if not new:
        return _("This was known already; nothing was changed.")
    if changed:
        return _("Kept. It takes the place of what this source said before.")
    return _("Kept.")


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Load a file of acts of States: all of it, or nothing."""
    access.require(request.user, "instruments.load")
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = load_treaties([(file.name, file.read())], by=person(request))
        except LoadRefused as refused:
            faults = refused.lines
            form.add_error("file", _("The file was refused; nothing was changed. What is wrong stands below."))
        else:
            said = ngettext("%(number)s row read", "%(number)s rows read", done.rows) % {"number": done.rows}
            more = _(
                "%(new)s new, %(changed)s superseded, %(unchanged)s known already, %(older)s older than what is known"
            )
            counts = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged, "older": done.older}
            messages.success(request, f"{said}: {more % counts}.")
            return redirect("policy:matrix")
    status = 422 if request.method == "POST" else 200
    context = {
        "part": "instruments", "form": form, "faults": faults, "columns": ",".join((*COLUMNS, *OPTIONAL)), "kinds": ActionKind.choices,
    }  # fmt: skip
    return render(request, "policy/instruments/load.html", context, status=status)
