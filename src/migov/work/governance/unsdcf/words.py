"""How states and judgements are shown: their words, and the tone that helps the eye."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.work.governance.models import CooperationFramework, Presence, Uptake

# Presence → words, tone on pages, key on the judging page.
PRESENCES: dict[str, tuple[Any, str, str]] = {
    Presence.NAMED: (Presence.NAMED.label, "good", "1"),
    Presence.IMPLIED: (Presence.IMPLIED.label, "warn", "2"),
    Presence.ABSENT: (Presence.ABSENT.label, "bad", "3"),
    Presence.NOT_APPLICABLE: (Presence.NOT_APPLICABLE.label, "quiet", "4"),
}
# What became of a wording → words and tone.
STATES: dict[str, tuple[Any, str]] = {
    "unsent": (_("not sent yet"), "warn"),
    Uptake.Taken.SENT: (Uptake.Taken.SENT.label, "warn"),
    Uptake.Taken.YES: (Uptake.Taken.YES.label, "good"),
    Uptake.Taken.PARTLY: (Uptake.Taken.PARTLY.label, "good"),
    Uptake.Taken.NO: (Uptake.Taken.NO.label, "bad"),
}
STATUS_TONES = {
    CooperationFramework.Status.DRAFTING: "warn",
    CooperationFramework.Status.SIGNED: "good",
    CooperationFramework.Status.ENDED: "quiet",
}
VERBS: dict[str, Any] = {
    "cooperation framework added": _("Added to the register"),
    "cooperation framework changed": _("Described better"),
    "cooperation framework removed": _("Removed from the register"),
    "conclusion written": _("Conclusion written"),
    "structure read": _("Structure read"),
    "part added": _("Part added"),
    "part changed": _("Part changed"),
    "part moved": _("Part moved"),
    "part removed": _("Part removed"),
    "parts read": _("Parts marked as read"),
    "part judged": _("Part judged"),
    "judgement taken back": _("Judgement taken back"),
    "elements decided": _("Objectives and targets decided"),
    "read by the matcher": _("Read by the matcher"),
    "uptake noted": _("What became of a wording noted"),
}
