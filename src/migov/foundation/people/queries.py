"""Questions about offices and people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, OfficeKind, Role, User


def offices_below(offices: Iterable[int]) -> set[int]:
    """Primary keys of some offices and of every office below them. One query; none when there is nothing to ask."""
    found = set(offices)
    if not found:
        return found
    tree = list(Office.objects.values_list("pk", "parent_id"))
    while below := {pk for pk, parent in tree if parent in found} - found:
        found |= below
    return found


def colleagues(*also: int | None) -> QuerySet[User]:
    """People who work for the office today, and those who are named already, by name."""
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    known = Q(is_active=True, pk__in=working) | Q(pk__in=[pk for pk in also if pk])
    return User.objects.filter(known).order_by("last_name", "first_name", "username")


def focal_points(countries: Any) -> QuerySet[User]:
    """Who speaks for the governments of some countries and does not work for the office. countries: keys, or a question for them."""
    points = Membership.objects.valid().filter(role=Role.FOCAL_POINT).values("user_id")
    inside = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    return User.objects.filter(pk__in=points, country_id__in=countries, is_active=True).exclude(pk__in=inside)


def policy_officers(office: int | None) -> QuerySet[User]:
    """The policy officers of the regional office and of one other office."""
    here = Q(office__kind=OfficeKind.REGIONAL) | Q(office_id=office)
    officers = Membership.objects.valid().filter(here, role=Role.POLICY).values("user_id")
    return User.objects.filter(pk__in=officers, is_active=True)


def without(people: Iterable[User | None], one: object) -> list[User]:
    """Each of the people once, but one: nobody is told what he or she has just done."""
    left_out = getattr(one, "pk", None)
    found = {person.pk: person for person in people if person is not None and person.pk != left_out}
    return list(found.values())
