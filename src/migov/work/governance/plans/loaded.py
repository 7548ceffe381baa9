"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a plan's page."""
    from django.urls import reverse

    return reverse("governance:plan", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds
    from migov.foundation.records.slots import register_home
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.services.suggestions import sources
    from migov.work.governance.models.plans import KIND
    from migov.work.governance.plans import reminders, slots, wording
    from migov.work.governance.plans.search import find

    kinds.register(kinds.Kind(KIND, cast(str, _("network plan")), cast(str, _("network plans")), page_of))
    search.register(find)
    daily.register("network-plans", reminders.remind)
    sources.register(KIND, wording.parts)
    register_home("governance", slots.on_front_page)
