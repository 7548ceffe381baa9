"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of an input's page."""
    from django.urls import reverse

    return reverse("cooperation:input", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds, slots
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.work.cooperation.inputs import beside, known_here, reminders, subject
    from migov.work.cooperation.inputs.search import find
    from migov.work.cooperation.models.inputs import KIND

    subject.register()
    kinds.register(kinds.Kind(KIND, cast(str, _("input")), cast(str, _("inputs")), page_of))
    search.register(find)
    daily.register("inputs", reminders.remind)
    known_here.register()
    slots.register_home("cooperation", beside.home)
    slots.register_beside("meeting", beside.beside_meeting)
    slots.register_beside("mechanism", beside.beside_mechanism)
