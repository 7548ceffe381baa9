"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a framework's page."""
    from django.urls import reverse

    return reverse("governance:unsdcf", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds
    from migov.foundation.records.slots import register_home
    from migov.foundation.shell import search
    from migov.services.jobs import registry
    from migov.services.notices import reminders as daily
    from migov.services.suggestions import sources
    from migov.work.governance.models.unsdcf import KIND
    from migov.work.governance.unsdcf import reminders, slots, wording
    from migov.work.governance.unsdcf.actions.ground import UnsdcfError
    from migov.work.governance.unsdcf.actions.proposing import JOB, proposed_page, run_propose
    from migov.work.governance.unsdcf.search import find

    label, plural = cast(str, _("Cooperation Framework")), cast(str, _("Cooperation Frameworks"))
    kinds.register(kinds.Kind(KIND, label, plural, page_of))
    search.register(find)
    daily.register("unsdcf", reminders.remind)
    sources.register(KIND, wording.parts)
    registry.register(JOB, run_propose, refusals=(UnsdcfError,), page=proposed_page)
    register_home("governance", slots.on_front_page)
