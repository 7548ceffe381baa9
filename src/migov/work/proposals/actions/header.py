"""The head of a proposal: title, office, where, what about, for whom and when; and who writes it. Changed field by field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.records.themes import set_themes
from migov.work.proposals import donors, stages
from migov.work.proposals.actions.facts import check_start, end_of, keep_places, keep_state
from migov.work.proposals.actions.ground import Conflict, ProposalError, writable
from migov.work.proposals.models import Author, Proposal

LABELS = {
    "title": gettext_lazy("Title"), "office": gettext_lazy("Office"), "places": gettext_lazy("Countries and areas"),
    "themes": gettext_lazy("Themes"), "donor": gettext_lazy("Donor"), "rules": gettext_lazy("Rules of the donor"),
    "currency": gettext_lazy("Currency"), "starts": gettext_lazy("First day"), "months": gettext_lazy("Months"),
    "partners": gettext_lazy("Partners"), "government_request": gettext_lazy("Request of the government"),
    "visibility": gettext_lazy("Who may see it"), "owner": gettext_lazy("Owner"), "authors": gettext_lazy("Other authors"),
}  # fmt: skip
SHARING = frozenset({"visibility", "owner", "authors"})  # may be changed at every stage
ON_PAPER = frozenset({"donor", "rules", "currency", "partners", "government_request"})  # may be part of an amendment

Value = str | int | date | tuple[str, ...] | tuple[int, ...] | None


def value_of(proposal: Proposal, field: str) -> Value:
    """What a field of the head says now, in the form in which `change_header` takes it: codes for office, places and themes,
    keys for people. Raises KeyError for a field that the head does not have."""
    record = proposal.project.record
    match field:
        case "title" | "starts" | "visibility":
            return getattr(record, field)
        case "owner":
            return record.owner_id
        case "office":
            return record.office.code if record.office else ""
        case "places":
            rows = record.places.filter(superseded_at__isnull=True)
            return tuple(sorted(rows.values_list("place__code", flat=True)))
        case "themes":
            themes = record.record_themes.filter(superseded_at__isnull=True)
            return tuple(sorted(themes.values_list("theme__code", flat=True)))
        case "authors":
            return tuple(sorted(proposal.authors.values_list("person_id", flat=True)))
        case "months" | "donor" | "rules" | "currency" | "partners" | "government_request":
            return getattr(proposal, field)
    raise KeyError(field)


@transaction.atomic
def change_header(proposal: Proposal, *, field: str, was: Value, now: Value, by: Actor) -> Proposal:
    """Change one field of the head from what the page showed to something else. Returns the proposal as it now is.

    Values: text; a date for "starts", a number for "months" (None: not known), codes for "office", "places" and "themes", keys of
    people for "owner" and "authors". Raises Conflict where it stands otherwise than `was` and than `now`, Closed where the stage does
    not allow it, ProposalError for a value that cannot be, PermissionDenied, KeyError for an unknown field.
    """
    label = LABELS[field]
    found = _open(proposal, field, by)
    was, now = _tidy(was), _tidy(now)
    standing = value_of(found, field)
    if standing == now:
        return found
    if standing != was:
        raise Conflict(
            _("%(field)s was changed by somebody else meanwhile.") % {"field": label},
            now=words(field, standing), mine=words(field, now),
        )  # fmt: skip
    _set(found, field, now, by)
    detail = {str(field): {"from": words(field, standing), "to": words(field, now)}}
    journal.write("changed", by=by, record=found.project.record, detail=detail)
    return found


def words(field: str, value: Value) -> str:
    """A value of the head for people. At most one query, for names."""
    if value is None or value in ("", ()):
        return ""
    match field:
        case "office":
            return str(Office.objects.filter(code=value).first() or value)
        case "places":
            return ", ".join(Place.objects.filter(code__in=_several(value)).values_list("short_name", flat=True))
        case "themes":
            return ", ".join(Theme.objects.filter(code__in=_several(value)).values_list("name", flat=True))
        case "owner":
            return str(User.objects.filter(pk=int(str(value))).first() or "")
        case "authors":
            return ", ".join(str(person) for person in User.objects.filter(pk__in=_several(value)))
        case "visibility":
            return str(Visibility(str(value)).label) if value in Visibility.values else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _several(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _tidy(value: Any) -> Value:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(sorted(value))
    return value


def _open(proposal: Proposal, field: str, by: Actor) -> Proposal:
    """The proposal with its record locked, if this field may be changed by this person now."""
    if field not in SHARING:
        found = writable(proposal, by, lock=True)
        if field not in ON_PAPER and found.project.record.stage not in stages.WRITING:
            raise ProposalError(
                _("This was agreed and stays as it is; a new end is said in the amendment itself, not here.")
            )
        return found
    Record.objects.select_for_update().only("pk").get(pk=proposal.pk)
    found = Proposal.objects.select_related("project__record__office").get(pk=proposal.pk)
    access.require(by, "proposals.share", found.project.record)
    return found


def _set(proposal: Proposal, field: str, now: Value, by: Actor) -> None:
    record, at = proposal.project.record, timezone.now()
    match field:
        case "title":
            if not now:
                raise ProposalError(_("Give the project a title."))
            record.title = " ".join(str(now).split())
            record.save(update_fields=["title"])
        case "office":
            office = Office.objects.filter(code=now).first()
            if office is None:
                raise ProposalError(_("There is no such office."))
            access.require(by, "proposals.start", office)
            _with_parts(record, office=office)
            keep_state(record, at)
        case "visibility":
            if now not in Visibility.values:
                raise ProposalError(_("Choose who may see it."))
            _with_parts(record, visibility=now)
        case "places":
            keep_places(record, _all(Place.objects.filter(code__in=_several(now)), now), at)
        case "themes":
            set_themes(record, _all(Theme.objects.filter(code__in=_several(now)), now), at)
        case "owner":
            record.owner = _people(() if now is None else (now,))[0] if now is not None else None
            record.save(update_fields=["owner"])
        case "authors":
            _authors(proposal, _people(_several(now)))
        case "starts" | "months":
            _dates(proposal, field, now)
        case "currency":
            _currency(proposal, str(now))
        case "rules":
            if now and now not in donors.all_rules():
                raise ProposalError(_("Choose one of the rules."))
            proposal.rules = str(now)
            proposal.save(update_fields=["rules"])
        case _:
            setattr(proposal, field, now)
            proposal.save(update_fields=[field])


def _with_parts(record: Record, **fields: Any) -> None:
    """Office and visibility reach the results and documents of the project at once."""
    for name, value in fields.items():
        setattr(record, name, value)
    record.save(update_fields=list(fields))
    Record.objects.filter(parent=record).update(**fields)


def _all(rows: Any, codes: Value) -> list[Any]:
    found = list(rows)
    if len(found) != len(set(_several(codes))):
        raise ProposalError(_("One of the choices is not known."))
    return found


def _people(keys: Iterable[Any]) -> list[User]:
    """People of the office. Raises ProposalError for anybody else: a proposal is not shared outside by naming an author."""
    found = list(User.objects.filter(pk__in=list(keys), is_active=True))
    if len(found) != len(set(keys)) or not all(access.is_internal(person) for person in found):
        raise ProposalError(_("Only people of the office can own or write a proposal."))
    return found


def _authors(proposal: Proposal, people: list[User]) -> None:
    proposal.authors.exclude(person__in=people).delete()
    there = set(proposal.authors.values_list("person_id", flat=True))
    Author.objects.bulk_create(Author(proposal=proposal, person=one) for one in people if one.pk not in there)


def _dates(proposal: Proposal, field: str, now: Value) -> None:
    record = proposal.project.record
    if field == "months":
        if now is not None and not (isinstance(now, int) and 1 <= now <= 120):
            raise ProposalError(_("Write the number of months, from 1 to 120."))
        proposal.months = now
        proposal.save(update_fields=["months"])
    else:
        starts = now if isinstance(now, date) else None
        check_start(starts)
        record.starts = starts
    record.ends = end_of(record.starts, proposal.months)
    record.save(update_fields=["starts", "ends"])
    project = proposal.project
    project.planned_start, project.planned_end = record.starts, record.ends
    project.save(update_fields=["planned_start", "planned_end"])
    keep_state(record, timezone.now())


def _currency(proposal: Proposal, now: str) -> None:
    if not (len(now) == 3 and now.isascii() and now.isalpha() and now.isupper()):
        raise ProposalError(_("Write the currency as a code of three letters, such as EUR."))
    if proposal.costs.filter(removed_at__isnull=True).exists():
        raise ProposalError(
            _("The budget has lines in %s; change the currency on its page, which asks first.") % proposal.currency
        )
    proposal.currency = now
    proposal.save(update_fields=["currency"])
    proposal.project.default_currency = now
    proposal.project.save(update_fields=["default_currency"])
