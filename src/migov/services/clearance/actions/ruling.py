"""Changing the rules by which reviewers are asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.services.clearance.models import ReviewRule
from migov.services.clearance.subjects import Refused, subjects

FIELDS = ("seat", "order", "required", "days", "role", "theme", "place", "donor", "at_least", "flag", "why")


@transaction.atomic
def add_rule(*, code: str, subject: str, by: Actor, **fields: Any) -> ReviewRule:
    """Add a rule. fields: seat, role, and the others of ReviewRule. Raises ValidationError by field, Refused, PermissionDenied."""
    access.require(by, "clearance.rules")
    rule = ReviewRule(code=code, subject=subject, changed_at=timezone.now())
    _set(rule, fields)
    rule.save()
    journal.write("review rule added", by=by, detail={"rule": code, **_shown(rule)})
    return rule


@transaction.atomic
def change_rule(rule: ReviewRule | int, *, by: Actor, **fields: Any) -> ReviewRule:
    """Change a rule; clearances that stand keep the seats they have. Raises ValidationError by field, PermissionDenied."""
    access.require(by, "clearance.rules")
    found = _locked(rule)
    before = _shown(found)
    _set(found, fields)
    after = _shown(found)
    if after != before:
        found.changed_at = timezone.now()
        found.save()
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        journal.write("review rule changed", by=by, detail={"rule": found.code, "changed": changed})
    return found


@transaction.atomic
def switch_rule(rule: ReviewRule | int, *, active: bool, by: Actor) -> ReviewRule:
    """Switch a rule on or off. Raises PermissionDenied."""
    access.require(by, "clearance.rules")
    found = _locked(rule)
    if found.active != active:
        found.active, found.changed_at = active, timezone.now()
        found.save(update_fields=["active", "changed_at"])
        journal.write(f"review rule switched {'on' if active else 'off'}", by=by, detail={"rule": found.code})
    return found


def _locked(rule: ReviewRule | int) -> ReviewRule:
    key = rule if isinstance(rule, int) else rule.pk
    return ReviewRule.objects.select_for_update().get(pk=key)


def _set(rule: ReviewRule, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"a rule has no {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        setattr(rule, name, value)
    if rule.subject not in {one.code for one in subjects()}:
        raise Refused(_("Nothing is cleared as “%s”.") % rule.subject)
    if rule.days < 1:
        raise ValidationError({"days": _("A review needs one working day at least.")})
    rule.full_clean()


def _shown(rule: ReviewRule) -> dict[str, str]:
    return {name: str(getattr(rule, name) if getattr(rule, name) is not None else "") for name in ("subject", *FIELDS)}
