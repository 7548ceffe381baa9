"""The list of texts as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.policy.models import LegalText, TextKind, TextStatus
from migov.work.policy.texts.queries import TextFilter


def words_of(filter: TextFilter) -> str:
    """A filter in one line."""
    said = [
        f"{_('Words')}: “{filter.q}”" if filter.q else "",
        f"{_('Country or area')}: {formats.place(filter.country)}" if filter.country else "",
        f"{_('Kind')}: {TextKind(filter.kind).label}" if filter.kind else "",
        f"{_('Status')}: {TextStatus(filter.status).label}" if filter.status else "",
    ]
    return "; ".join(filter_ for filter_ in said if filter_) or _("all texts")


def texts_report(found: QuerySet[LegalText], filter: TextFilter, request: HttpRequest) -> Report:
    """The list as a report with one table. found: as `queries.listed` gives it."""
    columns = [
        Column("title", _("Text"), "link", width=3),
        Column("citation", _("Short name")),
        Column("country", _("Country or area")),
        Column("kind", _("Kind")),
        Column("status", _("Status")),
        Column("language", _("Language")),
        Column("adopted", _("Adopted"), "date"),
        Column("in_force", _("In force from"), "date"),
        Column("versions", _("Versions"), "integer"),
        Column("articles", _("Articles in the latest"), "integer"),
        Column("url", _("Official text"), width=2),
    ]
    here = request.build_absolute_uri("/").rstrip("/")

    def lines() -> Iterator[dict[str, Any]]:
        for one in found.iterator(chunk_size=500):
            yield {
                "title": Link(one.record.title, reverse("policy:text", args=[one.pk])),
                "citation": one.citation,
                "country": formats.place(one.country) if one.country else "",
                "kind": one.get_kind_display(),
                "status": one.get_status_display(),
                "language": one.language,
                "adopted": one.adopted_on,
                "in_force": one.in_force_on,
                "versions": one.versions_count,  # type: ignore[attr-defined]
                "articles": (one.latest_found or {}).get("articles"),  # type: ignore[attr-defined]
                "url": one.url,
            }

    return Report(
        title=_("Legal texts"),
        subtitle=words_of(filter),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        metadata={_("Filter"): words_of(filter)},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Legal texts"), columns, LazyRows(lines), sheet_name=_("Texts"))],
    )
