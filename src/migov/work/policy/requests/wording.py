"""Words of requests: what the journal says of them, and what the matcher reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.policy.models import AssistanceRequest, RequestKind, RequestState

VERBS = {
    "request filed": _("Filed"),
    "request changed": _("Described better"),
    "request accepted": _("Accepted"),
    "request planned": _("Plan agreed"),
    "request begun": _("Work begun"),
    "request delivered": _("Delivered"),
    "request closed": _("Closed"),
    "request taken up again": _("Taken up again"),
    "request declined": _("Declined"),
    "request withdrawn": _("Withdrawn"),
    "request reopened": _("Considered again"),
    "feedback given": _("Feedback of the government"),
    "feedback recorded": _("Feedback recorded as told"),
    "product added": _("Product added"),
    "product changed": _("Product changed"),
    "product removed": _("Product taken away"),
    "product handed over": _("Product handed over"),
    "document shared": _("Document shared with the government"),
    "document kept within": _("Document kept within the office"),
    "plan changed": _("Plan changed"),
    "person named": _("Colleague named"),
    "person described": _("Part of a colleague changed"),
    "person released": _("Colleague released"),
    "step added": _("Step added"),
    "step changed": _("Step changed"),
    "step done": _("Step done"),
    "step not done": _("Step not done after all"),
    "step removed": _("Step taken away"),
    "hours noted": _("Hours noted"),
    "hours corrected": _("Hours corrected"),
    "hours withdrawn": _("Hours taken back"),
    "note written": _("Internal note"),
    "message written": _("Message"),
    "alignment declared": _("Alignment declared"),
    "alignment proposed": _("Alignment proposed"),
    "alignment confirmed": _("Alignment confirmed"),
    "alignment rejected": _("Alignment rejected"),
    "alignment withdrawn": _("Alignment withdrawn"),
    "matcher read": _("Read by the matcher"),
}
FIELDS = {
    "title": _("title"), "summary": _("what is asked"), "kind": _("kind"), "state": _("state"), "sender": _("ministry or body"),
    "letter": _("letter"), "received_on": _("received"), "due": _("due"), "lead": _("led by"), "themes": _("themes"), "plan": _("plan"),
    "planned_hours": _("hours planned"), "reason": _("reason"), "why": _("why"), "result": _("result"), "score": _("feedback"),
    "feedback": _("feedback in words"), "delivered_on": _("delivered"), "closed_on": _("closed"), "person": _("colleague"),
    "part": _("part"), "hours": _("hours"), "before": _("before"), "day": _("day"), "text": _("text"), "step": _("step"),
    "person_id": _("colleague"), "done_on": _("done"), "note": _("note"), "document": _("document"), "about": _("about"),
    "people_reached": _("people reached"),
}  # fmt: skip
_CODES: dict[str, Any] = {"kind": dict(RequestKind.choices), "state": dict(RequestState.choices)}
_UNSAID = frozenset({"revision", "feedback_by"})
LONGEST = 200


def verb(code: str) -> str:
    """A verb of the journal for people."""
    return str(VERBS.get(code, code[:1].upper() + code[1:]))


def particulars(detail: Any) -> list[str]:
    """The detail of an entry of the journal in short sentences."""
    said = []
    for name, value in detail.items() if isinstance(detail, dict) else ():
        if name in _UNSAID:
            continue
        label, codes = FIELDS.get(name, name), _CODES.get(name, {})
        if isinstance(value, dict):
            before, now = (str(codes.get(value.get(key), value.get(key) or "–")) for key in ("from", "to"))
            said.append(f"{label}: {before} → {now}"[:LONGEST])
        elif value not in (None, ""):
            said.append(f"{label}: {codes.get(value, value)}"[:LONGEST])
    return said


def parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Request → what the matcher reads of it. One query."""
    rows = AssistanceRequest.objects.filter(pk__in=keys).values_list("pk", "record__title", "record__summary", "plan")
    return {
        pk: [Part(title, _("Title")), Part(summary, _("What is asked")), Part(plan, _("Plan"))]
        for pk, title, summary, plan in rows
    }
