"""The job that makes figures ahead, so that the first report after an import need not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.insight.contributions import figures
from migov.services.jobs.actions import enqueue
from migov.services.jobs.models import Job
from migov.services.jobs.running import JobContext

KIND = "contributions.figures"


def make_figures(context: JobContext) -> dict[str, Any]:
    """Make the figures of every project that has changed. They are a cache, so stopping half-way leaves nothing wrong."""

    def progress(done: int, total: int) -> None:
        context.progress(done, total, _("projects"))
        context.stop_if_requested()

    return {"projects": figures.refresh(progress=progress)}


def ask_for_figures(*, by: Actor) -> Job:
    """Have the worker make the figures of what was just loaded."""
    return enqueue(KIND, title=_("Figures for reports"), by=by)
