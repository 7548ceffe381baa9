"""Changes to what we know of States: one act, entered by hand. Files are loaded by treaties/loading.py."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.work.policy.instruments.treaties.loading import Loaded, load_rows
from migov.work.policy.instruments.treaties.stated import Stated, When
from migov.work.policy.models import ActionKind, Instrument, Precision


class ActRefused(ValueError):
    """An act that cannot be kept. field: which part of it is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def add_act(
    *, instrument: Instrument, place: Place, kind: str, when: When, source: str, as_of: date, by: Actor, text: str = "",
    note: str = "", url: str = "",
) -> Loaded:  # fmt: skip
    """Keep one act of one State as a source states it; it takes the place of what the same source said of that act before.

    when: the day, or the first day of its year with precision "year"; "none" and names in lists have none.
    Raises ActRefused, PermissionDenied.
    """
    access.require(by, "instruments.load")
    if kind == ActionKind.NONE and place.needs_footnote:
        raise ActRefused("kind", _("No depositary counts this place, so none of them can say that there is no act."))
    if when.day and when.day > as_of:
        raise ActRefused("as_of", _("The source cannot have known of an act before it happened."))
    if kind == ActionKind.NONE and when.precision != Precision.UNKNOWN:
        raise ActRefused("date", _("“Nothing found” has no day."))
    if not instrument.takes_parties and kind not in (ActionKind.APPLIED, ActionKind.DECLARATION):
        raise ActRefused("instrument", _("States do not become parties to this instrument."))
    row = Stated(
        instrument.pk, place.pk, kind, when, " ".join(source.split()), as_of, text.strip(), note.strip(), url.strip()
    )
    return load_rows([row], by=by, name=f"{instrument.code} {place.code}")
