"""Why a step of a clearance cannot be taken. Every text says it for people."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused


class Hindered(Refused):
    """The work cannot be handed in yet. reasons: one sentence each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join([_("It cannot be handed in yet."), *map(str, reasons)]))
        self.reasons = list(reasons)


class AlreadyStanding(Refused):
    """Something else of the same record is in review. standing: that clearance."""

    def __init__(self, standing: Clearance) -> None:
        super().__init__(
            _("“%(title)s” is in clearance already. Take it back, or wait until it is decided.")
            % {"title": standing.title}
        )
        self.standing = standing


class Ended(Refused):
    """The clearance is over. clearance: as it stands now."""

    def __init__(self, clearance: Clearance) -> None:
        words = {"title": clearance.title, "state": clearance.get_state_display(), "who": clearance.ended_by or "migov"}
        super().__init__(_("“%(title)s” is over: %(state)s, by %(who)s. Nothing was changed.") % words)
        self.clearance = clearance


class StaleRound(Refused):
    """A step names a round that is not the newest any more (or never was). newest: the number of the newest, 0 for none."""

    def __init__(self, clearance: Clearance | None, named: int) -> None:
        self.newest = clearance.round if clearance else 0
        if clearance is None:
            text = _("There is no open clearance any more, while your page shows round %d. Look at it again.") % named
        elif not clearance.stands:
            text = str(Ended(clearance))
        elif named == 0:
            text = _("It was handed in meanwhile, as round %d. Nothing was handed in twice.") % self.newest
        elif named < self.newest:
            text = _(
                "Round %(newest)s was handed in meanwhile, and your page shows round %(named)s. "
                "Look at what changed, then take the step again."
            ) % {"newest": self.newest, "named": named}
        else:
            text = _("There is no round %(named)s; the newest is round %(newest)s.") % {
                "newest": self.newest,
                "named": named,
            }
        super().__init__(text)


class JudgedMeanwhile(Refused):
    """Somebody else gave the verdict of this seat. verdict: the one that stands."""

    def __init__(self, verdict: object, by: object, opinion: str) -> None:
        super().__init__(
            _("%(who)s gave the verdict of this seat meanwhile: %(opinion)s. Look at it before you replace it.")
            % {"who": by or "migov", "opinion": opinion}
        )
        self.verdict = verdict
