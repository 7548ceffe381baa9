"""Whom a country talks to, what it committed to and what we said: parts of a country's and a meeting's dossier."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation import partial_dates
from migov.foundation.people.access import allowed
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.work.cooperation.mechanisms.queries import card, members, of_country
from migov.work.cooperation.models import (
    Commitment,
    CommitmentState,
    Contact,
    Delegation,
    Input,
    InputState,
    Meeting,
    MeetingState,
    Outcome,
)

OPEN = (CommitmentState.OPEN, CommitmentState.BEGUN)


def _may(ask: Ask) -> bool:
    return allowed(ask.viewer, "cooperation.enter")


def _records(ask: Ask) -> Q:
    return Q(record__in=Record.objects.visible_to(ask.viewer).standing())


def when(meeting: Meeting) -> str:
    """The days of a meeting in words: as precisely as they are known."""
    record = meeting.record
    return formats.period(record.starts, record.ends) if record.starts else partial_dates.words(meeting.dated)


def mechanisms(place: Place, ask: Ask) -> Block | None:
    """The mechanisms that the country takes part in, and what it chairs. Three queries."""
    if not _may(ask):
        return None
    found = of_country(place, ask.viewer)
    lines = tuple(
        Line(
            f"mechanism-{one.mechanism.code}",
            (
                str(one.mechanism.record.title),
                one.standing.label,
                one.standing.when or "–",
                ", ".join(f"{term.first.get_role_display()} {term.when}".strip() for term in one.chairs) or "–",
            ),
            f"{one.mechanism.record.title}: {one.standing.in_words()}.",
            reverse("cooperation:mechanism", args=[one.mechanism.code]),
            one.standing.first.row.source,
            one.standing.first.row.as_of,
        )
        for one in found[: ask.most]
    )
    return Block(
        "mechanisms", _("Whom it talks to"), (_("Mechanism"), _("Part"), _("When"), _("In the chair")), lines,
        empty=_("It takes part in no mechanism of the register."), more=f"{reverse('cooperation:mechanisms')}?country={place.code}",
        total=len(found),
    )  # fmt: skip


def meetings(place: Place, ask: Ask) -> Block | None:
    """Meetings that the country hosts or is invited to: those to come, and with a period those in it. Two queries."""
    if not _may(ask):
        return None
    taking_part = (
        Delegation.objects.filter(place=place).exclude(attendance=Delegation.Attendance.ABSENT).values("meeting_id")
    )
    found = Meeting.objects.filter(_records(ask), Q(country=place) | Q(pk__in=taking_part))
    found = found.exclude(state=MeetingState.CANCELLED).select_related("record", "mechanism__record", "country")
    if ask.starts:
        found = found.filter(record__starts__gte=ask.starts)
    else:
        found = found.filter(record__ends__gte=timezone.localdate())
    if ask.ends:
        found = found.filter(record__starts__lte=ask.ends)
    rows = list(found.order_by("record__starts", "pk")[: ask.most])
    lines = tuple(
        Line(
            f"meeting-{one.pk}",
            (one.record.title, str(one.mechanism or "–"), when(one), _place_of(one), str(one.get_state_display())),
            f"{one.record.title}, {when(one)}, {_place_of(one)}.", reverse("cooperation:meeting", args=[one.pk]),
            one.source or _("Meetings register of the office"), one.record.changed_at.date(),
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "meetings", _("Meetings"), (_("Meeting"), _("Mechanism"), _("When"), _("Where"), _("State")), lines,
        empty=_("No meeting is entered."), more=f"{reverse('cooperation:meetings')}?country={place.code}",
        total=found.count() if len(rows) == ask.most else len(rows), widths=(4, 3, 3, 2, 2),
    )  # fmt: skip


def _place_of(meeting: Meeting) -> str:
    if meeting.online and not meeting.city:
        return _("online")
    return ", ".join(part for part in (meeting.city, str(meeting.country or "")) if part) or "–"


def commitments(place: Place, ask: Ask) -> Block | None:
    """What the country committed to and has not done yet. Two queries."""
    if not _may(ask):
        return None
    found = Commitment.objects.filter(_records(ask), place=place, state__in=OPEN)
    return _commitments(found, ask, f"{reverse('cooperation:commitments')}?country={place.code}")


def _commitments(found: QuerySet[Commitment], ask: Ask, more: str) -> Block:
    rows = list(found.select_related("record", "mechanism__record", "place", "body").order_by("due", "pk")[: ask.most])
    lines = tuple(
        Line(
            f"commitment-{one.pk}",
            (one.record.title, _who(one), formats.day(one.due) or "–", str(one.get_state_display())),
            _("%(who)s: %(what)s (%(state)s).")
            % {"who": _who(one), "what": one.record.title.rstrip("."), "state": one.get_state_display()},
            reverse("cooperation:commitment", args=[one.pk]), one.source or str(one.mechanism or _("Commitments register")), one.made_on,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "commitments", _("Commitments that are open"), (_("Commitment"), _("Who"), _("Due"), _("State")), lines,
        empty=_("No open commitment is entered."), more=more,
        total=found.count() if len(rows) == ask.most else len(rows),
    )  # fmt: skip


def _who(one: Commitment) -> str:
    if one.ours:
        return one.responsible or _("this office")
    return ", ".join(str(part) for part in (one.place, one.body, one.responsible) if part) or "–"


def positions(place: Place, ask: Ask) -> Block | None:
    """What the office said for or to the country. Two queries."""
    if not _may(ask):
        return None
    return _positions(
        Input.objects.filter(_records(ask), place=place),
        ask,
        f"{reverse('cooperation:positions')}?country={place.code}",
    )


def _positions(found: QuerySet[Input], ask: Ask, more: str) -> Block:
    found = found.filter(state=InputState.DELIVERED)
    if ask.starts:
        found = found.filter(delivered_on__gte=ask.starts)
    if ask.ends:
        found = found.filter(delivered_on__lte=ask.ends)
    if ask.themes:
        found = found.filter(
            record__record_themes__theme__in=ask.themes, record__record_themes__superseded_at__isnull=True
        ).distinct()
    rows = list(
        found.select_related("record", "meeting__record", "mechanism__record").order_by("-delivered_on", "-pk")[
            : ask.most
        ]
    )
    lines = tuple(
        Line(
            f"input-{one.pk}",
            (
                one.record.title,
                str(one.get_type_display()),
                str(one.meeting or one.mechanism or "–"),
                formats.day(one.delivered_on),
                one.became or "–",
            ),
            _("On %(day)s we delivered: %(title)s (%(where)s).")
            % {
                "day": formats.day(one.delivered_on),
                "title": one.record.title,
                "where": one.meeting or one.mechanism or "–",
            },
            reverse("cooperation:input", args=[one.pk]),
            one.delivered_by or _("Library of positions"),
            one.delivered_on,
        )
        for one in rows
    )
    return Block(
        "positions", _("What we said before"), (_("Title"), _("Kind"), _("Where"), _("Day"), _("What became of it")), lines,
        empty=_("No earlier position is in the library."), more=more,
        total=found.count() if len(rows) == ask.most else len(rows), widths=(4, 2, 3, 2, 3),
    )  # fmt: skip


def contacts(place: Place, ask: Ask) -> Block | None:
    """Whom to write to, by function. One query."""
    if not _may(ask):
        return None
    rows = list(Contact.objects.filter(place=place).select_related("mechanism__record")[: ask.most])
    return _contacts(rows)


def _contacts(rows: list[Contact]) -> Block:
    lines = tuple(
        Line(
            f"contact-{one.pk}", (one.function, one.unit or "–", str(one.mechanism or "–"), one.email or one.phone or "–"),
            ", ".join(part for part in (one.function, one.unit, one.email) if part), "", _("Contacts of the office"), one.checked_on,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "contacts", _("Contacts by function"), (_("Function"), _("Unit"), _("Mechanism"), _("Write to")), lines,
        empty=_("No contact is entered."), total=len(lines),
    )  # fmt: skip


# For a meeting.


def facts(meeting: Meeting, ask: Ask) -> Block | None:
    """The meeting itself. No query beyond the meeting's own row."""
    record = meeting.record
    rows = [
        (_("Mechanism"), str(meeting.mechanism or "")), (_("When"), when(meeting)), (_("Where"), _place_of(meeting)),
        (_("Host"), meeting.host), (_("State"), str(meeting.get_state_display())),
        (_("Inputs due"), formats.day(meeting.inputs_due)), (_("About"), record.summary),
    ]  # fmt: skip
    url = reverse("cooperation:meeting", args=[meeting.pk])
    source, day = meeting.source or _("Meetings register of the office"), record.changed_at.date()
    lines = tuple(
        Line(f"fact-{number}", (label, words), f"{label}: {words}", url, source, day)
        for number, (label, words) in enumerate(rows)
        if words
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
            Line(f"delegation-{one.pk}", (name, functions, said), f"{name}: {functions} ({said}).", url, source, day)
        )
    for said, names in others.items():
        lines.append(
            Line(f"delegations-{said}", (", ".join(names), "–", said), f"{', '.join(names)}: {said}.", url, source, day)
        )
    return Block(
        "delegations", _("Delegations"), (_("State or body"), _("Functions"), _("Attendance")), tuple(lines),
        empty=_("No delegation has been entered."), total=len(lines), widths=(6, 3, 1),
    )  # fmt: skip


def _named(place: Place | None, body: object) -> str:
    return formats.place(place) if place is not None else str(body)


def mechanism_card(meeting: Meeting, ask: Ask) -> Block | None:
    """The card of the mechanism, each fact with its source; who is in the chair. Constant number of queries."""
    if meeting.mechanism is None:
        return None
    found = card(meeting.mechanism)
    url = reverse("cooperation:mechanism", args=[meeting.mechanism.code])
    rows = [
        (f"fact-{fact.pk}", str(answer.field.label), fact.value, fact.source, fact.as_of)
        for answer in found.answers
        for fact in answer.facts
    ]
    for term in found.chairing:
        said, words = term.first, f"{term.name} {term.when}".strip()
        rows.append((f"chair-{said.pk}", str(said.get_role_display()), words, said.source, said.as_of))
    lines = tuple(
        Line(key, (label.capitalize(), value), f"{label}: {value}", url, source, as_of)
        for key, label, value, source, as_of in rows[: ask.most]
    )
    return Block(
        "mechanism", str(meeting.mechanism.record.title), (_("What"), _("Known")), lines, empty=_("Nothing is on its card."),
        more=url, total=len(rows), widths=(1, 4),
    )  # fmt: skip


def members_of(meeting: Meeting, ask: Ask) -> Block | None:
    """Who takes part in the mechanism, by part, time and source; those of whom the same is said stand together. One query."""
    if meeting.mechanism is None:
        return None
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for one in members(meeting.mechanism):
        label = _("%(part)s; sources differ") % {"part": one.label} if one.disagrees else one.label
        groups[label, one.when, one.first.row.source, one.first.row.as_of].append(one.name)
    url = reverse("cooperation:mechanism", args=[meeting.mechanism.code])
    lines = tuple(
        Line(
            f"members-{label}-{time}-{source}"[:300], (label.capitalize(), str(len(names)), ", ".join(names), time or "–"),
            f"{label.capitalize()}: {', '.join(names)}.", url, source, as_of,
        )
        for (label, time, source, as_of), names in groups.items()
    )  # fmt: skip
    return Block(
        "members", _("Who takes part"), (_("Part"), _("How many"), _("Who"), _("When")), lines,
        empty=_("No member is in the register."), more=url, total=len(lines), widths=(2, 1, 8, 2),
    )  # fmt: skip


def last_time(meeting: Meeting, ask: Ask) -> Block | None:
    """What the mechanism's earlier meetings came to, the newest first. Two queries."""
    if meeting.mechanism_id is None:
        return None
    before = Meeting.objects.filter(_records(ask), mechanism=meeting.mechanism_id, state=MeetingState.HELD).exclude(
        pk=meeting.pk
    )
    if meeting.record.starts:
        before = before.filter(Q(record__starts__lt=meeting.record.starts) | Q(record__starts__isnull=True))
    rows = list(before.select_related("record").order_by("-record__starts", "-dated", "-pk")[:4])
    outcomes: dict[int, list[str]] = {}
    for one in Outcome.objects.filter(meeting__in=rows):
        outcomes.setdefault(one.meeting_id, []).append(one.text)
    lines = tuple(
        Line(
            f"before-{one.pk}", (one.record.title, when(one), "; ".join([*filter(None, [one.outcome]), *outcomes.get(one.pk, [])]) or "–"),
            f"{one.record.title}, {when(one)}.", reverse("cooperation:meeting", args=[one.pk]),
            one.source or _("Meetings register of the office"), one.record.ends,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "last-time", _("What earlier meetings came to"), (_("Meeting"), _("When"), _("Outcome")), lines,
        empty=_("No earlier meeting of this mechanism is entered."), total=len(lines), widths=(3, 2, 5),
    )  # fmt: skip


def meeting_commitments(meeting: Meeting, ask: Ask) -> Block | None:
    """Open commitments made in the mechanism, or in the meeting. Two queries."""
    found = Commitment.objects.filter(_records(ask), state__in=OPEN)
    where = Q(meeting=meeting) | (Q(mechanism=meeting.mechanism_id) if meeting.mechanism_id else Q(pk__in=[]))
    return _commitments(found.filter(where), ask, reverse("cooperation:commitments"))


def meeting_positions(meeting: Meeting, ask: Ask) -> Block | None:
    """What the office said in the mechanism before. Two queries."""
    if meeting.mechanism_id is None:
        return None
    found = Input.objects.filter(_records(ask), mechanism=meeting.mechanism_id).exclude(meeting=meeting)
    return _positions(found, ask, f"{reverse('cooperation:positions')}?mechanism={meeting.mechanism.code}")  # type: ignore[union-attr]


def meeting_contacts(meeting: Meeting, ask: Ask) -> Block | None:
    """Whom to write to in the mechanism, by function. One query."""
    if meeting.mechanism_id is None:
        return None
    return _contacts(list(Contact.objects.filter(mechanism=meeting.mechanism_id).select_related("mechanism__record")))


def register() -> None:
    """Called once, when the house is loaded."""
    blocks.register_country("mechanisms", gettext_lazy("Mechanisms"), 70, mechanisms, brief=5)
    blocks.register_country("meetings", gettext_lazy("Meetings"), 72, meetings, brief=3)
    blocks.register_country("commitments", gettext_lazy("Commitments"), 74, commitments, brief=4)
    blocks.register_country("positions", gettext_lazy("Past positions"), 76, positions)
    blocks.register_country("contacts", gettext_lazy("Contacts"), 95, contacts)
    blocks.register_meeting("meeting", gettext_lazy("The meeting"), 10, facts)
    blocks.register_meeting("agenda", gettext_lazy("Agenda"), 20, agenda)
    blocks.register_meeting("delegations", gettext_lazy("Delegations"), 30, delegations)
    blocks.register_meeting("mechanism", gettext_lazy("The mechanism"), 40, mechanism_card)
    blocks.register_meeting("members", gettext_lazy("Who takes part in the mechanism"), 45, members_of)
    blocks.register_meeting("last-time", gettext_lazy("Earlier meetings"), 50, last_time)
    blocks.register_meeting("commitments", gettext_lazy("Commitments"), 60, meeting_commitments)
    blocks.register_meeting("positions", gettext_lazy("Past positions"), 70, meeting_positions)
    blocks.register_meeting("contacts", gettext_lazy("Contacts"), 90, meeting_contacts)
