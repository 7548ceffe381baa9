"""The closure checklist: what is asked before a project is closed, and the answers that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.work.proposals.models import ClosureAnswer, Proposal


@dataclass(frozen=True, slots=True)
class Question:
    """A point of the checklist. help: what counts as done."""

    code: str
    text: str | Promise
    help: str | Promise = ""


QUESTIONS: Sequence[Question] = (
    Question("results", _("All results are reported"),
             _("Every indicator has its final value, taken apart as the matrix says, with its means of verification.")),
    Question("final-narrative", _("The final narrative report is with the donor")),
    Question("final-financial", _("The final financial report is with the donor"),
             _("Expenditure is booked, the accounts of the project show no open item.")),
    Question("balance", _("What was not spent is settled with the donor"),
             _("Returned, moved on with the donor's written agreement, or there is nothing left.")),
    Question("evaluation", _("The evaluation is done, or its absence is explained"),
             _("Write in the note where it is, or why the agreement does not ask for one.")),
    Question("lessons", _("Lessons are written down where others find them")),
    Question("partners", _("Contracts with partners are closed"),
             _("Their last reports are accepted and their last payments made.")),
    Question("staff", _("Contracts of staff end or are moved on")),
    Question("assets", _("Equipment is handed over, moved or disposed of"),
             _("With the signed lists of what went where.")),
    Question("government", _("The government and those who took part know what remains and who looks after it")),
    Question("files", _("The files of the project are complete"),
             _("Agreement, amendments, reports and products are among its documents.")),
    Question("personal-data", _("Personal data is archived or destroyed as the rules say"),
             _("Lists of people who were assisted stay in the case system, never in migov.")),
)  # fmt: skip
KNOWN = {question.code: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Line:
    """A question with the answer that stands; None where there is none yet."""

    question: Question
    answer: ClosureAnswer | None

    @property
    def done(self) -> bool:
        return self.answer is not None and self.answer.done


def lines(proposal: Proposal) -> list[Line]:
    """The checklist of a proposal, in the order of the questions. One query."""
    current = ClosureAnswer.objects.current().filter(proposal=proposal).select_related("by")
    answers = {answer.question: answer for answer in current}
    return [Line(question, answers.get(question.code)) for question in QUESTIONS]
