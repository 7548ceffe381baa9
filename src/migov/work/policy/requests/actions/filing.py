"""A request comes in: filed by the focal point of a government, or by a colleague on behalf of one; described better later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordState, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import formats
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document
from migov.services.notices.actions import tell
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.models.requests import KIND
from migov.work.policy.requests import people
from migov.work.policy.requests.actions import ground
from migov.work.policy.requests.actions.ground import RequestError

TWICE = timedelta(minutes=10)  # within which the same words from the same person are one request, sent twice
TRIES = 8


@dataclass(frozen=True, slots=True)
class Filing:
    """What a request says when it comes in. asked: what is asked, in full. places: those who ask, where several States do."""

    title: str
    kind: str
    sender: str
    asked: str = ""
    country: Place | None = None
    places: Sequence[Place] = ()
    letter: str = ""
    received_on: date | None = None
    due: date | None = None
    themes: Iterable[Theme] = ()


class Twice(RequestError):
    """The same request was filed a moment ago. request: that one."""

    def __init__(self, request: AssistanceRequest) -> None:
        super().__init__(_("This request was filed already; it is not filed twice."))
        self.request = request


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not kept, and why."""

    name: str
    why: str


@transaction.atomic
def file_request(filing: Filing, *, by: Actor, at: datetime | None = None) -> AssistanceRequest:
    """File a request: it gets its reference number and waits for a decision; policy officers are told.

    A focal point files for the own country only. Raises PermissionDenied, RequestError with the field, Twice.
    """
    access.require(by, "requests.file")
    at = at or timezone.now()
    today = timezone.localdate(at)
    places = _who_asks(filing, by)
    title, sender = filing.title.strip(), filing.sender.strip()
    if not title:
        raise RequestError(_("Say in a few words what is asked."), "title")
    if not sender:
        raise RequestError(_("Say which ministry or body asks."), "sender")
    external = bool(access.own_country(by))
    received = today if external or filing.received_on is None else filing.received_on
    _days(received, filing.due, today)
    if isinstance(by, User):
        # One at a time from one person: two clicks are one request. Without the key: others may tell this person something meanwhile.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        _not_twice(title, filing, by, at)
    country = places[0] if len(places) == 1 else None
    record = _record(title, filing, country, at)
    RecordState.objects.create(record=record, office=record.office, recorded_at=at)
    RecordPlace.objects.bulk_create(RecordPlace(record=record, place=place, recorded_at=at) for place in places)
    set_themes(record, filing.themes, at)
    made = AssistanceRequest.objects.create(
        record=record, kind=filing.kind, country=country, sender=sender, letter=filing.letter.strip(), received_on=received,
        due=filing.due, filed_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    journal.write("request filed", by=by, record=record, detail={"title": title}, at=at)
    names = ", ".join(formats.place(place) for place in places)
    tell(
        people.without(people.policy_officers(made), by), kind=KIND, record=record,
        title=_("New request from %(who)s: %(title)s") % {"who": names, "title": title},
        text=_("%(sender)s. It waits for a decision.") % {"sender": sender}, url=page_of(made), key=f"request-filed:{made.pk}",
    )  # fmt: skip
    return made


def page_of(request: AssistanceRequest) -> str:
    """Address of the request's page."""
    return reverse("policy:request", args=[request.pk])


def _who_asks(filing: Filing, by: Actor) -> list[Place]:
    """Those whose request it is, the own country of a focal point whatever was sent."""
    own = access.own_country(by)
    named = list(dict.fromkeys([*([filing.country] if filing.country else []), *filing.places]))
    if own:
        if any(place.pk != own for place in named):
            raise PermissionDenied(_("You file requests of your own country only."))
        return [Place.objects.get(pk=own)]
    if not named:
        raise RequestError(_("Say which country or area asks."), "country")
    return named


def _days(received: date, due: date | None, today: date) -> None:
    if received > today:
        raise RequestError(_("A request cannot have come on a day to come."), "received_on")
    if due is not None and due < received:
        raise RequestError(_("This is before the request came."), "due")


def _not_twice(title: str, filing: Filing, by: User, at: datetime) -> None:
    same = AssistanceRequest.objects.filter(
        filed_by=by, kind=filing.kind, sender=filing.sender.strip(), record__title=title,
        record__summary=filing.asked.strip(), record__created_at__gt=at - TWICE, record__removed_at__isnull=True,
    ).select_related("record").first()  # fmt: skip
    if same is not None:
        raise Twice(same)


def _record(title: str, filing: Filing, country: Place | None, at: datetime) -> Record:
    """The record with the next reference number of the year. Two that take the same number at once: one takes the next."""
    office = people.office_for(country)
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return Record.objects.create(
                    kind=KIND, reference=next_reference(timezone.localdate(at).year), title=title,
                    summary=filing.asked.strip(), office=office, visibility=Visibility.PARTNERS, source="migov", created_at=at,
                    changed_at=at,
                )  # fmt: skip
        except IntegrityError:
            continue
    raise RequestError(_("Many requests are being filed at this moment. Send it again."))


def next_reference(year: int) -> str:
    """The number after the highest of a year: "AR-2026-0007". One query."""
    begin = f"AR-{year}-"
    known = Record.objects.filter(kind=KIND, reference__startswith=begin)
    last = known.order_by(Length("reference").desc(), "-reference").values_list("reference", flat=True).first()
    number = (last or "").removeprefix(begin)
    return f"{begin}{(int(number) if number.isascii() and number.isdigit() else 0) + 1:04d}"


def add_documents(
    request: AssistanceRequest, given: Iterable[File], *, by: Actor, shared: bool = True, about: About | None = None
) -> tuple[list[Document], list[Refused]]:
    """Keep files as documents of a request: those that were kept, and those that were not, each with the reason; one that is refused
    does not hold up the others. shared: whether the government sees those that a colleague adds. Raises PermissionDenied.
    """
    record = Record.objects.get(pk=request.pk)
    access.require(by, "files.add", record)
    kept, refused = [], []
    for file in given:
        try:
            with transaction.atomic():
                document = files.add(record, file, by=by, about=about)
                if shared:
                    Record.objects.filter(pk=document.pk).update(visibility=record.visibility)
        except NotAccepted as problem:
            refused.append(Refused(files.plain_name(file.name or ""), str(problem)))
            continue
        reading.read_soon(document, by=by)
        kept.append(document)
    return kept, refused


@dataclass(frozen=True, slots=True)
class Details:
    """What can be said of a request after it came in."""

    title: str
    kind: str
    sender: str
    asked: str = ""
    letter: str = ""
    received_on: date | None = None
    due: date | None = None
    lead: User | None = None
    themes: Iterable[Theme] = ()


@transaction.atomic
def describe(
    request: AssistanceRequest, details: Details, *, by: Actor, seen: int | None = None, at: datetime | None = None
) -> AssistanceRequest:
    """Say better what a request is, and who leads the work. seen: the revision that the page showed.

    Raises PermissionDenied, Conflict, RequestError with the field.
    """
    found = ground.held(request.pk, by, ground.WORK)
    ground.not_changed_meanwhile(found, seen)
    at, revision = at or timezone.now(), found.revision
    title, sender = details.title.strip(), details.sender.strip()
    for name, said in (("title", title), ("sender", sender)):
        if not said:
            raise RequestError(_("This cannot be empty."), name)
    received = details.received_on or found.received_on
    _days(received, details.due, timezone.localdate(at))
    record = found.record
    if record.owner != details.lead:
        access.require(by, ground.DECIDE, record)
        if details.lead is None and found.state != "filed":
            raise RequestError(_("Somebody has to lead the work."), "lead")
    changed: dict[str, object] = {
        name: {"from": ground.words(before), "to": ground.words(now)}
        for name, before, now in (
            ("title", record.title, title), ("summary", record.summary, details.asked.strip()), ("lead", record.owner, details.lead),
        )
        if before != now
    }  # fmt: skip
    Record.objects.filter(pk=record.pk).update(title=title, summary=details.asked.strip(), owner=details.lead)
    changed |= ground.lay(
        found,
        {
            "kind": details.kind, "sender": sender, "letter": details.letter.strip(), "received_on": received,
            "due": details.due,
        },
    )  # fmt: skip
    changed |= set_themes(record, details.themes, at)
    if not changed:
        return found
    AssistanceRequest.objects.filter(pk=found.pk).update(revision=revision + 1)
    journal.write("request changed", by=by, record=record, detail=changed, at=at)
    if "lead" in changed and details.lead is not None:
        found.record.owner = details.lead
        tell_lead(found, by)
    return AssistanceRequest.objects.select_related("record__owner", "record__office", "country").get(pk=found.pk)


def tell_lead(found: AssistanceRequest, by: Actor) -> None:
    """Tell who leads the work on a request, unless that person gave it to himself or herself."""
    lead = found.record.owner
    if lead is not None:
        due = _("The answer is due on %(day)s.") % {"day": formats.day(found.due)} if found.due else ""
        tell(
            people.without([lead], by), kind=KIND, record=found.record, text=due, url=page_of(found),
            title=_("You lead the work on a request: %(title)s") % {"title": found.record.title},
        )  # fmt: skip
