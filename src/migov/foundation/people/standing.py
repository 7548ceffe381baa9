"""Who a viewer is: roles held today, offices worked in, the country a focal point is held to, and so the records that are seen.

Callers ask :mod:`migov.foundation.people.access`, which is the face of this; only the access rules look in here.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from migov.foundation.people.models import EXTERNAL_ROLES, Role, User
from migov.foundation.people.queries import offices_below

Viewer = User | AnonymousUser


class System:
    """Stands in for a person where the program itself acts: a command at the server, the demonstration loader."""

    pk = None
    is_authenticated = True
    is_active = True
    is_superuser = True
    username = "system"
    standing: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return "system"


SYSTEM = System()
Actor = User | System


def roles_of(viewer: Viewer | System) -> set[str]:
    """Roles that the viewer holds today, in any office; administrators of the site count as administrators."""
    if not viewer.is_authenticated or not viewer.is_active:
        return set()
    held = {membership.role for membership in viewer.standing}
    if viewer.is_superuser:
        held.add(Role.ADMINISTRATOR)
    return held


def is_internal(viewer: Viewer | System) -> bool:
    """Whether the viewer works for the office."""
    return bool(roles_of(viewer) - EXTERNAL_ROLES)


def offices_of(viewer: Viewer | System) -> set[int]:
    """Primary keys of the offices the viewer works in, with every office below them."""
    cached: set[int] | None = getattr(viewer, "_offices_below", None)
    if cached is not None:
        return cached
    own = offices_below(m.office_id for m in getattr(viewer, "standing", ()) if m.role not in EXTERNAL_ROLES)
    viewer._offices_below = own  # type: ignore[union-attr]
    return own


def works_regionally(viewer: Viewer | System) -> bool:
    """Whether the viewer works in a regional office (and so for every office below it) or administers migov."""
    if Role.ADMINISTRATOR in roles_of(viewer):
        return True
    return any(m.role not in EXTERNAL_ROLES and m.office.kind == "regional" for m in viewer.standing)  # type: ignore[union-attr]


def offices_where(viewer: Viewer | System, *roles: Role) -> set[int] | None:
    """The offices for which a viewer holds one of the roles, with those below; None for every office (regional, administrator)."""
    if Role.ADMINISTRATOR in roles_of(viewer):
        return None
    held = [membership for membership in getattr(viewer, "standing", ()) if membership.role in roles]
    if any(membership.office.kind == "regional" for membership in held):
        return None
    cache: dict[tuple[Role, ...], set[int]] = viewer.__dict__.setdefault("_offices_where", {})
    if roles not in cache:
        cache[roles] = offices_below(membership.office_id for membership in held)
    return cache[roles]


def own_country(viewer: Viewer | System) -> int | None:
    """The country that an external focal point is held to; None for everyone else."""
    if Role.FOCAL_POINT in roles_of(viewer) and not is_internal(viewer):
        return getattr(viewer, "country_id", None) or 0
    return None


def visible_records(viewer: Viewer | System) -> Q:
    """The records a viewer may see, as a filter on Record.

    The regional office and administrators see all; country offices see all that is not kept to another office; a focal point
    sees what is shared with partners in its own country; a reader sees what is public; a stranger sees nothing.
    """
    if not roles_of(viewer):
        return Q(pk__in=[])
    if works_regionally(viewer):
        return Q()
    if is_internal(viewer):
        return ~Q(visibility="office") | Q(office_id__in=offices_of(viewer))
    country = own_country(viewer)
    if country is not None:
        record_place = apps.get_model("records", "RecordPlace")  # of the room above: asked by name, not imported
        there = record_place.objects.filter(place_id=country, superseded_at__isnull=True).values("record_id")
        return Q(visibility__in=("public", "partners")) & (Q(pk__in=there) | Q(parent_id__in=there))
    return Q(visibility="public")
