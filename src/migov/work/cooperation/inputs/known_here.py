"""The facts that cooperation itself offers: who takes part, who chairs, commitments, what the last meeting decided, past positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation import partial_dates
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.places.models import Place
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.cooperation.inputs import facts, positions
from migov.work.cooperation.inputs.facts import Context, Offered
from migov.work.cooperation.inputs.index import pieces
from migov.work.cooperation.models import (
    Chair,
    Commitment,
    CommitmentState,
    Mechanism,
    Meeting,
    MeetingState,
    Membership,
    OfficeAsked,
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


def _named(place: Place) -> str:
    """A place in a sentence: its name in UN usage where a footnote belongs to it, "Kosovo (UNSCR 1244)"; else its short name."""
    return place.name if place.needs_footnote else place.short_name


def _the(mechanism: Mechanism) -> str:
    """The title of a mechanism as it stands behind “the”."""
    return mechanism.record.title.removeprefix("The ")


def _as_known(sentence: str, as_of: str) -> str:
    """A sentence with the month or year that its source speaks of, where that is an earlier year: it may be otherwise by now."""
    if not as_of or int(as_of[:4]) >= timezone.localdate().year:
        return sentence
    return _("%(sentence)s (as known in %(when)s).") % {
        "sentence": sentence.rstrip("."), "when": partial_dates.words(as_of),
    }  # fmt: skip


def counts_of(mechanism: Mechanism, *, every: bool = False) -> dict[str, Counter[str]]:
    """Source → how many States each part has, as far as it stands. every: with places that no count of States includes. One query."""
    rows = Membership.objects.current().filter(mechanism=mechanism, place__isnull=False, until="", part__in=IN_FORCE)
    if not every:
        rows = rows.exclude(place__needs_footnote=True)
    found: dict[str, Counter[str]] = {}
    for source, part in rows.values_list("source", "part"):
        found.setdefault(source, Counter())[part] += 1
    return found


def membership(context: Context, viewer: Viewer) -> list[Offered]:
    """How many States take part by each source, and what the countries in question are in it. Three queries."""
    mechanism = context.mechanism
    if mechanism is None or not _seen(mechanism, viewer):
        return []
    standing = Membership.objects.current().filter(mechanism=mechanism, until="", part__in=IN_FORCE)
    rows = list(standing.filter(place__isnull=False).select_related("place"))
    address = _address(mechanism)
    groups: dict[tuple[str, str], list[Membership]] = {}
    for row in rows:
        groups.setdefault((row.source, row.part), []).append(row)
    found = []
    for (source, part), members in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        latest = max(row.as_of for row in members)
        text = _as_known(_counted(_the(mechanism), part, members), latest)
        key = f"members:{mechanism.code}:{part}:{source}"[:200]
        found.append(Offered(key, text, _source(source, latest), _day(latest), address))
    wanted = {place.pk for place in context.places}
    return [*found, *(_takes_part(row, mechanism, address) for row in rows if row.place_id in wanted)][:MOST]


def _takes_part(row: Membership, mechanism: Mechanism, address: str) -> Offered:
    place = row.place
    assert place is not None  # noqa: S101  (for the type checker)
    words = {
        "place": _named(place), "name": _the(mechanism), "since": partial_dates.words(row.since), "part": row.get_part_display(),
    }  # fmt: skip
    said = {
        Part.MEMBER: _("%(place)s is a member of the %(name)s"),
        Part.PARTICIPANT: _("%(place)s takes part in the %(name)s"),
        Part.ASSOCIATE: _("%(place)s is an associate member of the %(name)s"),
        Part.CANDIDATE: _("The accession of %(place)s to the %(name)s is pending"),
        Part.OBSERVER: _("%(place)s is an observer in the %(name)s"),
        Part.PARTNER: _("%(place)s is a partner of the %(name)s"),
        Part.SUSPENDED: _("The part of %(place)s in the %(name)s is suspended"),
    }
    text = said.get(Part(row.part), "%(place)s: %(part)s, %(name)s") % words
    if row.since:
        text = _("%(text)s since %(since)s") % {"text": text, "since": words["since"]}
    key = f"member:{mechanism.code}:{place.code}:{row.source}"[:200]
    source, day = _source(row.source, row.as_of), _day(row.as_of)
    return Offered(key, _as_known(f"{text}.", row.as_of), source, day, address)


def _counted(name: str, part: str, rows: Sequence[Membership]) -> str:
    """How many States; places that are not counted among them stand beside by name."""
    beside = sorted(_named(row.place) for row in rows if row.place is not None and row.place.needs_footnote)
    number = len(rows) - len(beside)
    said = {
        Part.MEMBER: ngettext(
            "The %(name)s has %(number)d member State", "The %(name)s has %(number)d member States", number
        ),
        Part.PARTICIPANT: ngettext(
            "%(number)d State takes part in the %(name)s", "%(number)d States take part in the %(name)s", number
        ),
        Part.OBSERVER: ngettext(
            "The %(name)s has %(number)d observer State", "The %(name)s has %(number)d observer States", number
        ),
        Part.ASSOCIATE: ngettext(
            "The %(name)s has %(number)d associate member", "The %(name)s has %(number)d associate members", number
        ),
        Part.PARTNER: ngettext(
            "The %(name)s has %(number)d partner State", "The %(name)s has %(number)d partner States", number
        ),
    }
    other = ngettext(
        "%(number)d State in the %(name)s: %(part)s", "%(number)d States in the %(name)s: %(part)s", number
    )
    label = dict(Part.choices).get(part, part)
    text = str(said.get(Part(part), other)) % {"name": name, "number": number, "part": label}
    if beside:
        more = _("%(text)s; so does %(others)s") if part == Part.PARTICIPANT else _("%(text)s; beside them %(others)s")
        text = more % {"text": text, "others": ", ".join(beside)}
    return f"{text}."


def chairs(context: Context, viewer: Viewer) -> list[Offered]:
    """Who chairs now, and who chaired last. Two queries."""
    mechanism = context.mechanism
    if mechanism is None or not _seen(mechanism, viewer):
        return []
    found, address = [], _address(mechanism)
    rows = Chair.objects.current().filter(mechanism=mechanism).select_related("place", "body").order_by("-since", "-pk")
    for row in rows[:4]:
        words = {
            "who": _named(row.place) if row.place else str(row.body), "name": _the(mechanism), "role": row.get_role_display(),
            "since": partial_dates.words(row.since), "until": partial_dates.words(row.until),
        }  # fmt: skip
        ended = bool(row.until) and partial_dates.last_day(row.until) < timezone.localdate()
        if ended and row.since:
            text = _("%(who)s was %(role)s of the %(name)s from %(since)s to %(until)s.")
        elif ended:
            text = _("%(who)s was %(role)s of the %(name)s until %(until)s.")
        elif row.since and row.until:
            text = _("%(who)s is %(role)s of the %(name)s from %(since)s to %(until)s.")
        elif row.since:
            text = _("%(who)s has been %(role)s of the %(name)s since %(since)s.")
        else:
            text = _("%(who)s is %(role)s of the %(name)s.")
        said = text % words if ended else _as_known(text % words, row.as_of)
        key = f"chair:{mechanism.code}:{row.role}:{row.since or row.pk}"[:200]
        found.append(Offered(key, said, _source(row.source, row.as_of), _day(row.as_of), address))
    return found


def answers(context: Context, viewer: Viewer) -> list[Offered]:
    """What country offices that were asked have answered, paragraph by paragraph. One query and those of the roles."""
    if context.paper is None or not is_internal(viewer):
        return []
    seen = Record.objects.visible_to(viewer).standing()
    rows = OfficeAsked.objects.filter(input=context.paper, input__record__in=seen).exclude(answer="")
    found = []
    for row in rows.select_related("office").order_by("office__name"):
        day = timezone.localdate(row.answered_at) if row.answered_at else None
        address = f"{reverse('cooperation:input', args=[row.input_id])}#asked-{row.pk}"
        for number, text in enumerate(pieces(row.answer), 1):
            found.append(Offered(f"answer:{row.pk}:{number}", text, str(row.office), day, address))
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
    who = _("the office") if row.ours else _named(row.place) if row.place else str(row.body or row.responsible)
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
    ("answers", gettext_lazy("From the country offices"), answers),
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
