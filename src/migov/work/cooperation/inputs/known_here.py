"""The facts that cooperation itself offers: who takes part, who chairs, commitments, what the last meeting decided, past positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation import partial_dates
from migov.foundation.people.access import Viewer
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.cooperation.inputs import facts, positions
from migov.work.cooperation.inputs.facts import Context, Offered
from migov.work.cooperation.models import (
    Chair,
    Commitment,
    CommitmentState,
    Mechanism,
    Meeting,
    MeetingState,
    Membership,
    Part,
)

MOST = 8
IN_FORCE = ("member", "participant", "associate", "candidate", "observer", "partner", "suspended")


def _source(source: str, as_of: str) -> str:
    """A source with the month or year to which it speaks; a whole day is kept apart."""
    return f"{source} ({partial_dates.words(as_of)})" if as_of and _day(as_of) is None else source


def _day(as_of: str) -> date | None:
    """The day to which a source speaks; None where it names a month, a year or nothing: then the words of the source say it."""
    return partial_dates.first_day(as_of) if as_of.count("-") == 2 else None


def _seen(mechanism: Mechanism | None, viewer: Viewer) -> bool:
    return mechanism is not None and Record.objects.visible_to(viewer).standing().filter(pk=mechanism.pk).exists()


def _address(mechanism: Mechanism) -> str:
    return url_of(mechanism.record)


def counts_of(mechanism: Mechanism) -> dict[str, Counter[str]]:
    """Source → how many States each part has, as far as it stands. One query."""
    rows = Membership.objects.current().filter(mechanism=mechanism, place__isnull=False, until="", part__in=IN_FORCE)
    found: dict[str, Counter[str]] = {}
    for source, part in rows.values_list("source", "part"):
        found.setdefault(source, Counter())[part] += 1
    return found


def membership(context: Context, viewer: Viewer) -> list[Offered]:
    """How many States take part by each source, and what the country is in it. Three queries."""
    mechanism = context.mechanism
    if mechanism is None or not _seen(mechanism, viewer):
        return []
    name = mechanism.record.title
    rows = list(
        Membership.objects.current()
        .filter(mechanism=mechanism, until="", part__in=IN_FORCE, place__isnull=False)
        .select_related("place")
    )
    latest: dict[str, str] = {}
    number: dict[tuple[str, str], int] = {}
    for row in rows:
        latest[row.source] = max(latest.get(row.source, ""), row.as_of)
        number[row.source, row.part] = number.get((row.source, row.part), 0) + 1
    found = [
        Offered(
            f"members:{mechanism.code}:{part}:{source}"[:200], _counted(name, part, count), _source(source, latest[source]),
            _day(latest[source]), _address(mechanism),
        )
        for (source, part), count in sorted(number.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip
    for row in rows:
        if context.place is None or row.place_id != context.place.pk or row.place is None:
            continue
        words = {
            "place": formats.place(row.place),
            "part": row.get_part_display(),
            "name": name,
            "since": partial_dates.words(row.since),
        }
        text = (
            _("%(place)s is %(part)s in %(name)s since %(since)s.")
            if row.since
            else _("%(place)s is %(part)s in %(name)s.")
        )
        key = f"member:{mechanism.code}:{row.place.code}:{row.source}"[:200]
        found.append(Offered(key, text % words, _source(row.source, row.as_of), _day(row.as_of), _address(mechanism)))
    return found[:MOST]


def _counted(name: str, part: str, number: int) -> str:
    words = {"name": name, "number": number}
    said = {
        Part.MEMBER: ngettext(
            "%(name)s has %(number)d member State.", "%(name)s has %(number)d member States.", number
        ),
        Part.PARTICIPANT: ngettext(
            "%(name)s has %(number)d participating State.", "%(name)s has %(number)d participating States.", number
        ),
        Part.OBSERVER: ngettext(
            "%(name)s has %(number)d observer State.", "%(name)s has %(number)d observer States.", number
        ),
        Part.ASSOCIATE: ngettext(
            "%(name)s has %(number)d associate member.", "%(name)s has %(number)d associate members.", number
        ),
        Part.PARTNER: ngettext(
            "%(name)s has %(number)d partner State.", "%(name)s has %(number)d partner States.", number
        ),
    }
    other = ngettext("%(number)d State in %(name)s: %(part)s.", "%(number)d States in %(name)s: %(part)s.", number)
    label = dict(Part.choices).get(part, part)
    return str(said.get(Part(part), other)) % {**words, "part": label}


def chairs(context: Context, viewer: Viewer) -> list[Offered]:
    """Who chairs now, and who chaired last. Two queries."""
    mechanism = context.mechanism
    if mechanism is None or not _seen(mechanism, viewer):
        return []
    found = []
    rows = Chair.objects.current().filter(mechanism=mechanism).select_related("place", "body").order_by("-since", "-pk")
    for row in rows[:4]:
        who = formats.place(row.place) if row.place else str(row.body)
        words = {
            "who": who, "name": mechanism.record.title, "role": row.get_role_display(), "since": partial_dates.words(row.since),
            "until": partial_dates.words(row.until),
        }  # fmt: skip
        if row.since and row.until:
            text = _("%(who)s was %(role)s of %(name)s from %(since)s to %(until)s.")
        elif row.until:
            text = _("%(who)s was %(role)s of %(name)s until %(until)s.")
        elif row.since:
            text = _("%(who)s is %(role)s of %(name)s since %(since)s.")
        else:
            text = _("%(who)s is %(role)s of %(name)s.")
        key = f"chair:{mechanism.code}:{row.role}:{row.since or row.pk}"[:200]
        found.append(Offered(key, text % words, _source(row.source, row.as_of), _day(row.as_of), _address(mechanism)))
    return found


def commitments(context: Context, viewer: Viewer) -> list[Offered]:
    """What was committed to in the mechanism, and by the country elsewhere, with how it stands. Two queries."""
    wanted = Q(pk__in=[])
    if context.mechanism is not None:
        wanted |= Q(mechanism=context.mechanism)
    if context.place is not None:
        wanted |= Q(place=context.place)
    seen = Record.objects.visible_to(viewer).standing()
    rows = Commitment.objects.filter(wanted, record__in=seen).select_related("record", "place", "body", "mechanism")
    return [_commitment(row) for row in rows.order_by("due", "pk")[:MOST]]


def _commitment(row: Commitment) -> Offered:
    who = _("the office") if row.ours else formats.place(row.place) if row.place else str(row.body or row.responsible)
    words = {
        "title": row.record.title.rstrip("."),
        "who": who,
        "state": CommitmentState(row.state).label,
        "due": formats.day(row.due),
    }
    text = (
        _("Commitment of %(who)s: %(title)s, due %(due)s (%(state)s).")
        if row.due
        else _("Commitment of %(who)s: %(title)s (%(state)s).")
    )
    return Offered(
        f"commitment:{row.pk}", text % words, row.source or _("Register of commitments"), row.record.changed_at.date(),
        url_of(row.record),
    )  # fmt: skip


def last_outcomes(context: Context, viewer: Viewer) -> list[Offered]:
    """What the last meeting of the mechanism decided. Three queries."""
    if context.mechanism is None:
        return []
    seen = Record.objects.visible_to(viewer).standing()
    held = Meeting.objects.filter(mechanism=context.mechanism, state=MeetingState.HELD, record__in=seen)
    if context.meeting is not None:
        held = held.exclude(pk=context.meeting.pk)
    last = held.select_related("record").order_by("-record__starts", "-dated", "-pk").first()
    if last is None:
        return []
    when = formats.day(last.record.starts) if last.record.starts else partial_dates.words(last.dated)
    source = last.source or ", ".join(filter(None, (last.record.title, when)))
    day, address = last.record.ends or last.record.starts, url_of(last.record)
    found = []
    if last.outcome:
        words = {"title": last.record.title, "day": when, "text": last.outcome.strip()}
        found.append(Offered(f"outcome:{last.pk}", _("%(title)s, %(day)s: %(text)s") % words, source, day, address))
    for row in last.outcomes.all()[:MOST]:
        words = {"kind": row.get_kind_display(), "title": last.record.title, "day": when, "text": row.text.strip()}
        text = _("%(title)s, %(day)s, %(kind)s: %(text)s") % words
        found.append(Offered(f"outcome:{last.pk}:{row.pk}", text, source, day, address))
    return found


def past_positions(context: Context, viewer: Viewer) -> list[Offered]:
    """What we said before that is nearest to what is written. The queries of a search."""
    found = positions.nearest(context.words, viewer, without=context.paper, limit=4)
    return [
        Offered(
            f"position:{hit.paper.pk}:{hit.passage.number}",
            _("On %(day)s we said: “%(text)s”") % {"day": formats.day(hit.paper.delivered_on), "text": hit.passage.text},
            positions.where(hit.paper), hit.paper.delivered_on, url_of(hit.paper.record),
        )
        for hit in found
    ]  # fmt: skip


PROVIDERS: Iterable[tuple[str, object, facts.Find]] = (
    ("membership", gettext_lazy("Who takes part"), membership),
    ("chairs", gettext_lazy("Who chairs"), chairs),
    ("commitments", gettext_lazy("Commitments"), commitments),
    ("outcomes", gettext_lazy("What the last meeting decided"), last_outcomes),
    ("positions", gettext_lazy("What we said before"), past_positions),
)


def register() -> None:
    """Make these facts known; called when the room is loaded."""
    for code, label, find in PROVIDERS:
        facts.register(code, label, find)  # type: ignore[arg-type]
