"""Registering, describing, answering, issuing and following up: what may be done, by whom, and what it leaves behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record, RecordPlace
from migov.work.evaluations import quality
from migov.work.evaluations.actions import content, register, responding
from migov.work.evaluations.actions.ground import Conflict, EvaluationError
from migov.work.evaluations.models import (
    Answer,
    Criterion,
    EvaluatedProject,
    Evaluation,
    Finding,
    KeyAction,
    Label,
    ManagementResponse,
    QualityAnswer,
    RegisterRow,
    StatusNote,
)
from migov.work.evaluations.queries.followup import lacking, recommendations
from tests.factories import OfficeFactory, country_office, person, project
from tests.work.evaluations.makers import completed, evaluation, issued, recommendation

pytestmark = pytest.mark.django_db


def again(one: Evaluation) -> Evaluation:
    return Evaluation.objects.select_related("record", "management_response").get(pk=one.pk)


class TestRegister:
    def test_it_begins_as_planned_with_the_six_criteria(self, people: Any) -> None:
        office = people["ana"].standing[0].office
        made = register.start("Evaluation of the desks", office=office, by=people["ana"])
        assert (made.status, made.record.visibility, made.record.owner) == ("planned", "internal", people["ana"])
        codes = [one.code for one in made.criteria.all()]
        assert codes == ["relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"]
        assert JournalEntry.objects.get(record_id=made.pk).verb == "created"

    def test_all_that_the_register_says_can_be_described(self) -> None:
        known = project(reference="MG-0101")
        one = evaluation(
            places=["ALB"], timing="final", scope=["project", "thematic"], donors=["European Union"], budget=Decimal(15000),
            currency="EUR", projects=["MG-0101", "XX-9"], period_from=date(2024, 1, 1), period_to=date(2025, 12, 31),
        )  # fmt: skip
        assert {label.value for label in Label.objects.all()} == {"project", "thematic", "European Union"}
        assert list(EvaluatedProject.objects.values_list("code", "project_id")) == [
            ("MG-0101", known.pk),
            ("XX-9", None),
        ]
        changed = register.describe(
            one, {"places": list(Place.objects.filter(code="SRB")), "scope": ["project"]}, by=SYSTEM
        )
        assert changed == {"scope": ["project, thematic", "project"], "countries": ["Albania", "Serbia"]}
        assert RecordPlace.objects.filter(record=one.record).count() == 2
        assert Record.objects.get(pk=one.pk).starts == date(2024, 1, 1)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": "  "}, "title"),
            ({"period_from": date(2025, 1, 1), "period_to": date(2024, 1, 1)}, "period_to"),
            ({"planned_start": date(2025, 1, 1), "planned_end": date(2024, 1, 1)}, "planned_end"),
            ({"budget": Decimal(5)}, "currency"),
            ({"reference": "EV-1"}, "reference"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, values: dict[str, Any], field: str) -> None:
        evaluation("Another", reference="EV-1")
        one = evaluation()
        with pytest.raises(EvaluationError) as refused:
            register.describe(one, values, by=SYSTEM)
        assert refused.value.field == field

    def test_who_was_slower_is_told(self) -> None:
        one = evaluation()
        register.describe(one, {"pages": 10}, by=SYSTEM, seen=1)
        with pytest.raises(Conflict):
            register.describe(one, {"pages": 12}, by=SYSTEM, seen=1)
        assert again(one).pages == 10

    def test_steps_follow_the_table(self) -> None:
        one = evaluation()
        register.move(one, "ongoing", by=SYSTEM)
        register.move(one, "completed", on=date(2026, 6, 1), by=SYSTEM)
        done = again(one)
        assert (done.status, done.published_on, done.year, done.response_due) == (
            "completed", date(2026, 6, 1), 2026, date(2026, 6, 29),
        )  # fmt: skip
        with pytest.raises(EvaluationError, match="cannot become"):
            register.move(one, "cancelled", why="No money", by=SYSTEM)
        other = evaluation("Another")
        with pytest.raises(EvaluationError, match="Say why"):
            register.move(other, "cancelled", by=SYSTEM)
        with pytest.raises(EvaluationError, match="to come"):
            register.move(other, "completed", on=date(2999, 1, 1), by=SYSTEM)
        register.move(other, "cancelled", why="No money", by=SYSTEM)
        assert again(other).cancelled_why == "No money"

    def test_it_can_be_taken_from_the_register_with_a_reason(self) -> None:
        one = evaluation()
        with pytest.raises(EvaluationError):
            register.remove(one, by=SYSTEM, why=" ")
        register.remove(one, by=SYSTEM, why="Entered twice")
        assert Record.objects.get(pk=one.pk).removed_at is not None


class TestContent:
    def test_a_rating_needs_a_justification_and_an_own_criterion_a_name(self) -> None:
        one = evaluation()
        relevance = one.criteria.get(code="relevance")
        with pytest.raises(EvaluationError) as refused:
            content.save_criterion(one, {"code": "relevance", "rating": "4"}, by=SYSTEM, row=relevance)
        assert refused.value.field == "justification"
        made = content.save_criterion(
            one, {"code": "relevance", "rating": "4", "justification": "It met the need."}, by=SYSTEM, row=relevance
        )
        assert made.rating == "4"
        for code, name in (("own", ""), ("relevance", "")):
            with pytest.raises(EvaluationError):
                content.save_criterion(one, {"code": code, "name": name}, by=SYSTEM)
        own = content.save_criterion(
            one, {"code": "own", "name": "Do no harm", "question": "Was anybody put at risk?"}, by=SYSTEM
        )
        assert str(own) == "Do no harm"
        content.remove_criterion(own, by=SYSTEM)
        assert one.criteria.count() == 6

    def test_findings_and_recommendations_keep_their_numbers(self) -> None:
        one = evaluation()
        first = content.save_finding(one, {"kind": "finding", "text": "Referral works."}, by=SYSTEM)
        content.save_finding(one, {"kind": "conclusion", "text": "It should go on."}, by=SYSTEM)
        content.arrange(first, removed=True, by=SYSTEM)
        second = content.save_finding(one, {"kind": "finding", "text": "Data are late."}, by=SYSTEM)
        assert (second.number, Finding.objects.filter(removed_at__isnull=True).count()) == (2, 2)
        made = content.save_recommendation(
            one, {"text": "Publish monthly.", "priority": "1", "addressee": "The office"}, findings=[second], by=SYSTEM
        )
        assert [finding.pk for finding in made.findings.all()] == [second.pk]
        with pytest.raises(Conflict):
            content.save_recommendation(one, {"text": "Publish."}, row=made, seen=7, by=SYSTEM)
        with pytest.raises(EvaluationError, match="Write something"):
            content.save_recommendation(one, {"text": " "}, by=SYSTEM)

    def test_quality_answers_are_appended_and_scored(self) -> None:
        one = completed()
        with pytest.raises(EvaluationError, match="Say why"):
            content.answer_quality(one, "purpose", "partly", by=SYSTEM)
        content.answer_quality(one, "purpose", "not", justification="No purpose is said.", by=SYSTEM)
        content.answer_quality(one, "purpose", "met", by=SYSTEM)
        content.answer_quality(one, "use", "partly", justification="Late.", by=SYSTEM)
        content.answer_quality(one, "capacity", "n/a", justification="No partner.", by=SYSTEM)
        standing = {answer.question: answer for answer in QualityAnswer.objects.current()}
        score = quality.score(standing)
        assert (score.points, score.applicable, score.answered, score.share) == (Decimal("1.5"), 2, 3, Decimal("0.75"))
        assert QualityAnswer.objects.count() == 4
        with pytest.raises(EvaluationError):
            content.answer_quality(one, "unknown", "met", by=SYSTEM)


class TestResponse:
    def test_it_is_issued_only_when_nothing_is_lacking(self) -> None:
        one = completed()
        for number in range(3):
            recommendation(one, f"Do thing {number}")
        responding.save_response(one, {"form": "2024"}, by=SYSTEM)
        rows = list(one.recommendations.all())
        with pytest.raises(EvaluationError, match="rejection needs a reason"):
            responding.answer(rows[0], {"verdict": "reject", "comment": " "}, by=SYSTEM)
        responding.answer(rows[0], {"verdict": "reject", "comment": "Outside our mandate."}, by=SYSTEM)
        responding.answer(rows[1], {"verdict": "partially", "comment": "In part."}, by=SYSTEM)
        with pytest.raises(EvaluationError, match="no action follows"):
            responding.save_action(rows[0], {"text": "Do it"}, by=SYSTEM)
        action = responding.save_action(rows[1], {"text": "Half of it"}, by=SYSTEM)
        assert lacking(again(one)) == [
            "Name the coordinator of the response.", "Recommendation 3 has no answer.", "Nobody answers for action 2.1.",
        ]  # fmt: skip
        with pytest.raises(EvaluationError, match="has no answer"):
            responding.issue(one, by=SYSTEM)
        responding.answer(rows[2], {"verdict": "accept"}, by=SYSTEM)
        assert "Recommendation 3 is accepted without a key action." in lacking(again(one))
        responding.save_action(rows[2], {"text": "All of it", "responsible": "Programme unit"}, by=SYSTEM)
        responding.save_action(rows[1], {"responsible": "Programme unit"}, by=SYSTEM, row=action)
        responding.save_response(one, {"coordinator_name": "A. S."}, by=SYSTEM, seen=1)
        made = responding.issue(one, by=SYSTEM)
        assert (made.is_issued, made.date) == (True, timezone.localdate())

    def test_what_was_issued_stands_until_it_is_taken_back_with_a_reason(self) -> None:
        one = completed()
        action = issued(one)
        row = action.recommendation
        with pytest.raises(EvaluationError, match="issued"):
            content.save_recommendation(one, {"text": "Something else"}, row=row, by=SYSTEM)
        with pytest.raises(EvaluationError, match="issued"):
            responding.answer(row, {"verdict": "reject", "comment": "After all"}, by=SYSTEM)
        with pytest.raises(EvaluationError, match="the action stands"):
            responding.arrange_action(action, removed=True, by=SYSTEM)
        with pytest.raises(EvaluationError, match="stays completed"):
            register.move(one, "ongoing", by=SYSTEM)
        with pytest.raises(EvaluationError, match="Say why"):
            responding.take_back(one, why="", by=SYSTEM)
        responding.take_back(one, why="An answer was wrong", by=SYSTEM)
        responding.answer(row, {"verdict": "partially", "comment": "In part"}, by=SYSTEM)
        with pytest.raises(EvaluationError, match="draft"):
            responding.report_status(action, "completed", by=SYSTEM)

    @pytest.mark.parametrize(
        ("form", "first", "other", "given_up"),
        [("2024", "open", "initiated", "discarded"), ("2023", "not-initiated", "discarded", "not-applicable")],
    )
    def test_each_form_has_its_own_words_and_every_report_is_kept(
        self, form: str, first: str, other: str, given_up: str
    ) -> None:
        action = issued(completed(), form=form)
        assert StatusNote.objects.current().get(action=action).status == first
        with pytest.raises(EvaluationError, match="not a status of the form"):
            responding.report_status(action, other, by=SYSTEM)
        with pytest.raises(EvaluationError, match="Say why"):
            responding.report_status(action, given_up, by=SYSTEM)
        with pytest.raises(EvaluationError, match="still to come"):
            responding.report_status(action, "completed", on=date(2999, 1, 1), by=SYSTEM)
        responding.report_status(action, given_up, text="The project ended.", on=date(2026, 10, 1), by=SYSTEM)
        responding.report_status(action, "completed", text="Done after all.", on=date(2026, 11, 1), by=SYSTEM)
        notes = list(StatusNote.objects.filter(action=action).order_by("pk").values_list("status", "superseded_at"))
        assert [status for status, _ in notes] == [first, given_up, "completed"]
        assert [superseded is None for _, superseded in notes] == [False, False, True]

    def test_the_status_of_a_recommendation_is_told_from_its_actions_and_closed_by_people(self) -> None:
        one = completed()
        action = issued(one)
        row = action.recommendation
        second = responding.save_action(row, {"text": "Train deputies", "responsible": "Unit"}, by=SYSTEM)
        responding.report_status(action, "completed", by=SYSTEM)
        assert recommendations(one)[0].status == "open"
        responding.report_status(second, "discarded", text="No funds", by=SYSTEM)
        assert recommendations(one)[0].status == "completed"
        with pytest.raises(EvaluationError, match="what became of it"):
            responding.close(row, "completed", comment="", by=SYSTEM)
        responding.close(row, "completed", comment="Deputies are named.", on=date(2026, 11, 1), by=SYSTEM)
        closed = Answer.objects.get(recommendation=row)
        assert (closed.final_status, closed.final_on) == ("completed", date(2026, 11, 1))

    def test_the_form_cannot_change_under_its_actions(self) -> None:
        one = completed()
        issued(one)
        responding.take_back(one, why="Wrong form", by=SYSTEM)
        with pytest.raises(EvaluationError) as refused:
            responding.save_response(one, {"form": "2023"}, by=SYSTEM)
        assert refused.value.field == "form"

    def test_the_owner_of_an_action_may_report_on_it_and_nobody_else_from_elsewhere(self, people: Any) -> None:
        tirana = people["ana"].standing[0].office
        one = completed(office=tirana)
        carla = people["carla"]
        action = issued(one, owner=carla)
        responding.report_status(action, "completed", by=carla)
        for name in ("boris", "fatos", "ion", "jan", "nobody"):
            with pytest.raises(PermissionDenied):
                responding.report_status(action, "open", by=people[name])


class TestAccess:
    """From one table: who may do what to an evaluation of the office in Tirana."""

    MAY = frozenset({"ana", "emil", "kim"})

    def test_verbs(self, people: Any) -> None:
        tirana = people["ana"].standing[0].office
        one = completed(office=tirana)
        action = issued(one)
        row = action.recommendation
        verbs: dict[str, Any] = {
            "start": lambda by: register.start("New", office=tirana, by=by),
            "describe": lambda by: register.describe(one, {"pages": 3}, by=by),
            "move": lambda by: register.move(evaluation(office=tirana), "ongoing", by=by),
            "remove": lambda by: register.remove(evaluation(office=tirana), why="Twice", by=by),
            "criterion": lambda by: content.save_criterion(one, {"code": "own", "name": str(by)}, by=by),
            "remove criterion": lambda by: content.remove_criterion(
                Criterion.objects.create(evaluation=one, code="own", name=f"of {by}"), by=by
            ),
            "finding": lambda by: content.save_finding(one, {"kind": "finding", "text": "x"}, by=by),
            "recommendation": lambda by: content.save_recommendation(evaluation(office=tirana), {"text": "x"}, by=by),
            "arrange": lambda by: content.arrange(recommendation(evaluation(office=tirana)), removed=True, by=by),
            "quality": lambda by: content.answer_quality(one, "purpose", "met", by=by),
            "response": lambda by: responding.save_response(completed(office=tirana), {"form": "2024"}, by=by),
            "answer": lambda by: responding.answer(_answerable(tirana), {"verdict": "accept"}, by=by),
            "action": lambda by: responding.save_action(row, {"text": "y", "responsible": "z"}, by=by),
            "arrange action": lambda by: responding.arrange_action(action, removed=False, by=by),
            "take back": lambda by: responding.take_back(one, why="x", by=by),
            "issue": lambda by: responding.issue(one, by=by),
            "report": lambda by: responding.report_status(action, "open", by=by),
            "close": lambda by: responding.close(row, "open", comment="x", by=by),
        }
        refused: dict[str, set[str]] = {}
        for verb, act in verbs.items():
            for name, who in people.items():
                try:
                    with transaction.atomic():
                        act(who)
                        transaction.set_rollback(True)
                except PermissionDenied:
                    refused.setdefault(verb, set()).add(name)
        assert refused == dict.fromkeys(verbs, set(people) - self.MAY)

    def test_its_owner_may_write_from_elsewhere(self) -> None:
        owner = person("specialist", country_office("oslo"))
        one = evaluation(office=country_office("tirana"), owner=owner)
        register.describe(one, {"pages": 4}, by=owner)
        assert again(one).pages == 4


def _answerable(office: Any) -> Any:
    one = completed(office=office)
    row = recommendation(one)
    responding.save_response(one, {"form": "2024"}, by=SYSTEM)
    return row


class TestConstraints:
    """What must hold, holds in the database."""

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda one: Evaluation.objects.filter(pk=one.pk).update(timing="sometime"),
            lambda one: Evaluation.objects.filter(pk=one.pk).update(status="cancelled"),
            lambda one: Evaluation.objects.filter(pk=one.pk).update(year=1900),
            lambda one: Evaluation.objects.filter(pk=one.pk).update(budget=5),
            lambda one: Evaluation.objects.filter(pk=one.pk).update(
                period_from=date(2025, 1, 1), period_to=date(2024, 1, 1)
            ),
            lambda one: Label.objects.create(evaluation=one, kind="scope", value="everything"),
            lambda one: Label.objects.create(evaluation=one, kind="donor", value=""),
            lambda one: EvaluatedProject.objects.create(evaluation=one),
            lambda one: Criterion.objects.create(evaluation=one, code="own"),
            lambda one: one.criteria.filter(code="impact").update(rating="3"),
            lambda one: Finding.objects.create(evaluation=one, number=1, text=""),
            lambda one: ManagementResponse.objects.create(evaluation=one, state="issued"),
            lambda one: Answer.objects.create(recommendation=recommendation(one), verdict="reject"),
            lambda one: KeyAction.objects.create(recommendation=recommendation(one), number=0, text="x"),
            lambda one: QualityAnswer.objects.create(evaluation=one, question="use", answer="not", by_name="x"),
            lambda one: StatusNote.objects.create(
                action=KeyAction.objects.create(recommendation=recommendation(one), number=1, text="x"),
                status="discarded", on=date(2026, 1, 1), by_name="x",
            ),
            lambda one: [RegisterRow.objects.create(evaluation=one, number=1, file="x", digest="x", values={}) for _ in "12"],
        ],
    )  # fmt: skip
    def test_a_row_that_cannot_be_is_refused(self, wrong: Any) -> None:
        one = evaluation(office=OfficeFactory())
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong(one)
