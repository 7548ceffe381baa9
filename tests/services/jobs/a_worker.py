"""Run by the tests as a process of its own: a worker with the kind of job that the tests watch."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
django.setup()

from migov.foundation.people.models import Theme  # noqa: E402
from migov.services.jobs import registry, worker  # noqa: E402


def watched(context: registry.JobContext) -> dict[str, int]:
    """Write a row, note the run, and go on until told to end, speaking and listening as every job does."""
    home = Path(os.environ["MIGOV_HOME"])
    Theme.objects.create(code=f"job-{context.job}", name="written by a job")
    with (home / "runs").open("a") as runs:
        runs.write(f"{context.job}\n")
    steps = context.parameters["steps"]
    for step in range(1, steps + 1):
        context.progress(step, steps, f"step {step}")
        context.stop_if_requested()
        time.sleep(0.02)
    return {"steps": steps}


if __name__ == "__main__":
    registry.register("watched", watched)
    worker.work(batch=sys.argv[1:] == ["--batch"], interval=0.1)
