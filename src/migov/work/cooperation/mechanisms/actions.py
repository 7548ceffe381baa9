"""Changes to the register: a mechanism, what sources say of it, and contacts. Facts are appended and superseded, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Theme, User
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.records.themes import set_themes
from migov.foundation.shell import typed
from migov.work.cooperation.models import Body, CardFact, Chair, Contact, Mechanism, Membership
from migov.work.cooperation.models.mechanisms import KIND

LONGEST_CODE = 40
NOT_CODES = {"countries", "export", "graph", "matrix", "new"}  # words that addresses use
Row = TypeVar("Row", CardFact, Membership, Chair)


class MechanismError(ValueError):
    """A change that cannot be made. field: which part of it is wrong, where it is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(MechanismError):
    """Somebody else changed the same thing meanwhile."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is said of a mechanism itself."""

    title: str
    type: str
    short_name: str = ""
    state: str = "active"
    website: str = ""
    our_role: str = ""
    successor: Mechanism | None = None
    themes: Iterable[Theme] = ()


# What makes two rows of one source say the same.
SAYS: dict[type[Any], tuple[str, ...]] = {
    CardFact: ("field", "value"),
    Membership: ("place", "body", "part", "since", "until"),
    Chair: ("place", "body", "role", "since", "until"),
}
FIELDS = ("short_name", "type", "state", "website", "our_role", "successor")


@transaction.atomic
def add_mechanism(head: Head, *, by: Actor) -> Mechanism:
    """Add a mechanism to the register. Raises MechanismError with the field, PermissionDenied."""
    access.require(by, "mechanisms.write")
    title, head = _title(head), _tidy(head)
    at = timezone.now()
    _not_taken(title)
    record = Record.objects.create(
        kind=KIND, title=title, visibility=Visibility.INTERNAL, created_at=at, changed_at=at,
        owner=by if isinstance(by, User) else None, office=_office(by),
    )  # fmt: skip
    set_themes(record, head.themes, at)
    made = Mechanism(record=record, code=_code(head), **{name: getattr(head, name) for name in FIELDS})
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise MechanismError(_("Somebody has just added this mechanism."), "title") from None
    journal.write("mechanism added", by=by, record=record, detail={"title": title}, at=at)
    return made


@transaction.atomic
def change_mechanism(mechanism: Mechanism, head: Head, *, revision: int, by: Actor) -> None:
    """Change what is said of a mechanism. revision: the one that was seen. Raises Conflict, MechanismError, PermissionDenied."""
    access.require(by, "mechanisms.write")
    one = Mechanism.objects.select_for_update(of=("self",)).select_related("record").get(pk=mechanism.pk)
    if one.revision != revision:
        raise Conflict(
            _("Somebody has changed this mechanism meanwhile. Look at what it says now; yours is still in the form.")
        )
    title, head = _title(head), _tidy(head)
    if title.casefold() != one.record.title.casefold():
        _not_taken(title)
    if head.successor is not None and head.successor.pk == one.pk:
        raise MechanismError(_("A mechanism cannot become itself."), "successor")
    changed = {
        name: {"from": str(getattr(one, name) or ""), "to": str(getattr(head, name) or "")}
        for name in FIELDS
        if getattr(one, name) != getattr(head, name)
    }
    at = timezone.now()
    changed |= set_themes(one.record, head.themes, at)
    if one.record.title != title:
        changed["title"] = {"from": one.record.title, "to": title}
        Record.objects.filter(pk=one.pk).update(title=title)
    if not changed:
        return
    values: dict[str, Any] = {name: getattr(head, name) for name in FIELDS}
    Mechanism.objects.filter(pk=one.pk).update(**values, revision=F("revision") + 1)
    journal.write("mechanism changed", by=by, record=one.record, detail=changed, at=at)


@transaction.atomic
def keep(row: Row, *, by: Actor, instead_of: Row | None = None) -> Row:
    """Keep a row that a source states (a field of the card, a membership, a chair); it takes the place of another where one is given.

    Raises Conflict where the other no longer stands, MechanismError with the field, PermissionDenied.
    """
    access.require(by, "mechanisms.write")
    model = type(row)
    mechanism = _held(row.mechanism_id)
    _check(row)
    at = timezone.now()
    if instead_of is not None:
        _supersede(model, instead_of, at)
    said = {name: getattr(row, name) for name in SAYS[model]}
    if model.objects.current().filter(mechanism=mechanism, source__iexact=row.source, **said).exists():
        raise MechanismError(_("This source says this already."), "source")
    row.recorded_at = at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise MechanismError(_("This source says this already."), "source") from None
    detail = {"what": _name(row), "source": row.source, "as_of": row.as_of}
    if instead_of is not None:
        detail["instead_of"] = _name(instead_of)
    verb = "mechanism fact stated" if instead_of is None else "mechanism fact superseded"
    journal.write(verb, by=by, record=mechanism.record, detail=detail, at=at)
    return row


@transaction.atomic
def withdraw(row: CardFact | Membership | Chair, *, why: str, by: Actor) -> None:
    """Take a row out of what stands; it stays for earlier days. Raises MechanismError without a reason, PermissionDenied."""
    access.require(by, "mechanisms.write")
    if not why.strip():
        raise MechanismError(_("Say in a few words why it no longer stands."), "why")
    mechanism = _held(row.mechanism_id)
    at = timezone.now()
    _supersede(type(row), row, at)
    detail = {"what": _name(row), "source": row.source, "why": why.strip()}
    journal.write("mechanism fact withdrawn", by=by, record=mechanism.record, detail=detail, at=at)


@transaction.atomic
def keep_contact(contact: Contact, *, by: Actor) -> Contact:
    """Keep a contact by function, new or changed. Raises MechanismError with the field, PermissionDenied."""
    access.require(by, "mechanisms.write")
    if contact.mechanism_id is None:
        raise MechanismError(_("A contact belongs to a mechanism."))
    for name in ("function", "unit", "phone", "note"):
        setattr(contact, name, typed.line(getattr(contact, name)))
    if not contact.function:
        raise MechanismError(_("Say for which function."), "function")
    if not (contact.email or contact.phone or contact.unit):
        raise MechanismError(_("Give a unit, an address or a telephone number."), "unit")
    if contact.checked_on and contact.checked_on > timezone.localdate():
        raise MechanismError(_("This day is in the future."), "checked_on")
    mechanism = _held(contact.mechanism_id)
    same = Contact.objects.filter(
        mechanism=mechanism, place=contact.place, body=contact.body, function__iexact=contact.function, unit__iexact=contact.unit,
        email__iexact=contact.email, phone=contact.phone,
    )  # fmt: skip
    if same.exclude(pk=contact.pk).exists():
        raise MechanismError(_("This contact is in the list already."), "function")
    verb = "contact added" if contact.pk is None else "contact changed"
    contact.save()
    journal.write(verb, by=by, record=mechanism.record, detail={"function": contact.function})
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, by: Actor) -> None:
    """Remove a contact; addresses are not kept when nobody needs them. Raises PermissionDenied."""
    access.require(by, "mechanisms.write")
    if contact.mechanism_id is not None:
        mechanism = _held(contact.mechanism_id)
        journal.write("contact removed", by=by, record=mechanism.record, detail={"function": contact.function})
    contact.delete()


@transaction.atomic
def add_body(name: str, *, by: Actor) -> Body:
    """The organisation of a name; it is added where there is none. Raises MechanismError, PermissionDenied."""
    access.require(by, "mechanisms.write")
    name = typed.line(name)
    if not name:
        raise MechanismError(_("Give the name of the organisation."), "new_body")
    known = Body.objects.filter(name__iexact=name).first() or Body.objects.filter(short_name__iexact=name).first()
    if known is not None:
        return known
    return Body.objects.create(code=free_code(slugify(name), Body), name=name)


def _tidy(head: Head) -> Head:
    return replace(head, short_name=typed.line(head.short_name), our_role=typed.tidy(head.our_role))


def _not_taken(title: str) -> None:
    if Mechanism.objects.filter(record__title__iexact=title, record__removed_at__isnull=True).exists():
        raise MechanismError(_("A mechanism with this name is in the register already."), "title")


def _title(head: Head) -> str:
    title = typed.line(head.title)
    if not title:
        raise MechanismError(_("Give the name of the mechanism."), "title")
    return title


def _code(head: Head) -> str:
    return free_code(slugify(head.short_name or head.title), Mechanism)


def free_code(wanted: str, model: type[Body] | type[Mechanism]) -> str:
    """The code, or the next one like it that is free."""
    wanted = wanted[: LONGEST_CODE - 4].strip("-") or "x"
    taken = {*model.objects.filter(code__startswith=wanted).values_list("code", flat=True), *NOT_CODES}
    tries = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in tries if code not in taken)


def _office(by: Actor) -> Any:
    if not isinstance(by, User):
        return None
    held = by.memberships.select_related("office").order_by("pk").first()
    return held.office if held else None


def _held(pk: int) -> Mechanism:
    """The mechanism, held until the end of the transaction, so that two people do not supersede the same row."""
    return Mechanism.objects.select_for_update(of=("self",)).select_related("record").get(pk=pk)


def _supersede(model: type[Any], row: Any, at: Any) -> None:
    if model.objects.filter(pk=row.pk).supersede(at) == 0:
        raise Conflict(_("Somebody has changed this row meanwhile. Look at the card anew."))


def _check(row: CardFact | Membership | Chair) -> None:
    row.source, row.note = typed.line(row.source), typed.line(row.note)
    if isinstance(row, CardFact):
        row.value = typed.tidy(row.value)
    if isinstance(row, Membership):
        row.wording = typed.line(row.wording)
    if not row.source:
        raise MechanismError(_("Say which source states this."), "source")
    try:
        row.clean_fields(exclude=["mechanism", "recorded_at", "superseded_at"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise MechanismError(messages[0], name) from None
    if isinstance(row, CardFact):
        return
    if (row.place_id is None) == (row.body_id is None):
        raise MechanismError(_("Choose a country or an organisation."), "who")
    if row.since and row.until and partial_dates.first_day(row.since) > partial_dates.last_day(row.until):
        raise MechanismError(_("It cannot end before it begins."), "until")


def _name(row: CardFact | Membership | Chair) -> str:
    if isinstance(row, CardFact):
        return f"{row.field}: {row.value}"[:300]
    word = row.part if isinstance(row, Membership) else row.role
    return f"{row.place or row.body}: {word} {row.since}–{row.until}".strip(" –")
