"""Briefing books as a Django application."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.people.access import Viewer
    from migov.foundation.records.models import Record
    from migov.foundation.records.slots import Slot


def page_of(record: Record) -> str:
    """Address of a book."""
    from django.urls import reverse

    return reverse("briefings:book", args=[record.pk])


def beside_meeting(record: Record, viewer: Viewer) -> Slot | None:
    """The books for a meeting, and the way to a new one."""
    from django.urls import reverse

    from migov.foundation.people import access
    from migov.foundation.records.slots import Link, Slot
    from migov.foundation.shell import formats
    from migov.insight.briefings import queries

    if not access.allowed(viewer, "briefings.make"):
        return None
    rows = [
        Link(book.record.title, page_of(book.record), formats.day(book.record.changed_at))
        for book in queries.of_meeting(record.pk, viewer)
    ]
    begin = Link(now("Make a briefing book"), f"{reverse('briefings:new')}?meeting={record.pk}")
    return Slot(now("Briefing books"), rows, [begin], now("No briefing book for this meeting yet."))


class BriefingsConfig(AppConfig):
    name = "migov.insight.briefings"
    label = "briefings"

    def ready(self) -> None:
        from migov.foundation.records import kinds, slots
        from migov.foundation.shell import navigation
        from migov.insight.briefings.models import KIND
        from migov.work.cooperation.models.meetings import KIND as MEETING

        kinds.register(kinds.Kind(KIND, cast(str, _("briefing book")), cast(str, _("briefing books")), page_of))
        slots.register_beside(MEETING, beside_meeting)
        navigation.register(_("Briefing books"), "briefings:list", 87, permission="briefings.make")
