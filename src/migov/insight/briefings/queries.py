"""Questions about briefing books."""

from __future__ import annotations

from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.insight.briefings.models import Book, Edition
from migov.insight.dossier import blocks

KEYS = 2**63  # the first key that no database has room for
MOST_EDITIONS = 2**31 - 1


def books(viewer: Viewer) -> QuerySet[Book]:
    """The books that a person may see, the newest first."""
    seen = Record.objects.visible_to(viewer).standing()
    found = Book.objects.filter(record__in=seen).select_related("record__owner", "meeting__record")
    return (
        found.annotate(editions_made=Max("editions__number"))
        .prefetch_related("places")
        .order_by("-record__changed_at", "-pk")
    )


def book_or_404(viewer: Viewer, pk: int) -> Book:
    """A book that the viewer may see. Raises Http404."""
    found = books(viewer).filter(pk=pk).first() if pk < KEYS else None
    if found is None:
        raise Http404(_("There is no such briefing book, or you may not see it."))
    return found


def edition_or_404(book: Book, number: int | None = None) -> Edition:
    """An edition of a book, the newest where no number is given. Raises Http404."""
    rows = book.editions.select_related("by").order_by("-number")
    found = rows.filter(number=min(number, MOST_EDITIONS)).first() if number is not None else rows.first()
    if found is None:
        raise Http404(_("This book has no such edition."))
    return found


def part_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a book may hold: of each country, and of the meeting."""
    return (
        [(part.code, str(part.title)) for part in blocks.country_parts()],
        [(f"meeting-{part.code}", str(part.title)) for part in blocks.meeting_parts()],
    )


def of_meeting(meeting: int, viewer: Viewer) -> QuerySet[Book]:
    """The books for a meeting that the viewer may see."""
    return books(viewer).filter(meeting=meeting)
