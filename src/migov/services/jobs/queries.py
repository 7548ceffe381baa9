"""Questions about jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migov.foundation.people.access import System, Viewer
from migov.services.jobs import progress
from migov.services.jobs.models import Job, JobQuerySet, JobState
from migov.services.jobs.progress import Progress


@dataclass(frozen=True)
class JobNow:
    """A job with its progress at this moment."""

    job: Job
    progress: Progress

    @property
    def stopping(self) -> bool:
        return not self.job.is_finished and self.progress.stopping

    @property
    def silent(self) -> bool:
        """It says "running", but the process that ran it has not been heard of for two minutes."""
        return self.job.state == JobState.RUNNING and self.progress.seems_dead


def jobs_of(user: Viewer | System) -> JobQuerySet:
    """Jobs the user may see, newest first, with the people who asked for them. One query."""
    return Job.objects.visible_to(user).select_related("by")


def now(job: Job) -> JobNow:
    """The job with its progress; no query."""
    return JobNow(job, Progress() if job.is_finished else progress.read(job.pk))


def summary_rows(job: Job) -> list[tuple[str, str]]:
    """The figures and words of a job's summary as rows; lists are counted here and shown by the room that made them."""
    return list(_rows(job.summary)) if isinstance(job.summary, Mapping) else []


def _rows(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        label = f"{above}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from _rows(value, f"{label}: ")
        elif isinstance(value, list):
            yield label, f"{len(value):,}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield label, f"{value:,}"
        elif value not in (None, ""):
            yield label, str(value)
