"""The workshop in which an assessment is validated: one question on the screen, votes, what is agreed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.assess import ground
from migov.work.governance.assess.actions.answering import answer
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.models import Answer, Assessment, AssessmentState, Question, Side, Vote, Workshop

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
CODE = 6
HANDS = "hands"
MOST_HANDS = 500


@transaction.atomic
def open_workshop(assessment: Assessment | int, *, place: str, by: Actor) -> Workshop:
    """Open a workshop of an assessment in validation, with a code for guests. Raises AssessmentRefused, PermissionDenied."""
    found = ground.held(assessment, by, ground.VALIDATE)
    ground.require_state(found, AssessmentState.VALIDATION)
    if found.workshops.filter(closed_at__isnull=True).exists():
        raise AssessmentRefused(_("A workshop is open already."))
    place = ground.one_line(place, "place", 200)
    first = Question.objects.filter(set=found.set_id).order_by("domain__order", "order").first()
    made = _coded(found, place, first, by)
    journal.write("workshop opened", by=by, record=found.record, detail={"workshop": made.pk, "place": place})
    return made


def _coded(found: Assessment, place: str, first: Question | None, by: Actor) -> Workshop:
    for _attempt in range(5):
        code = "".join(secrets.choice(SIGNS) for _sign in range(CODE))
        try:
            with transaction.atomic():
                return Workshop.objects.create(
                    assessment=found, code=code, place=place, opened_by=ground.person(by), question=first
                )
        except IntegrityError:  # the code is taken
            continue
    raise AssessmentRefused(_("No code could be found. Try again."))


def _held(workshop: Workshop | int, by: Actor) -> tuple[Workshop, Assessment]:
    """An open workshop and its assessment, held. Raises AssessmentRefused for one that is closed, PermissionDenied."""
    key = workshop if isinstance(workshop, int) else workshop.pk
    found = ground.held(Workshop.objects.values_list("assessment_id", flat=True).get(pk=key), by, ground.VALIDATE)
    sitting = Workshop.objects.select_for_update().get(pk=key)
    if sitting.closed_at is not None:
        raise AssessmentRefused(_("This workshop is closed."))
    ground.require_state(found, AssessmentState.VALIDATION)
    return sitting, found


@transaction.atomic
def put_on_screen(workshop: Workshop | int, question: Question | str, *, by: Actor) -> Workshop:
    """Put a question on the screen. Its vote is open, or goes on where one was begun. Raises AssessmentRefused, PermissionDenied."""
    sitting, found = _held(workshop, by)
    asked = ground.question_of(found, question)
    last = sitting.votes.filter(question=asked).order_by("-round").values_list("round", flat=True).first()
    sitting.question, sitting.round, sitting.shown = asked, last or 1, False
    sitting.save(update_fields=["question", "round", "shown"])
    return sitting


@transaction.atomic
def show_tally(workshop: Workshop | int, *, by: Actor) -> Workshop:
    """Close the vote on the question and show the tally. Raises AssessmentRefused, PermissionDenied."""
    sitting, _found = _held(workshop, by)
    sitting.shown = True
    sitting.save(update_fields=["shown"])
    return sitting


@transaction.atomic
def vote_again(workshop: Workshop | int, *, by: Actor) -> Workshop:
    """Open a new round of votes on the question; those of the rounds before stay in the minutes. Raises AssessmentRefused,
    PermissionDenied."""
    sitting, _found = _held(workshop, by)
    if sitting.votes.filter(question=sitting.question, round=sitting.round).exists():
        sitting.round += 1
    sitting.shown = False
    sitting.save(update_fields=["round", "shown"])
    return sitting


@transaction.atomic
def count_hands(workshop: Workshop | int, hands: Mapping[str, int], *, by: Actor) -> None:
    """Note how many hands were counted for each option (by its code) of the question on the screen.

    Raises AssessmentRefused (with the field), PermissionDenied.
    """
    sitting, _found = _held(workshop, by)
    if sitting.question is None:
        raise AssessmentRefused(_("No question is on the screen."))
    options = {one.code: one for one in sitting.question.options.all()}
    for code, number in hands.items():
        if code not in options or not 0 <= number <= MOST_HANDS:
            raise AssessmentRefused(_("Write a whole number from 0 to %d.") % MOST_HANDS, "hands")
        mine: dict[str, Any] = {
            "question": sitting.question,
            "round": sitting.round,
            "voter": HANDS,
            "option": options[code],
        }
        if number:
            sitting.votes.update_or_create(**mine, defaults={"hands": number, "at": timezone.now()})
        else:
            sitting.votes.filter(**mine).delete()


@transaction.atomic
def agree(
    workshop: Workshop | int, *, option: str, number: int, by: Actor, note: str = "", disputed: bool = False
) -> Answer | None:
    """Note what is agreed on the question on the screen, and show the tally. number: as in `answer`.

    Raises AnswerConflict, AssessmentRefused, PermissionDenied.
    """
    sitting, found = _held(workshop, by)
    if sitting.question is None:
        raise AssessmentRefused(_("No question is on the screen."))
    made = answer(
        found, sitting.question, side=Side.AGREED, option=option, number=number, note=note, disputed=disputed, by=by
    )
    sitting.shown = True
    sitting.save(update_fields=["shown"])
    return made


@transaction.atomic
def close_workshop(workshop: Workshop | int, *, by: Actor) -> Workshop:
    """Close the workshop: nobody votes any more, the minutes can be read. Raises AssessmentRefused, PermissionDenied."""
    sitting, found = _held(workshop, by)
    sitting.closed_at = timezone.now()
    sitting.save(update_fields=["closed_at"])
    agreed = found.answers.filter(side=Side.AGREED, recorded_at__gte=sitting.opened_at).values("question").distinct()
    journal.write(
        "workshop closed", by=by, record=found.record, detail={"workshop": sitting.pk, "agreed": agreed.count()}
    )
    return sitting


@transaction.atomic
def vote(workshop: Workshop | int, *, question: int, round: int, option: str, voter: str) -> Vote:
    """Vote on the question on the screen, or change one's vote. voter: a token of the device, or the key of a person.

    question, round: what the voter had on the screen; a vote that comes late for it is refused. Raises AssessmentRefused.
    """
    key = workshop if isinstance(workshop, int) else workshop.pk
    sitting = Workshop.objects.select_for_update().get(pk=key)
    if sitting.closed_at is not None:
        raise AssessmentRefused(_("The workshop is closed."))
    if not voter or voter == HANDS:
        raise AssessmentRefused(_("Who votes is not known. Type the code again."))
    if sitting.question_id is None or (sitting.question_id, sitting.round) != (question, round):
        raise AssessmentRefused(_("The next question is on the screen already."))
    if sitting.shown:
        raise AssessmentRefused(_("The vote on this question is closed."))
    chosen = sitting.question.options.filter(code=option).first() if sitting.question else None
    if chosen is None:
        raise AssessmentRefused(_("Choose one of the answers."), "option")
    made, _new = Vote.objects.update_or_create(
        workshop=sitting, question_id=question, round=round, voter=voter[:64],
        defaults={"option": chosen, "at": timezone.now()},
    )  # fmt: skip
    return made
