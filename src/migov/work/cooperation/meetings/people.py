"""Who can be named for a meeting, and who follows meetings and commitments up."""

from __future__ import annotations

from django.db.models import QuerySet

from migov.foundation.people import access, queries
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, OfficeKind, User
from migov.foundation.people.queries import colleagues, without
from migov.foundation.records.models import Record

__all__ = ["colleagues", "keeper", "office_for", "policy_officers", "without"]


def policy_officers(record: Record) -> QuerySet[User]:
    """The policy officers of the regional office and of the record's own office. One query."""
    return queries.policy_officers(record.office_id)


def keeper(record: Record) -> list[User]:
    """Who keeps a record up to date: its owner, else the policy officers."""
    owner = record.owner
    return [owner] if owner is not None and owner.is_active else list(policy_officers(record))


def office_for(by: Actor, permission: str) -> Office | None:
    """The office that something belongs to that a person starts: an own one for which he or she may, else the regional office."""
    own = [membership.office for membership in getattr(by, "standing", ())]
    regional = Office.objects.filter(valid_to__isnull=True, kind=OfficeKind.REGIONAL).order_by("pk").first()
    options = [*own, *([regional] if regional is not None else [])]
    return next((office for office in options if access.allowed(by, permission, office)), None)
