"""The one task of the queue: run the job with this number. Which queue it is, is a setting (TASKS)."""

from __future__ import annotations

from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from migov.services.jobs.running import run


@task()
def run_job(job_id: int) -> bool:
    """Run a job; False when another worker has it."""
    return run(job_id)


def queue_is_in_database() -> bool:
    """Whether the queue is the one in the database, whose waiting jobs can be counted."""
    return isinstance(run_job.get_backend(), DatabaseBackend)


def waiting_in_queue() -> set[int]:
    """Numbers of the jobs that the queue in the database still holds."""
    rows = DBTaskResult.objects.filter(task_path=run_job.module_path, status=TaskResultStatus.READY)
    return {args_kwargs["args"][0] for args_kwargs in rows.values_list("args_kwargs", flat=True)}
