"""What a reviewer has answered stands in the next round, where the places it is about say the same."""

from __future__ import annotations

from collections.abc import Collection

from migov.services.clearance.comparison import compare
from migov.services.clearance.content import Content
from migov.services.clearance.models import ChecklistAnswer, Review, Submission
from migov.services.clearance.queries.rounds import content_of
from migov.services.clearance.subjects import subject_of


def carry_answers(made: Submission, content: Content, seats: Collection[Review]) -> int:
    """Keep the answers of the round before for a new one, with the time at which they were given. Returns how many.

    A question about a place that changed is asked again, and so is one that names no place. Three queries.
    """
    clearance = made.clearance
    before = clearance.submissions.filter(number=made.number - 1).first()
    if before is None:
        return 0
    changed = compare(content_of(before), content).places
    stand = [
        question.code
        for question in subject_of(clearance).checklist
        if question.anchors and not any(place.startswith(tuple(question.anchors)) for place in changed)
    ]
    given = ChecklistAnswer.objects.current().filter(submission=before, review__in=seats, question__in=stand)
    return len(
        ChecklistAnswer.objects.bulk_create(
            ChecklistAnswer(
                review_id=one.review_id, submission=made, question=one.question, answer=one.answer, note=one.note,
                recorded_at=one.recorded_at,
            )
            for one in given
        )
    )  # fmt: skip
