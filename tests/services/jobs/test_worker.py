"""Workers as processes of their own, on a real database: what other processes see, two at once, told to end, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from migov.services.jobs import progress

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ROOT = Path(__file__).parents[3]
FOREVER = 10_000
PATIENCE = 60.0


class Office:
    """A MIGOV_HOME with a database that processes can share."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "migov.site.settings",
            "MIGOV_HOME": str(home),
            "DATABASE_URL": url,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        self.workers: list[subprocess.Popen[bytes]] = []

    @cached_property
    def asked(self) -> subprocess.Popen[str]:
        """A process that is no worker and answers questions: see tests.services.jobs.an_onlooker."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.services.jobs.an_onlooker"],
            env=self.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(self, code: str) -> Any:
        """Run code in another process, which stays for further questions, and return what it prints."""
        assert self.asked.stdin and self.asked.stdout
        self.asked.stdin.write(json.dumps(code) + "\n")
        self.asked.stdin.flush()
        answer = self.asked.stdout.readline()
        assert answer, "the process that was asked has ended; its error is on stderr"
        printed = json.loads(answer)
        return json.loads(printed) if printed.strip() else None

    def close(self) -> None:
        """End all processes."""
        for process in [*self.workers, *([self.asked] if "asked" in vars(self) else [])]:
            process.kill()
            process.communicate()

    def enqueue(self, *steps: int, twice: bool = False) -> list[int]:
        """Jobs with so many steps each; twice: every one stands in the queue two times."""
        return self.ask(
            "from migov.services.jobs import actions; from migov.foundation.people.access import SYSTEM\n"
            "w.registry.register('watched', w.watched)\n"
            f"jobs = [actions.enqueue('watched', title='w', by=SYSTEM, parameters={{'steps': s}}).pk for s in {steps}]\n"
            f"[actions.run_job.enqueue(pk) for pk in jobs if {twice}]\n"
            "print(json.dumps(jobs))"
        )

    def states(self) -> dict[str, Any]:
        """State and error of each job by number, and the codes of the rows that jobs wrote."""
        return self.ask(
            "from migov.services.jobs.models import Job; from migov.foundation.people.models import Theme\n"
            "themes = list(Theme.objects.filter(code__startswith='job-').values_list('code', flat=True))\n"
            "print(json.dumps({**{j.pk: [j.state, j.error] for j in Job.objects.all()}, 'rows': themes}))"
        )

    def start_worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.jobs.a_worker", *arguments], env=self.env, cwd=ROOT
        )
        self.workers.append(process)
        return process


@pytest.fixture
def office(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[Office]:
    if connection.vendor == "sqlite":
        database = tmp_path / "migov.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(database)])
        url = f"sqlite:///{database}"
    else:
        at = connection.settings_dict
        host = at["HOST"] or at["OPTIONS"].get("host", "localhost")
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?host={host}&port={at['PORT'] or 5432}"
    settings.MIGOV_HOME = tmp_path
    office = Office(tmp_path, url)
    yield office
    office.close()


def wait_until(true: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen within a minute")


def test_others_see_progress_and_can_stop_the_job_while_its_transaction_is_open(office):
    (job,) = office.enqueue(FOREVER)
    worker = office.start_worker("--batch")
    seen = wait_until(lambda: (now := progress.read(job)).done > 5 and now)
    assert seen.total == FOREVER
    assert seen.note.startswith("step ")
    assert office.states() == {str(job): ["running", ""], "rows": []}
    progress.ask_to_stop(job, None, "somebody")
    assert worker.wait(PATIENCE) == 0
    assert office.states() == {str(job): ["stopped", "Nothing was changed."], "rows": []}


def test_two_workers_never_run_the_same_job(office):
    jobs = office.enqueue(3, 3, 3, 3, 3, 3, twice=True)
    workers = [office.start_worker("--batch"), office.start_worker("--batch")]
    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    assert sorted(int(line) for line in (office.home / "runs").read_text().split()) == jobs
    states = office.states()
    assert [states[str(job)][0] for job in jobs] == ["done"] * 6


def test_a_worker_told_to_end_stops_its_job_and_undoes_it(office):
    (job,) = office.enqueue(FOREVER)
    worker = office.start_worker()
    wait_until(lambda: progress.read(job).done > 5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    told = "The server was shut down while this ran. Nothing was changed."
    assert office.states() == {str(job): ["stopped", told], "rows": []}


def test_the_job_of_a_killed_worker_is_called_failed_by_the_next_one(office):
    (job,) = office.enqueue(FOREVER)
    worker = office.start_worker()
    wait_until(lambda: progress.read(job).done > 5)
    worker.kill()
    worker.wait()
    assert office.states() == {str(job): ["running", ""], "rows": []}
    three_minutes_ago = time.time() - 180
    os.utime(office.home / "jobs" / f"{job}.json", (three_minutes_ago, three_minutes_ago))
    office.ask(
        "from datetime import timedelta; from django.utils import timezone; from migov.services.jobs.models import Job\n"
        "Job.objects.update(started_at=timezone.now() - timedelta(minutes=3))"
    )
    assert office.start_worker("--batch").wait(PATIENCE) == 0
    told = "The server stopped while this ran. Nothing was changed."
    assert office.states() == {str(job): ["failed", told], "rows": []}
