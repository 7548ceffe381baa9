"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a roadmap's page."""
    from django.urls import reverse

    return reverse("governance:roadmap", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds, slots
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.work.governance.models import assessments
    from migov.work.governance.models.roadmaps import KIND
    from migov.work.governance.roadmaps import beside, reminders
    from migov.work.governance.roadmaps.search import find

    kinds.register(kinds.Kind(KIND, cast(str, _("roadmap")), cast(str, _("roadmaps")), page_of))
    search.register(find)
    daily.register("roadmaps", reminders.remind)
    slots.register_beside(assessments.KIND, beside.beside_assessment)
    slots.register_home("governance", beside.on_the_front_page)
