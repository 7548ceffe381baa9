"""How assessments are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, Heading, Rows, Text, as_json
from migov.services.clearance.content import Line as Kept
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Concerns, Flag, Question, Refused, Subject
from migov.work.governance.assess import profile
from migov.work.governance.assess.actions import life
from migov.work.governance.assess.queries.sheets import groups_of, standings, unsettled
from migov.work.governance.assess.standing import How
from migov.work.governance.models import Answer, AnswerEvidence, Assessment, AssessmentState, Side

SUBJECT = "assessment"
SUMMARY = "summary"
DOMAINS = ("domain:",)
CHECKLIST = (
    Question("answers", gettext_lazy("Does each answer say what is in force and how it is applied, not what is planned?"), "", DOMAINS),
    Question("evidence", gettext_lazy("Does the evidence named bear out the answers?"), "", DOMAINS),
    Question("disagreement", gettext_lazy("Are disagreements recorded fairly for both sides?"), "", DOMAINS),
    Question("summary", gettext_lazy("Does the summary say what the answers say?"), "", (SUMMARY,)),
)  # fmt: skip


def assessment_of(clearance: Clearance) -> Assessment:
    """The assessment that is cleared. Raises Assessment.DoesNotExist."""
    return Assessment.objects.select_related("record__owner", "record__office", "country", "set").get(
        pk=clearance.record_id
    )


def content(assessment: Assessment) -> Content:
    """What an assessment says, as clearance freezes it: the summary, then the questions domain by domain. Nothing internal."""
    headings = (
        Heading("question", _("Question")), Heading("answer", _("Answer")), Heading("how", _("How it stands")),
        Heading("note", _("Note")), Heading("evidence", _("Evidence")),
    )  # fmt: skip
    evidence = AnswerEvidence.objects.current().filter(assessment=assessment)
    parts = []
    for group in groups_of(assessment, {}, evidence):
        lines = [
            Kept(
                f"question:{line.question.code}", f"{line.question.code} {line.question.short or line.question.text}"[:200],
                {"question": line.question.text, "answer": line.standing.option.label if line.standing.option else "",
                 "how": str(How(line.standing.how).label), "note": line.standing.note,
                 "evidence": "; ".join(profile.shown(one).words for one in line.evidence)},
            )
            for line in group.lines
        ]  # fmt: skip
        parts.append(Rows(f"domain:{group.domain.code}", group.domain.title, headings, lines, _("Answers")))
    return Content(assessment.record.title, (Text(SUMMARY, _("Summary"), assessment.summary), *parts))


def brief(said: Content) -> list[tuple[str, str]]:
    """A version in a few lines: how many questions of each domain are answered, and the summary."""
    found = []
    for part in said.parts:
        if isinstance(part, Rows):
            answered = sum(bool(line.values.get("answer")) for line in part.lines)
            found.append((part.title, _("%(done)d of %(all)d answered") % {"done": answered, "all": len(part.lines)}))
        elif part.text.strip():
            found.append((part.title, part.text))
    return found


def rows(clearance: Clearance) -> Iterable[Model]:
    """What is frozen beside what it says: the assessment, and the answers and evidence that stand."""
    found = assessment_of(clearance)
    answers = Answer.objects.current().filter(assessment=found)
    return [found, *answers, *AnswerEvidence.objects.current().filter(assessment=found)]


def concerns(clearance: Clearance) -> Concerns:
    """Its country, and its themes where it has some."""
    found = assessment_of(clearance)
    themes = found.record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    return Concerns(themes=frozenset(themes), places=frozenset({found.country.code}))


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why it cannot be handed in now: answers that differ, that were changed since, or that one side gave alone."""
    found = assessment_of(clearance)
    if found.state not in (AssessmentState.VALIDATION, AssessmentState.CLEARANCE):
        return [_("It is “%s”; it is handed in when the answers were validated.") % found.get_state_display()]
    if found.workshops.filter(closed_at__isnull=True).exists():
        return [_("The workshop is still open.")]
    left = {how: len(lines) for how, lines in unsettled(standings(found)).items()}
    said = (
        ngettext(
            "%d answer differs: agree on it, or record the disagreement.",
            "%d answers differ: agree on them, or record the disagreement.",
            left[How.DIFFERS],
        ),
        ngettext(
            "%d question was answered by one side only.", "%d questions were answered by one side only.", left[How.ONE]
        ),
        ngettext(
            "%d answer was changed after it was agreed.",
            "%d answers were changed after they were agreed.",
            left["since"],
        ),
    )
    numbers = (left[How.DIFFERS], left[How.ONE], left["since"])
    return [words % number for words, number in zip(said, numbers, strict=True) if number]


def changed_since(clearance: Clearance) -> list[str]:
    """Places that say something else by now than the newest round, in words."""
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return []
    then = _by_anchor(kept.content)
    now = _by_anchor(json.loads(json.dumps(as_json(content(assessment_of(clearance))))))
    both = {**then, **now}
    return [label for anchor, (label, _said) in both.items() if then.get(anchor) != now.get(anchor)]


def _by_anchor(kept: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for part in kept["parts"]:
        if "text" in part:
            found[part["anchor"]] = (part["title"], part["text"])
            continue
        for anchor, label, _depth, values in part["lines"]:
            found[anchor] = (label, json.dumps(values, sort_keys=True))
    return found


def changed_words(changed: Sequence[str]) -> str:
    """In a sentence, what was changed after the newest round was handed in."""
    shown = ", ".join(changed[:8]) + (" …" if len(changed) > 8 else "")
    return _("Changed after it was handed in, and not read by reviewers: %s.") % shown


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know: places changed since, questions without an answer, answers without evidence."""
    found = assessment_of(clearance)
    here = reverse("governance:assessment-questions", args=[found.pk])
    said = []
    if clearance.pk and clearance.stands and (changed := changed_since(clearance)):
        said.append(Flag(changed_words(changed), True, here))
    lines = standings(found)
    named = set(AnswerEvidence.objects.current().filter(assessment=found).values_list("question", flat=True))
    if number := sum(line.standing.how == How.OPEN for line in lines):
        words = ngettext(
            "%d question has no answer; the profile is provisional.",
            "%d questions have no answer; the profile is provisional.",
            number,
        )
        said.append(Flag(words % number, True, here))
    if number := sum(line.standing.option is not None and line.question.pk not in named for line in lines):
        words = ngettext("%d answer has no evidence.", "%d answers have no evidence.", number)
        said.append(Flag(words % number, False, here))
    return said


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where a question is answered."""
    kind, _colon, code = anchor.partition(":")
    if kind == "question":
        return reverse("governance:assessment-question", args=[clearance.record_id, code])
    if kind == "domain":
        return reverse("governance:assessment-domain", args=[clearance.record_id, code])
    return reverse("governance:assessment-state", args=[clearance.record_id])


def cleared(clearance: Clearance, _by: Actor) -> None:
    """Cleared as it was handed in. Raises Refused where something was changed since: nobody would have read it."""
    if changed := changed_since(clearance):
        raise Refused(f"{changed_words(changed)} {_('Hand it in again, or take the changes back.')}")
    life.cleared(clearance.record_id, clearance.submissions.get(number=clearance.round))


def authors(clearance: Clearance) -> list[User]:
    """Who leads the assessment, and colleagues whose answers stand in it: nobody clears what they answered."""
    found = assessment_of(clearance)
    answers = Answer.objects.current().filter(assessment=found, side__in=[Side.OFFICE, Side.AGREED], by__isnull=False)
    wrote = User.objects.filter(pk__in=answers.values("by")).order_by("pk")
    owner = found.record.owner
    return ([owner] if owner is not None else []) + [one for one in wrote if one != owner]


def _to_validation(clearance: Clearance, _by: Actor) -> None:
    life.moved(clearance.record_id, AssessmentState.VALIDATION, out_of=[AssessmentState.CLEARANCE])


ASSESSMENTS = Subject(
    code=SUBJECT,
    label=gettext_lazy("Governance assessment"),
    content=lambda clearance: content(assessment_of(clearance)),
    rows=rows,
    concerns=concerns,
    url=lambda clearance: reverse("governance:assessment", args=[clearance.record_id]),
    place_url=place_url,
    authors=authors,
    checklist=CHECKLIST,
    hinders=hinders,
    flags=flags,
    brief=brief,
    submitted=lambda clearance, _submission, _by: life.moved(
        clearance.record_id, AssessmentState.CLEARANCE, out_of=[AssessmentState.VALIDATION]
    ),
    returned=_to_validation,
    cleared=cleared,
    refused=_to_validation,
    withdrawn=_to_validation,
)


def register() -> None:
    """Make it known to clearance; called when the room is loaded."""
    subjects.register(ASSESSMENTS, Assessment, Answer, AnswerEvidence)
