from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record
    from migov.services.jobs.models import Job


def page_of(record: "Record") -> str:
    """Address of an evaluation's page."""
    from django.urls import reverse

    return reverse("evaluations:page", args=[record.pk])


def import_page(job: "Job") -> str:
    """Address of the page that says what an import of the register did."""
    from django.urls import reverse

    return reverse("evaluations:import", args=[job.pk])


class EvaluationsConfig(AppConfig):
    name = "migov.work.evaluations"
    label = "evaluations"

    def ready(self) -> None:
        from migov.foundation.records import kinds
        from migov.foundation.shell import navigation, search
        from migov.services.jobs import registry
        from migov.services.notices import reminders
        from migov.services.suggestions import sources
        from migov.work.evaluations import wording
        from migov.work.evaluations.models import KIND
        from migov.work.evaluations.panels import PANEL
        from migov.work.evaluations.published.reading import RegisterRefused
        from migov.work.evaluations.reminders import remind
        from migov.work.evaluations.search import find
        from migov.work.evaluations.work import JOB, run_import
        from migov.work.projects import panels

        kinds.register(kinds.Kind(KIND, cast(str, _("evaluation")), cast(str, _("evaluations")), page_of))
        navigation.register(_("Evaluations"), "evaluations:list", 35, permission="contributions.see")
        search.register(find)
        panels.register_panel(PANEL)
        registry.register(JOB, run_import, refusals=(RegisterRefused,), page=import_page)
        reminders.register("evaluations", remind)
        sources.register(KIND, wording.parts)
