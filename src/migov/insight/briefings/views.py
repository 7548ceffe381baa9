"""Pages of briefing books."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.foundation.records.themes import themes_of
from migov.insight.briefings import actions, content, documents, queries
from migov.insight.briefings.forms import BookForm
from migov.insight.briefings.models import Book
from migov.services.documents import render as made
from migov.services.documents.html import fragment, headings
from migov.work.cooperation.models import Delegation

PAPER = ("docx", "pdf")
LONGEST_KEY = 18  # digits

# What one wants to know of each country that comes; the mechanism and the meeting have their own chapter.
BESIDE_A_MEETING = frozenset(
    {"projects", "results", "laws", "requests", "series", "roadmap", "gcm", "commitments", "positions"}
)


@require_safe
def book_list(request: HttpRequest) -> HttpResponse:
    """The books that the viewer may see."""
    access.require(request.user, "briefings.make")
    return render(request, "briefings/list.html", {"books": queries.books(request.user)[:200]})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a book; ?meeting= or ?country= fill the form."""
    access.require(request.user, "briefings.make")
    form = BookForm(request.POST or None, viewer=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        try:
            book = actions.begin(by=request.user, **form.asked())  # type: ignore[arg-type]
        except actions.BookRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("briefings:book", book.pk)
    return render(request, "briefings/form.html", {"form": form}, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    of_countries, of_meeting = queries.part_choices()
    initial: dict[str, Any] = {
        "parts": [code for code, _title in of_countries], "meeting_parts": [code for code, _title in of_meeting],
    }  # fmt: skip
    given = request.GET.get("meeting", "")
    meeting = None
    if given.isascii() and given.isdigit() and len(given) < LONGEST_KEY:
        form = BookForm(viewer=request.user)
        meeting = form.fields["meeting"].queryset.filter(pk=int(given)).first()  # type: ignore[attr-defined]
    if meeting is not None:
        initial |= {"meeting": meeting, "title": _("Briefing: %s") % meeting.record.title}
        coming = Delegation.objects.filter(meeting=meeting, place__is_territory=True).values("place")
        initial["places"] = list(Place.objects.filter(pk__in=coming))
        initial["themes"] = themes_of(meeting.record)
        initial["parts"] = [code for code, _title in of_countries if code in BESIDE_A_MEETING]
    country = Place.objects.filter(code=request.GET.get("country", "").upper(), is_territory=True).first()
    if country is not None:
        initial |= {"places": [country], "title": _("Briefing: %s") % country.name}
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a book asks for."""
    book = _book(request, pk)
    access.require(request.user, "briefings.change", book.record)
    initial = {
        "title": book.record.title, "meeting": book.meeting, "places": list(book.places.all()), "themes": themes_of(book.record),
        "starts": book.starts, "ends": book.ends, "parts": book.parts, "meeting_parts": book.parts,
        "note": book.note, "revision": book.revision,
    }  # fmt: skip
    form = BookForm(request.POST or None, viewer=request.user, keep=book.meeting, initial=initial)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            actions.change(book, by=request.user, revision=revision, **form.asked())  # type: ignore[arg-type]
        except actions.BookRefused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _("Saved, and drawn anew."))
            return redirect("briefings:book", book.pk)
    return render(request, "briefings/form.html", {"form": form, "book": book}, status=422 if form.errors else 200)


@require_safe
def book(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """An edition of a book, the newest where no number is given."""
    found = _book(request, pk)
    edition = queries.edition_or_404(found, number)
    report = documents.report(edition)
    numbers = list(found.editions.order_by("-number").values_list("number", "at"))
    return render(
        request,
        "briefings/book.html",
        {
            "book": found, "edition": edition, "body": fragment(report, top_level=2), "formats": PAPER,
            "chapters": [(anchor, title) for anchor, level, title in headings(report) if level == 1],
            "numbers": numbers, "newest": edition.number == numbers[0][0],
            "before": next((one for one, _at in numbers if one < edition.number), None),
            "may_change": access.allowed(request.user, "briefings.change", found.record),
        },
    )  # fmt: skip


@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the book anew, and show what changed."""
    found = _book(request, pk)
    try:
        edition = actions.refresh(found, by=request.user)  # type: ignore[arg-type]
    except actions.BookRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("briefings:list")
    if edition is None:
        messages.info(request, _("Nothing has changed since the last edition."))
        return redirect("briefings:book", pk)
    return redirect("briefings:changes", pk, edition.number)


@require_safe
def changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What changed from the edition before."""
    found = _book(request, pk)
    edition = queries.edition_or_404(found, number)
    earlier = found.editions.filter(number__lt=number).order_by("-number").first()
    if earlier is None:
        raise Http404(_("The first edition has none before it."))
    differ = content.changes(earlier.content, edition.content)
    return render(
        request, "briefings/changes.html", {"book": found, "edition": edition, "earlier": earlier, "chapters": differ}
    )


@require_safe
def document(request: HttpRequest, pk: int, number: int, fmt: str) -> HttpResponse:
    """An edition as a file."""
    found = _book(request, pk)
    if fmt not in PAPER:
        raise Http404(_("A briefing book is made as DOCX and as PDF."))
    edition = queries.edition_or_404(found, number)
    file = made(documents.report(edition, base_url=request.build_absolute_uri("/").rstrip("/")), fmt)
    answer = HttpResponse(file.content, content_type=file.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.filename}"'
    return answer


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a book from the list."""
    found = _book(request, pk)
    try:
        actions.remove(found, by=request.user)  # type: ignore[arg-type]
    except actions.BookRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The briefing book was taken from the list."))
    return redirect(reverse("briefings:list"))


def _book(request: HttpRequest, pk: int) -> Book:
    access.require(request.user, "briefings.make")
    return queries.book_or_404(request.user, pk)
