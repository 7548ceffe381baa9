"""Which records a person may decide alignments of, as a filter: the same rule as the permission "alignment.decide"."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User


def decides(viewer: Viewer) -> bool:
    """Whether the viewer decides alignments of any record at all."""
    offices = access.offices_where(viewer, *access.ALIGNERS)
    return offices is None or bool(offices)


def require_decides(viewer: Viewer) -> None:
    """Raise PermissionDenied unless the viewer decides alignments of some records."""
    if not decides(viewer):
        raise PermissionDenied(
            _("Your role does not decide alignments. Ask your administrator if you think it should.")
        )


def decidable_records(viewer: Viewer) -> Q:
    """The records whose alignments the viewer may decide, as a filter on Record.

    A test holds this and the permission together, person by person.
    """
    offices = access.offices_where(viewer, *access.ALIGNERS)
    if offices is None:
        return Q()
    return Q(office_id__in=offices) if offices else Q(pk__in=[])


def person(request: HttpRequest) -> User:
    """The person who acts. Raises PermissionDenied for a stranger."""
    if not isinstance(request.user, User):
        raise PermissionDenied(_("Sign in first."))
    return request.user
