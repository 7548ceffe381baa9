"""Starting a review: rows in order, confidential, with provisions proposed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.records.models import Record, RecordTheme
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext
from migov.work.policy.models import RowProvision
from migov.work.policy.review import actions
from migov.work.policy.review.actions import starting
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.queries import sources
from tests.factories import ThemeFactory
from tests.work.policy import making
from tests.work.policy.review.steps import rows_of


def framework() -> Framework:
    made = Framework.objects.create(code="test-frame", title="A framework", short_title="TF", main_level=["objective"])
    for order, (code, title, migration) in enumerate([("1", "Documents of workers", True), ("2", "Oceans", False)]):
        one = Element.objects.create(
            framework=made, code=code, kind="objective", title=title, order=order, migration=migration
        )
        one.main = one
        one.save()
    return made


def test_every_standing_requirement_becomes_a_row_in_order(review, convention):
    assert [row.requirement for row in rows_of(review)] == convention
    assert not any(row.judgement for row in rows_of(review))


def test_it_is_internal_and_belongs_to_the_country_of_the_text(review, people):
    assert review.record.visibility == "internal"
    assert list(review.record.places.values_list("place__code", flat=True)) == ["MDA"]
    assert review.record.owner == people.fatos
    assert not Record.objects.visible_to(people.ion).filter(pk=review.pk).exists()


def test_provisions_are_proposed_with_the_words(review):
    passports, detention, astronauts = rows_of(review)
    assert passports.links.order_by("rank").first().provision.label.startswith("Article 2")
    assert detention.links.order_by("rank").first().provision.label.startswith("Article 3")
    assert "passport" in passports.links.order_by("rank").first().words
    assert review.proposed_at is None or astronauts.links.count() <= 8


def test_elements_of_a_framework_that_touch_migration_become_rows(people, law):
    made = actions.start(law, frameworks=[framework()], by=people.fatos)
    [row] = rows_of(made)
    assert row.element.title == "Documents of workers"
    assert row.links.order_by("rank").first().provision.article.number == "2"


def test_retired_requirements_are_left_out(people, law, convention):
    convention[0].retired_at = timezone.now()
    convention[0].save()
    made = actions.start(law, instruments=[convention[0].article.instrument], by=people.fatos)
    assert [row.requirement for row in rows_of(made)] == convention[1:]


@pytest.mark.parametrize("who", ["ana", "emil", "ion", "jan", "nobody"])
def test_only_those_who_review_start_one(people, law, convention, who):
    with pytest.raises(PermissionDenied):
        actions.start(law, instruments=[convention[0].article.instrument], by=getattr(people, who))


def test_it_needs_something_to_compare_with(people, law):
    with pytest.raises(ReviewRefused, match="at least one instrument"):
        actions.start(law, by=people.fatos)


def test_an_instrument_without_requirements_is_refused_by_name(people, law):
    with pytest.raises(ReviewRefused, match="BARE"):
        actions.start(law, instruments=[making.instrument("bare")], by=people.fatos)


def test_a_version_without_structure_is_refused(people, convention):
    unread = making.text_version(articles={}, state="reading")
    with pytest.raises(ReviewRefused, match="structure"):
        actions.start(unread, instruments=[convention[0].article.instrument], by=people.fatos)


def test_a_long_text_is_ranked_by_a_job(people, law, convention, monkeypatch):
    monkeypatch.setattr(starting, "AT_ONCE", 0)
    made = actions.start(law, instruments=[convention[0].article.instrument], by=people.fatos)
    job = actions.propose(made, by=people.fatos)
    assert job is not None
    assert job.parameters == {"review": made.pk}


def test_the_job_proposes_and_asks_for_the_right_again(review, people):
    RowProvision.objects.filter(row__review=review).delete()
    context = JobContext(0, {"review": review.pk}, people.fatos)
    assert starting.run_propose(context)["proposals"] == RowProvision.objects.filter(row__review=review).count() > 0
    with pytest.raises(PermissionDenied):
        starting.run_propose(JobContext(0, {"review": review.pk}, people.ion))
    with pytest.raises(JobRefused, match="no longer there"):
        starting.run_propose(JobContext(0, {"review": 10**6}, people.fatos))


def test_proposing_again_keeps_what_people_decided(review, people):
    row = rows_of(review)[0]
    first, second = row.links.order_by("rank")[:2]
    actions.judge(
        row,
        by=people.fatos,
        revision=row.revision,
        links={first.provision_id: "confirmed", second.provision_id: "rejected"},
    )
    actions.propose(review, by=people.fatos)
    assert row.links.get(provision=first.provision_id).state == RowProvision.State.CONFIRMED
    assert row.links.get(provision=second.provision_id).state == RowProvision.State.REJECTED


def test_instruments_that_share_the_themes_of_the_text_are_suggested(people, law, convention):
    theme = ThemeFactory(code="labour")
    for one in convention:
        one.themes.add(theme)
    making.requirement(making.instrument("far-away", order=2))
    RecordTheme.objects.create(record=law.text.record, theme=theme)
    near, far = sources.instruments_for(law.text)
    assert (near.of.code, near.near, near.rows) == ("test-convention", True, 3)
    assert (far.of.code, far.near) == ("far-away", False)


def test_a_strategy_without_articles_is_read_by_its_sections_and_paragraphs(people):
    strategy = making.text_version(making.legal_text(kind="strategy", citation="Strategy"), articles={})
    section = strategy.provisions.create(
        kind="section", number="1", heading="Fair recruitment", text="Passports of workers stay with them.", label="Section 1",
        eid="sec_1", digest="1", order=0,
    )  # fmt: skip
    strategy.provisions.create(
        kind="paragraph", number="2", text="The sea is blue.", label="Section 1, 2", eid="sec_1__para_2", digest="2", order=1,
        depth=1, parent=section,
    )  # fmt: skip
    made = actions.start(strategy, frameworks=[framework()], by=people.fatos)
    assert rows_of(made)[0].links.order_by("rank").first().provision == section
