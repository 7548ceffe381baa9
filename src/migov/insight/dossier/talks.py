"""Whom a country talks to, what it committed to and what we said: parts of its dossier."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.places.models import Place
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.insight.dossier.said import (
    OPEN,
    chairing,
    commitments_block,
    contacts_block,
    may,
    mechanism_of,
    place_of,
    positions_block,
    records,
    when,
)
from migov.work.cooperation.mechanisms.queries import of_country
from migov.work.cooperation.models import Commitment, Contact, Delegation, Input, Meeting, MeetingState


def mechanisms(place: Place, ask: Ask) -> Block | None:
    """The mechanisms that the country takes part in, and what it chairs; those it chairs first. Three queries."""
    if not may(ask):
        return None
    found = sorted(of_country(place, ask.viewer), key=lambda one: not one.chairs)
    lines = tuple(
        Line(
            f"mechanism-{one.mechanism.code}",
            (
                str(one.mechanism.record.title),
                _("%(part)s; sources differ") % {"part": one.standing.label} if one.standing.disagrees else one.standing.label,
                one.standing.when or "–",
                ", ".join(chairing(term.first.get_role_display(), term) for term in one.chairs) or "–",
            ),
            f"{one.mechanism.record.title}: {one.standing.in_words()}.",
            reverse("cooperation:mechanism", args=[one.mechanism.code]),
            one.standing.first.row.source,
            one.standing.first.row.as_of,
        )
        for one in found[: ask.most]
    )  # fmt: skip
    return Block(
        "mechanisms", _("Whom it talks to"), (_("Mechanism"), _("Part"), _("When"), _("In the chair")), lines,
        empty=_("It takes part in no mechanism of the register."), more=f"{reverse('cooperation:mechanisms')}?country={place.code}",
        total=len(found),
    )  # fmt: skip


def meetings(place: Place, ask: Ask) -> Block | None:
    """Meetings that the country hosts or is invited to: those to come, and with a period those in it. Two queries."""
    if not may(ask):
        return None
    taking_part = (
        Delegation.objects.filter(place=place).exclude(attendance=Delegation.Attendance.ABSENT).values("meeting_id")
    )
    found = Meeting.objects.filter(records(ask), Q(country=place) | Q(pk__in=taking_part))
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
            (one.record.title, str(mechanism_of(one, ask) or "–"), when(one), place_of(one), str(one.get_state_display())),
            f"{one.record.title}, {when(one)}, {place_of(one)}.", reverse("cooperation:meeting", args=[one.pk]),
            one.source or _("Meetings register of the office"), one.record.changed_at.date(),
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "meetings", _("Meetings"), (_("Meeting"), _("Mechanism"), _("When"), _("Where"), _("State")), lines,
        empty=_("No meeting is entered."), more=f"{reverse('cooperation:meetings')}?country={place.code}",
        total=found.count() if len(rows) == ask.most else len(rows), widths=(4, 3, 3, 2, 2),
    )  # fmt: skip


def commitments(place: Place, ask: Ask) -> Block | None:
    """What the country committed to and has not done yet. Two queries."""
    if not may(ask):
        return None
    found = Commitment.objects.filter(records(ask), place=place, state__in=OPEN)
    return commitments_block(found, ask, f"{reverse('cooperation:commitments')}?country={place.code}")


def positions(place: Place, ask: Ask) -> Block | None:
    """What the office said for or to the country. A constant number of queries."""
    if not may(ask):
        return None
    found = Input.objects.filter(records(ask), place=place)
    return positions_block(found, ask, f"{reverse('cooperation:positions')}?country={place.code}")


def contacts(place: Place, ask: Ask) -> Block | None:
    """Whom to write to, by function. One query."""
    if not may(ask):
        return None
    return contacts_block(
        list(Contact.objects.filter(place=place).select_related("mechanism__record")[: ask.most]), ask
    )


def register() -> None:
    """Called once, when the house is loaded."""
    group = gettext_lazy("Cooperation")
    for code, title, order, make, brief in (
        ("mechanisms", gettext_lazy("Mechanisms"), 70, mechanisms, 5),
        ("meetings", gettext_lazy("Meetings"), 72, meetings, 3),
        ("commitments", gettext_lazy("Commitments"), 74, commitments, 4),
        ("positions", gettext_lazy("Past positions"), 76, positions, 0),
        ("contacts", gettext_lazy("Contacts"), 95, contacts, 0),
    ):
        blocks.register_country(code, title, order, make, brief=brief, group=group)
