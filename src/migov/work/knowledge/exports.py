"""Lists of lessons as files: exactly the rows that the page shows, all of them, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import is_internal
from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.knowledge import wording
from migov.work.knowledge.filters import LessonFilter
from migov.work.knowledge.queries import Row, rows

IN_A_PIECE = 500


def lessons_report(keys: Sequence[int], filter: LessonFilter, request: HttpRequest) -> Report:
    """The list as a report with one table. Who proposed and what nobody outside needs is left out for people from outside."""
    internal = is_internal(request.user)
    columns = [
        Column("reference", _("Reference")),
        Column("statement", _("Lesson"), "link", width=3),
        Column("kind", _("Kind")),
        Column("advice", _("What to do"), width=3),
        Column("context", _("Where it was learnt"), width=3),
        Column("cycle", _("Helps most at")),
        Column("themes", _("Themes")),
        Column("countries", _("Countries and areas")),
        Column("elements", _("Aligned with")),
        Column("sections", _("Parts of a proposal")),
        Column("source", _("Source"), width=2),
        Column("page", _("Page")),
        Column("link", _("Link")),
        Column("state", _("State")),
        Column("decided", _("Decided on"), "date"),
        *([Column("used", _("Projects that used it"), "integer")] if internal else []),
    ]
    here = request.build_absolute_uri("/").rstrip("/")

    def lines() -> Iterator[dict[str, Any]]:
        address = reverse("knowledge:page", args=[0])
        for start in range(0, len(keys), IN_A_PIECE):
            for row in rows(keys[start : start + IN_A_PIECE], request.user):
                yield _line(row, address.replace("/0/", f"/{row.record.pk}/"))

    return Report(
        title=_("Lessons"),
        subtitle=filter.words(),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        metadata={
            _("Filter"): filter.words(),
            _("Address of the list"): f"{here}{reverse('knowledge:list')}?{filter.to_query()}",
        },
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Lessons"), columns, LazyRows(lines), sheet_name=_("Lessons"))],
    )


def _line(row: Row, url: str) -> dict[str, Any]:
    lesson = row.lesson
    source = " · ".join(filter(None, (row.source.title if row.source else "", lesson.source_text)))
    return {
        "reference": row.record.reference, "statement": Link(row.record.title, url), "kind": lesson.get_kind_display(),
        "advice": lesson.advice, "context": lesson.context, "cycle": lesson.get_cycle_display(),
        "themes": "; ".join(str(theme) for theme in row.themes),
        "countries": "; ".join(formats.place(place) for place in row.places),
        "elements": "; ".join(f"{one.framework.code}:{one.code}" for one in row.elements),
        "sections": "; ".join(wording.section_title(code) for code in row.sections), "source": source,
        "page": lesson.source_page, "link": lesson.source_link, "state": lesson.get_state_display(),
        "decided": timezone.localtime(lesson.decided_at).date() if lesson.decided_at else None, "used": row.used,
    }  # fmt: skip
