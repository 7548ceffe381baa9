"""The one place that says who may see and do what.

Two questions are answered here: which records a viewer sees (:func:`visible_records`, a filter for querysets, so that lists,
figures and exports obey the same rule) and whether a viewer may do something (:func:`allowed`, a table of permissions whose
predicates are small and named). Views, actions, exports and jobs ask here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from rules.predicates import predicate as named
from rules.rulesets import RuleSet

from migov.foundation.people.models import EXTERNAL_ROLES, Office, Role, User
from migov.foundation.people.queries import offices_below

if TYPE_CHECKING:
    from migov.foundation.records.models import Record

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


# Predicates: what a permission may depend on.


def _holds(*roles: Role) -> Any:
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


def _holds_for(*roles: Role) -> Any:
    """Holds one of the roles in an office that the record belongs to, or above it; in the regional office, for every record."""

    @named(f"holds for its office:{'|'.join(roles)}")
    def predicate(viewer: Viewer | System, record: Record | None = None) -> bool:
        offices = offices_where(viewer, *roles)
        return offices is None or (record is not None and record.office_id in offices)

    return predicate


def _starts_for(*roles: Role) -> Any:
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
    return shared and (writes_input.test(viewer, record) or _holds_for(Role.POLICY).test(viewer, record))


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


@named
def keeps_document(viewer: Viewer | System, record: Record | None = None) -> bool:
    """May add to the work that the document belongs to; a focal point keeps only what it added itself."""
    whole = record.parent if record is not None and record.parent_id else record
    if aligners.test(viewer, whole) or serves_request.test(viewer, whole):
        return True
    return is_owner.test(viewer, record) and shares_in.test(viewer, whole)


ALIGNERS = (Role.DEVELOPER, Role.SPECIALIST, Role.MANDE, Role.POLICY, Role.ENDORSER)
aligners = _holds_for(*ALIGNERS)

PERMISSIONS = RuleSet()
PERMISSIONS.add_rule("contributions.see", signed_in_with_role)
PERMISSIONS.add_rule("frameworks.see", signed_in_with_role)
PERMISSIONS.add_rule("frameworks.load", _holds(Role.MANDE, Role.ADMINISTRATOR))
PERMISSIONS.add_rule("alignment.declare", aligners)
PERMISSIONS.add_rule("alignment.decide", aligners)
PERMISSIONS.add_rule("files.add", aligners | shares_in | serves_request)
PERMISSIONS.add_rule("files.change", keeps_document)
PERMISSIONS.add_rule("import.iati", _holds(Role.MANDE))
PERMISSIONS.add_rule("proposals.start", _starts_for(Role.DEVELOPER, Role.MANDE))
PERMISSIONS.add_rule("proposals.list", internal)
PERMISSIONS.add_rule("proposals.see", sees)
PERMISSIONS.add_rule("proposals.write", sees & (writes | _holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("proposals.share", sees & (is_owner | _holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("projects.manage", sees & (is_owner | _holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("clearance.see", sees)
PERMISSIONS.add_rule("clearance.comment", sees)
PERMISSIONS.add_rule("clearance.submit", sees & (writes | hands_in_for_office | _holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("clearance.assign", sees & _holds_for(Role.ENDORSER, Role.MANDE, Role.MANAGEMENT))
PERMISSIONS.add_rule("clearance.decide", sees & _holds_for(Role.ENDORSER) & ~writes & ~writes_input)
PERMISSIONS.add_rule("clearance.rules", _holds(Role.MANDE))
PERMISSIONS.add_rule("clearance.load", _holds(Role.ENDORSER, Role.MANAGEMENT, Role.MANDE))
PERMISSIONS.add_rule("evaluations.write", sees & (is_owner | _holds_for(Role.MANDE, Role.DEVELOPER)))
PERMISSIONS.add_rule("evaluations.respond", sees & (is_owner | _holds_for(Role.MANDE, Role.DEVELOPER)))
PERMISSIONS.add_rule("evaluations.start", _starts_for(Role.MANDE, Role.DEVELOPER))
PERMISSIONS.add_rule("evaluations.import", _holds(Role.MANDE))
PERMISSIONS.add_rule("lessons.add", internal)
PERMISSIONS.add_rule("lessons.write", sees & (is_owner | _holds_for(Role.MANDE)))
PERMISSIONS.add_rule("lessons.validate", sees & _holds_for(Role.MANDE) & ~is_owner)
PERMISSIONS.add_rule("results.report", sees & (is_owner | _holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("results.verify", sees & _holds_for(Role.MANDE))
PERMISSIONS.add_rule("results.unlock", sees & _holds_for(Role.MANDE))
PERMISSIONS.add_rule("results.library", _holds(Role.MANDE))
PERMISSIONS.add_rule("iati.publish", _holds(Role.MANDE))
PERMISSIONS.add_rule("jobs.see", internal)
PERMISSIONS.add_rule("matching.see", internal)
PERMISSIONS.add_rule("matching.train", _holds(Role.MANDE, Role.MANAGEMENT))
PERMISSIONS.add_rule("rates.load", _holds(Role.MANDE))
PERMISSIONS.add_rule("journal.see", internal)
PERMISSIONS.add_rule("people.manage", _holds(Role.ADMINISTRATOR))
PERMISSIONS.add_rule("demo.load", _holds(Role.ADMINISTRATOR))
PERMISSIONS.add_rule("reports.list", internal)
PERMISSIONS.add_rule("reports.write", sees & (is_owner | owns_parent | _holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("reports.deliver", sees & (owns_parent | _holds_for(Role.DEVELOPER, Role.MANDE)))

POLICY = (Role.POLICY, Role.ENDORSER)
reads = (
    sees | government_of
)  # works for the office and may see the record, or it is shared with the viewer's government
PERMISSIONS.add_rule("policy.enter", enters_policy)
PERMISSIONS.add_rule("requests.file", enters_policy)
PERMISSIONS.add_rule("requests.see", reads)
PERMISSIONS.add_rule("requests.decide", sees & _holds_for(*POLICY, Role.MANAGEMENT))
PERMISSIONS.add_rule("requests.work", sees & (is_owner | works_on_request | _holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.speak", reads)
PERMISSIONS.add_rule("requests.withdraw", asked_for_it | (sees & _holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.feedback", asked_for_it | (sees & _holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.figures", internal)
PERMISSIONS.add_rule("instruments.see", signed_in_with_role)
PERMISSIONS.add_rule("instruments.load", _holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("texts.see", reads)
PERMISSIONS.add_rule("texts.add", _starts_for(*POLICY, Role.DEVELOPER, Role.SPECIALIST))
PERMISSIONS.add_rule("texts.write", sees & (is_owner | works_on_request | _holds_for(*POLICY)))
PERMISSIONS.add_rule("reviews.start", _starts_for(*POLICY, Role.SPECIALIST))
PERMISSIONS.add_rule("reviews.see", sees)
PERMISSIONS.add_rule("reviews.judge", sees & (is_owner | works_on_request | _holds_for(*POLICY)))
PERMISSIONS.add_rule("reviews.release", sees & _holds_for(*POLICY))
PERMISSIONS.add_rule("reviews.read_release", reads)
PERMISSIONS.add_rule("reviews.answer", government_of | (sees & _holds_for(*POLICY)))

GOVERNANCE = (*POLICY, Role.SPECIALIST, Role.MANDE, Role.DEVELOPER)
works_on_it = sees & (is_owner | _holds_for(*GOVERNANCE))
PERMISSIONS.add_rule("governance.enter", enters_policy)
PERMISSIONS.add_rule("assessments.see", reads)
PERMISSIONS.add_rule("assessments.start", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("assessments.manage", works_on_it)
PERMISSIONS.add_rule("assessments.answer_office", works_on_it)
PERMISSIONS.add_rule("assessments.answer_government", government_takes_part | the_program)
PERMISSIONS.add_rule("assessments.discuss", government_takes_part | works_on_it)
PERMISSIONS.add_rule("assessments.validate", sees & (is_owner | _holds_for(*POLICY, Role.SPECIALIST)))
PERMISSIONS.add_rule("assessments.consent", government_takes_part | (sees & _holds_for(*POLICY)))
PERMISSIONS.add_rule("assessments.publish", sees & _holds_for(*POLICY))
PERMISSIONS.add_rule("scores.load", _holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("scores.see", signed_in_with_role)
PERMISSIONS.add_rule("roadmaps.see", reads)
PERMISSIONS.add_rule("roadmaps.start", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("roadmaps.write", government_takes_part | works_on_it)
PERMISSIONS.add_rule("roadmaps.agree", sees & (is_owner | _holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.see", reads)
PERMISSIONS.add_rule("gcm.start", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("gcm.write", government_reports | works_on_it)
PERMISSIONS.add_rule("gcm.invite", sees & (is_owner | _holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.merge", works_on_it)
PERMISSIONS.add_rule("gcm.submit", sees & (is_owner | _holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.rounds", _holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("pledges.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("pledges.write", government_reports | works_on_it)
PERMISSIONS.add_rule("practices.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("practices.write", government_reports | works_on_it)
PERMISSIONS.add_rule("practices.review", sees & _holds_for(*POLICY, Role.SPECIALIST))
PERMISSIONS.add_rule("unsdcf.list", internal)
PERMISSIONS.add_rule("unsdcf.see", sees)
PERMISSIONS.add_rule("unsdcf.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("unsdcf.write", works_on_it)
PERMISSIONS.add_rule("unsdcf.judge", sees & (is_owner | _holds_for(*POLICY, Role.SPECIALIST, Role.MANDE)))
PERMISSIONS.add_rule("plans.list", internal)
PERMISSIONS.add_rule("plans.see", sees)
PERMISSIONS.add_rule("plans.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("plans.write", works_on_it)
PERMISSIONS.add_rule("cooperation.enter", internal)
PERMISSIONS.add_rule("mechanisms.see", sees)
PERMISSIONS.add_rule("mechanisms.write", _holds(*POLICY, Role.MANDE))
PERMISSIONS.add_rule("meetings.see", sees)
PERMISSIONS.add_rule("meetings.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("meetings.write", works_on_it)
PERMISSIONS.add_rule("commitments.see", sees)
PERMISSIONS.add_rule("commitments.add", _starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("commitments.write", works_on_it)
PERMISSIONS.add_rule("inputs.see", sees)
PERMISSIONS.add_rule("inputs.request", internal)
PERMISSIONS.add_rule("inputs.take", sees & _holds_for(*GOVERNANCE))
PERMISSIONS.add_rule("inputs.write", sees & (is_owner | writes_input | _holds_for(*POLICY)))
PERMISSIONS.add_rule("inputs.deliver", sees & (is_owner | _holds_for(*POLICY)))
PERMISSIONS.add_rule("inputs.answer", sees)
PERMISSIONS.add_rule("briefings.make", internal)
PERMISSIONS.add_rule("briefings.change", sees & (is_owner | _holds_for(*POLICY)))


def allowed(viewer: Viewer | System, permission: str, subject: Any = None) -> bool:
    """Whether the viewer has a permission, on a subject where the permission depends on one.

    Raises KeyError for a permission that is not in the table: a typing error must not open or close a door in silence.
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return bool(PERMISSIONS.test_rule(permission, viewer, subject))


def require(viewer: Viewer | System, permission: str, subject: Any = None) -> None:
    """Raise PermissionDenied unless the viewer has the permission."""
    if not allowed(viewer, permission, subject):
        raise PermissionDenied(_("Your role does not allow this. Ask your administrator if you think it should."))
