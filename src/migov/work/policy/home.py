"""The front page of the room: what waits, and the way to each part."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.work.policy import slots
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests.life import OWED
from migov.work.policy.requests.queries import about

SHOWN = 6


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is asked of the office and under way, as far as the viewer may see it. A government sees its own requests and what is
    shared with it; a reader is led to the instruments, which are for everybody."""
    user = request.user
    if not access.allowed(user, "policy.enter") and access.allowed(user, "instruments.see"):
        return redirect("policy:instruments")
    access.require(user, "policy.enter")
    internal = access.is_internal(user)
    context: dict[str, Any] = {
        "part": "home", "internal": internal, "may_file": access.allowed(user, "requests.file"), "slots": slots.of_home(user),
    }  # fmt: skip
    if internal:
        context |= {
            "new": _some(about.new(user)),
            "late": _some(about.overdue(user)),
            "mine": _some(about.of_mine(user)),
        }
        context["nothing"] = not any(context[name]["count"] for name in ("new", "late", "mine"))
        context["any"] = not context["nothing"] or about.of_government(user).exists()
    else:
        context["own"] = _some(about.of_government(user))
    return render(request, "policy/home.html", context)


def _some(found: QuerySet[AssistanceRequest]) -> dict[str, Any]:
    """The first of them, each with whether it is late, and how many there are. One query, two where not all are shown."""
    today = timezone.localdate()
    rows = list(found[: SHOWN + 1])
    count = found.count() if len(rows) > SHOWN else len(rows)
    shown = [(one, one.state in OWED and one.due is not None and one.due < today) for one in rows[:SHOWN]]
    return {"rows": shown, "count": count}
