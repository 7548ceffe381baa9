"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a mechanism's page."""
    from django.urls import reverse

    from migov.work.cooperation.models import Mechanism

    return reverse("cooperation:mechanism", args=[Mechanism.objects.values_list("code", flat=True).get(pk=record.pk)])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds, slots
    from migov.foundation.shell import search
    from migov.work.cooperation.mechanisms import places
    from migov.work.cooperation.mechanisms.search import find
    from migov.work.cooperation.models.mechanisms import KIND

    kinds.register(kinds.Kind(KIND, cast(str, _("mechanism")), cast(str, _("mechanisms")), page_of))
    search.register(find)
    slots.register_home("cooperation", places.of_home)
