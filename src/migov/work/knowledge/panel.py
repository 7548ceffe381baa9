"""Lessons on the page of a piece of work: those that were learnt from it, and those that were used in it."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.work.knowledge import queries, usage
from migov.work.knowledge.models import Answer, Said


def render(request: HttpRequest, record: Record) -> SafeString:
    """The panel as HTML, for a record that the person may see. Three queries. Any room may show it on its pages."""
    user = request.user
    used = Answer.objects.current().filter(record=record, said=Said.USED, lesson__in=queries.lessons_for(user))
    context = {
        "record": record,
        "learnt": queries.from_record(record, user),
        "used": used.select_related("lesson__record", "by").order_by("-recorded_at"),
        "internal": access.is_internal(user),
        "may_add": access.allowed(user, "lessons.add"),
        "may_say": access.is_internal(user) and usage.may_say(user, record),
    }
    return SafeString(render_to_string("knowledge/panel.html", context, request))
