"""Changes to jobs: ask for one, stop one, clear up after a worker that died."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import SYSTEM, Actor, System
from migov.foundation.records import journal
from migov.services.jobs import progress
from migov.services.jobs.models import Job, JobState
from migov.services.jobs.registry import kind_of
from migov.services.jobs.tasks import queue_is_in_database, run_job, waiting_in_queue


class AlreadyFinished(Exception):
    """The job has ended; there is nothing to stop."""


@transaction.atomic
def enqueue(kind: str, *, title: str, by: Actor, parameters: dict[str, Any] | None = None) -> Job:
    """Ask for a job of a registered kind; a worker starts it once the transaction is committed.

    The room that calls this has checked that `by` may do the work; its handler checks again when it runs.
    Raises KeyError for an unknown kind and TypeError for parameters that JSON cannot hold.
    """
    kind_of(kind)
    job = Job.objects.create(
        kind=kind,
        title=title[:255],
        by=None if isinstance(by, System) else by,
        as_system=isinstance(by, System),
        parameters=parameters or {},
    )
    progress.clear(job.pk)
    journal.write("job asked for", by=by, detail={"job": job.pk, "kind": kind, "title": job.title})
    transaction.on_commit(partial(run_job.enqueue, job.pk))
    return job


def stop(job: Job, *, by: Actor) -> None:
    """Ask a job to stop. A running job stops at its next step and its work is rolled back; a waiting one never starts.

    Only a note is left here: on SQLite the running job holds the database, and asking must not wait for it. The job's own
    process journals who stopped it. Raises PermissionDenied for a job the person may not see, AlreadyFinished for one that ended.
    """
    if not Job.objects.visible_to(by).filter(pk=job.pk).exists():
        raise PermissionDenied(
            _("Only the person who asked for a job, an M&E officer or an administrator can stop it.")
        )
    job.refresh_from_db(fields=["state"])
    if job.is_finished:
        raise AlreadyFinished(_("This job has ended already."))
    progress.ask_to_stop(job.pk, by.pk, str(by))


def clear_up() -> tuple[int, int]:
    """End jobs whose worker died, and hand jobs that fell out of the queue to it again. Returns how many of each.

    A job that says "running" and gave no sign of life for two minutes has failed; its transaction was rolled back by the database.
    """
    ended = 0
    for job in Job.objects.filter(state=JobState.RUNNING):
        if progress.read(job.pk).seems_dead and _started_long_ago(job):
            ended += _end_dead(job)
    lost = set(_waiting_for_long()) - waiting_in_queue() if queue_is_in_database() else set()
    for pk in sorted(lost):
        run_job.enqueue(pk)
    return ended, len(lost)


def _waiting_for_long() -> Iterable[int]:
    waiting = Job.objects.filter(state=JobState.WAITING, created_at__lt=timezone.now() - _patience())
    return waiting.values_list("pk", flat=True)


def _patience() -> timedelta:
    return timedelta(seconds=progress.DEAD_AFTER_SECONDS)


def _started_long_ago(job: Job) -> bool:
    return job.started_at is None or job.started_at < timezone.now() - _patience()


@transaction.atomic
def _end_dead(job: Job) -> int:
    error = _("The server stopped while this ran. Nothing was changed.")
    ended = Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, finished_at=timezone.now(), error=error
    )
    if ended:
        progress.clear(job.pk)
        journal.write(
            "job failed", by=SYSTEM, detail={"job": job.pk, "kind": job.kind, "title": job.title, "why": "worker died"}
        )
    return ended
