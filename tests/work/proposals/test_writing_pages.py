"""The pages on which sections are written: with and without JavaScript, and who may see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.records.models import Stage
from migov.services.clearance.models import Clearance, Comment, Submission
from migov.work.proposals.actions import writing
from migov.work.proposals.models import Edition, Lock, SetAside
from migov.work.proposals.papers import paper
from tests.factories import element
from tests.work.proposals.writers import Desk, desk

ClientFor = Callable[[Any], Client]


@pytest.fixture
def at(people: dict[str, User]) -> Desk:
    return desk(people)


def url(at: Desk, name: str = "section", *more: Any, code: str = "rationale") -> str:
    args = [at.proposal.pk] if name == "text" else [at.proposal.pk, code, *more]
    return reverse(f"proposals:{name}", args=args)


def aside(at: Desk) -> SetAside:
    """Dana's text stands, Ana's was set aside; nobody writes now."""
    at.save("Guards are trained each year.", by=at.dana, revision=0)
    with pytest.raises(writing.TextConflict):
        at.save("Guards are trained twice.", by=at.ana, revision=0)
    Lock.objects.all().delete()
    return SetAside.objects.get()


# All sections


def test_the_list_tells_how_far_each_section_is(at: Desk, client_for: ClientFor) -> None:
    at.save("word " * 700, by=at.dana, revision=0)
    at.save("word " * 300, by=at.ana, revision=0, code="approach")
    at.save("Few.", by=at.ana, revision=0, code="evaluation")
    page = client_for(at.ana).get(url(at, "text")).content.decode()
    assert "3 of 11 sections written" in page
    assert "700 of 600 words" in page
    for words in ("too long", "begun", "written", "not written yet", "dana is writing now"):
        assert words in page


def test_the_list_asks_as_often_for_many_as_for_none(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    client.get(url(at, "text"))
    with CaptureQueriesContext(connection) as before:
        client.get(url(at, "text"))
    for part in paper("proposal").sections:
        at.save(f"About {part.title}.", by=at.dana, revision=0, code=part.code)
    with CaptureQueriesContext(connection) as after:
        client.get(url(at, "text"))
    assert len(after) <= len(before) + 1, "one more for the words that were set aside"


def test_a_concept_note_shows_what_was_written_for_the_proposal(at: Desk, client_for: ClientFor) -> None:
    at.save("Six months after the end.", by=at.ana, revision=0, code="evaluation")
    at.put(Stage.CONCEPT)
    page = client_for(at.ana).get(url(at, "text")).content.decode()
    assert "Kept from another paper" in page
    assert "Six months after the end." in page


# One section, without JavaScript


def test_a_section_is_saved_with_the_plain_button(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    page = client.get(url(at)).content.decode()
    assert 'name="revision" value="0"' in page
    assert "What reviewers will ask" in page
    answer = client.post(url(at), {"text": "<b>The problem</b> is large.", "revision": "0", "token": "t"}, follow=True)
    assert "Saved: 4 words." in answer.content.decode()
    assert "&lt;b&gt;The problem&lt;/b&gt; is large." in answer.content.decode()
    assert at.row().text == "<b>The problem</b> is large."


def test_a_conflict_leads_to_both_texts_side_by_side(at: Desk, client_for: ClientFor) -> None:
    at.save("Guards are trained each year.", by=at.dana, revision=0)
    Lock.objects.all().delete()
    answer = client_for(at.ana).post(
        url(at), {"text": "Guards are trained twice.", "revision": "0", "token": "t"}, follow=True
    )
    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == url(at, "aside", SetAside.objects.get().pk)
    assert "dana changed this section meanwhile" in page
    assert "<del>each " in page
    assert "<ins>twice" in page


@pytest.mark.parametrize(
    ("choice", "stands"),
    [
        ("theirs", "Guards are trained each year."),
        ("mine", "Guards are trained twice."),
        ("merged", "Guards are trained."),
    ],
)
def test_the_conflict_is_settled(at: Desk, client_for: ClientFor, choice: str, stands: str) -> None:
    kept = aside(at)
    where = url(at, "aside", kept.pk)
    answer = client_for(at.ana).post(where, {"choice": choice, "text": "Guards are trained.", "revision": "1"})
    assert answer["Location"] == url(at)
    assert at.row().text == stands
    assert "This was settled" in client_for(at.ana).get(where).content.decode()


def test_what_changed_again_is_shown_again_with_what_was_typed(at: Desk, client_for: ClientFor) -> None:
    kept = aside(at)
    at.save("Guards are trained each year, by law.", by=at.dana, revision=1)
    Lock.objects.all().delete()
    answer = client_for(at.ana).post(
        url(at, "aside", kept.pk), {"choice": "merged", "text": "My careful merger.", "revision": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed again while you compared" in page
    assert "My careful merger." in page
    assert 'name="revision" value="2"' in page


def test_a_section_that_another_writes_can_be_taken_over(at: Desk, client_for: ClientFor) -> None:
    at.save("Dana begins.", by=at.dana, revision=0)
    client = client_for(at.ana)
    page = client.get(url(at)).content.decode()
    assert "is writing this section now" in page
    assert "readonly" in page
    page = client.post(url(at, "section-take"), {"token": "t"}, follow=True).content.decode()
    assert "You write this section now" in page
    assert "readonly" not in page
    told = client_for(at.dana).post(
        url(at), {"text": "Dana begins, and goes on.", "revision": "1", "token": "dana"}, follow=True
    )
    assert "ana is writing this section now" in told.content.decode()
    assert "Dana begins, and goes on." in at.texts()


def test_a_text_that_is_too_long_is_refused_and_stays_in_its_field(at: Desk, client_for: ClientFor) -> None:
    answer = client_for(at.ana).post(url(at), {"text": "long " * 25_000, "revision": "0", "token": "t"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "too long to be saved" in page
    assert "long long long" in page


def test_earlier_texts_are_compared_and_put_back(at: Desk, client_for: ClientFor) -> None:
    at.save("Better before.", by=at.ana, revision=0)
    Lock.objects.all().delete()
    at.save("Worse now.", by=at.dana, revision=1)
    Lock.objects.all().delete()
    edition = Edition.objects.get()
    client = client_for(at.ana)
    page = client.get(url(at, "section-editions"), {"edition": edition.pk}).content.decode()
    assert "<del>Better" in page
    assert "<ins>Worse" in page
    page = client.post(url(at, "section-restore", edition.pk), follow=True).content.decode()
    assert "The earlier text stands again" in page
    assert at.row().text == "Better before."


# Saving by itself


def test_a_page_saves_by_itself_and_is_told_what_stands(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    said = client.post(
        url(at, "section-save"), {"text": "One two.", "revision": "0", "token": "t", "number": "1"}
    ).json()
    assert (said["state"], said["revision"], said["words"]) == ("saved", 1, 2)
    assert len(said["at"]) == 5
    state = client.get(url(at, "section-state")).json()
    assert (state["text"], state["revision"], state["writer"], state["user"]) == ("One two.", 1, "", str(at.ana.pk))
    assert client_for(at.dana).get(url(at, "section-state")).json()["writer"] == "ana"


def test_a_page_is_told_where_its_words_are_when_they_are_not_in_the_text(at: Desk, client_for: ClientFor) -> None:
    at.save("Dana.", by=at.dana, revision=0)
    said = client_for(at.ana).post(url(at, "section-save"), {"text": "Ana.", "revision": "0", "token": "t"}).json()
    assert said["state"] == "aside"
    assert said["url"] == url(at, "aside", SetAside.objects.get().pk)
    at.put(Stage.ENDORSED)
    said = (
        client_for(at.dana)
        .post(url(at, "section-save"), {"text": "Dana, later.", "revision": "1", "token": "dana"})
        .json()
    )
    assert (said["state"], "cannot be changed" in said["message"]) == ("aside", True)
    assert {"Ana.", "Dana.", "Dana, later."} == at.texts()


def test_a_page_that_begins_to_write_is_told_who_does_already(at: Desk, client_for: ClientFor) -> None:
    assert client_for(at.dana).post(url(at, "section-open"), {"token": "d"}).json()["state"] == "open"
    assert client_for(at.ana).post(url(at, "section-open"), {"token": "a"}).json() == {
        "state": "held",
        "writer": "dana",
    }
    assert client_for(at.dana).post(url(at, "section-save"), {"leave": "1", "token": "d"}).json()["state"] == "left"
    assert client_for(at.ana).post(url(at, "section-open"), {"token": "a"}).json()["state"] == "open"


@pytest.mark.parametrize("revision", ["", "x", "-1", "²", "99999999999999999999"])
def test_a_revision_that_is_none_never_passes_for_the_newest(at: Desk, client_for: ClientFor, revision: str) -> None:
    at.save("Stands.", by=at.ana, revision=0)
    Lock.objects.all().delete()
    fields = {"text": "Replaces.", "revision": revision, "token": "other"}
    assert client_for(at.dana).post(url(at, "section-save"), fields).json()["state"] == "aside"
    assert at.row().text == "Stands."


def test_fifty_saves_are_fifty_revisions(at: Desk, client_for: ClientFor) -> None:
    client, revision = client_for(at.ana), 0
    text = "The problem is large and grows. " * 80
    for number in range(1, 51):
        sent = {"text": f"{text} {number}", "revision": str(revision), "token": "page", "number": str(number)}
        revision = client.post(url(at, "section-save"), sent).json()["revision"]
    assert revision == 50
    assert at.row().text.endswith(" 50")


def test_a_save_asks_the_database_a_bounded_number_of_times(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    for number in (1, 2):
        client.post(
            url(at, "section-save"), {"text": f"Text {number}", "revision": number - 1, "token": "p", "number": number}
        )
    with CaptureQueriesContext(connection) as asked:
        client.post(url(at, "section-save"), {"text": "Text 3", "revision": 2, "token": "p", "number": 3})
    assert len(asked) <= 24, [query["sql"][:90] for query in asked]


# Beside the text


@pytest.fixture
def comment(at: Desk, people: dict[str, User]) -> Comment:
    at.save("We train guards.", by=at.ana, revision=0)
    at.put(Stage.REVIEW)
    clearance = Clearance.objects.create(record=at.proposal.project.record, subject="proposal", title="x", round=1)
    content = {
        "title": "x",
        "parts": [{"anchor": "section:rationale", "title": "Rationale", "text": "We train guards.", "group": ""}],
    }
    submission = Submission.objects.create(clearance=clearance, number=1, content=content, digest="x")
    return Comment.objects.create(
        clearance=clearance, submission=submission, anchor="section:rationale", place="Rationale", quote="train guards",
        wording="teach guards the law", body="Say <em>what</em> they learn.", by=people["carla"],
    )  # fmt: skip


def test_comments_stand_beside_their_section_and_wording_is_accepted_with_one_click(
    at: Desk, comment: Comment, client_for: ClientFor
) -> None:
    client = client_for(at.ana)
    page = client.get(url(at)).content.decode()
    assert "Say &lt;em&gt;what&lt;/em&gt; they learn." in page
    assert "Accept wording" in page
    assert "Accept wording" not in client.get(url(at, code="approach")).content.decode()
    assert "1 comment" in client.get(url(at, "text")).content.decode()
    page = client.post(url(at, "section-comment", comment.pk), {"accept": "1"}, follow=True).content.decode()
    assert "The wording stands in the text now" in page
    assert at.row().text == "We teach guards the law."
    assert "Accept wording" not in client.get(url(at)).content.decode()


def test_wording_whose_words_are_gone_is_refused_and_can_be_answered(
    at: Desk, comment: Comment, client_for: ClientFor
) -> None:
    at.save("We advise guards.", by=at.ana, revision=1)
    client = client_for(at.ana)
    page = client.post(url(at, "section-comment", comment.pk), {"accept": "1"}, follow=True).content.decode()
    assert "no longer in the section" in page
    page = client.post(
        url(at, "section-comment", comment.pk), {"reply": "1", "body": "Changed."}, follow=True
    ).content.decode()
    assert "Your answer was sent" in page
    assert "Changed." in page
    page = client.post(
        url(at, "section-comment", comment.pk), {"reply": "1", "body": " "}, follow=True
    ).content.decode()
    assert "Write an answer" in page


def test_elements_are_suggested_for_what_is_being_written_and_declared(at: Desk, client_for: ClientFor) -> None:
    ten = element("10")
    text = "Border police identify victims of trafficking in persons and refer them to shelters; traffickers are prosecuted."
    client = client_for(at.ana)
    page = client.post(url(at, "section-elements"), {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert "GCM 10" in page
    assert "<mark>" in page
    page = client.post(
        url(at, "section-declare"), {"element": ten.pk, "text": text}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "GCM 10 was declared." in page
    assert "Declared for this project" in client.get(url(at)).content.decode()
    page = client.post(url(at, "section-declare"), {"element": ten.pk}, follow=True).content.decode()
    assert "GCM 10" in page
    assert client.post(url(at, "section-declare"), {"element": "x"}).status_code == 404


def test_similar_projects_are_a_part_of_the_page_and_a_page(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    part = client.get(url(at, "section-similar"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Back to the section" in client.get(url(at, "section-similar")).content.decode()


def test_a_section_page_asks_a_bounded_number_of_times(at: Desk, comment: Comment, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    client.get(url(at))
    with CaptureQueriesContext(connection) as before:
        client.get(url(at))
    for _more in range(5):
        Comment.objects.create(
            clearance=comment.clearance, submission=comment.submission, anchor="section:rationale", place="Rationale",
            body="More.", by=comment.by,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as after:
        client.get(url(at))
    assert len(after) == len(before)


def test_a_section_that_the_paper_does_not_have_is_not_found(at: Desk, client_for: ClientFor) -> None:
    client = client_for(at.ana)
    assert client.get(url(at, code="budget")).status_code == 404
    assert client.post(url(at, code="budget"), {"text": "x"}).status_code == 404
    assert client.post(url(at, "section-save", code="budget"), {"text": "x"}).status_code == 404
    assert client.get(url(at, "section-state", code="budget")).status_code == 404


def test_a_lock_that_has_ended_is_not_shown(at: Desk, client_for: ClientFor) -> None:
    at.save("Dana.", by=at.dana, revision=0)
    Lock.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "dana is writing now" not in client_for(at.ana).get(url(at, "text")).content.decode()
