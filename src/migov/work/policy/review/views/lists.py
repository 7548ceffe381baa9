"""The list of reviews, its export, and the form that starts one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.policy.models import AssistanceRequest, Instrument, LegalText, TextVersion, VersionState
from migov.work.policy.review import actions
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.forms import StartForm
from migov.work.policy.review.queries import lists, sources
from migov.work.policy.review.queries.releases import shared_with
from migov.work.policy.review.views import frame

PER_PAGE = 25
LONGEST = 200


def filter_of(request: HttpRequest) -> lists.ReviewFilter:
    """The filter of the address; what is not known means all."""
    get = request.GET
    tab = get.get("tab", "open")
    text = get.get("text", "")
    return lists.ReviewFilter(
        tab=tab if tab in lists.TABS else "open", q=get.get("q", "").replace("\x00", "")[:LONGEST].strip(),
        country=get.get("country", "").replace("\x00", "")[:12], source=get.get("source", "").replace("\x00", "")[:40],
        text=int(text) if text.isdecimal() and len(text) < 18 else None,
    )  # fmt: skip


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews of the office; for a government, what was released to it."""
    access.require(request.user, "policy.enter")
    if not is_internal(request.user):
        return _shared(request)
    asked = filter_of(request)
    sort = request.GET.get("sort", "due")
    found = lists.matching(request.user, asked).order_by(*lists.ORDERS.get(sort, lists.ORDERS["due"]))
    page = Paginator(found.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("policy:reviews")
    context: dict[str, Any] = {
        "part": "reviews", "asked": asked, "page": page, "rows": lists.rows(list(page)), "formats": LIST_FORMATS,
        "tabs": [(label, f"{here}?{urlencode({'tab': code})}", code == asked.tab) for code, label in lists.TABS.items()],
        "countries": Place.objects.filter(legal_texts__versions__reviews__isnull=False).distinct(),
        "instruments": Instrument.objects.filter(Q(pk__in=_used(request))), "query": urlencode(asked.params()),
        "may_start": access.allowed(request.user, "reviews.start"), "narrowed": bool(asked.params()),
    }  # fmt: skip
    return render(request, "policy/review/list.html", context)


def _used(request: HttpRequest) -> Any:
    return lists.visible(request.user).filter(sources__instrument__isnull=False).values("sources__instrument")


def _shared(request: HttpRequest) -> HttpResponse:
    """The newest release of each review that was shared with a government."""
    return render(request, "policy/review/shared.html", {"part": "reviews", "released": shared_with(request.user)})


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The reviews of the filter as a file."""
    frame.office_only(request)
    asked = filter_of(request)
    keys = list(lists.matching(request.user, asked).order_by(*lists.ORDERS["due"]).values_list("pk", flat=True))
    here = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(_report(keys, here, asked), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _report(keys: list[int], here: str, asked: lists.ReviewFilter) -> Report:
    columns = [
        Column("title", _("Review"), "link", width=3), Column("text", _("Text"), width=2), Column("country", _("Country or area")),
        Column("against", _("Against"), width=2), Column("state", _("State")), Column("judged", _("Rows judged"), "integer"),
        Column("total", _("Rows"), "integer"), Column("due", _("Due"), "date"), Column("owner", _("Led by")),
    ]  # fmt: skip

    def lines() -> Iterator[dict[str, Any]]:
        for row in lists.rows(keys):
            one = row.review
            yield {
                "title": Link(one.record.title, reverse("policy:review", args=[one.pk])), "text": str(one.version.text),
                "country": row.country, "against": ", ".join(row.sources), "state": str(one.get_state_display()),
                "judged": row.judged, "total": row.total, "due": one.due, "owner": str(one.record.owner or ""),
            }  # fmt: skip

    words = str(lists.TABS[asked.tab])
    return Report(
        title=_("Reviews of texts"), subtitle=words, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=here, metadata={_("Filter"): urlencode(asked.params()) or words}, footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Reviews"), columns, LazyRows(lines), sheet_name=_("Reviews"))],
    )  # fmt: skip


def _versions(request: HttpRequest) -> list[TextVersion]:
    """Versions whose structure was found, of texts that the viewer may see, newest first. One query."""
    seen = Record.objects.visible_to(request.user).standing()
    found = TextVersion.objects.filter(
        text__record__in=seen, state__in=[VersionState.READ, VersionState.CHECKED]
    ).select_related("text__record", "text__country")
    return list(found.order_by("-added_at", "-pk")[:LONGEST])


def _chosen(request: HttpRequest, versions: list[TextVersion]) -> TextVersion | None:
    """The version that the address or the form names: by its key, or the newest of a text."""
    data = request.POST if request.method == "POST" else request.GET
    key, text = data.get("version", ""), data.get("text", "")
    if key:
        return next((one for one in versions if str(one.pk) == key), None)
    of_text = [one for one in versions if str(one.text_id) == text]
    return max(of_text, key=lambda one: one.number, default=None)


def _request(request: HttpRequest) -> AssistanceRequest | None:
    data = request.POST if request.method == "POST" else request.GET
    key = data.get("request", "")
    if not (key.isdecimal() and len(key) < 18):
        return None
    seen = Record.objects.visible_to(request.user).standing()
    return AssistanceRequest.objects.filter(pk=int(key), record__in=seen).select_related("record").first()


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a version of a text and what it is compared with."""
    frame.office_only(request)
    access.require(request.user, "reviews.start")
    versions = _versions(request)
    version, asks = _chosen(request, versions), _request(request)
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and version is None:
        form.add_error(None, _("Choose the version of a text."))
    if request.method == "POST" and version is not None and form.is_valid():
        try:
            review = actions.start(version, request=asks, by=person(request), **form.cleaned_data)
        except ReviewRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The review is started. Provisions that may answer each row are proposed."))
            return redirect("policy:review", pk=review.pk)
    text: LegalText | None = version.text if version else None
    picked = set(request.POST.getlist("instruments")) | set(request.POST.getlist("frameworks"))
    instruments, frameworks = sources.instruments_for(text), sources.frameworks_for(text)
    near = {one.of.code for one in (*instruments, *frameworks) if one.near} if text else set()
    context = {
        "part": "reviews", "form": form, "versions": versions, "version": version, "asks": asks, "instruments": instruments,
        "frameworks": frameworks, "picked": picked if form.is_bound else near,
    }  # fmt: skip
    return render(request, "policy/review/new.html", context, status=422 if form.is_bound else 200)


urlpatterns: list[URLPattern] = [
    path("reviews/", reviews, name="reviews"),
    path("reviews/export.<str:fmt>", export, name="reviews-export"),
    path("reviews/new/", new, name="review-new"),
]
