"""The life of an input: asked for, taken on or declined, changed, cleared, delivered, and what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.records.models import JournalEntry, Record, RecordPlace
from migov.foundation.records.themes import themes_of
from migov.services.clearance import actions as clearance
from migov.services.clearance.errors import Hindered
from migov.services.notices.models import Notice
from migov.work.cooperation.inputs.actions import life, writing
from migov.work.cooperation.inputs.actions.ground import InputRefused, Meanwhile
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.models import Input
from tests.factories import PlaceFactory, ThemeFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import mechanism


class TestRequest:
    def test_anybody_of_the_office_asks_and_the_policy_officers_are_told(self, at: Ground) -> None:
        made = at.request(
            by="ana", place=PlaceFactory(code="ALB"), themes=[ThemeFactory(code="labour")], asked="Five minutes."
        )
        assert (made.state, made.mechanism, made.record.visibility) == ("requested", at.prague, "internal")
        assert [one.code for one in themes_of(made.record)] == ["labour"]
        assert RecordPlace.objects.current().filter(record=made.record, place__code="ALB").exists()
        told = Notice.objects.filter(record=made.record).values_list("person__username", flat=True)
        assert sorted(told) == ["fatos", "peter"]
        assert JournalEntry.objects.filter(record_id=made.pk, verb="input requested").count() == 1

    @pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
    def test_people_from_outside_do_not(self, at: Ground, name: str) -> None:
        with pytest.raises(PermissionDenied):
            at.request(by=name)

    def test_who_asks_may_begin_at_once_if_the_role_allows_it(self, at: Ground) -> None:
        assert at.request(by="fatos", begin=True).record.owner == at.people["fatos"]
        with pytest.raises(PermissionDenied):
            at.request(by="hana", begin=True)
        assert Input.objects.count() == 1

    @pytest.mark.parametrize(("field", "value"), [("title", "  "), ("type", "song")])
    def test_what_is_wrong_names_its_field(self, at: Ground, field: str, value: str) -> None:
        with pytest.raises(InputRefused) as refused:
            at.request(**{field: value})
        assert refused.value.field == field

    def test_a_meeting_of_another_mechanism_is_refused(self, at: Ground) -> None:
        with pytest.raises(InputRefused) as refused:
            at.request(mechanism=mechanism("budapest"))
        assert refused.value.field == "mechanism"


class TestTaking:
    def test_a_policy_officer_takes_it_on_and_who_asked_is_told(self, at: Ground) -> None:
        made = at.draft()
        assert (made.state, made.record.owner) == ("draft", at.people["fatos"])
        assert Notice.objects.filter(person=at.people["ana"], record=made.record).count() == 1

    def test_of_two_who_take_it_on_the_second_is_told(self, at: Ground) -> None:
        made = at.request()
        life.take(made, by=at.people["fatos"], seen=1)
        with pytest.raises(Meanwhile):
            life.take(made, by=at.people["peter"], seen=1)
        assert Input.objects.get(pk=made.pk).record.owner == at.people["fatos"]

    @pytest.mark.parametrize("name", ["boris", "hana", "galina", "ion", "jan", "nobody"])
    def test_others_do_not(self, at: Ground, name: str) -> None:
        made = at.request()
        with pytest.raises(PermissionDenied):
            life.take(made, by=at.people[name])
        with pytest.raises(PermissionDenied):
            life.decline(made, reason="No.", by=at.people[name])

    def test_it_is_declined_with_a_reason_and_can_be_taken_on_after_all(self, at: Ground) -> None:
        made = at.request()
        with pytest.raises(InputRefused):
            life.decline(made, reason=" ", by=at.people["fatos"])
        life.decline(made, reason="The agenda leaves no room.", by=at.people["fatos"])
        made.refresh_from_db()
        assert (made.state, made.reason) == ("declined", "The agenda leaves no room.")
        assert life.take(made, by=at.people["peter"]).state == "draft"

    def test_it_can_be_given_to_a_colleague_but_to_nobody_outside(self, at: Ground) -> None:
        made = life.take(at.request(), owner=at.people["carla"], by=at.people["fatos"])
        assert made.record.owner == at.people["carla"]
        assert Notice.objects.filter(person=at.people["carla"], record=made.record).exists()
        with pytest.raises(InputRefused):
            life.take(at.request(), owner=at.people["ion"], by=at.people["fatos"])


class TestChanging:
    def test_who_asked_changes_it_until_it_is_taken_on(self, at: Ground) -> None:
        made = at.request()
        life.change(made, {"title": "Statement on skills", "due": date(2026, 12, 1)}, by=at.people["ana"])
        made = Input.objects.get(pk=made.pk)
        assert (made.record.title, made.due) == ("Statement on skills", date(2026, 12, 1))
        life.take(made, by=at.people["fatos"])
        with pytest.raises(PermissionDenied):
            life.change(made, {"title": "Mine"}, by=at.people["ana"])

    def test_two_who_change_at_once_lose_nothing(self, at: Ground) -> None:
        made = at.draft()
        seen = made.revision
        life.change(made, {"due": date(2026, 12, 1)}, seen=seen, by=at.people["fatos"])
        with pytest.raises(Meanwhile):
            life.change(made, {"due": date(2026, 12, 2)}, seen=seen, by=at.people["peter"])
        assert Input.objects.get(pk=made.pk).due == date(2026, 12, 1)

    def test_the_type_stays_once_sections_are_written(self, at: Ground) -> None:
        made = at.draft()
        life.change(made, {"type": "points"}, by=at.people["fatos"])
        writing.write(made, "points", text="We ask for fair recruitment.", by=at.people["fatos"])
        with pytest.raises(InputRefused) as refused:
            life.change(made, {"type": "statement"}, by=at.people["fatos"])
        assert refused.value.field == "type"

    def test_authors_write_with_the_owner(self, at: Ground) -> None:
        made = at.draft()
        with pytest.raises(PermissionDenied):
            writing.write(made, "message", text="Words.", by=at.people["carla"])
        life.set_authors(made, owner=at.people["fatos"], authors=[at.people["carla"]], by=at.people["fatos"])
        writing.write(made, "message", text="Words.", by=at.people["carla"])
        assert Notice.objects.filter(person=at.people["carla"], record=made.record).exists()
        with pytest.raises(InputRefused):
            life.set_authors(made, owner=at.people["fatos"], authors=[at.people["ion"]], by=at.people["fatos"])

    def test_it_is_taken_out_with_a_reason_but_not_once_cleared(self, at: Ground) -> None:
        made = at.draft()
        life.take_out(made, reason="The meeting was cancelled.", by=at.people["fatos"])
        assert Input.objects.get(pk=made.pk).record.removed_at is not None
        with pytest.raises(InputRefused):
            life.take_out(at.cleared(), reason="No.", by=at.people["fatos"])


class TestClearance:
    def test_it_cannot_be_handed_in_before_its_sections_are_written(self, at: Ground) -> None:
        with pytest.raises(Hindered, match="not written yet"):
            at.hand_in(at.draft())

    def test_a_second_policy_officer_is_asked(self, at: Ground) -> None:
        made = at.draft(themes=[ThemeFactory(code="labour")])
        at.write_all(made)
        standing = at.hand_in(made)
        seats = {one.seat: one.reviewer for one in standing.reviews.all()}
        assert seats["Second reader, policy"] == at.people["peter"]
        assert "Specialist, labour migration and human development" in seats
        assert Input.objects.get(pk=made.pk).state == "clearance"

    def test_sent_back_it_is_written_again(self, at: Ground) -> None:
        made = at.draft()
        at.write_all(made)
        at.decide(at.hand_in(made), "returned")
        assert Input.objects.get(pk=made.pk).state == "draft"

    def test_what_was_changed_since_is_not_cleared(self, at: Ground) -> None:
        made = at.draft()
        at.write_all(made)
        standing = at.hand_in(made)
        writing.write(made, "message", text="Other words.", by=at.people["fatos"])
        with pytest.raises(clearance.Refused, match="Message"):
            at.decide(standing)
        assert Input.objects.get(pk=made.pk).state == "clearance"

    def test_a_suggested_wording_is_taken_into_the_text(self, at: Ground) -> None:
        made = at.draft()
        at.write_all(made)
        standing = at.hand_in(made)
        comment = clearance.comment(
            standing, round=1, anchor="section:closing", quote="Fair recruitment protects workers", body="Say it with women.",
            wording="Fair recruitment protects women and men", by=at.people["peter"],
        )  # fmt: skip
        clearance.accept_wording(comment, by=at.people["fatos"])
        assert "protects women and men" in made.sections.get(code="closing").text

    def test_cleared_it_can_be_opened_again_with_a_reason(self, at: Ground) -> None:
        made = at.cleared()
        assert made.submission is not None
        with pytest.raises(InputRefused):
            life.reopen(made, reason="", by=at.people["fatos"])
        life.reopen(made, reason="The chair gave us three minutes only.", by=at.people["fatos"])
        made = Input.objects.get(pk=made.pk)
        assert (made.state, made.submission) == ("draft", None)


class TestDelivery:
    def test_only_what_is_cleared_is_delivered(self, at: Ground) -> None:
        with pytest.raises(InputRefused):
            life.deliver(at.draft(), on=timezone.localdate(), function="Regional Director", by=at.people["fatos"])

    def test_day_and_function_are_kept_and_what_became_of_it(self, at: Ground) -> None:
        made, today = at.cleared(), timezone.localdate()
        for on, function, field in (
            (today + timedelta(days=1), "Director", "on"),
            (today - timedelta(days=1), "Director", "on"),
            (today, " ", "function"),
        ):
            with pytest.raises(InputRefused) as refused:
                life.deliver(made, on=on, function=function, by=at.people["fatos"])
            assert refused.value.field == field
        life.deliver(made, on=today, function="Regional Director", by=at.people["fatos"])
        life.tell_what_became(made, text="Taken up in paragraph 7.", by=at.people["fatos"])
        made = Input.objects.get(pk=made.pk)
        assert (made.state, made.delivered_by, made.became) == (
            "delivered",
            "Regional Director",
            "Taken up in paragraph 7.",
        )
        life.tell_what_became(made, text="Dropped in the final draft.", by=at.people["fatos"])
        kept = JournalEntry.objects.filter(record_id=made.pk, verb="input followed up").first()
        assert kept is not None
        assert kept.detail["fields"]["became"] == ["Taken up in paragraph 7.", "Dropped in the final draft."]

    @pytest.mark.parametrize("name", ["ana", "boris", "hana", "ion", "jan", "nobody"])
    def test_others_do_not_deliver(self, at: Ground, name: str) -> None:
        made = at.cleared()
        with pytest.raises(PermissionDenied):
            life.deliver(made, on=timezone.localdate(), function="Director", by=at.people[name])


class TestDays:
    def test_nothing_is_asked_for_by_a_day_that_has_passed(self, at: Ground) -> None:
        gone = timezone.localdate() - timedelta(days=1)
        with pytest.raises(InputRefused) as refused:
            life.request(Wanted("Statement", "statement", due=gone), by=at.people["ana"])
        assert refused.value.field == "due"
        made = at.draft()
        with pytest.raises(InputRefused) as refused:
            life.change(made, {"due": gone}, by=at.people["fatos"])
        assert refused.value.field == "due"

    def test_what_is_late_already_can_be_changed_otherwise(self, at: Ground) -> None:
        gone = timezone.localdate() - timedelta(days=1)
        made = at.draft(due=gone)
        life.change(made, {"title": "Statement on skills", "due": gone}, by=at.people["fatos"])
        assert Input.objects.get(pk=made.pk).record.title == "Statement on skills"

    def test_nothing_is_spoken_before_its_meeting_but_a_paper_may_be_sent_ahead(self, at: Ground) -> None:
        today = timezone.localdate()
        for type, refused in (("statement", True), ("position", False)):
            paper = at.cleared(type=type)
            Record.objects.filter(pk=at.som.pk).update(starts=today + timedelta(days=1), ends=None)
            if refused:
                with pytest.raises(InputRefused, match="nothing is spoken there before"):
                    life.deliver(paper, on=today, function="Director", by=at.people["fatos"])
            else:
                life.deliver(paper, on=today, function="Director", by=at.people["fatos"])
            assert Input.objects.get(pk=paper.pk).state == ("cleared" if refused else "delivered")
