"""Pages over many evaluations: the follow-up of actions, the plan, the import of the register."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.services.jobs.models import Job, JobState
from migov.work.evaluations.actions import register, responding
from migov.work.evaluations.models import Evaluation
from tests.factories import cast
from tests.work.evaluations.makers import completed, evaluation, file_of, issued, recommendation, row

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]


def words(answer: Any) -> str:
    return str(answer.content.decode())


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestFollowUp:
    @pytest.fixture
    def promised(self) -> Any:
        first = completed("First", places=["ALB"])
        late = issued(first, due=date(2026, 7, 1))
        done = responding.save_action(late.recommendation, {"text": "Train deputies", "responsible": "Unit"}, by=SYSTEM)
        responding.report_status(done, "completed", by=SYSTEM)
        given_up = issued(completed("Second"), on=date(2025, 5, 1), text="Buy a bus")
        responding.report_status(given_up, "discarded", text="No money", by=SYSTEM)
        draft = completed("Third")
        row = recommendation(draft)
        responding.save_response(draft, {"form": "2024"}, by=SYSTEM)
        responding.save_action(row, {"text": "Not promised yet"}, by=SYSTEM)

    @pytest.mark.parametrize(
        ("query", "actions"),
        [
            ("show=open", {"Write to all districts"}),
            ("show=overdue", {"Write to all districts"}),
            ("show=done", {"Train deputies"}),
            ("show=dropped", {"Buy a bus"}),
            ("show=all", {"Write to all districts", "Train deputies", "Buy a bus"}),
            ("show=all&year=2025", {"Buy a bus"}),
            ("show=all&country=ALB", {"Write to all districts", "Train deputies"}),
            ("show=all&q=bus", {"Buy a bus"}),
            ("show=all&verdict=partially", set()),
            ("show=all&mine=yes", set()),
        ],
    )
    def test_every_count_leads_to_its_rows(
        self, client_for: Browser, people: Any, promised: Any, query: str, actions: set[str]
    ) -> None:
        browser = client_for(people["emil"])
        shown = words(browser.get(f"/evaluations/follow-up/?{query}"))
        assert {
            said
            for said in ("Write to all districts", "Train deputies", "Buy a bus", "Not promised yet")
            if said in shown
        } == actions
        assert {
            line["Key action"] for line in rows_of(browser.get(f"/evaluations/follow-up/export.csv?{query}"))
        } == actions

    def test_shares_by_year_leave_out_what_was_given_up(self, people: Any, promised: Any) -> None:
        from migov.work.evaluations.queries.followup import by_year

        rows = {row.year: row for row in by_year(people["emil"], date(2026, 11, 22))}
        assert (rows[2026].all, rows[2026].done, rows[2026].open, rows[2026].overdue, rows[2026].share) == (
            2,
            1,
            1,
            1,
            0.5,
        )
        assert (rows[2025].all, rows[2025].dropped, rows[2025].share) == (1, 1, None)

    def test_wrong_conditions_are_named(self, client_for: Browser, people: Any, promised: Any) -> None:
        browser = client_for(people["emil"])
        for query in ("show=some", "year=last", "country=ZZZ"):
            assert "note-bad" in words(browser.get(f"/evaluations/follow-up/?{query}"))
            assert browser.get(f"/evaluations/follow-up/export.csv?{query}").status_code == 400


class TestImportPages:
    @pytest.mark.django_db(transaction=True)
    def test_an_upload_is_loaded_and_what_was_unclear_is_shown(self, client_for: Browser) -> None:
        emil = cast()["emil"]
        browser = client_for(emil)
        upload = SimpleUploadedFile(
            "register.csv", file_of(row(n="1"), row(n="2", countries="Atlantis", author="=1+1"))
        )
        answer = browser.post(reverse("evaluations:imports"), {"file": upload, "visibility": "internal"})
        job = Job.objects.get(kind="evaluations-import")
        assert answer["Location"] == reverse("jobs:page", args=[job.pk])
        assert (job.state, job.summary["created"]) == (JobState.DONE, 2)
        assert set(Record.objects.filter(kind="evaluation").values_list("visibility", flat=True)) == {"internal"}
        shown = words(browser.get(reverse("evaluations:import", args=[job.pk])))
        assert "Atlantis" in shown and "An unknown country or area" in shown
        csv_file = browser.get(reverse("evaluations:remarks", args=[job.pk]))
        assert "Countries Covered" in csv_file.content.decode("utf-8-sig")
        one = Evaluation.objects.get(record__title="Evaluation 2")
        page = words(browser.get(reverse("evaluations:page", args=[one.pk])))
        assert "Row 2 of register.csv" in page and "Atlantis" in page

    def test_a_file_that_is_not_the_register_is_refused_at_once(self, client_for: Browser, people: Any) -> None:
        upload = SimpleUploadedFile("register.csv", b"Name,Country\r\nAna,Albania\r\n")
        answer = client_for(people["emil"]).post(
            reverse("evaluations:imports"), {"file": upload, "visibility": "public"}
        )
        assert answer.status_code == 422
        assert "columns are missing: Title" in words(answer)
        assert not Job.objects.exists()

    def test_imports_of_others_are_not_shown(self, client_for: Browser, people: Any) -> None:
        for name in ("ana", "hana", "jan", "nobody"):
            assert client_for(people[name]).get(reverse("evaluations:import", args=[1])).status_code == 403
            assert client_for(people[name]).get(reverse("evaluations:remarks", args=[1])).status_code == 403


def test_the_plan_lists_what_is_to_come_by_year(client_for: Browser, people: Any) -> None:
    evaluation("Next year", planned_end=date(2027, 3, 1))
    register.move(evaluation("Under way", planned_end=date(2026, 1, 31)), "ongoing", by=SYSTEM)
    completed("Done")
    shown = words(client_for(people["emil"]).get("/evaluations/plan/"))
    assert shown.index("Under way") < shown.index("Next year")
    assert "overdue" in shown and ">Done<" not in shown
