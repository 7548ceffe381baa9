"""The questions of an assessment with all that was said to each, in a bounded number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.work.governance.assess.standing import SETTLED, How, Standing, Then, standing
from migov.work.governance.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Domain,
    Option,
    Question,
    QuestionComment,
    SetKind,
    Side,
)
from migov.work.governance.scoring import DomainIn, QuestionIn, Scores, score_set


@dataclass(frozen=True)
class Line:
    """A question, the answers of the sides that stand, and what counts of them."""

    question: Question
    options: Sequence[Option]
    answers: Mapping[str, Answer]
    standing: Standing
    evidence: Sequence[AnswerEvidence] = ()
    comments: Sequence[QuestionComment] = ()
    before: Option | None = None

    @property
    def government(self) -> Answer | None:
        """The government's answer that stands."""
        return self.answers.get(Side.GOVERNMENT)

    @property
    def office(self) -> Answer | None:
        """The office's answer that stands."""
        return self.answers.get(Side.OFFICE)

    @property
    def agreed(self) -> Answer | None:
        """What was agreed in validation."""
        return self.answers.get(Side.AGREED)


@dataclass(frozen=True)
class Group:
    """A domain with its questions."""

    domain: Domain
    lines: Sequence[Line]

    @property
    def answered(self) -> int:
        """Questions to which something stands, or a disagreement was recorded."""
        return sum(line.standing.option is not None or line.standing.how == How.DISPUTED for line in self.lines)

    def of(self, how: str) -> int:
        """How many questions stand that way."""
        return sum(line.standing.how == how for line in self.lines)


@dataclass(frozen=True)
class Sheet:
    """All questions of an assessment, domain by domain."""

    assessment: Assessment
    groups: Sequence[Group]

    @cached_property
    def lines(self) -> list[Line]:
        """All questions in order."""
        return [line for group in self.groups for line in group.lines]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many questions stand in each way (How), all ways named."""
        found = dict.fromkeys(How.values, 0)
        for line in self.lines:
            found[line.standing.how] += 1
        return found

    @property
    def answered(self) -> int:
        """Questions to which something stands, or a disagreement was recorded."""
        return sum(group.answered for group in self.groups)

    @cached_property
    def scores(self) -> Scores:
        """What the answers that stand come to."""
        return scores_of(self.assessment.set.kind, self.groups)

    @property
    def provisional(self) -> bool:
        """Whether something is still open, answered by one side only, or disagreed about."""
        return self.scores.provisional or any(not line.standing.settled for line in self.lines)


def scores_of(kind: str, groups: Iterable[Group]) -> Scores:
    """The scores of what stands, by the rule of the set's kind: SDG indicator 10.7.2 has none where an answer is missing."""
    domains = [
        DomainIn(group.domain.code, group.domain.title, [_scored(line) for line in group.lines]) for group in groups
    ]
    return score_set(domains, strict=kind == SetKind.SDG_10_7_2)


def _scored(line: Line) -> QuestionIn:
    option = line.standing.option
    if option is None:
        return QuestionIn(line.question.code, None, "open")
    return QuestionIn(line.question.code, option.score, "na" if option.score is None else "scored")


def standings(assessment: Assessment) -> list[Line]:
    """Every question with its answers and what counts, without evidence and comments. Three queries."""
    return [line for group in groups_of(assessment) for line in group.lines]


def seen_evidence(assessment: Assessment, viewer: Viewer | None) -> Any:
    """The evidence that stands and that a viewer may know of: for a government nothing that lies in work it may not see.

    viewer None: what the government of the country may know of, as a filter without a person (see snapshot).
    """
    rows = AnswerEvidence.objects.current().filter(assessment=assessment)
    if viewer is not None and is_internal(viewer):
        return rows
    if viewer is None:
        shared = Record.objects.filter(
            visibility__in=("public", "partners"), removed_at__isnull=True
        ).filter(
            Q(visibility="public")
            | Q(places__place=assessment.country_id, places__superseded_at__isnull=True)
            | Q(parent__places__place=assessment.country_id, parent__places__superseded_at__isnull=True)
        )  # fmt: skip
    else:
        shared = Record.objects.visible_to(viewer).standing()
    return rows.filter(Q(record__isnull=True) | Q(record__in=shared.values("pk"))).filter(
        Q(document__isnull=True) | Q(document__record__in=shared.values("pk"))
    )


def sheet(assessment: Assessment, viewer: Viewer, *, domain: str = "", question: str = "") -> Sheet:
    """An assessment as a viewer reads it: all of it, a domain, or one question (by its code). Nine queries at most, and those of roles."""
    evidence = seen_evidence(assessment, viewer)
    comments = QuestionComment.objects.current().filter(assessment=assessment).select_related("by")
    if not is_internal(viewer):
        comments = comments.filter(internal=False)
    where = _where(domain, question)
    return Sheet(assessment, groups_of(assessment, where, evidence.filter(**where), comments.filter(**where)))


def _where(domain: str, question: str) -> dict[str, str]:
    if question:
        return {"question__code": question}
    return {"question__domain__code": domain} if domain else {}


def groups_of(
    assessment: Assessment, where: Mapping[str, str] | None = None, evidence: Iterable[AnswerEvidence] = (),
    comments: Iterable[QuestionComment] = (),
) -> list[Group]:  # fmt: skip
    """where None: only what counts is asked, without the assessment before."""
    questions = Question.objects.filter(
        set=assessment.set_id, **{key.partition("__")[2]: to for key, to in (where or {}).items()}
    )
    asked = list(questions.select_related("domain").order_by("domain__order", "order"))
    options: dict[int, list[Option]] = defaultdict(list)
    by_key: dict[int, Option] = {}
    for option in Option.objects.filter(question__in=[one.pk for one in asked]).order_by("order"):
        options[option.question_id].append(option)
        by_key[option.pk] = option
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    given = list(Answer.objects.current().filter(assessment=assessment, **(where or {})))
    people = User.objects.in_bulk({row.by_id for row in given if row.by_id})
    for row in given:
        row.option = by_key[row.option_id] if row.option_id is not None else None
        row.by = people.get(row.by_id)
        answers[row.question_id][row.side] = row
    shown, said = _by_question(evidence), _by_question(comments)
    before = _before(assessment, where, by_key) if where is not None else {}
    groups: dict[int, Group] = {}
    for one in asked:
        mine = answers[one.pk]
        how = standing(mine.get(Side.GOVERNMENT), mine.get(Side.OFFICE), mine.get(Side.AGREED))
        group = groups.setdefault(one.domain_id, Group(one.domain, []))
        group.lines.append(  # type: ignore[attr-defined]
            Line(one, options[one.pk], mine, how, shown[one.pk], said[one.pk], before.get(one.code))
        )
    return list(groups.values())


def _by_question(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.question_id].append(row)
    return found


def _before(assessment: Assessment, where: Mapping[str, str], known: Mapping[int, Option]) -> dict[str, Option]:
    """What stood in the previous assessment, by the code of the question. known: options that were read already."""
    if assessment.previous_id is None:
        return {}
    sides: dict[str, dict[str, Then]] = defaultdict(dict)
    rows = Answer.objects.current().filter(assessment=assessment.previous_id, **where)
    names = ("question__code", "side", "option", "note", "disputed", "recorded_at")
    found = list(rows.values_list(*names))
    others = {row[2] for row in found if row[2]} - known.keys()
    options = {**known, **(Option.objects.in_bulk(others) if others else {})}
    for code, side, option, *more in found:
        sides[code][side] = Then(option, options.get(option), *more)
    stood = {
        code: standing(said.get(Side.GOVERNMENT), said.get(Side.OFFICE), said.get(Side.AGREED)).option
        for code, said in sides.items()
    }
    return {code: option for code, option in stood.items() if option is not None}


def unsettled(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """What is left to do before it is handed in: questions whose answers differ, were changed since, or come from one side only."""
    found: dict[str, list[Line]] = {How.DIFFERS: [], How.ONE: [], "since": [], How.OPEN: []}
    for line in lines:
        if line.standing.since:
            found["since"].append(line)
        elif line.standing.how not in SETTLED:
            found[line.standing.how].append(line)
    return found
