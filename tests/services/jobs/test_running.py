"""How a job runs, ends, fails and is stopped."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Theme, User
from migov.foundation.records.models import JournalEntry
from migov.services.jobs import actions, progress, queries, registry, running
from migov.services.jobs.models import Job, JobState
from migov.services.jobs.registry import JobRefused, JobStopped

pytestmark = pytest.mark.django_db


def verbs(job):
    return [e.verb for e in JournalEntry.objects.filter(detail__job=job.pk).order_by("pk")]


def asked(kind, by=SYSTEM, **parameters):
    """A job that waits: the test's transaction is not committed, so no worker hears of it."""
    return actions.enqueue(kind, title="Import a file", by=by, parameters=parameters)


class TestDone:
    def test_the_handler_gets_parameters_and_person_and_its_summary_is_kept(self, kind, people):
        seen = {}

        def handler(context):
            seen.update(parameters=context.parameters, by=context.by)
            return {"created": 3}

        job = asked(kind(handler), by=people["emil"], file="a.xml")
        assert running.run(job.pk) is True
        job.refresh_from_db()
        assert (job.state, job.summary, job.error) == (JobState.DONE, {"created": 3}, "")
        assert job.started_at and job.finished_at
        assert seen == {"parameters": {"file": "a.xml"}, "by": people["emil"]}
        assert verbs(job) == ["job asked for", "job done"]

    def test_a_committed_request_reaches_the_queue(self, kind, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            job = asked(kind(lambda context: {"rows": 1}))
        job.refresh_from_db()
        assert job.state == JobState.DONE

    def test_a_request_that_is_rolled_back_reaches_nobody(self, kind, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(KeyError):
            actions.enqueue("no such kind", title="x", by=SYSTEM)
        assert callbacks == []
        assert not Job.objects.exists()

    def test_a_job_runs_once(self, kind):
        runs = []
        job = asked(kind(lambda context: runs.append(1)))
        assert running.run(job.pk) is True
        assert running.run(job.pk) is False
        assert runs == [1]

    def test_its_files_are_gone_afterwards(self, kind, home_of_this_process):
        job = asked(kind(lambda context: context.progress(1, 2)))
        running.run(job.pk)
        assert not list((home_of_this_process / "jobs").glob(f"{job.pk}.*"))

    def test_a_left_over_request_to_stop_does_not_stop_a_new_job_with_the_same_number(self, kind):
        first = asked(kind(lambda context: {}))
        progress.ask_to_stop(first.pk + 1, None, "somebody")
        second = asked("test")
        if second.pk == first.pk + 1:
            running.run(second.pk)
            second.refresh_from_db()
            assert second.state == JobState.DONE
        assert not progress.asked_to_stop(second.pk)


class TestFailed:
    def test_what_it_did_is_undone_and_people_get_words_not_a_traceback(self, kind, caplog):
        def handler(context):
            Theme.objects.create(code="half", name="half done")
            raise ZeroDivisionError("secret detail")

        job = asked(kind(handler))
        with caplog.at_level(logging.ERROR):
            running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "Nothing was changed." in job.error
        assert "secret detail" not in job.error
        assert f"Job {job.pk}" in caplog.text
        assert "ZeroDivisionError" in caplog.text
        assert not Theme.objects.filter(code="half").exists()
        assert verbs(job)[-1] == "job failed"

    def test_a_refusal_is_shown_as_written(self, kind):
        class Refusal(Exception):
            pass

        def handler(context):
            raise Refusal("a.xml, line 3: not an IATI file. Nothing was changed.")

        job = asked(kind(handler, refusals=(Refusal,)))
        running.run(job.pk)
        job.refresh_from_db()
        assert job.error == "a.xml, line 3: not an IATI file. Nothing was changed."

    def test_a_summary_that_json_cannot_hold_fails_whole(self, kind):
        def handler(context):
            Theme.objects.create(code="half", name="half done")
            return {"day": object()}

        job = asked(kind(handler))
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert not Theme.objects.filter(code="half").exists()

    def test_an_unknown_kind_is_told(self, kind, kinds):
        job = asked(kind(lambda context: {}))
        del kinds["test"]
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "does not know how" in job.error

    def test_the_job_of_a_deleted_account_does_not_run_as_the_system(self, kind, people):
        runs = []
        job = asked(kind(lambda context: runs.append(context.by)), by=people["emil"])
        User.objects.filter(pk=people["emil"].pk).delete()
        running.run(job.pk)
        job.refresh_from_db()
        assert runs == []
        assert "no longer exists" in job.error

    def test_a_worker_told_to_die_tells_the_job_and_dies(self, kind):
        def handler(context):
            Theme.objects.create(code="half", name="half done")
            raise SystemExit(1)

        job = asked(kind(handler))
        with pytest.raises(SystemExit):
            running.run(job.pk)
        job.refresh_from_db()
        assert job.error == "The server stopped while this ran. Nothing was changed."
        assert not Theme.objects.filter(code="half").exists()

    def test_a_job_called_failed_meanwhile_keeps_nothing_of_a_worker_that_comes_back(self, kind):
        def handler(context):
            Theme.objects.create(code="late", name="too late")
            Job.objects.filter(pk=context.job).update(state=JobState.FAILED, finished_at=timezone.now(), error="dead")

        # The update above stands for another process: it must survive, so this job is not one transaction.
        job = asked(kind(handler, atomic=False))
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error, job.summary) == (JobState.FAILED, "dead", {})


class TestStop:
    def test_a_running_job_stops_and_is_undone_and_the_journal_says_who(self, kind, people):
        def handler(context):
            Theme.objects.create(code="half", name="half done")
            actions.stop(Job.objects.get(pk=context.job), by=people["kim"])
            context.stop_if_requested()

        job = asked(kind(handler), by=people["emil"])
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == (JobState.STOPPED, "Nothing was changed.")
        assert not Theme.objects.filter(code="half").exists()
        last = JournalEntry.objects.filter(detail__job=job.pk).latest("pk")
        assert (last.verb, last.by_id) == ("job stopped", people["kim"].pk)

    def test_a_waiting_job_that_was_stopped_never_starts(self, kind, people):
        runs = []
        job = asked(kind(lambda context: runs.append(1)), by=people["emil"])
        actions.stop(job, by=people["emil"])
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, runs) == (JobState.STOPPED, [])

    def test_a_rooms_own_word_for_stopping_counts(self, kind, people):
        class ImportStopped(Exception):
            pass

        def handler(context):
            progress.ask_to_stop(context.job, None, "")
            raise ImportStopped

        job = asked(kind(handler, stops=(ImportStopped,)))
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.STOPPED

    def test_work_that_was_done_before_it_heard_of_the_stop_stands(self, kind, people):
        def handler(context):
            actions.stop(Job.objects.get(pk=context.job), by=people["emil"])
            return {"rows": 1}

        job = asked(kind(handler), by=people["emil"])
        running.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.summary) == (JobState.DONE, {"rows": 1})

    def test_a_finished_job_cannot_be_stopped(self, kind):
        job = asked(kind(lambda context: {}))
        running.run(job.pk)
        with pytest.raises(actions.AlreadyFinished):
            actions.stop(job, by=SYSTEM)

    def test_a_server_that_shuts_down_stops_its_job(self, kind):
        def handler(context):
            progress.shutting_down.set()
            context.stop_if_requested()

        job = asked(kind(handler))
        running.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.STOPPED
        assert job.error == "The server was shut down while this ran. Nothing was changed."

    @pytest.mark.parametrize("name", ["ana", "ion", "jan", "nobody"])
    def test_others_may_not_stop_it(self, kind, people, name):
        job = asked(kind(lambda context: {}), by=people["boris"])
        with pytest.raises(PermissionDenied):
            actions.stop(job, by=people[name])
        assert not progress.asked_to_stop(job.pk)


class TestProgress:
    def test_it_says_how_far_the_job_is(self, kind):
        seen = []

        def handler(context):
            context.progress(40, 120, "40 activities read")
            seen.append(queries.now(Job.objects.get(pk=context.job)).progress)

        running.run(asked(kind(handler)).pk)
        assert (seen[0].done, seen[0].total, seen[0].note, seen[0].percent) == (40, 120, "40 activities read", 33)
        assert not seen[0].seems_dead

    def test_many_calls_are_a_few_writes_and_the_last_one_is_kept(self, kind, monkeypatch):
        written = []
        monkeypatch.setattr(progress, "write", lambda job, done, total=None, note="": written.append(done))

        def handler(context):
            for done in range(1, 1001):
                context.progress(done, 1000)

        running.run(asked(kind(handler)).pk)
        assert written[-1] == 1000
        assert len(written) < 50  # 1,000 calls within a moment

    def test_a_file_cut_off_by_a_full_disk_does_no_harm(self, home_of_this_process):
        progress.write(77, 5, 10)
        (home_of_this_process / "jobs" / "77.json").write_text('{"done": 5, "to')
        assert progress.read(77).done == 0

    def test_signs_of_life_come_without_the_handlers_help(self):
        progress.write(78, 3)
        before = progress._file(78, "json").stat().st_mtime_ns
        with progress.Heartbeat(78, every=0.01):
            for _ in range(200):
                time.sleep(0.01)
                if progress._file(78, "json").stat().st_mtime_ns > before:
                    break
        assert progress._file(78, "json").stat().st_mtime_ns > before
        assert progress.read(78).done == 3
        assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat-78"]


class TestDeadWorker:
    def running_job(self, kind, minutes: float):
        job = asked(kind)
        began = timezone.now() - timedelta(minutes=minutes)
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=began)
        progress.write(job.pk, 5, 10)
        heard = time.time() - minutes * 60
        os.utime(progress._file(job.pk, "json"), (heard, heard))
        return job

    def test_a_job_not_heard_of_for_two_minutes_has_failed(self, kind):
        job = self.running_job(kind(lambda context: {}), minutes=3)
        assert queries.now(Job.objects.get(pk=job.pk)).silent
        assert actions.clear_up() == (1, 0)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert job.error == "The server stopped while this ran. Nothing was changed."
        assert verbs(job)[-1] == "job failed"

    def test_a_job_heard_of_lately_is_left_alone(self, kind):
        job = self.running_job(kind(lambda context: {}), minutes=30)
        progress.beat(job.pk)
        assert actions.clear_up() == (0, 0)
        job.refresh_from_db()
        assert job.state == JobState.RUNNING

    def test_a_job_claimed_a_moment_ago_is_left_alone(self, kind):
        job = asked(kind(lambda context: {}))
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=timezone.now())
        assert actions.clear_up() == (0, 0)

    def test_a_job_that_fell_out_of_the_queue_is_put_back(self, kind, settings):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        job = asked(kind(lambda context: {}))
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=5))
        assert actions.clear_up() == (0, 1)
        assert actions.clear_up() == (0, 0)


class TestRegistry:
    def test_a_kind_is_registered_once(self, kind):
        kind(lambda context: {})
        with pytest.raises(ValueError, match="registered already"):
            registry.register("test", lambda context: {})

    def test_stopping_is_not_failing(self):
        assert not issubclass(JobStopped, JobRefused)
