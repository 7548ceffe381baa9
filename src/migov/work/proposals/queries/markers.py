"""The self-assessment for cross-cutting markers: answers, levels, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.work.proposals.findings import MUST, Finding
from migov.work.proposals.markers import ANSWERS, LEVELS, SCORED, Marker, Question, Score, markers, score
from migov.work.proposals.models import MarkerAnswer, Proposal


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A question with its answer. answer: code, "" while open; answer_label: its words. wanting: it must be justified and is not."""

    marker: str
    question: Question
    answer: str
    answer_label: str
    justification: str

    @property
    def anchor(self) -> str:
        return f"marker:{self.marker}/{self.question.code}"

    @property
    def wanting(self) -> bool:
        return self.answer in SCORED and not self.justification


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """A marker with its answers. level: 0 none, 1 some, 2 significant; None while it is not complete. level_label: in words."""

    marker: Marker
    score: Score
    answers: tuple[AnswerLine, ...]

    @property
    def code(self) -> str:
        return self.marker.code

    @property
    def title(self) -> str:
        return self.marker.title

    @property
    def level(self) -> int | None:
        return self.score.level

    @property
    def level_label(self) -> str:
        if self.level is not None:
            return f"{self.level} {LEVELS[self.level]}"
        return _("does not apply") if self.score.complete else _("not complete")

    @property
    def anchor(self) -> str:
        return f"marker:{self.code}"


def lines(proposal: Proposal) -> list[MarkerLine]:
    """Every marker with its answers, in the order of the file. One query."""
    given = {(one.marker, one.question): one for one in MarkerAnswer.objects.filter(proposal=proposal)}
    return [line(marker, given) for marker in markers().values()]


def line(marker: Marker, given: Mapping[tuple[str, str], MarkerAnswer]) -> MarkerLine:
    """One marker as `lines` gives it. given: by marker and question."""
    answers = []
    for question in marker.questions:
        row = given.get((marker.code, question.code))
        code = row.answer if row and row.answer in ANSWERS else ""
        label = str(ANSWERS[code]) if code else ""
        answers.append(AnswerLine(marker.code, question, code, label, row.justification if row else ""))
    return MarkerLine(marker, score(marker, {one.question.code: one.answer for one in answers}), tuple(answers))


def findings(proposal: Proposal, *, known: Sequence[MarkerLine] | None = None) -> list[Finding]:
    """What is missing in the self-assessment. One query; none where the lines are given."""
    known = lines(proposal) if known is None else known
    return list(_found(known, reverse("proposals:markers", args=[proposal.pk])))


def _found(known: Sequence[MarkerLine], url: str) -> Iterator[Finding]:
    for one in known:
        at = f"{url}#marker-{one.code}"
        open_ = one.score.asked - one.score.answered
        if open_:
            text = _("%(marker)s: %(open)s of %(asked)s questions are not answered.")
            said = {"marker": one.title, "open": open_, "asked": one.score.asked}
            yield Finding("marker-unanswered", MUST, text % said, one.anchor, at)
        for answer in one.answers:
            if answer.wanting:
                text = _("%(marker)s: “%(question)s” is answered “%(answer)s” without saying why.")
                said = {"marker": one.title, "question": answer.question.text, "answer": answer.answer_label}
                yield Finding("marker-no-justification", MUST, text % said, answer.anchor, at)
