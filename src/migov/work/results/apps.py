from typing import TYPE_CHECKING, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def page_of(record: "Record") -> str:
    """A result is shown in the matrix of its project."""
    from django.urls import reverse

    return f"{reverse('projects:panel', args=[record.parent_id, 'results'])}#result-{record.pk}"


class ResultsConfig(AppConfig):
    name = "migov.work.results"
    label = "results"

    def ready(self) -> None:
        from migov.foundation.records import kinds
        from migov.foundation.shell import navigation
        from migov.services.notices import reminders
        from migov.services.suggestions import sources
        from migov.work.projects import panels
        from migov.work.results import wording
        from migov.work.results.models import KIND
        from migov.work.results.panels import MATRIX, ON_TRACK
        from migov.work.results.reminders import remind

        kinds.register(kinds.Kind(KIND, cast(str, _("result")), cast(str, _("results")), page_of))
        navigation.register(_("Results"), "results:list", 30, permission="contributions.see")
        sources.register(KIND, wording.parts)
        reminders.register("results", remind)
        panels.register_panel(MATRIX)
        panels.register_column(ON_TRACK)
