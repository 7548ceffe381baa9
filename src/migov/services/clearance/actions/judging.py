"""What a reviewer says of a round: the checklist and the verdict."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Actor
from migov.services.clearance.actions import ground
from migov.services.clearance.actions.deciding import seats_without_verdict
from migov.services.clearance.errors import JudgedMeanwhile
from migov.services.clearance.models import (
    ChecklistAnswer,
    Clearance,
    Comment,
    CommentState,
    Opinion,
    Review,
    State,
    Submission,
    Verdict,
)
from migov.services.clearance.queries.people import who_may
from migov.services.clearance.subjects import Question, Refused, subject_of

CLEARING = (Opinion.CLEAR, Opinion.COMMENTS)
WITH_REASON = (Opinion.COMMENTS, Opinion.CHANGES, Opinion.NOT_CLEARED)


@transaction.atomic
def judge(
    review: Review | int,
    *,
    round: int,
    opinion: str,
    note: str = "",
    replaces: int | None = None,
    rest: str = "",
    by: Actor,
) -> Verdict:
    """Give the verdict of a seat on a round, or another one in its place.

    replaces: key of the verdict that the page showed; needed only to replace what another person said in this seat. "clear" and "clear
    with comments" need every question of the checklist answered ("not applicable" is an answer); `rest` answers all that are not. All
    but "clear" need a note or an open comment. Raises StaleRound, Ended, JudgedMeanwhile, Refused, PermissionDenied; ValueError for an
    opinion that does not exist.
    """
    said = Opinion(opinion)
    review = ground.lock_review(review)
    clearance = review.clearance
    ground.need_seat(review, by)
    submission = ground.need_newest(clearance, round)
    _need_in_review(clearance)
    before = Verdict.objects.current().filter(review=review, submission=submission).select_related("by").first()
    if before is not None and before.by_id != by.pk and before.pk != replaces:
        raise JudgedMeanwhile(before, before.by, before.get_opinion_display())
    note = ground.plain(note)
    if said in WITH_REASON and not note and not _has_open_comment(review, by):
        raise Refused(_("Say in a note or a comment what you mean: “%s” alone does not help the author.") % said.label)
    left = unanswered(review, submission) if said in CLEARING else []
    if left and rest:
        _answer_rest(review, submission, left, ChecklistAnswer.Answer(rest), by)
    elif left:
        words = {"n": len(left), "questions": "; ".join(str(one.text) for one in left[:5])}
        raise Refused(
            ngettext(
                "%(n)s question of the checklist is not answered yet: %(questions)s",
                "%(n)s questions of the checklist are not answered yet: %(questions)s",
                len(left),
            )
            % words
        )
    if before is not None:
        Verdict.objects.filter(pk=before.pk).supersede()
    made: Verdict = Verdict.objects.create(
        review=review, submission=submission, opinion=said, note=note, by=ground.person(by)
    )
    stood_in = "" if review.reviewer_id == by.pk else str(review.reviewer)
    ground.note("clearance reviewed", clearance, by=by, seat=review.seat, opinion=said, note=note, instead_of=stood_in)
    _tell(clearance, review, made, by)
    return made


def _answer_rest(
    review: Review, submission: Submission, left: list[Question], given: ChecklistAnswer.Answer, by: Actor
) -> None:
    """One answer to all questions that are left, as the reviewer said; the journal names them."""
    ChecklistAnswer.objects.bulk_create(
        ChecklistAnswer(review=review, submission=submission, question=one.code, answer=given) for one in left
    )
    codes = [one.code for one in left]
    ground.note("checklist answered", review.clearance, by=by, seat=review.seat, questions=codes, answer=given)


def _need_in_review(clearance: Clearance) -> None:
    if clearance.state == State.RETURNED:
        raise Refused(
            _("Round %d was sent back to be changed. Verdicts are given when it is handed in again.") % clearance.round
        )


def _has_open_comment(review: Review, by: Actor) -> bool:
    mine = Comment.objects.filter(
        clearance=review.clearance_id, parent__isnull=True, state__in=(CommentState.OPEN, CommentState.ANSWERED)
    )
    return bool(mine.filter(Q(review=review) | Q(by=ground.person(by))).exists())


def unanswered(review: Review, submission: Submission) -> list[Question]:
    """Questions of the checklist that a seat has not answered for a version. One query."""
    given = set(
        ChecklistAnswer.objects.current().filter(review=review, submission=submission).values_list("question", flat=True)
    )  # fmt: skip
    return [one for one in subject_of(review.clearance).checklist if one.code not in given]


@transaction.atomic
def answer_checklist(
    review: Review | int, *, round: int, question: str, answer: str, note: str = "", by: Actor
) -> ChecklistAnswer:
    """Answer one question of the checklist, or change the answer; the earlier one is kept.

    Raises StaleRound, Ended, Refused, PermissionDenied; ValueError for an answer that does not exist.
    """
    given = ChecklistAnswer.Answer(answer)
    review = ground.lock_review(review)
    clearance = review.clearance
    ground.need_seat(review, by)
    submission = ground.need_newest(clearance, round)
    _need_in_review(clearance)
    if question not in {one.code for one in subject_of(clearance).checklist}:
        raise Refused(_("The checklist has no question “%s”.") % question)
    note = ground.plain(note)
    standing = ChecklistAnswer.objects.current().filter(review=review, submission=submission, question=question)
    before: ChecklistAnswer | None = standing.first()
    if before is not None and (before.answer, before.note) == (given, note):
        return before
    standing.supersede()
    made: ChecklistAnswer = ChecklistAnswer.objects.create(
        review=review, submission=submission, question=question, answer=given, note=note
    )
    ground.note("checklist answered", clearance, by=by, seat=review.seat, question=question, answer=given)
    return made


def _tell(clearance: Clearance, review: Review, made: Verdict, by: Actor) -> None:
    """The authors, whose seat it is where somebody stood in, and, with the last required verdict, those who decide."""
    words = {"opinion": made.get_opinion_display(), "seat": review.seat, "title": clearance.title}
    people = [*ground.authors(clearance), review.reviewer]
    title = _("%(seat)s: %(opinion)s – %(title)s") % words
    ground.inform(people, clearance, "verdict", title, by=by, text=made.note)
    if review.required and not seats_without_verdict(made.submission):
        ground.inform(
            ground.who_decide(clearance, who_may("clearance.decide", clearance.record)), clearance, "to-decide",
            _("All verdicts are there: %s") % clearance.title, by=by,
            text=_("Round %d waits for a decision.") % clearance.round,
            key=f"clearance-{clearance.pk}-to-decide-{clearance.round}",
        )  # fmt: skip
