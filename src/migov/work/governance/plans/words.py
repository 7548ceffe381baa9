"""How actions are shown: the tone of their state, and what the journal says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.work.governance.models import PlanActionState

TONES: dict[str, str] = {
    PlanActionState.PLANNED: "",
    PlanActionState.BEGUN: "warn",
    PlanActionState.DONE: "good",
    PlanActionState.STOPPED: "quiet",
}
VERBS: dict[str, Any] = {
    "plan added": _("Added to the register"),
    "plan described": _("Described better"),
    "plan removed": _("Removed from the register"),
    "action added": _("Action added"),
    "action changed": _("Action changed"),
    "action moved": _("Action moved"),
    "action removed": _("Action removed"),
    "actions read": _("Actions read from a file"),
    "action reported on": _("Action reported on"),
    "update withdrawn": _("Report on an action taken back"),
}
