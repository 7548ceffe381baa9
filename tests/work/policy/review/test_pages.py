"""Pages of reviews as people of the office meet them: with htmx, and without JavaScript."""

from __future__ import annotations

import pytest
from django.urls import reverse

from migov.services.clearance.actions import handing, remarks
from migov.work.policy.models import Review
from migov.work.policy.review import actions, subject
from tests.work.policy import making
from tests.work.policy.review.steps import clear, judge_all, released, rows_of

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name: str, *args: int | str) -> str:
    return reverse(f"policy:{name}", args=args)


@pytest.fixture
def fatos(client, people):
    client.force_login(people.fatos)
    return client


def post(client, review, row, **values):
    return client.post(url("review-row", review.pk, row.pk), values, **HTMX)


def test_the_list_shows_how_far_each_review_is(fatos, review, people):
    actions.judge(rows_of(review)[0], by=people.fatos, revision=1, judgement="full")
    page = fatos.get(url("reviews")).content.decode()
    assert "Review of Draft Law, version 1" in page
    assert "1 of 3" in page


def test_the_list_costs_the_same_for_many(fatos, review, people, law, convention, django_assert_max_num_queries):
    for _number in range(12):
        actions.start(law, instruments=[convention[0].article.instrument], by=people.fatos)
    fatos.get(url("reviews"))
    with django_assert_max_num_queries(20):
        fatos.get(url("reviews"))


def test_the_list_is_filtered_and_exported(fatos, review):
    assert "Draft Law" in fatos.get(url("reviews"), {"q": "draft", "country": "MDA"}).content.decode()
    assert "No review matches" in fatos.get(url("reviews"), {"country": "ALB"}).content.decode()
    csv = b"".join(fatos.get(url("reviews-export", "csv")).streaming_content).decode()
    assert "Review of Draft Law, version 1" in csv
    assert fatos.get(url("reviews-export", "xlsx")).status_code == 200
    assert fatos.get(url("reviews-export", "odd")).status_code == 404


def test_an_empty_list_offers_the_first_step(fatos):
    assert url("review-new") in fatos.get(url("reviews")).content.decode()


def test_a_review_is_started_from_the_form(fatos, law, convention):
    page = fatos.get(url("review-new"), {"version": law.pk}).content.decode()
    assert "3 requirements" in page
    answer = fatos.post(
        url("review-new"), {"version": law.pk, "instruments": ["test-convention"], "title": "My review"}
    )
    made = Review.objects.get()
    assert answer.url == url("review", made.pk)
    assert made.record.title == "My review"


def test_a_form_without_an_instrument_keeps_what_was_typed(fatos, law, convention):
    answer = fatos.post(url("review-new"), {"version": law.pk, "title": "My review"})
    assert answer.status_code == 422
    assert "Choose at least one instrument" in answer.content.decode()
    assert "My review" in answer.content.decode()


def test_the_working_page_shows_requirements_provisions_and_marked_words(fatos, review):
    page = fatos.get(url("review", review.pk)).content.decode()
    assert "Employers may not keep identity documents" in page
    assert "<mark>passport</mark>" in page
    assert "0 of 3 judged" in page


def test_the_working_page_costs_a_fixed_number_of_queries(fatos, people, law, django_assert_max_num_queries):
    many = [
        making.requirement(making.instrument("long"), str(number), obligation=f"Passports {number}")
        for number in range(60)
    ]
    made = actions.start(law, instruments=[many[0].article.instrument], by=people.fatos)
    fatos.get(url("review", made.pk))
    with django_assert_max_num_queries(32):
        page = fatos.get(url("review", made.pk)).content.decode()
    assert page.count("data-review-row") == 25


def test_rows_are_filtered_by_judgement_and_source(fatos, review, people):
    actions.judge(rows_of(review)[0], by=people.fatos, revision=1, judgement="full")
    left = fatos.get(url("review", review.pk), {"judgement": "left"}).content.decode()
    assert "Employers may not keep" not in left
    assert "No detention of children" in left
    full = fatos.get(url("review", review.pk), {"judgement": "full", "source": "test-convention"}).content.decode()
    assert "Employers may not keep" in full


def test_next_not_judged_goes_on_and_begins_again_at_the_top(fatos, review, people):
    first, second, third = rows_of(review)
    actions.judge(second, by=people.fatos, revision=1, judgement="full")
    assert fatos.get(url("review-next", review.pk)).url.endswith(f"#row-{first.pk}")
    assert fatos.get(url("review-next", review.pk), {"after": "0"}).url.endswith(f"#row-{third.pk}")
    assert fatos.get(url("review-next", review.pk), {"after": "2"}).url.endswith(f"#row-{first.pk}")


def test_a_judgement_is_saved_with_htmx_and_the_progress_comes_back(fatos, review):
    row = rows_of(review)[0]
    answer = post(fatos, review, row, revision="1", judgement="full", comment="Good").content.decode()
    assert "Saved." in answer
    assert "1 of 3 judged" in answer
    assert 'name="revision" value="2"' in answer
    row.refresh_from_db()
    assert (row.judgement, row.comment) == ("full", "Good")


def test_without_javascript_the_same_form_leads_back_to_the_row(fatos, review):
    row = rows_of(review)[0]
    here = url("review", review.pk) + "?judgement=left"
    answer = fatos.post(url("review-row", review.pk, row.pk), {"revision": "1", "judgement": "none", "next": here})
    assert answer.url == f"{here}#row-{row.pk}"
    foreign = fatos.post(
        url("review-row", review.pk, row.pk), {"revision": "2", "comment": "x", "next": "https://example.org/"}
    )
    assert foreign.url.startswith("/policy/reviews/")


@pytest.mark.parametrize("htmx", [True, False])
def test_a_conflict_shows_both_and_keeps_what_was_typed(fatos, review, people, htmx):
    row = rows_of(review)[0]
    actions.judge(row, by=people.dora, revision=1, comment="From Dora")
    data = {"revision": "1", "was-comment": "", "comment": "From Fatos"}
    answer = fatos.post(url("review-row", review.pk, row.pk), data, **(HTMX if htmx else {}))
    said = answer.content.decode()
    assert "From Dora" in said
    assert "Put mine in its place" in said
    assert 'name="was-comment" value=""' in said
    if not htmx:
        assert answer.status_code == 409
        assert "From Fatos" in said
    post(fatos, review, row, **data, over="comment")
    row.refresh_from_db()
    assert row.comment == "From Fatos"


@pytest.mark.parametrize("revision", [{}, {"revision": ""}, {"revision": "x"}, {"revision": "9" * 5000}])
def test_a_form_that_does_not_say_what_it_began_from_overwrites_nothing(fatos, review, people, revision):
    row = rows_of(review)[0]
    actions.judge(row, by=people.dora, revision=1, comment="From Dora")
    answer = fatos.post(url("review-row", review.pk, row.pk), {"comment": "From Fatos", **revision})
    assert answer.status_code == 409
    assert "From Dora" in answer.content.decode() and "From Fatos" in answer.content.decode()
    row.refresh_from_db()
    assert row.comment == "From Dora"


def test_provisions_are_ticked_set_aside_and_put_back(fatos, review):
    row = rows_of(review)[0]
    first, second = row.links.order_by("rank")[:2]
    was = [f"{first.provision_id}:proposed", f"{second.provision_id}:proposed"]
    answer = post(fatos, review, row, **{"revision": "1", "was-link": was, f"link-{first.provision_id}": "on"})
    assert "review-link-on" in answer.content.decode()
    was = [f"{first.provision_id}:confirmed", f"{second.provision_id}:proposed"]
    post(fatos, review, row, **{"revision": "2", "was-link": was, "aside": str(second.provision_id)})
    assert sorted(row.links.values_list("state", flat=True)[:2]) == ["proposed", "rejected"]
    post(fatos, review, row, revision="3", back=str(second.provision_id))
    assert row.links.get(pk=second.pk).state == "proposed"


def test_any_provision_is_found_by_number_or_words_and_added(fatos, review):
    row = rows_of(review)[2]
    by_number = fatos.get(url("review-find", review.pk, row.pk), {"q": "2(1)"}, **HTMX).content.decode()
    assert "Article 2(1)" in by_number
    by_words = fatos.get(url("review-find", review.pk, row.pk), {"q": "given back"}).content.decode()
    assert "Article 2(2)" in by_words
    assert (
        "No provision has" in fatos.get(url("review-find", review.pk, row.pk), {"q": "zebra"}, **HTMX).content.decode()
    )
    found = review.version.provisions.get(label="Article 2(2)")
    post(fatos, review, row, revision="1", add=str(found.pk))
    assert row.links.get(provision=found).state == "confirmed"


def test_several_rows_are_judged_at_once(fatos, review):
    chosen = [f"{row.pk}:{row.revision}" for row in rows_of(review)[:2]]
    answer = fatos.post(url("review-judge", review.pk), {"rows": chosen, "judgement": "na"}, follow=True)
    assert "2 rows judged." in answer.content.decode()
    assert [row.judgement for row in rows_of(review)] == ["na", "na", ""]
    nothing = fatos.post(url("review-judge", review.pk), {"judgement": "na"}, follow=True)
    assert "Choose the rows first" in nothing.content.decode()


def test_one_row_has_a_page_with_its_guidance(fatos, review):
    page = fatos.get(url("review-row", review.pk, rows_of(review)[1].pk)).content.decode()
    assert "No detention of children" in page
    assert fatos.get(url("review-row", review.pk, 999_999)).status_code == 404


def test_coverage_says_what_is_treated_and_what_is_missing(fatos, review, people):
    first, second, third = rows_of(review)
    for row, judgement in ((first, "full"), (second, "none"), (third, "na")):
        actions.judge(row, by=people.fatos, revision=1, judgement=judgement)
    page = fatos.get(url("review-coverage", review.pk)).content.decode()
    assert "1 of 3 are treated" in page
    assert (
        "1 of 1 in full" in page
        and "0 of 1" in page
        and "%" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
    )
    assert "For 1 of these no provision is named." in page and "no provision named" in page
    assert "not applicable" in page


def test_an_article_of_several_rows_has_the_same_scale(fatos, people, law):
    of = making.instrument("two")
    both = [making.requirement(of, "8", number) for number in "12"]
    made = actions.start(law, instruments=[of], by=people.fatos)
    assert len(both) == 2
    for judgements, words in (
        (("partial", "partial"), "2 of 2 in part"),
        (("full", "partial"), "1 of 2 in full, 1 in part"),
    ):
        for row, judgement in zip(rows_of(made), judgements, strict=True):
            actions.judge(row, by=people.fatos, revision=row.revision, judgement=judgement)
        assert words in fatos.get(url("review-coverage", made.pk)).content.decode()


def test_comments_of_reviewers_in_clearance_show_on_their_rows(fatos, review, people):
    judge_all(review, people.fatos)
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    first, second = rows_of(review)[:2]
    remarks.comment(made.clearance, round=1, anchor=f"row:{first.pk}", body="Cite the by-law too.", by=people.carla)
    page = fatos.get(url("review", review.pk)).content.decode()
    assert page.count("1 open comment of reviewers") == 1
    assert "open comment" not in fatos.get(url("review-row", review.pk, second.pk)).content.decode()
    assert fatos.get(url("review-row", review.pk, first.pk)).status_code == 200


def test_handing_in_waits_for_the_last_row(fatos, review, people):
    page = fatos.get(url("review-state", review.pk)).content.decode()
    assert "3 rows are not judged yet." in page
    refused = fatos.post(url("review-submit", review.pk), {"round": "0", "note": "Please read"})
    assert refused.status_code == 409
    assert "Please read" in refused.content.decode()
    judge_all(review, people.fatos)
    fatos.post(url("review-submit", review.pk), {"round": "0"})
    assert Review.objects.get(pk=review.pk).state == "clearance"
    assert "Take it back" in fatos.get(url("review-state", review.pk)).content.decode()


def test_release_reopen_and_close_from_the_page(fatos, review, people):
    judge_all(review, people.fatos)
    clear(review, people)
    bad = fatos.post(url("review-release", review.pk), {"note": "Dear all", "answer_by": "2020-01-01"})
    assert bad.status_code == 422
    assert "Dear all" in bad.content.decode()
    fatos.post(url("review-release", review.pk), {"note": "Dear all"})
    assert Review.objects.get(pk=review.pk).state == "released"
    assert "Dear all" in fatos.get(url("released", review.pk)).content.decode()
    assert fatos.post(url("review-reopen", review.pk), {"reason": ""}).status_code == 409
    fatos.post(url("review-reopen", review.pk), {"reason": "A slip"})
    assert Review.objects.get(pk=review.pk).state == "judging"


def test_the_page_says_whether_anybody_was_told_of_a_release(fatos, review, people):
    judge_all(review, people.fatos)
    clear(review, people)
    people.ion.is_active = False
    people.ion.save()
    page = fatos.post(url("review-release", review.pk), {"note": ""}, follow=True).content.decode()
    assert "No focal point of Moldova has an account; send the documents yourself." in page
    assert "focal point was told" not in page
    people.ion.is_active = True
    people.ion.save()
    actions.reopen(review, reason="A slip", by=people.fatos)
    clear(review, people)
    page = fatos.post(url("review-release", review.pk), {"note": ""}, follow=True).content.decode()
    assert "Released as number 2. 1 focal point was told." in page


def test_the_government_s_list_says_what_its_release_waits_for(client, review, people):
    made = released(review, people)
    client.force_login(people.ion)
    assert "waits for your answer" in client.get(url("reviews")).content.decode()
    actions.answer(made.rows.first(), stance="agree", by=people.ion)
    actions.reopen(review, reason="A slip", by=people.fatos)
    client.post(url("released-finish", review.pk))
    assert "waits for your answer" not in client.get(url("reviews")).content.decode()
    assert "Our answers are complete" not in client.get(url("released", review.pk)).content.decode()
    client.force_login(people.fatos)
    assert "answers complete" in client.get(url("review-state", review.pk)).content.decode()


def test_the_overall_assessment_is_kept_and_conflicts_show_both(fatos, review, people):
    fatos.post(url("review-summary", review.pk), {"summary": "Near", "was-summary": ""})
    actions.summarise(review, summary="Dora's", by=people.dora)
    answer = fatos.post(url("review-summary", review.pk), {"summary": "Mine", "was-summary": "Near"})
    assert answer.status_code == 409
    assert "Dora&#x27;s" in answer.content.decode()
    assert "Mine" in answer.content.decode()


def test_the_next_version_is_reviewed_from_the_page(fatos, review, people):
    judge_all(review, people.fatos)
    later = making.text_version(review.version.text)
    assert "The next version" in fatos.get(url("review-state", review.pk)).content.decode()
    answer = fatos.post(url("review-carry", review.pk), {"version": later.pk}, follow=True)
    assert "3 judgements were taken over" in answer.content.decode()


def test_answers_come_back_on_the_working_page(fatos, review, people):
    made = released(review, people)
    actions.answer(made.rows.first(), stance="later", text="In the by-law", by=people.ion)
    page = fatos.get(url("review", review.pk)).content.decode()
    assert "In the by-law" in page


def test_reviews_are_found_by_the_search(fatos, review):
    from migov.foundation.shell.search import search

    groups = search("review of draft", review.record.owner)
    assert "Review of Draft Law, version 1" in {hit.title for group in groups for hit in group.hits}
