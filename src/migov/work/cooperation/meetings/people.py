"""Who can be named for a meeting, and who follows meetings and commitments up."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, OfficeKind, Role, User
from migov.foundation.records.models import Record


def colleagues(*also: int | None) -> QuerySet[User]:
    """People who work for the office today, and those who are named already."""
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    known = Q(is_active=True, pk__in=working) | Q(pk__in=[pk for pk in also if pk])
    return User.objects.filter(known).order_by("last_name", "first_name", "username")


def policy_officers(record: Record) -> QuerySet[User]:
    """The policy officers of the regional office and of the record's own office. One query."""
    here = Q(office__kind=OfficeKind.REGIONAL) | Q(office_id=record.office_id)
    officers = Membership.objects.valid().filter(here, role=Role.POLICY).values("user_id")
    return User.objects.filter(pk__in=officers, is_active=True)


def keeper(record: Record) -> list[User]:
    """Who keeps a record up to date: its owner, else the policy officers."""
    owner = record.owner
    return [owner] if owner is not None and owner.is_active else list(policy_officers(record))


def without(people: Iterable[User | None], one: object) -> list[User]:
    """Each once, but one: nobody is told what he or she has just done."""
    left_out = getattr(one, "pk", None)
    found = {person.pk: person for person in people if person is not None and person.pk != left_out}
    return list(found.values())


def office_for(by: Actor, permission: str) -> Office | None:
    """The office that something belongs to that a person starts: an own one for which he or she may, else the regional office."""
    own = [membership.office for membership in getattr(by, "standing", ())]
    regional = Office.objects.filter(valid_to__isnull=True, kind=OfficeKind.REGIONAL).order_by("pk").first()
    options = [*own, *([regional] if regional is not None else [])]
    return next((office for office in options if access.allowed(by, permission, office)), None)
