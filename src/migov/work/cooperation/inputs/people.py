"""Who is concerned by an input: those who can take it on, those who write it, and the offices that are asked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from migov.foundation.people import access
from migov.foundation.people.access import Actor, Viewer
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, OfficeKind, Role, User
from migov.foundation.people.queries import colleagues, offices_below, without
from migov.services.clearance.queries.people import who_may
from migov.work.cooperation.models import Edition, Input, OfficeAsked, PulledFact, Section

__all__ = [
    "answers_for", "colleagues", "country_offices", "home_office", "nobody_in", "of_office", "takers", "without", "writers", "wrote_in",
]  # fmt: skip


def takers(paper: Input) -> list[User]:
    """The policy officers who may take a requested input on."""
    return who_may("inputs.take", paper.record, (Role.POLICY,))


def writers(paper: Input) -> list[User]:
    """Who writes an input: its owner and its authors."""
    found = [author.person for author in paper.authors.select_related("person")]
    return list({one.pk: one for one in [*([paper.record.owner] if paper.record.owner else []), *found]}.values())


def wrote_in(paper: Input) -> list[User]:
    """Everybody whose words stand or stood in a section, or who pulled a fact into it. One query."""
    rows = (
        Section.objects.filter(input=paper).values("saved_by"),
        Edition.objects.filter(section__input=paper).values("saved_by"),
        PulledFact.objects.filter(input=paper).values("by"),
    )
    anywhere = Q(pk__in=rows[0]) | Q(pk__in=rows[1]) | Q(pk__in=rows[2])
    return list(User.objects.filter(anywhere).order_by("pk"))


def of_office(office: Office) -> list[User]:
    """The people who work in an office or below it."""
    here = offices_below([office.pk])
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).filter(office_id__in=here).values("user_id")
    return list(User.objects.filter(pk__in=working, is_active=True))


def nobody_in(offices: Iterable[Office]) -> set[int]:
    """The offices of some, by their keys, in which nobody has an account: who asks them has to write to them. One query."""
    keys = {one.pk for one in offices}
    if not keys:
        return set()
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).filter(user__is_active=True)
    found = working.filter(Q(office__in=keys) | Q(office__parent__in=keys)).values_list(
        "office_id", "office__parent_id"
    )
    return keys - {key for pair in found for key in pair}


def country_offices() -> QuerySet[Office]:
    """Offices that can be asked for a contribution: country offices that are open."""
    return Office.objects.filter(kind=OfficeKind.COUNTRY, valid_to__isnull=True).order_by("name")


def answers_for(by: Actor | Viewer, asked: OfficeAsked) -> bool:
    """Whether somebody speaks for an office that was asked: works in it, or in the regional office above it."""
    return access.is_internal(by) and asked.office_id in access.offices_of(by)


def home_office(by: Actor | Viewer) -> Office | None:
    """The office that somebody works in: the regional office where there are several."""
    held = [one.office for one in getattr(by, "standing", ()) if one.role not in EXTERNAL_ROLES]
    held.sort(key=lambda office: (office.kind != OfficeKind.REGIONAL, office.pk))
    return held[0] if held else Office.objects.filter(kind=OfficeKind.REGIONAL).order_by("pk").first()
