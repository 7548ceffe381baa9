"""What is carried from a gap into a line of a roadmap, and from there into the sections of a concept note: plain text, with sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.shell import formats
from migov.insight.gaps.gaps import Gap, sides_of
from migov.insight.gaps.offers import ONE
from migov.work.governance.models import ActionHelp, Answer, AnswerEvidence, RoadmapAction

LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class Carried:
    """The sections of a concept note that are written from a line: code → text. objective, indicator: for the results matrix."""

    sections: dict[str, str]
    objective: str
    indicator: str


def action_values(gap: Gap) -> dict[str, Any]:
    """What a line that answers a gap begins with."""
    return {
        "title": _("Close the gap: %(gap)s") % {"gap": gap.name},
        "indicator": _("Answer to question %(code)s in the next assessment") % {"code": gap.question.code},
        "baseline": gap.answer[:100] if gap.stands else _("the answers differ"),
        "target": gap.full[:100],
    }


def carried(action: RoadmapAction, gap: Gap | None, elements: Sequence[Element], help: Iterable[ActionHelp]) -> Carried:
    """What a line becomes in a concept note. gap: the one it answers, with the evidence that the office may use."""
    roadmap = action.roadmap
    country = formats.place(roadmap.country)
    names = {"roadmap": roadmap.record.title, "country": country}
    if roadmap.agreed_on:
        origin = _("An action of “%(roadmap)s”, agreed with the government of %(country)s.") % names
    else:
        origin = _("An action of “%(roadmap)s”, the draft roadmap of %(country)s.") % names
    sections = {
        "summary": _paragraphs(
            action.title if action.title.endswith(".") else f"{action.title}.",
            origin,
        ),
        "rationale": _rationale(action, gap, country),
        "stakeholders": _("%(owner)s carries out the action.") % {"owner": action.owner} if action.owner else "",
        "commitments": _list(_("The question is about:"), [f"{one}: {one.title}" for one in elements]),
        "approach": _paragraphs(
            action.text,
            _list(_("What may help, as chosen for the roadmap:"), [_help(one) for one in help]),
            _done_by(action),
        ),
    }  # fmt: skip
    return Carried({code: text for code, text in sections.items() if text}, action.title, action.indicator)


def _rationale(action: RoadmapAction, gap: Gap | None, country: str) -> str:
    if gap is None:  # answered in full meanwhile, or of an assessment that the writer may not see
        asked = action.question.text if action.question else ""
        return (
            _("The action answers a question on migration governance: “%(question)s”") % {"question": asked}
            if asked
            else ""
        )
    assessment = action.roadmap.assessment
    sources = [
        _("%(set)s, %(country)s, %(year)s, question %(code)s.")
        % {"set": assessment.set.title if assessment else "", "country": country, "year": assessment.year if assessment else "",
           "code": gap.question.code}
    ]  # fmt: skip
    shown = list(gap.line.evidence)
    sources += [_source(one) for one in shown]
    notes = [
        _("%(side)s: %(note)s") % {"side": _side(side), "note": side.note.strip()}
        for side in (gap.line.government, gap.line.office, gap.line.agreed)
        if side is not None and side.note.strip()
    ]
    found = [f"{_quoted(one)} [{number}]" for number, one in enumerate(shown, start=2)]
    return _paragraphs(
        _("The assessment of migration governance asked: “%(question)s” %(answer)s [1].")
        % {"question": gap.question.text, "answer": _answered(gap, country)},
        "\n".join(notes and [f"- {one}" for one in notes]),
        _list(_("What shows it:"), found),
        _list(_("Sources:"), [f"[{number}] {one}" for number, one in enumerate(sources, start=1)]),
    )  # fmt: skip


def _answered(gap: Gap, country: str) -> str:
    if gap.stands:
        return _("The answer that stands for %(country)s is %(why)s") % {"country": country, "why": gap.why}
    return _("For %(country)s the answers differ: %(sides)s") % {"country": country, "sides": sides_of(gap.line)}


def _side(said: Answer) -> str:
    return _("Disagreement recorded") if said.disputed else str(said.get_side_display()).capitalize()


def _quoted(one: AnswerEvidence) -> str:
    quote = " ".join(one.quote.split())[:LONGEST_QUOTE]
    said = ", ".join(filter(None, [one.title, one.place, one.figure]))
    return f"{said}: “{quote}”" if quote else said


def _source(one: AnswerEvidence) -> str:
    day = formats.day(one.as_of) if one.as_of else ""
    return ", ".join(filter(None, [one.title, one.place, one.source, one.url, day])) + "."


def _help(one: ActionHelp) -> str:
    return f"{one.title} ({ONE[one.kind]})" if one.kind in ONE else one.title


def _done_by(action: RoadmapAction) -> str:
    said = []
    if action.due:
        said.append(_("To be done by %(day)s.") % {"day": formats.day(action.due)})
    if action.cost is not None:
        said.append(
            _("Estimated cost in the roadmap: %(cost)s.") % {"cost": formats.money(action.cost, action.currency)}
        )
    if action.target:
        said.append(_("Target in the roadmap: %(target)s.") % {"target": action.target})
    return " ".join(said)


def _list(heading: str, items: Sequence[str]) -> str:
    return "\n".join([heading, *(f"- {' '.join(one.split())}" for one in items)]) if items else ""


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())
