"""What the matcher adds to the panel of every record's alignments: the button that has it read, and what it made of the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.suggestions import sources
from migov.services.suggestions.actions import Reading
from migov.services.suggestions.models import Examined
from migov.services.suggestions.reading import READABLE


@dataclass(frozen=True, slots=True)
class Line:
    """What the matcher last made of a record in one framework. closest: the best element. is_readable: the text is in English."""

    framework: Framework
    fits: int
    best: float
    closest: Element | None
    note: str
    model: str
    at: datetime
    is_readable: bool = True


def matcher_box(request: HttpRequest, record: Record, more: Mapping[str, Any]) -> SafeString:
    """The part as HTML; empty for people from outside, and for records that cannot be read.

    more: "readings" are those that were made just now. Two queries.
    """
    if record.kind not in sources.kinds() or not access.is_internal(request.user):
        return SafeString()
    context = {
        "record": record,
        "lines": lines(record, more.get("readings", ())),
        "frameworks": Framework.objects.all(),
        "declares": access.allowed(request.user, "alignment.declare", record),
    }
    return render_to_string("suggestions/matcher_box.html", context, request)


def lines(record: Record, readings: Iterable[Reading] = ()) -> list[Line]:
    """What the matcher read of a record, framework by framework. One query."""
    fresh = {reading.framework.pk: reading for reading in readings}
    found = []
    rows = Examined.objects.filter(record=record).select_related("framework", "best_element__framework")
    for row in rows.order_by("framework__order", "framework__title"):
        reading = fresh.get(row.framework_id)
        is_readable = row.language in READABLE
        note = reading.answer.note if reading else _language(row.language)
        found.append(
            Line(row.framework, row.proposed, row.best, row.best_element, note, row.model, row.at, is_readable)
        )
    return found


def _language(code: str) -> str:
    """That a text is not in English, which is all that the matcher reads."""
    if code in READABLE:
        return ""
    if code == "und":
        return _("There are no words to read.")
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        name = code
    said = _(
        "The text is in another language (%(language)s); the matcher reads English, so nothing is suggested from it."
    )
    return said % {"language": name}
