"""Running a job: claimed by one process only, done whole or not at all, and told in plain words how it ended."""

from __future__ import annotations

import logging
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.jobs import progress
from migov.services.jobs.models import Job, JobState
from migov.services.jobs.registry import JobKind, JobRefused, JobStopped, kind_of

logger = logging.getLogger(__name__)
SAY_EVERY_SECONDS = 0.2


@dataclass
class JobContext:
    """What a handler gets: its parameters, whom it works for, and how to speak and listen to that person."""

    job: int
    parameters: dict[str, Any]
    by: Actor
    _said_at: float = field(default=0.0, repr=False)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the job is. May be called for every row: only a few calls a second are written down."""
        now = time.monotonic()
        if now - self._said_at >= SAY_EVERY_SECONDS or (total is not None and done >= total):
            self._said_at = now
            progress.write(self.job, done, total, note)

    def stop_requested(self) -> bool:
        """Whether to stop: somebody asked, or the server is shutting down. A handler that obeys raises JobStopped."""
        return progress.shutting_down.is_set() or progress.asked_to_stop(self.job)

    def stop_if_requested(self) -> None:
        """Raise JobStopped when a stop was asked for."""
        if self.stop_requested():
            raise JobStopped


def run(job_id: int) -> bool:
    """Run a waiting job to its end. Returns False, having done nothing, when another process has it or it has ended."""
    claimed = Job.objects.filter(pk=job_id, state=JobState.WAITING).update(
        state=JobState.RUNNING, started_at=timezone.now()
    )
    if not claimed:
        return False
    job = Job.objects.select_related("by").get(pk=job_id)
    try:
        with progress.Heartbeat(job.pk):
            _run_claimed(job)
    finally:
        progress.clear(job.pk)
    return True


def _run_claimed(job: Job) -> None:
    kind: JobKind | None = None
    try:
        actor = _actor(job)
        kind = _kind(job)
        context = JobContext(job.pk, job.parameters, actor)
        context.stop_if_requested()
        # The work and the note that it is done stand or fall together.
        with transaction.atomic() if kind.atomic else nullcontext():
            summary = kind.handler(context) or {}
            if not _finish(job, JobState.DONE, by=actor, summary=summary):
                # This worker was taken for dead and its job called failed, so its work must not stand.
                raise JobRefused("ended by another process")
    except BaseException as problem:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the database may be what failed
        state, error = _explain(job, kind, problem)
        _finish(job, state, by=_who_stopped(job) if state == JobState.STOPPED else SYSTEM, error=error)
        if not isinstance(problem, Exception):
            raise  # the process is being ended: the job is told, the process ends


def _actor(job: Job) -> Actor:
    if job.by is not None:
        return job.by
    if job.as_system:
        return SYSTEM
    raise JobRefused(_("The account that asked for this no longer exists. Nothing was changed."))


def _kind(job: Job) -> JobKind:
    try:
        return kind_of(job.kind)
    except KeyError:
        raise JobRefused(_("This version of migov does not know how to do this. Nothing was changed.")) from None


def _explain(job: Job, kind: JobKind | None, problem: BaseException) -> tuple[JobState, str]:
    """The state a problem leads to and the words for people. Whatever people cannot act on goes to the log."""
    untouched = _("Nothing was changed.") if kind is None or kind.atomic else ""
    if isinstance(problem, kind.stops if kind else JobStopped):
        if progress.asked_to_stop(job.pk):
            return JobState.STOPPED, untouched
        return JobState.STOPPED, f"{_('The server was shut down while this ran.')} {untouched}".strip()
    if isinstance(problem, kind.refusals if kind else JobRefused):
        return JobState.FAILED, str(problem)
    if not isinstance(problem, Exception):
        return JobState.FAILED, f"{_('The server stopped while this ran.')} {untouched}".strip()
    logger.error("Job %s (%s) failed", job.pk, job.kind, exc_info=problem)
    words = _(
        "migov met an error it did not expect. An administrator finds the details in the log under “Job %(number)s”."
    )
    return JobState.FAILED, f"{words % {'number': job.pk}} {untouched}".strip()


def _who_stopped(job: Job) -> Actor:
    pk, _name = progress.who_asked_to_stop(job.pk)
    return User.objects.filter(pk=pk).first() or SYSTEM if pk else SYSTEM


def _finish(job: Job, state: JobState, *, by: Actor, summary: dict[str, Any] | None = None, error: str = "") -> bool:
    """End a running job and journal it. Returns False where another process has ended it."""
    with transaction.atomic():
        ended = Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=state, finished_at=timezone.now(), summary=summary or {}, error=error
        )
        if ended:
            journal.write(f"job {state.value}", by=by, detail={"job": job.pk, "kind": job.kind, "title": job.title})
    return bool(ended)
