"""The jobs that have the matcher read a backlog, or one long document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.records.models import Record
from migov.services.alignment.access import require_decides
from migov.services.jobs.actions import enqueue
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext
from migov.services.suggestions.actions import suggest
from migov.services.suggestions.backlog import Asked, backlog, kind_words
from migov.services.suggestions.many import suggest_many

KIND = "suggestions.read"
ONE = "suggestions.document"


def ask_to_read(asked: Asked, *, by: Actor) -> Job:
    """Have a worker read the backlog that is asked for. Raises Framework.DoesNotExist, PermissionDenied."""
    require_decides(cast("Viewer", by))
    framework = Framework.objects.get(code=asked.framework)
    number = backlog(cast("Viewer", by), framework, asked).order_by().count()
    words = {"number": number, "framework": framework, "kind": kind_words(asked.kind, number)}
    title = _("Matcher: %(number)s %(kind)s for %(framework)s") % words
    return enqueue(KIND, title=title, by=by, parameters=asked.to_json())


def read_backlog(context: JobContext) -> dict[str, Any]:
    """Read the backlog as it is now. Every portion stands by itself: what was read before a stop stays."""
    asked = Asked.read(context.parameters)
    framework = Framework.objects.filter(code=asked.framework).first()
    if framework is None:
        raise JobRefused(_("The framework is not there any more."))
    keys = list(backlog(cast("Viewer", context.by), framework, asked).values_list("pk", flat=True))

    def progress(done: int, total: int) -> None:
        context.progress(done, total, _("records"))
        context.stop_if_requested()

    return suggest_many(keys, [framework.code], by=context.by, progress=progress).to_json()


def ask_to_read_one(record: Record, frameworks: Sequence[str] | None, *, by: Actor) -> Job:
    """Have a worker read one record that is too long for a request. frameworks: as for `actions.suggest`. Raises PermissionDenied."""
    access.require(by, "alignment.declare", record)
    title = _("Matcher: %(title)s") % {"title": record.title}
    parameters = {"record": record.pk, "frameworks": None if frameworks is None else list(frameworks)}
    return enqueue(ONE, title=title, by=by, parameters=parameters)


def read_one(context: JobContext) -> dict[str, Any]:
    """Read one record; by the rules of `actions.suggest`. It writes once, at its end."""
    record = Record.objects.standing().filter(pk=context.parameters["record"]).first()
    if record is None:
        raise JobRefused(_("It is not there any more."))

    def progress(done: int, total: int) -> None:
        context.progress(done, total, _("frameworks"))
        context.stop_if_requested()

    readings = suggest(record, context.parameters["frameworks"], by=context.by, progress=progress)
    return {
        "frameworks": len(readings),
        "proposed": sum(len(reading.proposed) for reading in readings),
        "withdrawn": sum(len(reading.withdrawn) for reading in readings),
    }


def page_of_one(job: Job) -> str:
    """Where the suggestions for the record that was read are decided."""
    return reverse("alignment:record", args=[job.parameters["record"]])


def page_of(job: Job) -> str:
    """Where the suggestions of a finished job are decided."""
    return f"{reverse('suggestions:backlog')}?{Asked.read(job.parameters).query}"
