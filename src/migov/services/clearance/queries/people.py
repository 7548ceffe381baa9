"""Who stands in for whom, and who may take a step."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Membership, Role, User
from migov.foundation.records.models import Record
from migov.services.clearance.models import Clearance, Delegation
from migov.services.clearance.subjects import subject_of

ASSIGNERS = (Role.ENDORSER, Role.MANDE, Role.MANAGEMENT)


def delegations_on(day: date) -> Q:
    """Delegations in force on a day, as a filter on Delegation."""
    return Q(starts__lte=day, ends__gte=day, ended_at__isnull=True)


def stands_in_for(user: User, day: date | None = None) -> list[User]:
    """The people in whose place a user may act on a day (today), by name. Standing in is not passed on. One query."""
    held = Delegation.objects.filter(delegations_on(day or timezone.localdate()), to=user, person__is_active=True)
    return sorted({one.person for one in held.select_related("person")}, key=str)


def stand_ins(people: Iterable[int], day: date | None = None) -> dict[int, User]:
    """Who stands in on a day (today) for each of some people who have somebody. Nobody does for somebody who has left. One query."""
    held = Delegation.objects.filter(
        delegations_on(day or timezone.localdate()), person__in=set(people), person__is_active=True, to__is_active=True
    )
    return {one.person_id: one.to for one in held.select_related("to")}


def delegations_of(user: User, day: date | None = None) -> list[Delegation]:
    """Delegations of a user and to a user that are in force or still to come, the next first. One query."""
    held = Delegation.objects.filter(
        Q(person=user) | Q(to=user), ends__gte=day or timezone.localdate(), ended_at__isnull=True
    )
    return list(held.select_related("person", "to").order_by("starts", "pk"))


def holders(roles: Collection[str], among: Q | None = None) -> list[User]:
    """Active people who hold one of the roles today, by key, their memberships read with them. Two queries.

    among: further conditions on Membership, such as the office.
    """
    wanted = Membership.objects.valid().filter(role__in=roles, user__is_active=True)
    keys = set(wanted.filter(among or Q()).values_list("user_id", flat=True))
    people: dict[int, User] = {}
    rows = Membership.objects.valid().filter(user__in=keys).select_related("user", "office").order_by("user_id", "pk")
    for row in rows:
        user = people.setdefault(row.user_id, row.user)
        user.__dict__.setdefault("standing", []).append(
            row
        )  # what access.py asks, so that it asks the database no more
    return list(people.values())


def with_standing(people: Iterable[User]) -> list[User]:
    """Some people, their memberships of today read with them. One query; none for nobody."""
    found = {one.pk: one for one in people}
    if found:
        held: dict[int, list[Membership]] = {key: [] for key in found}
        for row in Membership.objects.valid().filter(user__in=found).select_related("office").order_by("pk"):
            held[row.user_id].append(row)
        for key, one in found.items():
            one.__dict__["standing"] = held[key]
    return list(found.values())


def written_by(user: User) -> Q:
    """Records that a user owns or is named as an author of, as a filter on Record: the permissions' `writes`, for many at once."""
    author = apps.get_model("proposals", "Author")  # of a room above: asked by name, as access.py does
    return Q(owner=user) | Q(pk__in=author.objects.filter(person=user).values("proposal_id"))


def wrote(clearance: Clearance, user: Actor) -> bool:
    """Whether a piece of work is somebody's own: an author's now, or handed in by them in any round, whoever owns it since. One
    query beside those for the authors."""
    if user.pk is None:
        return False
    if any(one.pk == user.pk for one in subject_of(clearance).authors(clearance)):
        return True
    return clearance.pk is not None and clearance.submissions.filter(by=user.pk).exists()


def decidable(user: User) -> Q:
    """Records on whose clearance a user may decide, as a filter on Record: "clearance.decide" for many at once, where they are visible."""
    offices = access.offices_where(user, Role.ENDORSER)
    if not access.is_internal(user):
        return Q(pk__in=[])
    return (Q() if offices is None else Q(office__in=offices)) & ~written_by(user)


def who_may(permission: str, record: Record, roles: Collection[str] = ASSIGNERS) -> list[User]:
    """Holders of the roles who have a permission on a record."""
    return [user for user in holders(roles) if access.allowed(user, permission, record)]
