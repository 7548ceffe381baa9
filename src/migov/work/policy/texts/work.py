"""Finding the structure of large files as a job."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.services.jobs.actions import enqueue
from migov.services.jobs.models import FINISHED, Job
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext
from migov.work.policy.models import TextVersion, VersionState
from migov.work.policy.texts import actions
from migov.work.policy.texts.addresses import version_url
from migov.work.policy.texts.errors import TextError

KIND = "texts.structure"
# Bytes up to which the structure is found within the request; some tenths of a second for a law of 180 kB.
AT_ONCE = {".pdf": 100 * 1024, ".docx": 250 * 1024}
AT_ONCE_TEXT = 700 * 1024


def at_work(version: TextVersion) -> bool:
    """Whether a job that finds the structure of a version waits or runs. One query while the version is being read, else none."""
    if version.state != VersionState.READING:
        return False
    return Job.objects.filter(kind=KIND, parameters__version=version.pk).exclude(state__in=FINISHED).exists()


def structure_soon(version: TextVersion, *, by: Actor) -> Job | None:
    """Find the structure of a version now where that takes a moment, else ask for a job, which is returned.

    Raises PermissionDenied, TextError where it is being found already.
    """
    if at_work(version):
        raise TextError(_("The structure is being found already."))
    document = version.document
    if document is None or document.size <= AT_ONCE.get(actions.suffix_of(document), AT_ONCE_TEXT):
        actions.read_structure(version, by=by)
        return None
    TextVersion.objects.filter(pk=version.pk).update(state=VersionState.READING)
    title = _("Finding the structure of %(name)s") % {"name": document.name}
    return enqueue(KIND, title=title, by=by, parameters={"version": version.pk})


def read_version(context: JobContext) -> dict[str, Any]:
    """The job: find the structure of one version."""
    found = (
        TextVersion.objects.select_related("text__record", "document").filter(pk=context.parameters["version"]).first()
    )
    if found is None or found.text.record.removed_at is not None:
        raise JobRefused(_("The text is not there any more. Nothing was changed."))
    context.progress(0, 1, _("versions"))
    try:
        read = actions.read_structure(found, by=context.by)
    except TextError as problem:
        raise JobRefused(str(problem)) from problem
    context.progress(1, 1, _("versions"))
    if read.state == VersionState.FAILED:
        raise JobRefused(read.why)
    return {"articles": read.found.get("articles", 0), "provisions": read.found.get("provisions", 0)}


def page_of(job: Job) -> str | None:
    """The page of the version that was read."""
    found = TextVersion.objects.filter(pk=job.parameters["version"]).first()
    return version_url(found) if found else None
