"""Asking for the published register to be loaded, and the job that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.records.models import Visibility
from migov.services.jobs import actions as jobs
from migov.services.jobs.models import Job, JobQuerySet
from migov.services.jobs.registry import JobRefused
from migov.work.evaluations import uploads
from migov.work.evaluations.published.loading import load_register

if TYPE_CHECKING:
    from migov.services.jobs.running import JobContext

JOB = "evaluations-import"
LONGEST_NAME = 200


def ask_for_import(upload: uploads.Chunked, *, name: str, by: Actor, visibility: str = Visibility.PUBLIC) -> Job:
    """Keep an uploaded register and queue its loading. Raises PermissionDenied."""
    access.require(by, "evaluations.import")
    stored = uploads.keep(upload)
    parameters = {"stored": stored, "name": name[-LONGEST_NAME:], "visibility": str(Visibility(visibility))}
    return jobs.enqueue(JOB, title=_("Import of %(name)s") % {"name": name}, by=by, parameters=parameters)


def run_import(context: JobContext) -> dict[str, Any]:
    """The job: load the stored register, then throw the file away."""
    parameters = context.parameters
    try:
        path = uploads.path_of(parameters["stored"])
    except (ValueError, FileNotFoundError):
        raise JobRefused(_("The uploaded file is no longer there. Upload it again. Nothing was changed.")) from None

    def progress(done: int, total: int | None) -> None:
        context.progress(done, total)
        context.stop_if_requested()

    try:
        summary = load_register(
            path, by=context.by, name=parameters["name"], visibility=parameters["visibility"], progress=progress
        )
    finally:
        uploads.forget(parameters["stored"])
    return summary.to_json()


def past_imports(user: Viewer) -> JobQuerySet:
    """Imports that the user may see, newest first. One query."""
    return Job.objects.visible_to(user).filter(kind=JOB).select_related("by")
