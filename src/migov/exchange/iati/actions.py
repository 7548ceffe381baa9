"""Asking for an import, and the job that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from migov.exchange.iati import uploads
from migov.exchange.iati.load import load_file, require_office
from migov.foundation.people import access
from migov.foundation.people.models import Office
from migov.foundation.records.models import Visibility
from migov.insight.contributions.work import ask_for_figures
from migov.services.jobs import actions as jobs
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobRefused

if TYPE_CHECKING:
    from migov.services.jobs.running import JobContext

JOB = "iati-import"
LONGEST_NAME = 200


def ask_for_import(
    upload: uploads.Chunked,
    *,
    name: str,
    by: access.Actor,
    office: Office | None = None,
    visibility: str = Visibility.PUBLIC,
) -> Job:
    """Keep an uploaded file and queue its import. Raises PermissionDenied."""
    access.require(by, "import.iati")
    require_office(by, office)
    stored = uploads.keep(upload)
    parameters = {
        "stored": stored,
        "name": name[-LONGEST_NAME:],
        "office": office.pk if office else None,
        "visibility": str(visibility),
    }
    return jobs.enqueue(JOB, title=_("Import of %(name)s") % {"name": name}, by=by, parameters=parameters)


def run_import(context: JobContext) -> dict[str, Any]:
    """The job: load the stored file, then throw it away."""
    parameters = context.parameters
    try:
        path = uploads.path_of(parameters["stored"])
    except (ValueError, FileNotFoundError):
        raise JobRefused(_("The uploaded file is no longer there. Upload it again. Nothing was changed.")) from None
    try:
        office = Office.objects.get(pk=parameters["office"]) if parameters["office"] else None
        summary = load_file(
            path,
            name=parameters["name"],
            by=context.by,
            office=office,
            visibility=parameters["visibility"],
            progress=context.progress,
            stop=context.stop_requested,
        )
    except Office.DoesNotExist:
        raise JobRefused(_("The office chosen for new projects no longer exists. Nothing was changed.")) from None
    finally:
        uploads.forget(parameters["stored"])
    if summary.created or summary.updated:
        ask_for_figures(by=context.by)
    return summary.to_json()
