"""The pages of jobs: who sees what, progress, the stop button."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.services.jobs import actions, progress
from migov.services.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(kind, people):
    """A job of Ana that runs and has done a third."""
    job = actions.enqueue(kind(lambda context: {}), title="Import alpha.xml", by=people["ana"])
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, started_at=timezone.now())
    progress.write(job.pk, 40, 120, "Activity 40")
    job.refresh_from_db()
    return job


def finish(job, state=JobState.DONE, **fields):
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=timezone.now(), **fields)


@pytest.mark.parametrize("name", ["ana", "emil", "kim"])
def test_its_owner_and_those_who_look_after_migov_see_a_job(job, people, client_for, name):
    client = client_for(people[name])
    assert "Import alpha.xml" in client.get(reverse("jobs:list")).content.decode()
    page = client.get(reverse("jobs:page", args=[job.pk])).content.decode()
    assert 'value="33"' in page
    assert "Activity 40" in page


@pytest.mark.parametrize("name", ["boris", "carla", "hana"])
def test_a_colleague_does_not_see_it(job, people, client_for, name):
    client = client_for(people[name])
    assert "Import alpha.xml" not in client.get(reverse("jobs:list")).content.decode()
    assert client.get(reverse("jobs:page", args=[job.pk])).status_code == 404
    assert client.post(reverse("jobs:stop", args=[job.pk])).status_code == 404
    assert not progress.asked_to_stop(job.pk)


@pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
def test_outsiders_are_refused(job, people, client_for, name):
    client = client_for(people[name])
    assert client.get(reverse("jobs:list")).status_code == 403
    assert client.get(reverse("jobs:page", args=[job.pk])).status_code == 403
    assert client.post(reverse("jobs:stop", args=[job.pk])).status_code == 403


def test_strangers_are_asked_to_sign_in(job):
    for name, arguments in (("jobs:list", []), ("jobs:page", [job.pk])):
        answer = Client().get(reverse(name, args=arguments))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_job_of_the_system_is_seen_by_those_who_look_after_migov_only(kind, people, client_for):
    job = actions.enqueue(kind(lambda context: {}), title="Nightly", by=SYSTEM)
    assert client_for(people["kim"]).get(reverse("jobs:page", args=[job.pk])).status_code == 200
    assert client_for(people["ana"]).get(reverse("jobs:page", args=[job.pk])).status_code == 404


def test_the_page_refreshes_its_state_every_second_until_the_job_ends(job, people, client_for):
    client, address = client_for(people["ana"]), reverse("jobs:page", args=[job.pk])
    assert 'hx-trigger="every 1s"' in client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Activity 40" in part
    finish(job, summary={"created": 1204, "rows": {"results": 7}, "warnings": ["a", "b"]})
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    whole = client.get(address).content.decode()
    assert "hx-trigger" not in whole
    for shown in ("1,204", "rows: results", "warnings"):
        assert shown in whole


def test_it_works_without_javascript(job, people, client_for):
    page = client_for(people["ana"]).get(reverse("jobs:page", args=[job.pk])).content.decode()
    assert "Look again" in page
    assert f'action="{reverse("jobs:stop", args=[job.pk])}"' in page


def test_the_stop_button_asks_the_job_to_stop(job, people, client_for):
    answer = client_for(people["ana"]).post(reverse("jobs:stop", args=[job.pk]), follow=True)
    assert progress.who_asked_to_stop(job.pk)[0] == people["ana"].pk
    assert "Asked to stop" in answer.content.decode()
    assert "stopping" in answer.content.decode()


def test_stopping_needs_a_post(job, people, client_for):
    assert client_for(people["ana"]).get(reverse("jobs:stop", args=[job.pk])).status_code == 405


def test_a_job_that_ended_meanwhile_says_so(job, people, client_for):
    finish(job)
    answer = client_for(people["ana"]).post(reverse("jobs:stop", args=[job.pk]), follow=True)
    assert "ended already" in answer.content.decode()


def test_a_failed_job_says_why(job, people, client_for):
    finish(job, JobState.FAILED, error="a.xml, line 3: <not> an IATI file.")
    page = client_for(people["ana"]).get(reverse("jobs:page", args=[job.pk])).content.decode()
    assert "line 3: &lt;not&gt; an IATI file." in page


def test_a_silent_job_says_that_its_server_may_be_gone(job, people, client_for):
    progress.clear(job.pk)
    page = client_for(people["ana"]).get(reverse("jobs:page", args=[job.pk])).content.decode()
    assert "has not been heard of" in page


def test_the_empty_list_says_what_belongs_there(people, client_for):
    assert "Nothing has been started yet" in client_for(people["ana"]).get(reverse("jobs:list")).content.decode()


def test_a_long_list_costs_few_queries(kind, people, client_for, django_assert_max_num_queries):
    kind(lambda context: {})
    for number in range(60):
        finish(actions.enqueue("test", title=f"Job {number}", by=people["ana"]))
    client = client_for(people["emil"])
    with django_assert_max_num_queries(8):
        page = client.get(reverse("jobs:list"))
    assert "Job 59" in page.content.decode()
    assert "Job 3<" not in page.content.decode()
    assert "Job 3<" in client.get(reverse("jobs:list"), {"page": 2}).content.decode()
