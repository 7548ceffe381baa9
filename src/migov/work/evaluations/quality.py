"""The quality checklist of a report, after the norms and standards of the UN Evaluation Group, in our own words; and its score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.work.evaluations.models import Met, QualityAnswer

WEIGHTS = {Met.MET: Decimal(1), Met.PARTLY: Decimal("0.5"), Met.NOT_MET: Decimal(0)}


@dataclass(frozen=True, slots=True)
class Question:
    """A question. norm: what it stands for among the norms and standards."""

    code: str
    norm: str | Promise
    text: str | Promise


QUESTIONS = (
    Question(
        "purpose",
        _("Agreed goals"),
        _("Does the report say why the evaluation was made, for whom, and what it covers and leaves out?"),
    ),
    Question(
        "object",
        _("Agreed goals"),
        _("Is what was evaluated described with its logic of change, partners, money and context?"),
    ),
    Question(
        "use",
        _("Utility"),
        _("Can the people who decide use it: is it clear when, by whom and for which decision?"),
    ),
    Question(
        "criteria",
        _("Credibility"),
        _("Are the criteria and questions stated, and is each of them answered or its absence explained?"),
    ),
    Question(
        "method",
        _("Credibility"),
        _("Are methods, sources, samples and limits described so that a reader can judge how far the findings reach?"),
    ),
    Question(
        "evidence",
        _("Credibility"),
        _("Does every finding rest on evidence from more than one source, with figures that can be followed back?"),
    ),
    Question(
        "independence",
        _("Independence and impartiality"),
        _("Is it said who evaluated and who paid, and were successes and failures weighed without favour?"),
    ),
    Question(
        "ethics",
        _("Ethics"),
        _("Were consent, confidentiality and protection from harm looked after, and does the report say how?"),
    ),
    Question(
        "rights",
        _("Human rights and gender equality"),
        _("Do questions, data and findings look at human rights, gender equality and those who are easily left out?"),
    ),
    Question(
        "participation",
        _("Transparency"),
        _("Were those concerned, migrants and governments among them, heard, and were findings discussed with them?"),
    ),
    Question(
        "conclusions",
        _("Professionalism"),
        _("Do conclusions follow from findings, and lessons reach beyond the single project?"),
    ),
    Question(
        "recommendations",
        _("Use and follow-up"),
        _(
            "Do recommendations follow from conclusions, name an addressee, an "
            "order of urgency and something that can be done?"
        ),
    ),
    Question(
        "capacity",
        _("National evaluation capacities"),
        _("Did national partners take part in a way that leaves them able to evaluate?"),
    ),
)
BY_CODE = {question.code: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Score:
    """How good a report is: points of the questions that apply, a share from 0 to 1, and how many were answered."""

    points: Decimal
    applicable: int
    answered: int

    @property
    def share(self) -> Decimal | None:
        """Points of applicable questions; None while nothing applicable was answered."""
        return self.points / self.applicable if self.applicable else None

    @property
    def is_complete(self) -> bool:
        return self.answered == len(QUESTIONS)


def score(answers: Mapping[str, QualityAnswer]) -> Score:
    """The score of the answers that stand, by code of their question."""
    known = [answer for code, answer in answers.items() if code in BY_CODE]
    counted = [answer for answer in known if answer.answer in WEIGHTS]
    return Score(sum((WEIGHTS[Met(one.answer)] for one in counted), Decimal(0)), len(counted), len(known))
