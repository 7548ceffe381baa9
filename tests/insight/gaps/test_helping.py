"""What might help with a gap: found, ranked, with its reasons, and for who may see it only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from migov.foundation.frameworks.models import Crosswalk, Element
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Visibility
from migov.insight.gaps import queries
from migov.insight.gaps.gaps import gaps_of
from migov.insight.gaps.offers import Offer
from migov.work.governance.assess.profile import as_json, of_rows
from migov.work.governance.models import Assessment, Question, QuestionElement, QuestionSet, Snapshot
from migov.work.policy.models import Instrument, Product, Release, TreatyAction
from tests.factories import PlaceFactory, element, result
from tests.insight.gaps.conftest import align, aligned_project, lesson, practice
from tests.work.governance import making
from tests.work.policy import making as policy

pytestmark = pytest.mark.django_db
People = dict[str, User]


def offers(of: Assessment, viewer: User, kind: str, code: str = "1-1") -> list[Offer]:
    found = gaps_of(of, viewer)
    gap = next(gap for gap in found.all if gap.question.code == code)
    groups = queries.help_for(found, [gap], viewer)[gap.question.pk]
    return list(next(group for group in groups if group.kind == kind).offers)


def test_an_obligation_not_taken_on_names_the_articles_the_source_and_the_neighbours(
    assessed: Assessment, convention: Instrument, people: People
) -> None:
    (one,) = offers(assessed, people["fatos"], "obligation")
    assert one.title == "Recruitment Convention" and one.note == "No fee is charged to a migrant worker."
    assert one.url == "/policy/countries/MDA/accession/c-recruit/"
    assert "not a party (UN, as of 1\xa0January 2025)" in one.because
    assert "shares GCM 6" in one.because and "asks for this in Article 7" in one.because
    same = Place.objects.get(code="MDA").subregion_id == Place.objects.get(code="UKR").subregion_id
    assert ("of the sub-region are bound" in one.because) is same


def test_what_any_source_says_is_ratified_is_not_offered(
    assessed: Assessment, convention: Instrument, people: People
) -> None:
    TreatyAction.objects.create(
        instrument=convention, place=PlaceFactory(code="MDA"), kind="accession", date=date(2020, 1, 1), precision="day",
        source="ILO", as_of=date(2024, 1, 1),
    )  # fmt: skip
    assert offers(assessed, people["fatos"], "obligation") == []


def test_what_is_not_known_is_not_called_a_gap(assessed: Assessment, convention: Instrument, people: People) -> None:
    TreatyAction.objects.filter(place__code="MDA").delete()
    assert offers(assessed, people["fatos"], "obligation") == []


def test_a_requirement_that_a_released_review_found_unmet(
    assessed: Assessment, released: Release, people: People
) -> None:
    for who in ("fatos", "ion"):
        (one,) = offers(assessed, people[who], "requirement")
        assert one.title == "Wages Convention, Article 3"
        assert "Draft Law answers it: none" in one.because
    released.review.record.visibility = Visibility.INTERNAL
    released.review.record.save()
    assert offers(assessed, people["ion"], "requirement") == []


def test_what_was_not_released_is_not_used(assessed: Assessment, released: Release, people: People) -> None:
    released.rows.all().delete()
    released.delete()
    assert offers(assessed, people["fatos"], "requirement") == []


def test_practices_say_where_they_are_and_what_they_share(
    assessed: Assessment, recruitment: Element, people: People
) -> None:
    practice(recruitment)
    draft = practice(recruitment, title="A draft of a practice")
    draft.state = "draft"
    draft.save()
    found = offers(assessed, people["fatos"], "practice")
    assert [one.title for one in found] == ["Licences only for agencies without fees"]
    assert found[0].why[0] == "shares GCM 6"
    assert found[0].why[-1] == "in Ukraine, of the same sub-region"


def test_a_practice_in_the_country_comes_before_one_elsewhere(
    assessed: Assessment, recruitment: Element, people: People
) -> None:
    practice(recruitment, "KGZ", title="Far")
    practice(recruitment, "MDA", title="Near")
    assert [one.title for one in offers(assessed, people["fatos"], "practice")] == ["Near", "Far"]


def test_lessons_are_found_by_words_and_kept_from_governments(assessed: Assessment, people: People) -> None:
    lesson()
    lesson("Cook rice slowly", advice="Use a small pot.")
    found = offers(assessed, people["fatos"], "lesson")
    assert found[0].title == "Licensing works where recruitment agencies are inspected"
    assert found[0].why[0] == "shared words: recruitment, agencies, fees, workers"
    assert offers(assessed, people["ion"], "lesson") == []


def test_projects_in_the_country_then_neighbours_then_the_region(
    assessed: Assessment, recruitment: Element, people: People
) -> None:
    for title, code in (("Region", "KGZ"), ("Own", "MDA"), ("Neighbour", "UKR")):
        aligned_project(recruitment, code, title=title)
    aligned_project(recruitment, "MDA", title="Only an idea", stage="idea")
    found = [one.title for one in offers(assessed, people["fatos"], "project")]
    assert found[0] == "Own" and set(found) == {"Own", "Neighbour", "Region"}
    assert offers(assessed, people["ion"], "project") == []


def test_a_focal_point_sees_shared_projects_of_its_country(
    assessed: Assessment, recruitment: Element, people: People
) -> None:
    aligned_project(recruitment, "MDA", title="Shared", visibility=Visibility.PARTNERS)
    aligned_project(recruitment, "UKR", title="Of others", visibility=Visibility.PARTNERS)
    assert [one.title for one in offers(assessed, people["ion"], "project")] == ["Shared"]


def test_a_crosswalk_leads_there_and_says_so(assessed: Assessment, recruitment: Element, people: People) -> None:
    other = element("X6", framework="own")
    Crosswalk.objects.create(element=other, target=recruitment, relation="exact", source="ours")
    aligned_project(other, "MDA", title="Through the crosswalk")
    (one,) = offers(assessed, people["fatos"], "project")
    assert "OWN X6, which leads to GCM 6" in one.because
    Crosswalk.objects.filter(element=other).update(relation="related")
    assert offers(assessed, people["fatos"], "project") == []


def test_an_element_that_all_questions_share_tells_less(
    assessed: Assessment, asked: QuestionSet, people: People
) -> None:
    special = element("S1", framework="own")
    QuestionElement.objects.create(question=asked.questions.get(code="1-1"), element=special)
    aligned_project(special, "MDA", title="Special")
    aligned_project(element("6"), "MDA", title="General")
    assert [one.title for one in offers(assessed, people["fatos"], "project")] == ["Special", "General"]


def test_trainings_handed_over_and_outputs_of_projects(
    assessed: Assessment, recruitment: Element, people: People
) -> None:
    request = policy.assistance_request(state="delivered", reference="AR-1")
    align(request.record, recruitment)
    Product.objects.create(
        request=request,
        kind="training",
        title="Training on recruitment fees",
        handed_on=date(2026, 2, 1),
        people_reached=24,
    )
    Product.objects.create(request=request, kind="training", title="Not handed over")
    output = result(
        aligned_project(recruitment, title="Fair hiring"), "Inspectors are trained on recruitment", "output"
    )
    found = offers(assessed, people["fatos"], "training")
    assert {one.title for one in found} == {"Training on recruitment fees", output.record.title}
    assert any("24 people reached" in one.note for one in found)
    assert any("output of “Fair hiring”" in one.why for one in found)


def test_where_there_is_no_training_it_is_said(assessed: Assessment, people: People) -> None:
    found = gaps_of(assessed, people["fatos"])
    groups = queries.help_for(found, found.all, people["fatos"])[found.all[0].question.pk]
    assert [group.empty for group in groups if group.kind == "training"] == ["No training on this is known to migov."]


def published(asked: QuestionSet, country: str, option: str, state: str = "published") -> Assessment:
    made = making.assessment(country=country, of=asked, year=2025)
    making.answered(made, "1-1", option)
    Snapshot.objects.create(assessment=made, content=as_json(of_rows(made, None)))
    Assessment.objects.filter(pk=made.pk).update(state="answering")
    if state == "published":
        from migov.foundation.records.models import Record

        Record.objects.filter(pk=made.pk).update(visibility="public")
        submission = _submission(made)
        Assessment.objects.filter(pk=made.pk).update(
            state="published", consent="given", consent_by="Minister", consent_on=date(2026, 1, 1),
            published_on=date(2026, 1, 2), submission=submission,
        )  # fmt: skip
    return made


def _submission(of: Assessment) -> Any:
    from migov.services.clearance.models import Clearance, Submission

    clearance = Clearance.objects.create(record=of.record, subject="assessment")
    return Submission.objects.create(clearance=clearance, number=1, content={})


def test_only_published_better_answers_of_others_count(
    assessed: Assessment, asked: QuestionSet, people: People
) -> None:
    published(asked, "UKR", "yes")
    published(asked, "GEO", "no")
    published(asked, "ARM", "yes", state="answering")
    (one,) = offers(assessed, people["fatos"], "country")
    assert (
        one.title.endswith(": Yes")
        and "Scores 1, here 0" in one.because
        and "assessment of 2025, published" in one.because
    )
    assert offers(assessed, people["ion"], "country")[0].url == ""


def test_thirty_gaps_cost_a_bounded_number_of_queries(
    people: People, recruitment: Element, convention: Instrument, released: Release, django_assert_max_num_queries: Any
) -> None:
    many = making.question_set(
        code="many", domains=6, questions=6, elements=[recruitment, element("10.7", framework="sdg")]
    )
    of = making.assessment(country="MDA", of=many, year=2024)
    for question in Question.objects.filter(set=many):
        making.answered(of, question.code, "no")
    for number in range(8):
        result(aligned_project(recruitment, "MDA", title=f"Project {number}"), "Officers are trained", "output")
        practice(recruitment, title=f"Practice {number}")
        lesson(f"Recruitment agencies, lesson {number}")
    list(people["fatos"].standing)
    with django_assert_max_num_queries(39):
        found = gaps_of(of, people["fatos"])
        help = queries.help_for(found, found.all, people["fatos"])
    assert len(found.all) == 36 and all(any(group.offers for group in groups) for groups in help.values())
