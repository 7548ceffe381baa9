"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a text's page."""
    from django.urls import reverse

    return reverse("policy:text", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds
    from migov.foundation.shell import search
    from migov.services.jobs import registry
    from migov.work.policy import slots
    from migov.work.policy.models.texts import KIND
    from migov.work.policy.texts import places, work
    from migov.work.policy.texts.search import find

    kinds.register(kinds.Kind(KIND, cast(str, _("legal text")), cast(str, _("legal texts")), page_of))
    search.register(find)
    slots.register_request_slot(places.of_request)
    registry.register(work.KIND, work.read_version, atomic=False, page=work.page_of)
