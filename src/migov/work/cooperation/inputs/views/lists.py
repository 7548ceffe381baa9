"""The list of inputs with its filter and export, asking for one, and filing an earlier position."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.cooperation.inputs import exports, forms, people, queries
from migov.work.cooperation.inputs.actions import filing, life
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.models import Input, InputType, Mechanism, Meeting
from migov.work.cooperation.models.inputs import KIND

PER_PAGE = 25
LONGEST = 300


def read(request: HttpRequest) -> queries.Asked:
    """Which inputs the address asks for; what it does not know is said in `errors`."""
    said = {name: " ".join(request.GET.get(name, "").replace("\x00", "").split())[:LONGEST] for name in request.GET}
    errors: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, rows in (
        ("place", Place.objects.filter(code=said.get("country", ""))),
        ("mechanism", forms.mechanisms(request.user).filter(code=said.get("mechanism", ""))),
        ("theme", Theme.objects.filter(code=said.get("theme", ""))),
    ):
        given = said.get("country" if name == "place" else name, "")
        found[name] = rows.first() if given else None
        if given and found[name] is None:
            errors[name] = _("“%s” is not known here.") % given[:60]
    type = said.get("type", "")
    if type and type not in InputType.values:
        errors["type"], type = _("“%s” is not known here.") % type[:60], ""
    show = said.get("show", queries.OPEN)
    return queries.Asked(
        show if show in queries.SHOWS else queries.OPEN, said.get("q", ""), type, sort=said.get("sort", ""), errors=errors, **found
    )  # fmt: skip


def in_words(asked: queries.Asked) -> str:
    """What a list shows, in a line."""
    return "; ".join(filter(None, [str(queries.SHOWS[asked.show]), conditions(asked)]))


def conditions(asked: queries.Asked) -> str:
    """What is asked beside the tab, in a line."""
    said = [
        f"“{asked.words}”" if asked.words else "",
        str(InputType(asked.type).label) if asked.type else "", formats.place(asked.place) if asked.place else "",
        str(asked.mechanism or ""), str(asked.theme or ""),
    ]  # fmt: skip
    return "; ".join(filter(None, said))


def choices(viewer: Viewer) -> dict[str, Any]:
    """What the filters offer. Three queries."""
    return {
        "types": [(code, capfirst(str(label))) for code, label in InputType.choices],
        "places": Place.objects.filter(is_territory=True),
        "mechanisms": forms.mechanisms(viewer),
        "themes": Theme.objects.all(),
    }


@require_safe
def inputs(request: HttpRequest) -> HttpResponse:
    """The inputs: open, mine, late, in clearance, delivered, or all."""
    access.require(request.user, "cooperation.enter")
    asked = read(request)
    rows = Input.objects.none() if asked.errors else queries.asked(request.user, asked)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    filtered = bool(asked.words or asked.type or asked.place or asked.mechanism or asked.theme or asked.errors)
    context: dict[str, Any] = {
        "part": "inputs", "asked": asked, "shows": list(queries.SHOWS.items()), "page": page, "formats": LIST_FORMATS,
        "rows": [(one, queries.is_late(one)) for one in page], "choices": choices(request.user), "filtered": filtered,
        "may_ask": access.allowed(request.user, "inputs.request"), "may_file": may_file(request.user),
    }  # fmt: skip
    return render(request, "cooperation/inputs/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All inputs of the list as a file."""
    access.require(request.user, "cooperation.enter")
    asked = read(request)
    if asked.errors:
        return HttpResponse("\n".join(asked.errors.values()), status=400, content_type="text/plain; charset=utf-8")
    base_url = request.build_absolute_uri("/").rstrip("/")
    made = exports.list_document(queries.asked(request.user, asked), in_words(asked), base_url=base_url)
    try:
        return list_response(made, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def may_file(viewer: Viewer) -> bool:
    """Whether the viewer may put an earlier position into the library: as taking on an input in the own office."""
    return access.allowed(viewer, "inputs.take", _own(viewer))


def _own(viewer: Viewer) -> Record:
    office = people.home_office(viewer) if access.is_internal(viewer) else None
    return Record(kind=KIND, office=office, visibility=Visibility.INTERNAL)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address says of a new input: ?meeting= its key, ?mechanism= its code. Only what the viewer may see."""
    key, code = request.GET.get("meeting", ""), request.GET.get("mechanism", "")
    found: dict[str, Any] = {"begin": False}
    if key.isascii() and key.isdigit() and len(key) < 10:
        meeting: Meeting | None = forms.meetings(request.user).filter(pk=int(key)).first()
        if meeting is not None:
            found |= {"meeting": meeting.pk, "mechanism": meeting.mechanism_id, "due": meeting.inputs_due}
    if code and "mechanism" not in found:
        mechanism: Mechanism | None = forms.mechanisms(request.user).filter(code=code[:40]).first()
        found["mechanism"] = mechanism.pk if mechanism else None
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for an input."""
    access.require(request.user, "inputs.request")
    may_take = may_file(request.user)
    form = forms.RequestForm(request.POST or None, initial=_initial(request), viewer=request.user, may_take=may_take)
    if request.method == "POST" and form.is_valid():
        try:
            made = life.request(form.wanted(), begin=form.cleaned_data.get("begin", False), by=person(request))
        except InputRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            begun = _("Begun. Its sections wait to be written.")
            messages.success(request, begun if made.is_open else _("Asked for. The policy officers were told."))
            return redirect("cooperation:input", pk=made.pk)
    context = {"part": "inputs", "form": form}
    return render(request, "cooperation/inputs/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def file_position(request: HttpRequest) -> HttpResponse:
    """Put an earlier position into the library."""
    access.require(request.user, "inputs.take", _own(request.user))
    form = forms.FilingForm(request.POST or None, request.FILES or None, initial=_initial(request), viewer=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = filing.file_position(
                form.wanted(), on=said["on"], function=said["function"], text=said["text"], documents=said["file"],
                became=said["became"], by=person(request),
            )  # fmt: skip
        except InputRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            said_now = _("It is in the library now, and is found by its words.")
            later = _(
                "It is in the library now, and is found by its words as soon as its document is read. A scan has none: then type them."
            )
            messages.success(request, said_now if said["text"].strip() else later)
            return redirect("cooperation:input", pk=made.pk)
    lost = [one.name for one in request.FILES.getlist("file")] if form.is_bound else []
    context = {"part": "positions", "form": form, "lost": lost}
    return render(request, "cooperation/inputs/file.html", context, status=422 if form.is_bound else 200)


urlpatterns: list[URLPattern] = [
    path("inputs/", inputs, name="inputs"),
    path("inputs/export.<slug:fmt>", export, name="inputs-export"),
    path("inputs/new/", new, name="input-new"),
    path("inputs/file/", file_position, name="input-file"),
]
