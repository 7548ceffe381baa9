"""The donors that a viewer may ask about."""

from __future__ import annotations

from django.db.models import QuerySet

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.records.models import Record
from migov.work.projects.models import Organisation, OrganisationRole, Participation


def donors_for(viewer: Viewer) -> QuerySet[Organisation]:
    """Organisations that fund projects: for people outside the office, only those of projects they see."""
    funding = Participation.objects.filter(role=OrganisationRole.FUNDING)
    if not is_internal(viewer):
        funding = funding.filter(project__record__in=Record.objects.visible_to(viewer).standing())
    return Organisation.objects.filter(pk__in=funding.values("organisation_id"))
