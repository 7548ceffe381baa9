"""What instruments add to the page of a framework's element: the requirements that serve it."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.work.policy.instruments import queries
from migov.work.policy.models import Instrument

SHOWN = 12


def requirements_panel(request: HttpRequest, element: Element) -> SafeString | None:
    """The requirements that serve the element or what is below it; nothing where there are none. Three queries."""
    if not access.allowed(request.user, "instruments.see"):
        return None
    serving = queries.serving(element.framework.code, element.code).values("requirement")
    found = queries.requirements_of(Instrument.objects.all()).filter(pk__in=serving)
    rows = list(found[: SHOWN + 1])
    if not rows:
        return None
    context = {
        "rows": rows[:SHOWN], "more": len(rows) > SHOWN, "number": found.count() if len(rows) > SHOWN else len(rows),
        "element": element, "query": f"{element.framework.code} {element.code}",
    }  # fmt: skip
    return SafeString(render_to_string("policy/instruments/panel.html", context, request=request))
