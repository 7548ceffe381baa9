"""What the page of a lesson says of its use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment import panel as alignment_panel
from migov.work.knowledge import usage, use
from migov.work.knowledge.drafts import SECTION
from migov.work.knowledge.models import Lesson


def use_of(request: HttpRequest, lesson: Lesson) -> dict[str, Any]:
    """What the page of a lesson says of its use, for colleagues; with `?for=<project>`, what can be said of it there."""
    if not access.is_internal(request.user):
        return {}
    line, used = use.of_lesson(lesson, request.user)
    said = request.GET.get("for", "")
    key = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    project = Record.objects.visible_to(request.user).standing().filter(pk=key).first() if key else None
    context: dict[str, Any] = {
        "use": line, "used": [(row, alignment_panel.page_of(row.record)) for row in used], "for_project": None,
    }  # fmt: skip
    if project is not None and usage.may_say(request.user, project):
        standing = lesson.answers.filter(record=project, superseded_at__isnull=True).first()
        section = request.GET.get("section", "")
        context |= {
            "for_project": project, "for_url": alignment_panel.page_of(project), "for_said": standing.said if standing else "",
            "for_section": section if SECTION.fullmatch(section) and len(section) <= 40 else "any",
        }  # fmt: skip
    return context
