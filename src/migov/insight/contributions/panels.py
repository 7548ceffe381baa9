"""What the page of a framework element shows of the work behind it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import allowed
from migov.insight.contributions.queries import contribution
from migov.insight.contributions.scope import read_scope


def who_contributes(request: HttpRequest, element: Element) -> SafeString | None:
    """The headline figures of an element, with a link to the whole page; nothing for who may not see contributions."""
    if not allowed(request.user, "contributions.see"):
        return None
    scope = read_scope(element.framework, QueryDict(), request.user)
    answer = contribution(scope.only(element), request.user)
    return render_to_string(
        "contributions/panel.html",
        {
            "framework": element.framework,
            "element": element,
            "answer": answer,
            "row": answer.rows[0],
            "currency": settings.MIGOV_REPORTING_CURRENCY,
            "query": "",
        },
        request,
    )
