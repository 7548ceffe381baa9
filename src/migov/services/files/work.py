"""Reading documents: small ones at once, larger ones as a job that a person can watch."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.services.files import actions
from migov.services.files.formats import BY_TYPE
from migov.services.files.models import Document, DocumentState
from migov.services.jobs.actions import enqueue
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext

KIND = "files.read"
# Bytes up to which a file is read in the request. A page of a PDF takes a hundred times longer than a page of text.
AT_ONCE = {"pdf": 100 * 1024, "docx": 500 * 1024, "xlsx": 100 * 1024, "pptx": 500 * 1024}
AT_ONCE_TEXT = 1024**2


def read_soon(document: Document, *, by: Actor) -> Job | None:
    """Read a document now where that takes a moment, else ask for a job, which is returned. Nothing happens to pictures.

    Raises PermissionDenied.
    """
    kind = BY_TYPE[document.content_type]
    if not kind.read:
        return None
    if document.size <= AT_ONCE.get(kind.code, AT_ONCE_TEXT):
        actions.read(document, by=by)
        return None
    Document.objects.filter(pk=document.pk).update(state=DocumentState.WAITING)
    title = _("Reading %(name)s") % {"name": document.name}
    return enqueue(KIND, title=title, by=by, parameters={"document": document.pk})


def read_document(context: JobContext) -> dict[str, Any]:
    """The job: read one document. It writes once, at its end."""
    found = Document.objects.select_related("record", "of").filter(pk=context.parameters["document"]).first()
    if found is None or found.record.removed_at is not None:
        raise JobRefused(_("The document is not there any more. Nothing was changed."))

    def progress(done: int, total: int) -> None:
        context.progress(done, total, _("pages"))
        context.stop_if_requested()

    read = actions.read(found, by=context.by, progress=progress)
    if not read.is_read:
        raise JobRefused(read.why)
    return {"pages": read.pages, "passages": read.passages.count()}


def page_of(job: Job) -> str:
    """The page of the document that was read."""
    return reverse("files:page", args=[job.parameters["document"]])
