"""The room of narrative reports as a Django application."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a report's page."""
    from django.urls import reverse

    return reverse("reports:page", args=[record.pk])


class ReportsConfig(AppConfig):
    name = "migov.work.reports"
    label = "reports"

    def ready(self) -> None:
        from migov.foundation.records import kinds
        from migov.foundation.shell import navigation, search
        from migov.services.notices import reminders as daily
        from migov.work.projects import panels
        from migov.work.reports import reminders, subject
        from migov.work.reports.models import KIND
        from migov.work.reports.panel import PANEL
        from migov.work.reports.search import find

        subject.register()
        kinds.register(kinds.Kind(KIND, cast(str, _("report")), cast(str, _("reports")), page_of))
        navigation.register(_("Narrative reports"), "reports:list", 32, permission="reports.list")
        search.register(find)
        panels.register_panel(PANEL)
        daily.register("reports", reminders.remind)
