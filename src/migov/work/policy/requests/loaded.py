"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a request's page."""
    from django.urls import reverse

    return reverse("policy:request", args=[record.pk])


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from django.db.models.signals import post_save, pre_save

    from migov.foundation.records import kinds
    from migov.foundation.records.models import Record
    from migov.foundation.shell import search
    from migov.services.files.models import Document
    from migov.services.notices import reminders as daily
    from migov.services.suggestions import sources
    from migov.work.policy.models.requests import KIND
    from migov.work.policy.requests import reminders, sharing, wording
    from migov.work.policy.requests.search import find

    kinds.register(kinds.Kind(KIND, cast(str, _("request")), cast(str, _("requests")), page_of))
    search.register(find)
    daily.register("requests", reminders.remind)
    sources.register(KIND, wording.parts)
    # Which documents of a request its government sees is decided in the transaction that adds them, wherever that is done.
    post_save.connect(sharing.keep_within, sender=Document, dispatch_uid="requests.keep_within")
    pre_save.connect(sharing.remember, sender=Record, dispatch_uid="requests.remember")
    post_save.connect(sharing.restore, sender=Record, dispatch_uid="requests.restore")
