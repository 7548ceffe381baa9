"""Remarks on a place, their answers, suggested wording, and what becomes of them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import Record
from migov.services.clearance import actions
from migov.services.clearance.content import Content, Heading, Line, Rows, as_json
from migov.services.clearance.errors import Ended, StaleRound
from migov.services.clearance.models import Comment, Submission
from migov.services.clearance.subjects import Refused
from migov.services.notices.models import Notice
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def remark(clearance, people):
    return actions.comment(
        clearance, round=1, anchor="section:summary", body="How many are women?", quote="200 people",
        wording="200 people, half of them women,", by=people["carla"],
    )  # fmt: skip


def test_a_remark_knows_its_place_round_seat_and_words(remark, people, clearance):
    assert (remark.place, remark.submission.number, remark.state) == ("Summary", 1, "open")
    assert remark.review == desk.seat_of(clearance, people["carla"])
    assert [notice.person for notice in Notice.objects.filter(kind="comment")] == [people["ana"]]


def test_a_quote_is_found_across_line_breaks_and_kept_as_it_stands(clearance, people):
    made = actions.comment(
        clearance, round=1, anchor="section:summary", body="Join.", quote="return home. The project", by=people["carla"]
    )
    assert made.quote == "return home.\n\nThe project"


def test_a_row_and_a_whole_table_can_be_commented_on(clearance, people):
    row = actions.comment(clearance, round=1, anchor="cost:0", body="Dear.", quote="2100", by=people["carla"])
    assert row.place == "Migrants return home."
    assert actions.comment(clearance, round=1, anchor="budget", body="Dear.", quote="2100", by=people["carla"]).place


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"anchor": "section:elsewhere", "body": "x"}, "not in round 1"),
        ({"anchor": "section:summary", "body": "x", "quote": "300 people"}, "do not stand there"),
        ({"anchor": "section:summary", "body": " "}, "Write what you mean"),
    ],
)
def test_what_has_no_place_or_says_nothing_is_refused(clearance, people, fields, said):
    with pytest.raises(Refused, match=said):
        actions.comment(clearance, round=1, by=people["carla"], **fields)


def test_a_remark_on_an_earlier_round_is_kept_with_it(clearance, record, people):
    desk.write(record, "New words.")
    desk.submit(record, people["ana"], seen_round=1)
    made = actions.comment(
        clearance, round=1, anchor="section:summary", body="x", quote="200 people", by=people["carla"]
    )
    assert made.submission.number == 1
    with pytest.raises(StaleRound):
        actions.comment(clearance, round=3, anchor="section:summary", body="x", by=people["carla"])


def test_an_authors_answer_makes_it_answered_a_colleagues_does_not(remark, people):
    actions.reply(remark, body="I wonder too.", by=people["emil"])
    remark.refresh_from_db()
    assert remark.state == "open"
    answer = actions.reply(remark, body="Half of them.", by=people["ana"])
    remark.refresh_from_db()
    assert (remark.state, answer.parent, answer.anchor) == ("answered", remark, "section:summary")
    assert {notice.person.username for notice in Notice.objects.filter(kind="reply")} == {"carla", "emil"}


def test_an_answer_to_an_answer_stands_under_the_remark(remark, people):
    first = actions.reply(remark, body="Half.", by=people["ana"])
    assert actions.reply(first, body="Thanks.", by=people["carla"]).parent == remark
    with pytest.raises(Refused, match="Write an answer"):
        actions.reply(remark, body=" ", by=people["ana"])


def test_accepted_wording_goes_into_the_work(remark, record, people):
    done = actions.accept_wording(remark, by=people["ana"])
    assert (done.state, done.settled_by) == ("accepted", people["ana"])
    assert "200 people, half of them women, to find work" in Record.objects.get(pk=record.pk).summary
    with pytest.raises(Refused, match="done meanwhile"):
        actions.accept_wording(remark, by=people["ana"])


def test_wording_for_words_that_are_gone_is_refused_and_stays_open(remark, record, people):
    desk.write(record, "Other words.")
    with pytest.raises(Refused, match="no longer there"):
        actions.accept_wording(remark, by=people["ana"])
    remark.refresh_from_db()
    assert remark.state == "open"


def test_a_remark_without_wording_has_none_to_accept(clearance, people):
    made = actions.comment(clearance, round=1, anchor="budget", body="Dear.", by=people["carla"])
    with pytest.raises(Refused, match="suggests no wording"):
        actions.accept_wording(made, by=people["ana"])


@pytest.mark.parametrize("name", ["carla", "dora"])
def test_who_made_it_and_who_decides_settle_it_and_open_it_again(remark, people, name):
    assert actions.settle(remark, by=people[name]).state == "settled"
    again = actions.reopen(remark, by=people[name])
    assert (again.state, again.settled_at) == ("open", None)
    with pytest.raises(Refused, match="is open"):
        actions.reopen(remark, by=people[name])


def test_authors_and_others_do_not_settle_or_withdraw_it(remark, people):
    for name in ("ana", "emil", "boris"):
        with pytest.raises(PermissionDenied):
            actions.settle(remark, by=people[name])
    for name in ("ana", "dora", "emil"):
        with pytest.raises(PermissionDenied):
            actions.withdraw_comment(remark, by=people[name])


def test_what_was_withdrawn_keeps_its_words_and_only_its_maker_brings_it_back(remark, people):
    actions.withdraw_comment(remark, by=people["carla"])
    assert Comment.objects.get().body == "How many are women?"
    with pytest.raises(Refused, match="withdrawn"):
        actions.reply(remark, body="Half.", by=people["ana"])
    with pytest.raises(PermissionDenied):
        actions.reopen(remark, by=people["dora"])
    assert actions.reopen(remark, by=people["carla"]).state == "open"


def test_nothing_is_said_after_the_end(remark, clearance, people):
    actions.decide(clearance, round=1, outcome="refused", reason="No.", by=people["dora"])
    with pytest.raises(Ended):
        actions.reply(remark, body="Half.", by=people["ana"])
    with pytest.raises(Ended):
        actions.comment(clearance, round=1, anchor="budget", body="x", by=people["carla"])


def test_a_wording_needs_words_that_it_replaces_or_the_title_of_a_row(clearance, people, monkeypatch):
    with pytest.raises(Refused, match="Mark the words"):
        actions.comment(clearance, round=1, anchor="section:summary", wording="Better.", by=people["carla"])
    titled = Rows(
        "matrix",
        "Matrix",
        [Heading("title", "Title")],
        [Line("indicator:7", "Indicator 1.a", {"title": "People sheltered"})],
    )
    Submission.objects.update(content=as_json(Content("Work", (titled,))))
    made = actions.comment(clearance, round=1, anchor="indicator:7", wording="People who moved in", by=people["carla"])
    assert made.quote == "People sheltered"
