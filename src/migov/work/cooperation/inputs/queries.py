"""Questions about inputs: which there are, whose they are, what waits, what a meeting or a country has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people import access
from migov.foundation.people.access import Viewer, is_internal, offices_of
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordTheme
from migov.foundation.shell import formats
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.templates import Part
from migov.work.cooperation.models import OPEN_INPUTS, Input, InputState, Mechanism, Meeting, OfficeAsked, PulledFact
from migov.work.cooperation.models.inputs import KIND

MINE, OPEN, LATE, CLEARANCE, DELIVERED, ALL = "mine", "open", "late", "clearance", "delivered", "all"
SHOWS = {
    OPEN: gettext_lazy("Open"), MINE: gettext_lazy("Mine"), LATE: gettext_lazy("Late"), CLEARANCE: gettext_lazy("In clearance"),
    DELIVERED: gettext_lazy("Delivered"), ALL: gettext_lazy("All"),
}  # fmt: skip
SOON = timedelta(days=7)
SORTS = {
    "title": "record__title", "type": "type", "due": "due", "state": "state", "mechanism": "mechanism__record__title",
    "owner": "record__owner__last_name",
}  # fmt: skip


def inputs_for(viewer: Viewer) -> QuerySet[Input]:
    """The inputs that a viewer may see, with what a line says of them; people from outside see none."""
    if not is_internal(viewer):
        return Input.objects.none()
    seen = Record.objects.visible_to(viewer).standing().filter(kind=KIND)
    return Input.objects.filter(record__in=seen).select_related(
        "record__owner", "record__office", "meeting__record", "mechanism__record", "place", "requested_by", "submission"
    )


def input_for(viewer: Viewer, key: int) -> Input:
    """One input. Raises Input.DoesNotExist where the viewer may not see it. One query and those of the roles."""
    return inputs_for(viewer).get(pk=key)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which inputs a list shows. show: a key of SHOWS. words: in title, what is asked, meeting or mechanism."""

    show: str = OPEN
    words: str = ""
    type: str = ""
    place: Place | None = None
    mechanism: Mechanism | None = None
    theme: Theme | None = None
    sort: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def asked(viewer: Viewer, what: Asked, today: date | None = None) -> QuerySet[Input]:
    """The inputs of a list; what is due first, and what was delivered last."""
    found = _shown(viewer, what.show, today or timezone.localdate())
    if what.type:
        found = found.filter(type=what.type)
    if what.place is not None:
        found = found.filter(place=what.place)
    if what.mechanism is not None:
        found = found.filter(mechanism=what.mechanism)
    if what.theme is not None:
        found = found.filter(record__in=RecordTheme.objects.current().filter(theme=what.theme).values("record"))
    for word in what.words.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__summary__icontains=word)
            | Q(meeting__record__title__icontains=word) | Q(mechanism__record__title__icontains=word)
            | Q(mechanism__short_name__icontains=word)
        )  # fmt: skip
    name = what.sort.removeprefix("-")
    if name in SORTS:
        by = F(SORTS[name])
        order = by.desc(nulls_last=True) if what.sort.startswith("-") else by.asc(nulls_last=True)
        return found.order_by(order, "pk")
    return found.order_by(F("delivered_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")


def _shown(viewer: Viewer, show: str, today: date) -> QuerySet[Input]:
    found = inputs_for(viewer)
    if show == MINE:
        mine = Q(record__owner_id=viewer.pk) | Q(authors__person_id=viewer.pk) | Q(requested_by_id=viewer.pk)
        return found.filter(mine).distinct()
    if show == OPEN:
        return found.filter(state__in=OPEN_INPUTS)
    if show == LATE:
        return found.filter(state__in=OPEN_INPUTS, due__lt=today)
    if show == CLEARANCE:
        return found.filter(state=InputState.CLEARANCE)
    if show == DELIVERED:
        return found.filter(state=InputState.DELIVERED)
    return found


def of_meeting(meeting: Meeting, viewer: Viewer) -> QuerySet[Input]:
    """The inputs for a meeting that the viewer may see, what is due first. One query when read."""
    return inputs_for(viewer).filter(meeting=meeting).order_by(F("due").asc(nulls_last=True), "pk")


def of_mechanism(mechanism: Mechanism, viewer: Viewer) -> QuerySet[Input]:
    """The positions delivered in a mechanism that the viewer may see, the newest first. One query when read."""
    found = inputs_for(viewer).filter(mechanism=mechanism, state=InputState.DELIVERED)
    return found.order_by("-delivered_on", "-pk")


def of_country(place: Place, viewer: Viewer) -> QuerySet[Input]:
    """The inputs for or on a country that the viewer may see: what is open first, then what was delivered last. One query when read."""
    found = inputs_for(viewer).filter(place=place).exclude(state=InputState.DECLINED)
    return found.order_by(F("delivered_on").desc(nulls_first=True), F("due").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class Mine:
    """What waits for somebody: to be taken on, to be written, to be delivered, to be answered for an office, to be followed up."""

    to_take: tuple[Input, ...] = ()
    to_write: tuple[Input, ...] = ()
    to_deliver: tuple[Input, ...] = ()
    to_answer: tuple[OfficeAsked, ...] = ()
    to_follow: tuple[Input, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.to_take or self.to_write or self.to_deliver or self.to_answer or self.to_follow)


def mine(viewer: Viewer, limit: int = 10) -> Mine:
    """What waits for a viewer, what is due first; at most `limit` of each. Three queries and those of the roles."""
    if not is_internal(viewer):
        return Mine()
    found = inputs_for(viewer).order_by(F("due").asc(nulls_last=True), "pk")
    states = (InputState.DRAFT, InputState.CLEARED, InputState.DELIVERED)
    own = Q(record__owner_id=viewer.pk) | Q(authors__person_id=viewer.pk)
    held = list(
        found.filter(own, state__in=states).exclude(state=InputState.DELIVERED, became_on__isnull=False).distinct()
    )
    asked_for = list(found.filter(state=InputState.REQUESTED)[: 5 * limit])
    return Mine(
        tuple(one for one in asked_for if access.allowed(viewer, "inputs.take", one.record))[:limit],
        tuple(one for one in held if one.state == InputState.DRAFT)[:limit],
        tuple(one for one in held if one.state == InputState.CLEARED)[:limit],
        tuple(to_answer(viewer)[:limit]),
        tuple(one for one in held if one.state == InputState.DELIVERED and not one.filed)[:limit],
    )


def to_answer(viewer: Viewer) -> QuerySet[OfficeAsked]:
    """What the viewer's own office was asked for and has not answered. One query when read."""
    own = {held.office_id for held in getattr(viewer, "standing", ())}
    offices = own & offices_of(viewer)
    open_ = (InputState.REQUESTED, InputState.DRAFT, InputState.CLEARANCE)
    found = OfficeAsked.objects.filter(office__in=offices, answer="", input__state__in=open_)
    seen = Record.objects.visible_to(viewer).standing()
    return found.filter(input__record__in=seen).select_related("input__record", "office")


def may_write(viewer: Viewer, paper: Input) -> bool:
    """Whether the viewer may change the text now."""
    return paper.is_open and access.allowed(viewer, "inputs.write", paper.record)


def is_late(paper: Input, today: date | None = None) -> bool:
    """Whether it is due and was not delivered."""
    return paper.due is not None and paper.state in OPEN_INPUTS and paper.due < (today or timezone.localdate())


def neighbours(parts: Sequence[Part], code: str) -> tuple[Part | None, Part | None]:
    """The sections before and after one; none for a code that is not among them."""
    codes = [one.code for one in parts]
    if code not in codes:
        return None, None
    at = codes.index(code)
    return parts[at - 1] if at else None, parts[at + 1] if at + 1 < len(parts) else None


def pulled(paper: Input, section: str = "") -> list[PulledFact]:
    """The facts that stand in an input, or in one of its sections, by their numbers. One query."""
    found = PulledFact.objects.current().filter(input=paper)
    if section:
        found = found.filter(section=section)
    return list(found.order_by("note", "pk"))


def minutes(words: int, type: str) -> int | None:
    """How many minutes a text takes to be spoken; None for what is not spoken."""
    return max(1, round(words / templates.WORDS_A_MINUTE)) if type in templates.SPOKEN and words else None


def spoken(words: int, type: str) -> str:
    """How long a text is, in words and, where it is spoken, in minutes; empty for none."""
    if not words:
        return ""
    said = ngettext("%s word", "%s words", words) % formats.number(words)
    number = minutes(words, type)
    if number is None:
        return said
    return f"{said}, {ngettext('about %d minute spoken', 'about %d minutes spoken', number) % number}"
