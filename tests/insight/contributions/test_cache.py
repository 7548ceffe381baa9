"""The figures are a cache: dropped, refreshed, proved against the rows, made by a job."""

from datetime import date

import pytest

from migov.foundation.people.access import SYSTEM
from migov.foundation.records import journal
from migov.insight.contributions import figures
from migov.insight.contributions.integrity import findings
from migov.insight.contributions.models import TODAY, FigureState, MoneyYear
from migov.insight.contributions.work import ask_for_figures
from migov.services.jobs.models import JobState
from tests.insight.contributions.conftest import ask, budget

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_dropping_the_cache_changes_no_figure(two_projects):
    before = ask()
    figures.drop()
    assert MoneyYear.objects.count() == 0
    after = ask()
    assert [(r.budget, r.spending, r.states) for r in after.rows] == [
        (r.budget, r.spending, r.states) for r in before.rows
    ]
    assert after.made_anew == 2


def test_only_what_changed_is_made_anew(two_projects):
    ask()
    assert ask().made_anew == 0
    budget(two_projects.b, 2025, 50)
    assert ask().made_anew == 0  # nobody said so: writing past the actions is not noticed ...
    assert ask().total.budget == 100_000
    journal.write("changed", by=SYSTEM, record=two_projects.b.record)
    answer = ask()
    assert answer.made_anew == 1  # ... an action is
    assert answer.total.budget == 105_000


def test_only_the_days_asked_about_last_are_kept(two_projects):
    for day in range(1, 16):
        ask(f"as_of=2024-01-{day:02}")
        assert figures.stale(date(2024, 1, day)) == []
    kept = FigureState.objects.exclude(as_of=TODAY).values_list("as_of", flat=True).distinct()
    assert len(set(kept)) == figures.DAYS_KEPT
    assert date(2024, 1, 15) in kept


def test_the_check_finds_figures_that_do_not_follow_from_the_rows(two_projects):
    ask()
    assert list(findings()) == []
    MoneyYear.objects.filter(record=two_projects.a.record).update(cents=1)
    assert "1 of 2 projects differ" in next(findings())
    assert MoneyYear.objects.filter(cents=1).exists()  # looking changes nothing


def test_a_job_makes_the_figures_ahead(two_projects, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask_for_figures(by=SYSTEM)
    job.refresh_from_db()
    assert (job.state, job.summary) == (JobState.DONE, {"projects": 2})
    assert ask().made_anew == 0
