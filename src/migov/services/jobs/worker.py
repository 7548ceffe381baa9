"""The worker: takes jobs from the queue one after another, clears up after workers that died, and ends in good order."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType

from django.db import DatabaseError, connections
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker

from migov.services.jobs import progress, registry
from migov.services.jobs.actions import clear_up

logger = logging.getLogger(__name__)
CLEAR_UP_EVERY_SECONDS = 60.0


class Worker(QueueWorker):
    """Runs jobs until told to end. Told once, it asks its job to stop and ends when that has rolled back; told twice, it ends at once."""

    def __init__(self, *, batch: bool = False, interval: float = 1.0) -> None:
        super().__init__(
            queue_names=[DEFAULT_TASK_QUEUE_NAME],
            interval=interval,
            batch=batch,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        progress.shutting_down.set()
        super().shutdown(signum, frame)


def work(*, batch: bool = False, interval: float = 1.0) -> None:
    """Run jobs in this process. batch: end when the queue is empty. interval: seconds between two looks at an empty queue."""
    clear_up()
    end = threading.Event()
    if not batch:
        threading.Thread(target=_clear_up_again, args=(end,), name="clear-up", daemon=True).start()
    worker = Worker(batch=batch, interval=interval)
    worker.configure_signals()
    try:
        worker.run()
    finally:
        end.set()


def end_with_parent(parent: int) -> None:
    """End this process in good order when the process that started it is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def _clear_up_again(end: threading.Event) -> None:
    while not end.wait(CLEAR_UP_EVERY_SECONDS):
        try:
            clear_up()
        except DatabaseError:
            logger.warning("Could not look for jobs whose worker died; trying again in a minute.", exc_info=True)
        tick()
        connections.close_all()


def tick() -> None:
    """Call what rooms want called once a minute; what fails in one of them keeps none of the others."""
    for call in registry.ticks():
        try:
            call()
        except Exception:
            logger.exception("%s failed; it is called again in a minute", getattr(call, "__qualname__", call))
