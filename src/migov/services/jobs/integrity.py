"""What must hold among jobs; asked by `migov check`."""

from __future__ import annotations

from collections.abc import Iterator

from migov.services.jobs.models import Job, JobState
from migov.services.jobs.queries import now


def findings() -> Iterator[str]:
    """One sentence for each job that says it runs while nobody runs it."""
    for job in Job.objects.filter(state=JobState.RUNNING):
        if now(job).silent:
            yield f"Job {job.pk} ({job.title}) says it is running, but no worker has been heard of for two minutes. Start a worker."
