"""What parts of countries and of meetings have in common: commitments, positions, contacts, and the words for days and places."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.people.access import allowed
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.work.cooperation.inputs import index
from migov.work.cooperation.mechanisms.standing import Term
from migov.work.cooperation.models import Commitment, CommitmentState, Contact, Input, InputState, Mechanism, Meeting

OPEN = (CommitmentState.OPEN, CommitmentState.BEGUN)
QUOTED = 320  # characters of a position


def may(ask: Ask) -> bool:
    """Whether the viewer reads what the office has on cooperation."""
    return allowed(ask.viewer, "cooperation.enter")


def records(ask: Ask) -> Q:
    """What the viewer may see, as a filter on rows that hang on a record."""
    return Q(record__in=Record.objects.visible_to(ask.viewer).standing())


def mechanism_of(one: Meeting | Input | Commitment | Contact, ask: Ask) -> Mechanism | None:
    """The mechanism that something belongs to; None where it has none, or one that the viewer may not see. One query for each ask."""
    if one.mechanism is None or one.mechanism_id not in ask.mechanisms:
        return None
    return one.mechanism


def when(meeting: Meeting) -> str:
    """The days of a meeting in words: as precisely as they are known."""
    record = meeting.record
    return formats.period(record.starts, record.ends) if record.starts else partial_dates.words(meeting.dated)


def chairing(who: str, term: Term) -> str:
    """Who chairs, or as what, and when; where the source gives no end, to when it speaks."""
    said = f"{who} {term.when}".strip()
    return f"{said} ({_('as of %s') % term.open_since})" if term.open_since else said


def place_of(meeting: Meeting) -> str:
    """City and country of a meeting."""
    if meeting.online and not meeting.city:
        return _("online")
    country = formats.place(meeting.country) if meeting.country else ""
    return ", ".join(part for part in (meeting.city, country) if part) or "–"


def dated(state: str, due: date | None) -> str:
    """The state of something that is still to be done; where its day has passed, that it is overdue."""
    return _("%s, overdue") % state if due and due < timezone.localdate() else str(state)


def commitments_block(found: QuerySet[Commitment], ask: Ask, more: str) -> Block:
    """Commitments, what is due first; those whose day has passed say so. Two queries."""
    rows = list(found.select_related("record", "mechanism__record", "place", "body").order_by("due", "pk")[: ask.most])
    lines = tuple(
        Line(
            f"commitment-{one.pk}",
            (one.record.title, _who(one), formats.day(one.due), dated(one.get_state_display(), one.due)),
            _("%(who)s: %(what)s (%(state)s).")
            % {"who": _who(one), "what": one.record.title.rstrip("."), "state": dated(one.get_state_display(), one.due)},
            reverse("cooperation:commitment", args=[one.pk]),
            one.source or str(mechanism_of(one, ask) or _("Commitments register")), one.made_on,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "commitments", _("Commitments that are open"), (_("Commitment"), _("Who"), _("Due"), _("State")), lines,
        empty=_("No open commitment is entered."), more=more,
        total=found.count() if len(rows) == ask.most else len(rows), widths=(5, 3, 2, 2),
    )  # fmt: skip


def _who(one: Commitment) -> str:
    if one.ours:
        return one.responsible or _("this office")
    place = formats.place(one.place) if one.place else ""
    return ", ".join(part for part in (place, str(one.body or ""), one.responsible) if part) or "–"


def positions_block(found: QuerySet[Input], ask: Ask, more: str) -> Block:
    """What the office said, the newest first, with its first words and what became of it. A constant number of queries."""
    found = found.filter(state=InputState.DELIVERED)
    if ask.starts:
        found = found.filter(delivered_on__gte=ask.starts)
    if ask.ends:
        found = found.filter(delivered_on__lte=ask.ends)
    if ask.themes:
        found = found.filter(
            record__record_themes__theme__in=ask.themes, record__record_themes__superseded_at__isnull=True
        ).distinct()
    shown = found.select_related("record", "meeting__record", "mechanism__record").order_by("-delivered_on", "-pk")
    rows = list(shown[: ask.most])
    here = index.current() if rows else None
    seen = set(
        Meeting.objects.filter(records(ask), pk__in=[one.meeting_id for one in rows]).values_list("pk", flat=True)
    )
    lines = []
    for one in rows:
        meeting = one.meeting if one.meeting_id in seen else None
        where = str(meeting or mechanism_of(one, ask) or "")
        day = formats.day(one.delivered_on)
        words = " ".join(said.text.strip() for said in here.said.get(one.pk, ())) if here else ""
        lines.append(
            Line(
                f"input-{one.pk}",
                (
                    one.record.title,
                    Truncator(words).chars(QUOTED) or "–",
                    ", ".join(filter(None, [where, day])),
                    one.became or "–",
                ),
                _("On %(day)s we delivered: %(title)s (%(where)s).")
                % {"day": day, "title": one.record.title, "where": where or "–"},
                reverse("cooperation:input", args=[one.pk]),
                one.delivered_by or _("Library of positions"),
                one.delivered_on,
            )
        )
    return Block(
        "positions", _("What we said before"), (_("Title"), _("What we said"), _("Where and when"), _("What became of it")), tuple(lines),
        empty=_("No earlier position is in the library."), more=more,
        total=found.count() if len(rows) == ask.most else len(rows), widths=(3, 6, 3, 3),
    )  # fmt: skip


def contacts_block(rows: list[Contact], ask: Ask) -> Block:
    """Contacts by function."""
    lines = tuple(
        Line(
            f"contact-{one.pk}", (one.function, one.unit or "–", str(mechanism_of(one, ask) or "–"), one.email or one.phone or "–"),
            ", ".join(part for part in (one.function, one.unit, one.email) if part), "", _("Contacts of the office"), one.checked_on,
        )
        for one in rows
        if one.mechanism is None or mechanism_of(one, ask)
    )  # fmt: skip
    return Block(
        "contacts", _("Contacts by function"), (_("Function"), _("Unit"), _("Mechanism"), _("Write to")), lines,
        empty=_("No contact is entered."), total=len(lines), widths=(3, 3, 2, 3),
    )  # fmt: skip
