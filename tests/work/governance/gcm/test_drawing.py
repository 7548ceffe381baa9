"""A report is built from what is known: with its evidence, only what its readers may see, and never over what people wrote."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from migov.foundation.frameworks.models import Element
from migov.foundation.records.models import Record, Visibility
from migov.services.clearance.models import Clearance, Submission
from migov.work.governance.gcm import known
from migov.work.governance.gcm.actions import drawing, paragraphs, practising, reports
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import (
    Assessment,
    GcmReport,
    Paragraph,
    PlanAction,
    Practice,
    PublishedCategory,
    ReviewRound,
    WorkPlan,
)
from tests.factories import PlaceFactory, RecordFactory
from tests.work.governance import making
from tests.work.governance.gcm import steps


def texts(report: GcmReport, part: str) -> list[str]:
    rows = Paragraph.objects.filter(report=report, part=part, removed_at__isnull=True)
    return list(rows.order_by("topic", "order").values_list("text", flat=True))


def test_a_project_is_told_under_its_objective_with_its_results_and_evidence(report, people):
    project = steps.work("Shelter for victims", summary="Three shelters were opened. More follow.")
    result = RecordFactory(kind="result", reference="", title="Victims are safe", parent=project, visibility="partners")
    steps.confirmed(result, "10")
    assert drawing.draw(report, by=people.fatos).added == 1
    [told] = Paragraph.objects.filter(report=report)
    assert (told.part, told.topic, told.made) == ("objective-10", "progress", True)
    assert "Three shelters" in told.text
    assert "Intended result: Victims are safe." in told.text
    assert set(told.evidence.values_list("record", flat=True)) == {project.pk, result.pk}


def test_what_is_only_planned_is_never_told_as_reached(report, people):
    result = steps.work("Victims are safe", kind="result", reference="")
    result.parent = RecordFactory(title="Shelter for victims", visibility="partners")
    result.save()
    drawing.draw(report, by=people.fatos)
    assert texts(report, "objective-10") == ["Intended result of the project “Shelter for victims”: Victims are safe."]


def test_a_project_of_several_objectives_is_told_once_and_pointed_to_elsewhere(report, people):
    project = steps.work("Shelter for victims", summary="Three shelters were opened.", code="7")
    steps.confirmed(project, "15")
    steps.confirmed(project, "GP7")
    steps.confirmed(project, "10", significance="principal")
    drawing.draw(report, by=people.fatos)
    assert "Three shelters" in texts(report, "objective-10")[0]
    for part in ("objective-7", "objective-15", "principle-7"):
        [said] = texts(report, part)
        assert said == "The project “Shelter for victims” contributes to this too; see objective 10."
    assert not Paragraph.objects.filter(report=report, evidence__isnull=True).exists()


@pytest.mark.parametrize(
    ("starts", "ends", "verb"),
    [
        ("2024-01-02", "2025-12-30", "ran"),
        ("2024-01-02", "2026-12-30", "runs"),
        ("2026-11-02", "2027-12-30", "is to run"),
    ],
)
def test_a_project_is_told_in_the_time_it_stands_in(report, people, monkeypatch, starts, ends, verb):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_more: date(2026, 6, 1))
    steps.work("Shelter", starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))
    drawing.draw(report, by=people.fatos)
    assert texts(report, "objective-10")[0].startswith(f"The project “Shelter” {verb} from ")


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.OFFICE])
def test_what_the_government_may_not_see_is_not_in_its_report(report, people, visibility):
    steps.work("SECRET talks", visibility=visibility)
    assert drawing.draw(report, by=people.fatos).added == 0
    kept = [one for _code, one in known.known(report) if not one.shared]
    assert [one.text for one in kept] == ["SECRET talks"]


def test_work_elsewhere_long_ago_or_not_confirmed_is_not_told(report, people):
    steps.work("Elsewhere", country="ALB")
    steps.work("Long ago", starts=date(2015, 1, 1), ends=date(2019, 1, 1))
    gone = steps.work("Taken out")
    Record.objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    RecordFactory(title="Not confirmed", visibility="partners")
    assert drawing.draw(report, by=people.fatos).added == 0


def test_many_projects_are_counted_after_the_first_ten(report, people):
    for number in range(14):
        steps.work(f"Project number {number}")
    drawing.draw(report, by=people.fatos)
    rows = texts(report, "objective-10")
    assert len(rows) == 11
    assert "4 further pieces of work" in rows[-1]


def test_pledges_practices_series_and_plans_are_told(report, people):
    pledge = steps.pledge(people.fatos)
    steps.confirmed(pledge.record, "10")
    steps.pledge(people.fatos, title="Something without an objective")
    practice = steps.practice(people.fatos, summary="People find all offices in one place.")
    steps.confirmed(practice.record, "15")
    Practice.objects.filter(pk=practice.pk).update(state="reviewed")
    PublishedCategory.objects.create(
        place=PlaceFactory(code="MDA"), domain="domain1", year=2021, category=3, source="UN DESA, Global SDG Database"
    )
    plan = WorkPlan.objects.create(
        record=making.record("network-plan", "MDA", title="Plan", visibility="partners"), country=PlaceFactory(code="MDA"),
        network="UN Network on Migration in Moldova", starts=2025, ends=2026,
    )  # fmt: skip
    action = PlanAction.objects.create(plan=plan, text="Train labour inspectors", lead="ILO")
    action.objectives.add(Element.objects.get(framework__code="gcm", code="6"))
    drawing.draw(report, by=people.fatos)
    assert "A law against trafficking" in texts(report, "objective-10")[0]
    assert "Something without an objective" in texts(report, "next-steps")[0]
    assert "one place" in texts(report, "objective-15")[0]
    assert texts(report, "environment") == ["SDG indicator 10.7.2 as published for 2021: 1 Migrant rights (meets)."]
    assert "Lead: ILO" in texts(report, "objective-6")[0]
    assert not Paragraph.objects.filter(report=report, evidence__isnull=True).exists()


def test_an_assessment_is_told_when_its_government_published_it(report, people):
    assessment = making.assessment(country="MDA", year=2025, summary="Strong on partnerships.")
    drawing.draw(report, by=people.fatos)
    assert not texts(report, "environment")
    clearance = Clearance.objects.create(record=assessment.record, subject="assessment", title="x", round=1)
    submission = Submission.objects.create(clearance=clearance, number=1, content={}, digest="x")
    Assessment.objects.filter(pk=assessment.pk).update(
        state="published", published_on=date(2026, 1, 9), consent="given", consent_by="Ministry", consent_on=date(2026, 1, 8),
        submission=submission,
    )  # fmt: skip
    drawing.draw(report, by=people.fatos)
    [told] = texts(report, "environment")
    assert "self-assessment of migration governance for 2025" in told
    assert "Strong on partnerships." in told


def test_gaps_of_the_report_before_are_asked_again(report, people):
    paragraphs.add(report, part="objective-10", topic="gap", text="No shelter in the north.", by=people.fatos)
    following = reports.start(
        ReviewRound.objects.get(code="unece-2028"), country=PlaceFactory(code="MDA"), by=people.fatos
    )
    assert following.previous_id == report.pk
    drawing.draw(following, by=people.fatos)
    assert "No shelter in the north" in texts(following, "objective-10")[0]


def test_drawing_again_adds_only_what_is_new_and_overwrites_nothing(report, people):
    first, second = steps.work("Alpha"), steps.work("Beta")
    drawing.draw(report, by=people.fatos)
    mine, out = Paragraph.objects.filter(report=report).order_by("pk")
    paragraphs.change(mine, text="In our own words.", seen=1, by=people.fatos)
    paragraphs.remove(out, by=people.fatos)
    Record.objects.filter(pk__in=[first.pk, second.pk]).update(summary="New summary.")
    steps.work("Gamma")
    done = drawing.draw(report, by=people.fatos)
    assert (done.added, done.changed) == (1, 1)
    assert texts(report, "objective-10")[0] == "In our own words."
    assert len(texts(report, "objective-10")) == 2
    mine.refresh_from_db()
    assert mine.made_from["state"] == drawing.CHANGED
    assert "New summary" in mine.made_from["now"]


def test_a_marked_paragraph_takes_the_base_over_or_is_left(report, people):
    project = steps.work("Alpha")
    drawing.draw(report, by=people.fatos)
    Record.objects.filter(pk=project.pk).update(summary="It ended well.")
    drawing.draw(report, by=people.fatos)
    row = Paragraph.objects.get(report=report)
    taken = drawing.take_base(row, by=people.fatos)
    assert "It ended well." in taken.text
    assert taken.editions.count() == 1
    assert "state" not in taken.made_from
    assert taken.evidence.count() == 1
    Record.objects.filter(pk=project.pk).update(summary="It ended very well.")
    drawing.draw(report, by=people.fatos)
    left = drawing.leave_base(row, by=people.fatos)
    assert "very" not in left.text
    assert drawing.draw(report, by=people.fatos).changed == 0
    with pytest.raises(GcmRefused):
        drawing.take_base(row, by=people.fatos)


def test_a_base_that_is_no_longer_shared_is_marked(report, people):
    project = steps.work("Alpha")
    drawing.draw(report, by=people.fatos)
    Record.objects.filter(pk=project.pk).update(visibility="internal")
    assert drawing.draw(report, by=people.fatos).gone == 1
    row = Paragraph.objects.get(report=report)
    assert row.made_from["state"] == drawing.GONE
    assert drawing.leave_base(row, by=people.fatos).made_from == {}


def test_the_region_is_drawn_from_reports_of_countries_that_were_cleared(report, people, forum):
    paragraphs.add(report, part="objective-10", topic="progress", text="A new law is in force.", by=people.fatos)
    region = reports.start(forum, by=people.fatos)
    assert region.record.visibility == Visibility.INTERNAL
    drawing.draw(region, by=people.fatos)
    assert not texts(region, "objective-10")
    steps.clear(report, people)
    drawing.draw(region, by=people.fatos)
    assert "A new law is in force." in texts(region, "objective-10")[0]


def test_drawing_takes_a_bounded_number_of_queries(report, people, django_assert_max_num_queries):
    for number in range(30):
        steps.work(f"Project {number}", code=str(number % 23 + 1))
    with django_assert_max_num_queries(40):
        drawing.draw(report, by=people.fatos)


def test_a_higher_room_registers_a_source(report, people, monkeypatch):
    monkeypatch.setattr(known, "_SOURCES", dict(known._SOURCES))
    said = known.Known(
        "a", "means", "support", "Two statisticians are asked for.", (known.Evidence("Letter", source="Ministry"),)
    )
    known.register("test", lambda _report: [said])
    drawing.draw(report, by=people.fatos)
    assert texts(report, "means") == ["Two statisticians are asked for."]
    with pytest.raises(ValueError, match="already"):
        known.register("test", lambda _report: [])


def test_a_review_of_a_practice_is_needed_before_it_is_told(report, people):
    practice = steps.practice(people.fatos, summary="Only begun.")
    steps.confirmed(practice.record, "15")
    assert drawing.draw(report, by=people.fatos).added == 0
    assert practising.standing(practice).missing


def test_what_drawing_would_add_is_shown_before(report, people, client):
    steps.work("Shelter for victims", summary="Three shelters were opened.")
    steps.work("SECRET talks", visibility=Visibility.INTERNAL)
    client.force_login(people.fatos)
    address = reverse("governance:gcm-known", args=[report.pk])
    before, kept = client.get(address).content.decode().split("Kept out of the report")
    assert "Three shelters were opened." in before
    assert "SECRET" not in before
    assert "SECRET talks" in kept
    assert not Paragraph.objects.exists()
    drawing.draw(report, by=people.fatos)
    assert "all that is known was drawn" in client.get(address).content.decode()
