"""The one place that says who may see and do what.

Two questions are answered here: which records a viewer sees (:func:`visible_records`, a filter for querysets, so that lists,
figures and exports obey the same rule) and whether a viewer may do something (:func:`allowed`, a table of permissions whose
predicates are small and named). Views, actions, exports and jobs ask here and nowhere else; who somebody is stands in
standing.py, what a permission may depend on in conditions.py.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rules.rulesets import RuleSet

from migov.foundation.people.conditions import (
    ALIGNERS,
    aligners,
    asked_for_it,
    enters_policy,
    government_of,
    government_reports,
    government_takes_part,
    hands_in_for_office,
    holds,
    holds_for,
    internal,
    is_owner,
    keeps_document,
    owns_parent,
    sees,
    serves_request,
    shares_in,
    signed_in_with_role,
    starts_for,
    the_program,
    works_on_request,
    writes,
    writes_input,
)
from migov.foundation.people.models import Role
from migov.foundation.people.standing import (
    SYSTEM,
    Actor,
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

__all__ = [
    "ALIGNERS",
    "GOVERNANCE",
    "PERMISSIONS",
    "POLICY",
    "PROPOSERS",
    "SYSTEM",
    "Actor",
    "System",
    "Viewer",
    "allowed",
    "enters_policy",
    "is_internal",
    "offices_of",
    "offices_where",
    "own_country",
    "require",
    "roles_of",
    "visible_records",
    "works_regionally",
]

PROPOSERS = (Role.DEVELOPER, Role.MANDE, Role.POLICY)  # whose roadmaps and requests become concept notes, too

PERMISSIONS = RuleSet()
PERMISSIONS.add_rule("contributions.see", signed_in_with_role)
PERMISSIONS.add_rule("frameworks.see", signed_in_with_role)
PERMISSIONS.add_rule("frameworks.load", holds(Role.MANDE, Role.ADMINISTRATOR))
PERMISSIONS.add_rule("alignment.declare", aligners)
PERMISSIONS.add_rule("alignment.decide", aligners)
PERMISSIONS.add_rule("files.add", aligners | shares_in | serves_request)
PERMISSIONS.add_rule("files.change", keeps_document)
PERMISSIONS.add_rule("import.iati", holds(Role.MANDE))
PERMISSIONS.add_rule("proposals.start", starts_for(*PROPOSERS))
PERMISSIONS.add_rule("proposals.list", internal)
PERMISSIONS.add_rule("proposals.see", sees)
PERMISSIONS.add_rule("proposals.write", sees & (writes | holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("proposals.share", sees & (is_owner | holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("projects.manage", sees & (is_owner | holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("clearance.see", sees)
PERMISSIONS.add_rule("clearance.comment", sees)
PERMISSIONS.add_rule("clearance.submit", sees & (writes | hands_in_for_office | holds_for(Role.DEVELOPER)))
PERMISSIONS.add_rule("clearance.assign", sees & holds_for(Role.ENDORSER, Role.MANDE, Role.MANAGEMENT))
PERMISSIONS.add_rule("clearance.decide", sees & holds_for(Role.ENDORSER) & ~writes & ~writes_input)
PERMISSIONS.add_rule("clearance.rules", holds(Role.MANDE))
PERMISSIONS.add_rule("clearance.load", holds(Role.ENDORSER, Role.MANAGEMENT, Role.MANDE))
PERMISSIONS.add_rule("evaluations.write", sees & (is_owner | holds_for(Role.MANDE, Role.DEVELOPER)))
PERMISSIONS.add_rule("evaluations.respond", sees & (is_owner | holds_for(Role.MANDE, Role.DEVELOPER)))
PERMISSIONS.add_rule("evaluations.start", starts_for(Role.MANDE, Role.DEVELOPER))
PERMISSIONS.add_rule("evaluations.import", holds(Role.MANDE))
PERMISSIONS.add_rule("lessons.add", internal)
PERMISSIONS.add_rule("lessons.write", sees & (is_owner | holds_for(Role.MANDE)))
PERMISSIONS.add_rule("lessons.validate", sees & holds_for(Role.MANDE) & ~is_owner)
PERMISSIONS.add_rule("results.report", sees & (is_owner | holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("results.verify", sees & holds_for(Role.MANDE))
PERMISSIONS.add_rule("results.unlock", sees & holds_for(Role.MANDE))
PERMISSIONS.add_rule("results.library", holds(Role.MANDE))
PERMISSIONS.add_rule("iati.publish", holds(Role.MANDE))
PERMISSIONS.add_rule("jobs.see", internal)
PERMISSIONS.add_rule("matching.see", internal)
PERMISSIONS.add_rule("matching.train", holds(Role.MANDE, Role.MANAGEMENT))
PERMISSIONS.add_rule("rates.load", holds(Role.MANDE))
PERMISSIONS.add_rule("journal.see", internal)
PERMISSIONS.add_rule("people.manage", holds(Role.ADMINISTRATOR))
PERMISSIONS.add_rule("demo.load", holds(Role.ADMINISTRATOR))
PERMISSIONS.add_rule("reports.list", internal)
PERMISSIONS.add_rule("reports.write", sees & (is_owner | owns_parent | holds_for(Role.DEVELOPER, Role.MANDE)))
PERMISSIONS.add_rule("reports.deliver", sees & (owns_parent | holds_for(Role.DEVELOPER, Role.MANDE)))

POLICY = (Role.POLICY, Role.ENDORSER)
reads = (
    sees | government_of
)  # works for the office and may see the record, or it is shared with the viewer's government
PERMISSIONS.add_rule("policy.enter", enters_policy)
PERMISSIONS.add_rule("requests.file", enters_policy)
PERMISSIONS.add_rule("requests.see", reads)
PERMISSIONS.add_rule("requests.decide", sees & holds_for(*POLICY, Role.MANAGEMENT))
PERMISSIONS.add_rule("requests.work", sees & (is_owner | works_on_request | holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.speak", reads)
PERMISSIONS.add_rule("requests.withdraw", asked_for_it | (sees & holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.feedback", asked_for_it | (sees & holds_for(*POLICY)))
PERMISSIONS.add_rule("requests.figures", internal)
PERMISSIONS.add_rule("instruments.see", signed_in_with_role)
PERMISSIONS.add_rule("instruments.load", holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("texts.see", reads)
PERMISSIONS.add_rule("texts.add", starts_for(*POLICY, Role.DEVELOPER, Role.SPECIALIST))
PERMISSIONS.add_rule("texts.write", sees & (is_owner | works_on_request | holds_for(*POLICY)))
PERMISSIONS.add_rule("reviews.start", starts_for(*POLICY, Role.SPECIALIST))
PERMISSIONS.add_rule("reviews.see", sees)
PERMISSIONS.add_rule("reviews.judge", sees & (is_owner | works_on_request | holds_for(*POLICY)))
PERMISSIONS.add_rule("reviews.release", sees & holds_for(*POLICY))
PERMISSIONS.add_rule("reviews.read_release", reads)
PERMISSIONS.add_rule("reviews.answer", government_of | (sees & holds_for(*POLICY)))

GOVERNANCE = (*POLICY, Role.SPECIALIST, Role.MANDE, Role.DEVELOPER)
works_on_it = sees & (is_owner | holds_for(*GOVERNANCE))
PERMISSIONS.add_rule("governance.enter", enters_policy)
PERMISSIONS.add_rule("assessments.see", reads)
PERMISSIONS.add_rule("assessments.start", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("assessments.manage", works_on_it)
PERMISSIONS.add_rule("assessments.answer_office", works_on_it)
PERMISSIONS.add_rule("assessments.answer_government", government_takes_part | the_program)
PERMISSIONS.add_rule("assessments.discuss", government_takes_part | works_on_it)
PERMISSIONS.add_rule("assessments.validate", sees & (is_owner | holds_for(*POLICY, Role.SPECIALIST)))
PERMISSIONS.add_rule("assessments.consent", government_takes_part | (sees & holds_for(*POLICY)))
PERMISSIONS.add_rule("assessments.publish", sees & holds_for(*POLICY))
PERMISSIONS.add_rule("scores.load", holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("scores.see", signed_in_with_role)
PERMISSIONS.add_rule("roadmaps.see", reads)
PERMISSIONS.add_rule("roadmaps.start", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("roadmaps.write", government_takes_part | works_on_it)
PERMISSIONS.add_rule("roadmaps.agree", sees & (is_owner | holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.see", reads)
PERMISSIONS.add_rule("gcm.start", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("gcm.write", government_reports | works_on_it)
PERMISSIONS.add_rule("gcm.invite", sees & (is_owner | holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.merge", works_on_it)
PERMISSIONS.add_rule("gcm.submit", sees & (is_owner | holds_for(*POLICY)))
PERMISSIONS.add_rule("gcm.rounds", holds(Role.POLICY, Role.MANDE))
PERMISSIONS.add_rule("pledges.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("pledges.write", government_reports | works_on_it)
PERMISSIONS.add_rule("practices.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("practices.write", government_reports | works_on_it)
PERMISSIONS.add_rule("practices.review", sees & holds_for(*POLICY, Role.SPECIALIST))
PERMISSIONS.add_rule("unsdcf.list", internal)
PERMISSIONS.add_rule("unsdcf.see", sees)
PERMISSIONS.add_rule("unsdcf.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("unsdcf.write", works_on_it)
PERMISSIONS.add_rule("unsdcf.judge", sees & (is_owner | holds_for(*POLICY, Role.SPECIALIST, Role.MANDE)))
PERMISSIONS.add_rule("plans.list", internal)
PERMISSIONS.add_rule("plans.see", sees)
PERMISSIONS.add_rule("plans.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("plans.write", works_on_it)
PERMISSIONS.add_rule("cooperation.enter", internal)
PERMISSIONS.add_rule("mechanisms.see", sees)
PERMISSIONS.add_rule("mechanisms.write", holds(*POLICY, Role.MANDE))
PERMISSIONS.add_rule("meetings.see", sees)
PERMISSIONS.add_rule("meetings.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("meetings.write", works_on_it)
PERMISSIONS.add_rule("commitments.see", sees)
PERMISSIONS.add_rule("commitments.add", starts_for(*GOVERNANCE))
PERMISSIONS.add_rule("commitments.write", works_on_it)
PERMISSIONS.add_rule("inputs.see", sees)
PERMISSIONS.add_rule("inputs.request", internal)
PERMISSIONS.add_rule("inputs.take", sees & holds_for(*GOVERNANCE))
PERMISSIONS.add_rule("inputs.write", sees & (is_owner | writes_input | holds_for(*POLICY)))
PERMISSIONS.add_rule("inputs.deliver", sees & (is_owner | holds_for(*POLICY)))
PERMISSIONS.add_rule("inputs.answer", sees)
PERMISSIONS.add_rule("briefings.make", internal)
PERMISSIONS.add_rule("briefings.change", sees & (is_owner | holds_for(*POLICY)))


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
