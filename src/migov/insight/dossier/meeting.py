"""What is known for a meeting: itself, who comes, its mechanism, what was said before and is owed, and what we bring."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.insight.dossier.said import (
    OPEN,
    chairing,
    commitments_block,
    contacts_block,
    mechanism_of,
    place_of,
    positions_block,
    records,
    when,
)
from migov.work.cooperation.mechanisms.queries import card, members
from migov.work.cooperation.models import Commitment, Contact, Input, InputState, Meeting, MeetingState, Outcome

EARLIER = 4  # meetings of which the outcome is told


def facts(meeting: Meeting, ask: Ask) -> Block | None:
    """The meeting itself. No query beyond the meeting's own row."""
    record = meeting.record
    rows = [
        (_("Mechanism"), str(mechanism_of(meeting, ask) or "")), (_("When"), when(meeting)), (_("Where"), place_of(meeting)),
        (_("Host"), meeting.host), (_("State"), str(meeting.get_state_display())),
        (_("Inputs due"), formats.day(meeting.inputs_due)), (_("About"), record.summary),
    ]  # fmt: skip
    url = reverse("cooperation:meeting", args=[meeting.pk])
    source, day = meeting.source or _("Meetings register of the office"), record.changed_at.date()
    lines = tuple(
        Line(f"fact-{number}", (label, words), f"{label}: {words}", url, source, day)
        for number, (label, words) in enumerate(rows)
        if words and words != "–"
    )  # fmt: skip
    return Block(
        "meeting",
        _("The meeting"),
        (_("What"), _("Known")),
        lines,
        more=url,
        total=len(lines),
        widths=(1, 4),
    )


def agenda(meeting: Meeting, ask: Ask) -> Block | None:
    """The agenda, with the points at which the office speaks. One query."""
    lines = tuple(
        Line(
            f"item-{item.pk}", (item.number or str(place), item.time or "–", item.title, _("we speak") if item.ours else "–"),
            item.title, reverse("cooperation:meeting", args=[meeting.pk]), _("Agenda as entered"), meeting.record.changed_at.date(),
        )
        for place, item in enumerate(meeting.agenda.all(), 1)
    )  # fmt: skip
    return Block(
        "agenda",
        _("Agenda"),
        (_("No."), _("Time"), _("Point"), _("Ours")),
        lines,
        empty=_("No agenda has been entered."),
        total=len(lines),
        widths=(1, 1, 6, 1),
    )


def inputs(meeting: Meeting, ask: Ask) -> Block | None:
    """What we bring: the inputs for this meeting, how far they are. One query."""
    found = Input.objects.filter(records(ask), meeting=meeting).exclude(state=InputState.DECLINED)
    lines = tuple(
        Line(
            f"input-{one.pk}",
            (
                one.record.title,
                str(one.get_type_display()),
                str(one.get_state_display()),
                formats.day(one.due),
                str(one.record.owner or "–"),
            ),
            f"{one.record.title}: {one.get_state_display()}.", reverse("cooperation:input", args=[one.pk]),
            _("Inputs of the office"), one.record.changed_at.date(),
        )
        for one in found.select_related("record__owner").order_by("due", "pk")
    )  # fmt: skip
    return Block(
        "inputs", _("What we bring"), (_("Input"), _("Kind"), _("State"), _("Due"), _("Written by")), lines,
        empty=_("No input has been asked for."), more=reverse("cooperation:inputs"), total=len(lines), widths=(5, 2, 2, 2, 2),
    )  # fmt: skip


def delegations(meeting: Meeting, ask: Ask) -> Block | None:
    """Who takes part: those whose functions are known each on a line, the others together. One query."""
    url, source = reverse("cooperation:meeting", args=[meeting.pk]), _("Meetings register of the office")
    day = meeting.record.changed_at.date()
    lines, others = [], defaultdict(list)
    for one in meeting.delegations.select_related("place", "body"):
        name, said = _named(one.place, one.body), str(one.get_attendance_display())
        if not one.functions:
            others[said].append(name)
            continue
        functions = "; ".join(one.functions.split("\n"))
        lines.append(
            Line(
                f"delegation-{one.pk}",
                (capfirst(said), "1", name, functions),
                f"{name}: {functions} ({said}).",
                url,
                source,
                day,
            )
        )
    for said, names in others.items():
        lines.append(
            Line(
                f"delegations-{said}", (capfirst(said), str(len(names)), ", ".join(sorted(names)), "–"),
                f"{', '.join(sorted(names))}: {said}.", url, source, day,
            )
        )  # fmt: skip
    return Block(
        "delegations", _("Delegations"), (_("Attendance"), _("How many"), _("Who"), _("Functions")), tuple(lines),
        empty=_("No delegation has been entered."), total=len(lines), widths=(2, 1, 7, 3),
    )  # fmt: skip


def _named(place: Place | None, body: object) -> str:
    return formats.place(place) if place is not None else str(body)


def mechanism_card(meeting: Meeting, ask: Ask) -> Block | None:
    """The mechanism: who is in the chair, and each fact of its card with its source. Constant number of queries."""
    mechanism = mechanism_of(meeting, ask)
    if mechanism is None:
        return None
    found = card(mechanism)
    url = reverse("cooperation:mechanism", args=[mechanism.code])
    rows = []
    for term in found.chairing:
        said, words = term.first, chairing(term.name, term)
        rows.append((f"chair-{said.pk}", str(said.get_role_display()), words, said.source, said.as_of))
    rows += [
        (f"fact-{fact.pk}", str(answer.field.label), fact.value, fact.source, fact.as_of)
        for answer in found.answers
        for fact in answer.facts
    ]
    lines = tuple(
        Line(key, (capfirst(label), value), f"{capfirst(label)}: {value}", url, source, as_of)
        for key, label, value, source, as_of in rows[: ask.most]
    )
    return Block(
        "mechanism", _("The mechanism: %s") % mechanism.record.title, (_("What"), _("Known")), lines,
        empty=_("Nothing is on its card."), more=url, total=len(rows), widths=(1, 4),
    )  # fmt: skip


def members_of(meeting: Meeting, ask: Ask) -> Block | None:
    """Who takes part in the mechanism, by part, time and source; those of whom the same is said stand together. One query."""
    mechanism = mechanism_of(meeting, ask)
    if mechanism is None:
        return None
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for one in members(mechanism):
        label = _("%(part)s; sources differ") % {"part": one.label} if one.disagrees else one.label
        groups[label, one.when, one.first.row.source, one.first.row.as_of].append(one.name)
    url = reverse("cooperation:mechanism", args=[mechanism.code])
    lines = tuple(
        Line(
            f"members-{label}-{time}-{source}"[:300], (capfirst(label), str(len(names)), ", ".join(names), time or "–"),
            f"{capfirst(label)}: {', '.join(names)}.", url, source, as_of,
        )
        for (label, time, source, as_of), names in groups.items()
    )  # fmt: skip
    return Block(
        "members", _("Who takes part in the mechanism"), (_("Part"), _("How many"), _("Who"), _("When")), lines,
        empty=_("No member is in the register."), more=url, total=len(lines), widths=(2, 1, 8, 2),
    )  # fmt: skip


def last_time(meeting: Meeting, ask: Ask) -> Block | None:
    """What the mechanism's earlier meetings came to, the newest first. Two queries."""
    if meeting.mechanism_id is None:
        return None
    before = Meeting.objects.filter(records(ask), mechanism=meeting.mechanism_id, state=MeetingState.HELD).exclude(
        pk=meeting.pk
    )
    if meeting.record.starts:
        before = before.filter(Q(record__starts__lt=meeting.record.starts) | Q(record__starts__isnull=True))
    rows = list(before.select_related("record").order_by("-record__starts", "-dated", "-pk")[:EARLIER])
    outcomes: dict[int, list[str]] = {}
    for one in Outcome.objects.filter(meeting__in=rows):
        outcomes.setdefault(one.meeting_id, []).append(one.text)
    lines = tuple(
        Line(
            f"before-{one.pk}", (one.record.title, when(one), _sentences([one.outcome, *outcomes.get(one.pk, [])])),
            f"{one.record.title}, {when(one)}.", reverse("cooperation:meeting", args=[one.pk]),
            one.source or _("Meetings register of the office"), one.record.ends,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "last-time", _("What earlier meetings came to"), (_("Meeting"), _("When"), _("Outcome")), lines,
        empty=_("No earlier meeting of this mechanism is entered."), total=len(lines), widths=(3, 2, 6),
    )  # fmt: skip


def _sentences(texts: list[str]) -> str:
    """Texts as sentences one after the other."""
    said = [text.strip() for text in texts if text.strip()]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in said) or "–"


def commitments(meeting: Meeting, ask: Ask) -> Block | None:
    """Open commitments made in the mechanism, or in the meeting. Two queries."""
    found = Commitment.objects.filter(records(ask), state__in=OPEN)
    where = Q(meeting=meeting) | (Q(mechanism=meeting.mechanism_id) if meeting.mechanism_id else Q(pk__in=[]))
    return commitments_block(found.filter(where), ask, reverse("cooperation:commitments"))


def positions(meeting: Meeting, ask: Ask) -> Block | None:
    """What the office said in the mechanism before. A constant number of queries."""
    if meeting.mechanism is None:
        return None
    found = Input.objects.filter(records(ask), mechanism=meeting.mechanism_id).exclude(meeting=meeting)
    return positions_block(found, ask, f"{reverse('cooperation:positions')}?mechanism={meeting.mechanism.code}")


def contacts(meeting: Meeting, ask: Ask) -> Block | None:
    """Whom to write to in the mechanism, by function. One query."""
    if meeting.mechanism_id is None:
        return None
    found = Contact.objects.filter(mechanism=meeting.mechanism_id).select_related("mechanism__record")
    return contacts_block(list(found), ask)


def register() -> None:
    """Called once, when the house is loaded."""
    for code, title, order, make in (
        ("meeting", gettext_lazy("The meeting"), 10, facts),
        ("agenda", gettext_lazy("Agenda"), 20, agenda),
        ("inputs", gettext_lazy("What we bring"), 25, inputs),
        ("commitments", gettext_lazy("Commitments"), 30, commitments),
        ("last-time", gettext_lazy("Earlier meetings"), 35, last_time),
        ("positions", gettext_lazy("Past positions"), 40, positions),
        ("delegations", gettext_lazy("Delegations"), 50, delegations),
        ("mechanism", gettext_lazy("The mechanism"), 60, mechanism_card),
        ("members", gettext_lazy("Who takes part in the mechanism"), 65, members_of),
        ("contacts", gettext_lazy("Contacts"), 90, contacts),
    ):
        blocks.register_meeting(code, title, order, make)
