"""The panel of alignments that stands on the page of any record, and may be asked for on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from migov.foundation.people import access
from migov.foundation.records import kinds
from migov.foundation.records.models import Record
from migov.services.alignment.forms import SharesForm
from migov.services.alignment.models import Alignment
from migov.services.alignment.queries import Group, alignments_of

# A part of the panel that another room adds: its HTML for one request and record. `more`: what the panel was given besides.
Part = Callable[[HttpRequest, Record, Mapping[str, Any]], SafeString]
_PARTS: list[Part] = []


def register_part(part: Part) -> None:
    """Add a part to every panel, below the alignments; called from a room's AppConfig.ready. What it gives for people who may not
    see it is empty.
    """
    if part not in _PARTS:
        _PARTS.append(part)


def render(request: HttpRequest, record: Record, **more: Any) -> SafeString:
    """The panel as HTML, for the page of a record that the user may see."""
    return render_to_string("alignment/panel.html", context(request, record, **more), request)


def context(
    request: HttpRequest, record: Record, *, shares_form: tuple[int, SharesForm] | None = None, **more: Any
) -> dict[str, Any]:
    """What the panel's template needs. shares_form: a framework's key with the form as it was sent, to show what is
    wrong.

    People from outside see what is confirmed and what follows from it; proposals, rejections and names are for
    colleagues.
    """
    internal = access.is_internal(request.user)
    decides = access.allowed(request.user, "alignment.decide", record)
    groups = alignments_of(record)
    shown = []
    for group in groups:
        if not internal:
            group.proposed, group.rejected = [], []
        form = None
        if decides and record.parent_id is None and len(group.confirmed) > 1:
            sent = shares_form is not None and shares_form[0] == group.framework.pk
            form = shares_form[1] if sent and shares_form else SharesForm(group.confirmed)
        if group.confirmed or group.proposed or group.rejected:
            confirmed = [(row, _part(group, row)) for row in group.confirmed]
            shown.append({"group": group, "confirmed": confirmed, "shares_form": form})
    return {
        "record": record,
        "record_url": page_of(record),
        "groups": shown,
        "derived": [follows for group in groups for follows in group.derived],
        "internal": internal,
        "decides": decides,
        "declares": access.allowed(request.user, "alignment.declare", record),
        "view": "panel",
        "parts": [part(request, record, more) for part in _PARTS],
        **more,
    }


def _part(group: Group, row: Alignment) -> Decimal | None:
    part = group.parts.get(row.element_id)
    return None if part is None else Decimal(part.numerator) / Decimal(part.denominator)


def page_of(record: Record) -> str:
    """Address of the record's page; of its alignments where no room has a page for its kind."""
    try:
        return kinds.url_of(record)
    except KeyError:
        return reverse("alignment:record", args=[record.pk])


def kind_label(record: Record) -> str:
    """What people call a record's kind."""
    try:
        return str(kinds.kind_of(record).label)
    except KeyError:
        return record.kind
