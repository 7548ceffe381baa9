"""The room of knowledge as a Django application."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a lesson's page."""
    from django.urls import reverse

    return reverse("knowledge:page", args=[record.pk])


class KnowledgeConfig(AppConfig):
    name = "migov.work.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from migov.foundation.records import kinds
        from migov.foundation.shell import navigation, search
        from migov.services.notices.reminders import register as remind_daily
        from migov.services.suggestions import hints, sources
        from migov.work.knowledge import offering, reminders, wording
        from migov.work.knowledge.models import KIND
        from migov.work.knowledge.search import find

        kinds.register(kinds.Kind(KIND, cast(str, _("lesson")), cast(str, _("lessons")), page_of))
        navigation.register(_("Lessons"), "knowledge:list", 70, permission="contributions.see")
        search.register(find)
        sources.register(KIND, wording.parts)
        hints.register(hints.Provider("lessons", _("Lessons learnt"), offering.find))
        remind_daily("lessons", reminders.remind)
