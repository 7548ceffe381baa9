"""Conditions of the access rules: the small, named predicates that a permission may depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q
from rules.predicates import predicate as named

from migov.foundation.people.models import Office, Role
from migov.foundation.people.standing import (
    SYSTEM,
    System,
    Viewer,
    is_internal,
    offices_of,
    offices_where,
    own_country,
    roles_of,
    visible_records,
    works_regionally,
)

if TYPE_CHECKING:
    from migov.foundation.records.models import Record


def holds(*roles: Role) -> Any:
    @named(f"holds:{'|'.join(roles)}")
    def predicate(viewer: Viewer | System) -> bool:
        return bool(roles_of(viewer) & {*roles, Role.ADMINISTRATOR})

    return predicate


@named
def internal(viewer: Viewer | System) -> bool:
    return is_internal(viewer)


@named
def signed_in_with_role(viewer: Viewer | System) -> bool:
    return bool(roles_of(viewer))


def holds_for(*roles: Role) -> Any:
    """Holds one of the roles in an office that the record belongs to, or above it; in the regional office, for every record."""

    @named(f"holds for its office:{'|'.join(roles)}")
    def predicate(viewer: Viewer | System, record: Record | None = None) -> bool:
        offices = offices_where(viewer, *roles)
        return offices is None or (record is not None and record.office_id in offices)

    return predicate


def starts_for(*roles: Role) -> Any:
    """Holds one of the roles in an office or above it; without an office: in any."""

    @named(f"starts for an office:{'|'.join(roles)}")
    def predicate(viewer: Viewer | System, office: Office | None = None) -> bool:
        offices = offices_where(viewer, *roles)
        return offices is None or (bool(offices) if office is None else office.pk in offices)

    return predicate


@named
def sees(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Works for the office and may see the record; without one, administers migov."""
    if not is_internal(viewer):
        return False
    if record is None:
        return Role.ADMINISTRATOR in roles_of(viewer)
    if works_regionally(viewer) or record.visibility != "office":
        return True
    return record.office_id in offices_of(viewer)


@named
def writes(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Works for the office, and owns the record or was named as one of its authors."""
    if record is None or viewer.pk is None or not is_internal(viewer):
        return False
    if record.owner_id == viewer.pk:
        return True
    author = apps.get_model("proposals", "Author")  # of a room above: asked by name, not imported
    return bool(author.objects.filter(proposal_id=record.pk, person_id=viewer.pk).exists())


@named
def writes_input(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Works for the office, and was named as an author of the input."""
    if record is None or viewer.pk is None or not is_internal(viewer):
        return False
    author = apps.get_model("cooperation", "InputAuthor")  # of a room above: asked by name, not imported
    return bool(author.objects.filter(input_id=record.pk, person_id=viewer.pk).exists())


@named
def hands_in_for_office(viewer: Viewer | System, record: Record | None = None) -> bool:
    """A policy officer, for work of governance and cooperation that colleagues write together."""
    shared = record is not None and record.kind in ("assessment", "gcm-report", "input")
    return shared and (writes_input.test(viewer, record) or holds_for(Role.POLICY).test(viewer, record))


@named
def is_owner(viewer: Viewer | System, record: Record | None = None) -> bool:
    return record is not None and viewer.pk is not None and record.owner_id == viewer.pk


@named
def owns_parent(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Owns the piece of work that the record is a part of: the project of a report."""
    parent = record.parent if record is not None else None
    return parent is not None and viewer.pk is not None and parent.owner_id == viewer.pk


@named
def enters_policy(viewer: Viewer | System) -> bool:
    """Works for the office, or is the focal point of a government that may file requests and read what is shared with it."""
    return is_internal(viewer) or bool(own_country(viewer))


@named
def government_of(viewer: Viewer | System, record: Record | None = None) -> bool:
    """The focal point of the government that the record is shared with."""
    if record is None or not own_country(viewer) or record.removed_at is not None:
        return False
    return type(record)._default_manager.filter(visible_records(viewer), pk=record.pk).exists()


@named
def works_on_request(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Works for the office, and was named for the work on the request, or for the one that the text or review belongs to."""
    if record is None or viewer.pk is None or not is_internal(viewer):
        return False
    named_person = apps.get_model("policy", "RequestPerson")  # of a room above: asked by name, not imported
    mine = named_person.objects.filter(person_id=viewer.pk)
    return bool(
        mine.filter(
            Q(request_id=record.pk) | Q(request__texts__pk=record.pk) | Q(request__reviews__pk=record.pk)
        ).exists()
    )


@named
def asked_for_it(viewer: Viewer | System, record: Record | None = None) -> bool:
    """The focal point of the government whose request the record is."""
    return record is not None and record.kind == "request" and government_of.test(viewer, record)


@named
def serves_request(viewer: Viewer | System, record: Record | None = None) -> bool:
    """Works for the office, and leads the work on the request that the record is, was named for it, or took it in."""
    if record is None or record.kind != "request" or viewer.pk is None or not is_internal(viewer):
        return False
    filed = apps.get_model("policy", "AssistanceRequest").objects.filter(pk=record.pk, filed_by_id=viewer.pk)
    return record.owner_id == viewer.pk or filed.exists() or works_on_request.test(viewer, record)


@named
def government_takes_part(viewer: Viewer | System, record: Record | None = None) -> bool:
    """The focal point of the government whose assessment or roadmap the record is."""
    return record is not None and record.kind in ("assessment", "roadmap") and government_of.test(viewer, record)


@named
def the_program(viewer: Viewer | System) -> bool:
    """The program itself, which loads what a government said elsewhere; nobody else answers for a government, administrators neither."""
    return viewer is SYSTEM


@named
def government_reports(viewer: Viewer | System, record: Record | None = None) -> bool:
    """The focal point of the government whose Global Compact report, pledge or practice the record is."""
    return (
        record is not None
        and record.kind in ("gcm-report", "pledge", "practice")
        and government_of.test(viewer, record)
    )


shares_in = (
    asked_for_it | government_takes_part | government_reports
)  # a government's part in work that it adds documents to


ALIGNERS = (Role.DEVELOPER, Role.SPECIALIST, Role.MANDE, Role.POLICY, Role.ENDORSER)
aligners = holds_for(*ALIGNERS)


@named
def keeps_document(viewer: Viewer | System, record: Record | None = None) -> bool:
    """May add to the work that the document belongs to; a focal point keeps only what it added itself."""
    whole = record.parent if record is not None and record.parent_id else record
    if aligners.test(viewer, whole) or serves_request.test(viewer, whole):
        return True
    return is_owner.test(viewer, record) and shares_in.test(viewer, whole)
