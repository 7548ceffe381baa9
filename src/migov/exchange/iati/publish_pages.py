"""Pages of publishing: what would go out and what not, the publications, and the files at their public address."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import IO, Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from migov.exchange.iati import check_standard, publish
from migov.exchange.iati.export_choice import INVALID, PUBLISHED, REASONS, Choice
from migov.exchange.iati.export_reporter import ExportRefused, reporter
from migov.exchange.iati.models import Publication
from migov.foundation.people import access
from migov.foundation.people.models import User

PER_PAGE = 50
SHOWN_FINDINGS = 50
XML = "application/xml; charset=utf-8"
KEPT_SECONDS = 300
CHUNK = 256 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: HttpRequest) -> HttpResponse:
    """What would be published, and what was; with POST, publish."""
    access.require(request.user, "iati.publish")
    if request.method == "POST":
        try:
            job = publish.ask_for_publication(by=cast(User, request.user))
        except ExportRefused as refused:
            messages.error(request, str(refused))
            return redirect("iati:publish")
        messages.success(request, _("The files are being written."))
        return redirect("jobs:page", pk=job.pk)
    counts = Choice.ours().counts()
    publications = Paginator(Publication.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    last = publish.standing()
    checked: dict[str, Any] = (last.checked if last else None) or {}
    facts = {
        "ready": counts.get(PUBLISHED, 0),
        "left_out": [(why, label, counts[why]) for why, label in REASONS.items() if counts.get(why)],
        "reporter": reporter(),
        "is_open": settings.MIGOV_IATI_PUBLISH,
        "can_check": check_standard.at_hand(),
        "standing": last,
        "checked": checked,
        "rules": list(checked.get("by_rule", {}).items())[:SHOWN_FINDINGS],
        "findings": checked.get("findings", ())[:SHOWN_FINDINGS],
        "page": publications,
        "address": settings.MIGOV_ADDRESS,
    }
    return render(request, "iati/publish.html", facts)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Take the files from the public address."""
    access.require(request.user, "iati.publish")
    if publish.take_back(by=cast(User, request.user)):
        messages.success(request, _("The files are no longer published. They are kept below."))
    return redirect("iati:publish")


@require_GET
def projects(request: HttpRequest) -> HttpResponse:
    """The projects that would be published, or that one reason keeps from it."""
    access.require(request.user, "iati.publish")
    why = request.GET.get("why", PUBLISHED)
    if why != PUBLISHED and why not in REASONS:
        raise Http404(_("There is no such reason."))
    label = REASONS.get(why, "")
    if why == INVALID:
        last = publish.standing()
        named = last.invalid if last else []
        return render(
            request, "iati/publish_projects.html", {"why": why, "label": label, "named": named, "count": len(named)}
        )
    rows = Choice.ours().sorted_out().filter(why=why).order_by("reference", "pk")
    page = Paginator(rows.select_related("office"), PER_PAGE).get_page(request.GET.get("page"))
    facts = {"why": why, "label": label, "page": page, "count": page.paginator.count}
    return render(request, "iati/publish_projects.html", facts)


@require_GET
def publication(request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
    """A file as it was published on a day, for those who may publish."""
    access.require(request.user, "iati.publish")
    found = Publication.objects.filter(pk=pk).first()
    if found is None or what not in ("activities", "organisation"):
        raise Http404(_("There is no such publication."))
    file = found.activities_file if what == "activities" else found.organisation_file
    return FileResponse(file.open("rb"), as_attachment=True, filename=f"iati-{what}-{found.at:%Y-%m-%d}.xml.gz")


@login_not_required
@require_safe
def public_file(request: HttpRequest, what: str) -> HttpResponseBase:
    """The file that is published now, without sign-in; not found unless the setting MIGOV_IATI_PUBLISH is on."""
    found = publish.standing() if settings.MIGOV_IATI_PUBLISH else None
    if found is None:
        raise Http404(_("Nothing is published here."))
    digest = found.activities_sha256 if what == "activities" else found.organisation_sha256
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    tag, moment = f'"{digest[:32]}{"-gz" if zipped else ""}"', int(found.at.timestamp())
    response: HttpResponseBase | None = get_conditional_response(request, etag=tag, last_modified=moment)
    if response is None:
        response = _answer(found, what, zipped)
    response["ETag"], response["Last-Modified"] = tag, http_date(moment)
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _answer(found: Publication, what: str, zipped: bool) -> HttpResponseBase:
    file = found.activities_file if what == "activities" else found.organisation_file
    size = found.activities_size if what == "activities" else found.organisation_size
    if zipped:
        response: HttpResponseBase = FileResponse(file.open("rb"), content_type=XML)
        response["Content-Encoding"] = "gzip"
        response["Content-Disposition"] = f'inline; filename="{what}.xml"'
        return response
    response = StreamingHttpResponse(_unpacked(cast("IO[bytes]", file.open("rb"))), content_type=XML)
    response["Content-Length"] = str(size)
    return response


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    with file, gzip.GzipFile(fileobj=file) as plain:
        while chunk := plain.read(CHUNK):
            yield chunk
