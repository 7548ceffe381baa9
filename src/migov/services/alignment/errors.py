"""Why a decision was not taken, in words for the person who wanted to take it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Origin, Status


class AlignmentError(ValueError):
    """A decision that cannot be taken. The text says why."""


class AlreadyDecided(AlignmentError):
    """Something stands between the record and the element already. `standing` is what."""

    def __init__(self, standing: Alignment | None) -> None:
        self.standing = standing
        super().__init__(_("This was decided already: %(state)s.") % {"state": said(standing)})


class StaleDecision(AlignmentError):
    """What the decision was about has been superseded meanwhile. `standing` is what stands now, or None."""

    def __init__(self, standing: Alignment | None) -> None:
        self.standing = standing
        super().__init__(
            _("Somebody was faster; your decision was not taken. Now: %(state)s.") % {"state": said(standing)}
        )


class WrongShares(AlignmentError):
    """Shares that cannot be set. `fields` says what is wrong by element; the text says what is wrong with all of
    them.
    """

    def __init__(self, message: str, fields: Mapping[int, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(message)


def said(standing: Alignment | None) -> str:
    """What stands, in words: "confirmed as principal by Ana Hoxha on 3 March 2025"."""
    if standing is None:
        return _("not aligned")
    words = standing.get_status_display()
    if standing.status == Status.CONFIRMED:
        words = _("%(status)s as %(significance)s") % {
            "status": words,
            "significance": standing.get_significance_display(),
        }
    if standing.decided_by is not None:
        words += " " + _("by %(person)s") % {"person": standing.decided_by}
    elif standing.origin != Origin.DECLARED:
        words += f" ({standing.get_origin_display()})"
    return words + " " + _("on %(day)s") % {"day": formats.day(standing.decided_at or standing.recorded_at)}
