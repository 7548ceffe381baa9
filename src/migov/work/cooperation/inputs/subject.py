"""How inputs are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import Actor
from migov.foundation.people.models import Role
from migov.foundation.shell import formats
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, Line, Rows, Text, as_json
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Concerns, Flag, Refused, Subject
from migov.services.writing import prose, settling
from migov.work.cooperation.inputs import consistency, people, queries, reading, templates
from migov.work.cooperation.inputs import content as contents
from migov.work.cooperation.inputs.actions import life
from migov.work.cooperation.inputs.actions.writing import DESK
from migov.work.cooperation.models import Input, InputState, PulledFact, Section

if TYPE_CHECKING:
    from migov.foundation.people.models import User

SUBJECT = "input"
LONGEST = (
    5000  # characters of a section in the brief: inputs are short, and who decides reads them whole, often on a phone
)
WRITTEN = (InputState.DRAFT, InputState.CLEARANCE)


def input_of(clearance: Clearance) -> Input:
    """The input that is cleared. Raises Input.DoesNotExist."""
    return Input.objects.select_related(
        "record__owner", "record__office", "meeting__record", "mechanism__record", "place", "submission"
    ).get(pk=clearance.record_id)


def rows(clearance: Clearance) -> Iterable[Model]:
    """What is frozen beside what it says: the input, its sections, and the facts pulled into them."""
    paper = input_of(clearance)
    return [paper, *paper.sections.all(), *PulledFact.objects.current().filter(input=paper)]


def concerns(clearance: Clearance) -> Concerns:
    """Themes and country of the input."""
    record = input_of(clearance).record
    themes = record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    places = frozenset(record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True))
    return Concerns(themes=frozenset(themes), places=places)


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why it cannot be handed in now."""
    paper = input_of(clearance)
    if not paper.is_open:
        return [_("This input is “%s” already.") % paper.get_state_display()]
    return [one.text for one in reading.findings(paper) if one.must]


def changed_since(clearance: Clearance) -> list[str]:
    """Titles of the parts that say something else by now than the newest round."""
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return []
    then = {part["anchor"]: part for part in kept.content["parts"]}
    stands = json.loads(json.dumps(as_json(contents.content(input_of(clearance)))))
    now = {part["anchor"]: part for part in stands["parts"]}
    both = {**then, **now}
    return [
        str(part["title"])
        for anchor, part in both.items()
        if then.get(anchor) != now.get(anchor) and anchor != contents.HEADER
    ]


def changed_words(changed: Sequence[str]) -> str:
    """In a sentence, what was changed after the newest round was handed in."""
    return _("Changed after it was handed in, and not read by reviewers: %s.") % ", ".join(changed)


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know: texts changed since, hints of the consistency check, facts of which a newer value is known."""
    paper = input_of(clearance)
    found = []
    if clearance.stands and (words := too_late(paper, clearance.due)):
        found.append(Flag(words, True, reverse("cooperation:input", args=[paper.pk])))
    if clearance.pk and clearance.stands and (changed := changed_since(clearance)):
        found.append(Flag(changed_words(changed), True, reverse("cooperation:input-clearance", args=[paper.pk])))
    owner = paper.record.owner
    if owner is None or not paper.is_open:
        return found
    if number := len(consistency.open_hints(consistency.check(paper, owner))):
        words = ngettext(
            "%d hint that it may disagree with what was said before is open.",
            "%d hints that it may disagree with what was said before are open.", number,
        )  # fmt: skip
        found.append(Flag(words % number, False, reverse("cooperation:input-check", args=[paper.pk])))
    if number := len(reading.all_newer(paper, owner)):
        words = ngettext("A newer value of %d fact is known.", "Newer values of %d facts are known.", number)
        found.append(Flag(words % number, False, reverse("cooperation:input", args=[paper.pk])))
    return found


def too_late(paper: Input, decided: date | None) -> str:
    """In a sentence, that the decision is due after the input is needed; empty where it is not. decided: when the decision is due."""
    if paper.due is None or decided is None or decided <= paper.due:
        return ""
    days = {"due": formats.day(decided), "needed": formats.day(paper.due)}
    return _("The decision is due on %(due)s, but the input is needed on %(needed)s.") % days


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where its author changes what stands at an anchor."""
    kind, _colon, key = anchor.partition(":")
    if kind == "section" and key:
        return reverse("cooperation:section", args=[clearance.record_id, key])
    return reverse("cooperation:input", args=[clearance.record_id])


def accept(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a suggested wording in the place of the quote. Raises Refused where that is no text, or the words are gone."""
    if not anchor.startswith("section:"):
        raise Refused(_("Wording can be accepted in the text only."))
    settling.accept_wording(DESK, clearance, anchor, quote, wording, by)


def brief(said: Content) -> list[tuple[str, str]]:
    """A version in brief: what it is for, its sections as they stand in paragraphs, and its sources. Nine lines at most, so that no section
    is left out where ten are shown.
    """
    found: list[tuple[str, str]] = []
    kind, words = "", 0
    for part in said.parts:
        if isinstance(part, Rows) and part.anchor == contents.HEADER:
            found += _what_for(part)
        elif isinstance(part, Rows) and part.anchor == contents.SOURCES:
            found.append((part.title, _passage("\n".join(_source(line) for line in part.lines))))
        elif isinstance(part, Text) and part.text.strip():
            kind = kind or templates.type_beginning_with(part.anchor)
            internal = templates.is_internal(part.anchor)
            is_said = part.title.lower().startswith(
                _("for ")
            )  # in the title itself: "For the speaker: sensitive points"
            title = _("%s (for the speaker)") % part.title if internal and not is_said else part.title
            found.append((title, _passage(part.text)))
            words += 0 if internal else prose.count(part.text)
    if found and (spoken := queries.spoken(words, kind)):
        found[0] = (found[0][0], f"{found[0][1]} · {spoken}")
    return found


def _what_for(header: Rows) -> list[tuple[str, str]]:
    """Type, meeting, mechanism and country in one line; what is asked in another."""
    values = {line.anchor: str(line.values.get("value") or "") for line in header.lines}
    asked = values.pop(f"{contents.HEADER}:asked", "")
    found = [(header.title, " · ".join(filter(None, values.values())))]
    return [*found, (_("What is asked"), asked)] if asked else found


def _source(line: Line) -> str:
    return f"[{line.values.get('note')}] {line.values.get('fact')} {line.values.get('source')}"


def _passage(text: str) -> str:
    """A text as it stands, line by line; a long one cut."""
    first = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    first = re.sub(r"\n{3,}", "\n\n", first)
    return first if len(first) <= LONGEST else first[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def cleared(clearance: Clearance, _by: Actor) -> None:
    """Cleared as it was handed in. Raises Refused where its text was changed since: nobody would have read it."""
    if changed := changed_since(clearance):
        raise Refused(f"{changed_words(changed)} {_('Hand it in again, or take the changes back.')}")
    life.cleared(clearance.record_id, clearance.submissions.get(number=clearance.round))


def authors(clearance: Clearance) -> list[User]:
    """Whose work the input is: who writes it, and everybody whose words stand or stood in it, named as an author or not."""
    paper = input_of(clearance)
    found = {one.pk: one for one in [*people.writers(paper), *people.wrote_in(paper)]}
    return list(found.values())


def _to_draft(clearance: Clearance, _by: Actor) -> None:
    life.moved(clearance.record_id, InputState.DRAFT, out_of=[InputState.CLEARANCE])


INPUTS = Subject(
    code=SUBJECT,
    label=gettext_lazy("Input"),
    content=lambda clearance: contents.content(input_of(clearance)),
    rows=rows,
    concerns=concerns,
    url=lambda clearance: reverse("cooperation:input", args=[clearance.record_id]),
    place_url=place_url,
    authors=authors,
    checklist=templates.checklist(),
    hinders=hinders,
    flags=flags,
    brief=brief,
    accept=accept,
    submitted=lambda clearance, _submission, _by: life.moved(clearance.record_id, InputState.CLEARANCE, out_of=WRITTEN),
    returned=_to_draft,
    cleared=cleared,
    refused=_to_draft,
    withdrawn=_to_draft,
    everything=frozenset({Role.POLICY}),
)


def register() -> None:
    """Make it known to clearance; called when the room is loaded."""
    subjects.register(INPUTS, Input, Section, PulledFact)
