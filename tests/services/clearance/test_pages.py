"""The pages of a review: what is shown, commented, judged, and who is kept out."""

from __future__ import annotations

import pytest
from django.urls import reverse

from migov.foundation.records.models import Record
from migov.services.clearance import actions
from migov.services.clearance.models import ChecklistAnswer, Comment, CommentState, Verdict
from tests.services.clearance import desk

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def at(name: str, clearance, *more) -> str:
    return reverse(f"clearance:{name}", args=[clearance.pk, *more])


def words(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def remark(clearance, people):
    return actions.comment(
        clearance, round=1, anchor="section:summary", body="Say since when.", quote="200 people", wording="200 women and men",
        by=people["carla"],
    )  # fmt: skip


def test_the_review_shows_the_frozen_round_with_remarks_beside_their_place(
    clearance, record, remark, people, client_for
):
    desk.write(record, "Something else.")
    page = client_for(people["carla"]).get(at("clearance", clearance))
    said = words(page)
    assert "Migrants return home." in said and "Something else." not in said
    assert said.index('id="at-section-summary"') < said.index("Say since when.") < said.index('id="at-budget"')
    assert f'<mark><a href="#c-{remark.pk}">200 people</a></mark>' in said
    assert '<ins><span class="unseen">[added: </span>women and men<span class="unseen">]</span></ins>' in said
    assert [part.place.anchor for part in page.context["outline"]] == ["section:summary", "budget"]


def test_what_the_seat_is_about_is_named_first(record, people, client_for):
    desk.write(record, "Recruitment of labour migrants.\n\nLabour inspectors are trained.")
    clearance = desk.submit(record, people["ana"]).clearance
    actions.comment(clearance, round=1, anchor="budget", body="Too much.", by=people["carla"])
    page = client_for(people["carla"]).get(at("clearance", clearance))
    spoken = [
        ("section:summary", "Summary"),
        ("cost:0", "Recruitment of labour migrants."),
        ("cost:1", "Labour inspectors are trained."),
    ]
    assert page.context["concerns"] == [
        ("speaks of: Labour migration and human development", spoken, 0), ("your comment", [("budget", "Budget")], 0),
    ]  # fmt: skip
    assert "What concerns you" in words(page)


def test_an_earlier_round_is_shown_as_it_was(clearance, record, people, client_for):
    desk.write(record, "Other words.")
    desk.submit(record, people["ana"], seen_round=1)
    client = client_for(people["carla"])
    assert "Migrants return home." in words(client.get(at("clearance", clearance) + "?round=1"))
    assert "Other words." in words(client.get(at("clearance", clearance)))
    assert client.get(at("clearance", clearance) + "?round=9").status_code == 404
    assert client.get(at("clearance", clearance) + "?round=x").status_code == 404


def test_filters_show_open_or_own_remarks_of_one_part(clearance, remark, people, client_for):
    actions.comment(clearance, round=1, anchor="budget", body="Too much.", by=people["emil"])
    actions.settle(remark, by=people["carla"])
    client = client_for(people["carla"])
    assert "Say since when." not in words(client.get(at("clearance", clearance) + "?show=open"))
    assert "Too much." not in words(client.get(at("clearance", clearance) + "?show=mine"))
    one = client.get(at("clearance", clearance) + "?part=budget")
    assert "Too much." in words(one) and "Say since when." not in words(one)


def test_a_comment_without_javascript(clearance, people, client_for):
    client = client_for(people["carla"])
    page = client.get(at("clearance", clearance) + "?on=cost:1")
    assert words(page).count('id="composer-body"') == 2  # at the place, and the pattern for the script
    sent = {"round": "1", "anchor": "cost:1", "body": "Why?", "quote": "find work", "wording": "find decent work"}
    made = client.post(at("comment", clearance), sent)
    comment = Comment.objects.get()
    assert made.status_code == 302 and made.url.endswith(f"#c-{comment.pk}")
    assert (comment.quote, comment.wording, comment.by) == ("find work", "find decent work", people["carla"])
    assert "Why?" in words(client.get(made.url))


def test_a_refused_comment_keeps_what_was_typed(clearance, people, client_for):
    client = client_for(people["carla"])
    sent = {"round": "1", "anchor": "section:summary", "body": "My long thought.", "quote": "not there"}
    page = client.post(at("comment", clearance), sent)
    assert page.status_code == 409
    assert "The quoted words do not stand there." in words(page) and "My long thought." in words(page)
    part = client.post(at("comment", clearance), sent, headers=HTMX)
    assert "The quoted words do not stand there." in words(part) and "My long thought." in words(part)
    assert 'id="at-section-summary"' in words(part) and "<html" not in words(part)
    assert not Comment.objects.exists()


def test_with_htmx_the_place_comes_back_with_the_remark(clearance, people, client_for):
    client = client_for(people["carla"])
    part = client.post(at("comment", clearance), {"round": "1", "anchor": "cost:1", "body": "Why?"}, headers=HTMX)
    assert words(part).startswith('<tbody class="place line') and "Why?" in words(part)
    assert 'hx-swap-oob="true"' in words(part)


def test_authors_answer_and_take_wordings_and_who_asked_settles(clearance, record, remark, people, client_for):
    ana, carla = client_for(people["ana"]), client_for(people["carla"])
    address = at("remark", clearance, remark.pk)
    assert "Accept wording" in words(ana.get(at("clearance", clearance)))
    ana.post(address, {"do": "reply", "body": "Since 2024."})
    remark.refresh_from_db()
    assert remark.state == CommentState.ANSWERED
    assert "Since 2024." in words(carla.get(at("clearance", clearance)))
    part = ana.post(address, {"do": "accept"}, headers=HTMX)
    assert "The wording was put into the text." in words(part)
    assert "200 women and men" in Record.objects.get(pk=record.pk).summary
    carla.post(address, {"do": "reopen"})
    carla.post(address, {"do": "settle"})
    remark.refresh_from_db()
    assert remark.state == CommentState.SETTLED


def test_a_wording_whose_words_are_gone_is_refused_beside_the_comment(clearance, record, remark, people, client_for):
    desk.write(record, "All new.")
    page = client_for(people["ana"]).post(at("remark", clearance, remark.pk), {"do": "accept"})
    assert page.status_code == 409 and "The words are no longer there." in words(page)


def test_an_unknown_step_is_not_found(clearance, remark, people, client_for):
    assert client_for(people["ana"]).post(at("remark", clearance, remark.pk), {"do": "explode"}).status_code == 404


def test_checklist_answers_are_saved_one_by_one(clearance, people, client_for):
    client = client_for(people["carla"])
    sent = {"round": "1", "question": "money", "answer": "partly", "note": "Rent is high."}
    part = client.post(at("answer", clearance), sent, headers=HTMX)
    assert "saved" in words(part) and "1 of 2 questions answered" in words(part)
    assert "1 question of the checklist is still to be answered" in words(part)
    assert ChecklistAnswer.objects.current().get().answer == "partly"
    page = client.get(at("clearance", clearance))
    assert 'value="partly" checked' in words(page) and "Rent is high." in words(page)
    assert '<a href="#at-budget">Budget</a>' in words(page)


def test_a_note_without_an_answer_is_kept_and_asked_about(clearance, people, client_for):
    sent = {"round": "1", "question": "money", "note": "Hm."}
    for headers in ({}, HTMX):
        page = client_for(people["carla"]).post(at("answer", clearance), sent, headers=headers)
        assert "Choose an answer" in words(page) and "Hm." in words(page)


def test_clear_waits_for_the_checklist_and_says_so_beside_the_verdict(clearance, people, client_for):
    client = client_for(people["carla"])
    page = client.get(at("clearance", clearance))
    assert "To clear, 2 questions of the checklist are still to be answered" in words(page)
    refused = client.post(at("verdict", clearance), {"round": "1", "opinion": "clear", "note": "Well done."})
    assert refused.status_code == 409 and "not answered yet" in words(refused) and "Well done." in words(refused)
    desk.answer_all(clearance, people["carla"])
    assert "Nothing is missing to clear." in words(client.get(at("clearance", clearance)))
    done = client.post(at("verdict", clearance), {"round": "1", "opinion": "clear"})
    assert done.status_code == 302
    assert Verdict.objects.current().get().opinion == "clear"


def test_one_key_answers_what_is_left_with_yes_and_clears(clearance, people, client_for):
    client = client_for(people["carla"])
    page = words(client.get(at("clearance", clearance)))
    assert "Answer the 2 questions that are left with “yes”, and clear round 1" in page
    done = client.post(at("verdict", clearance), {"round": "1", "opinion": "clear", "rest": "1"})
    assert done.status_code == 302
    assert Verdict.objects.current().get().opinion == "clear"
    assert set(ChecklistAnswer.objects.current().values_list("answer", flat=True)) == {"yes"}
    assert ChecklistAnswer.objects.current().count() == 2


def test_a_verdict_on_a_round_that_was_replaced_keeps_the_note(clearance, record, people, client_for):
    desk.write(record, "New.")
    desk.submit(record, people["ana"], seen_round=1)
    page = client_for(people["carla"]).post(
        at("verdict", clearance), {"round": "1", "opinion": "changes", "note": "Rework it."}
    )
    assert page.status_code == 409 and "Round 2 was handed in meanwhile" in words(page) and "Rework it." in words(page)


def test_who_has_no_seat_has_no_checklist_and_cannot_judge(clearance, people, client_for):
    client = client_for(people["galina"])
    assert 'id="your-review"' not in words(client.get(at("clearance", clearance)))
    assert client.post(at("verdict", clearance), {"round": "1", "opinion": "clear"}).status_code == 409
    assert client.post(at("answer", clearance), {"round": "1", "question": "money", "answer": "yes"}).status_code == 409
    assert not Verdict.objects.exists()


def test_who_comes_back_is_led_to_what_changed(clearance, record, remark, people, client_for):
    desk.write(record, desk.SUMMARY.replace("200 people", "300 people"))
    desk.submit(record, people["ana"], seen_round=1, note="More people.")
    client = client_for(people["carla"])
    assert "See what changed for you" in words(client.get(at("clearance", clearance)))
    page = client.get(at("changes", clearance))
    said = words(page)
    assert '<del><span class="unseen">[removed: </span>200<span class="unseen">]</span></del>' in said
    assert '<ins><span class="unseen">[added: </span>300<span class="unseen">]</span></ins>' in said
    assert "text changed, no answer" in said and "More people." in said
    assert "1 of 1 comment was met" in said
    actions.reply(remark, body="Three hundred now, says the ministry.", by=people["ana"])
    assert "Three hundred now, says the ministry." in words(client.get(at("changes", clearance)))
    assert [part.change.anchor for part in page.context["parts"]] == ["section:summary"]


def test_what_changed_shows_rows_values_and_sums(clearance, record, people, client_for):
    desk.write(record, "Migrants return home.\n\nThe project helps many people to find work.\n\nThird.")
    desk.submit(record, people["ana"], seen_round=1)
    said = words(client_for(people["dora"]).get(at("changes", clearance)))
    assert "Rows: 1 added, 0 removed, 1 changed, 0 only moved." in said
    assert "Sum of “Amount”:" in said and "USD" in said


def test_an_unchanged_round_says_so(clearance, record, people, client_for):
    desk.submit(record, people["ana"], seen_round=1, note="Again.")
    said = words(client_for(people["dora"]).get(at("changes", clearance)))
    assert "Round 2 says the same as round 1." in said and "2 parts unchanged" in said


def test_the_first_round_has_nothing_to_compare_and_odd_rounds_are_told(clearance, record, people, client_for):
    client = client_for(people["dora"])
    assert "This is the first round" in words(client.get(at("changes", clearance)))
    desk.submit(record, people["ana"], seen_round=1, note="Again.")
    assert client.get(at("changes", clearance) + "?from=2&to=1").status_code == 400
    for query in ("?from=x", "?to=9", "?from=1&to=7"):
        assert client.get(at("changes", clearance) + query).status_code == 404


ROUTES = [
    ("get", "clearance", ()), ("get", "changes", ()), ("get", "decide", ()), ("get", "timeline", ()), ("get", "comments", ()),
    ("get", "sheet", ("docx",)), ("post", "decide", ()), ("post", "comment", ()), ("post", "answer", ()), ("post", "verdict", ()),
    ("post", "assign", ()), ("post", "due", ()), ("post", "remark", (1,)), ("post", "reassign", (1,)), ("post", "give-up", (1,)),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name", "more"), ROUTES)
def test_outsiders_are_refused_on_every_route(clearance, people, client, client_for, method, name, more):
    address = at(name, clearance, *more)
    away = getattr(client, method)(address)
    assert away.status_code == 302 and "/accounts/login/" in away.url
    for who in ("nobody", "ion", "jan"):
        assert getattr(client_for(people[who]), method)(address).status_code == 403
    assert (
        getattr(client_for(people["boris"]), method)(address).status_code == 404
    )  # kept to the office of another country


def test_the_number_of_queries_does_not_grow_with_the_work(
    clearance, record, people, client_for, django_assert_max_num_queries
):
    long = "\n\n".join(f"Paragraph {n} on labour." for n in range(80))
    desk.write(record, long)
    desk.submit(record, people["ana"], seen_round=1)
    for n in range(60):
        made = actions.comment(clearance, round=2, anchor=f"cost:{n}", body="Why?", by=people["carla"])
        if n % 3 == 0:
            actions.reply(made, body="Because.", by=people["ana"])
    client = client_for(people["carla"])
    client.get(at("clearance", clearance))
    for name, most in (("clearance", 30), ("changes", 28), ("decide", 30), ("timeline", 34)):
        with django_assert_max_num_queries(most):
            assert client.get(at(name, clearance)).status_code == 200
