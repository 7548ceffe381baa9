"""Documents on the pages of other rooms: the list with its form, what documents speak for, and where a document says so."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.files import queries
from migov.services.files.forms import AddForm


def context(request: HttpRequest, record: Record, form: AddForm | None = None) -> dict[str, Any]:
    """What the list of a record's documents needs, with the form for people who may add some. Three queries."""
    may_add = access.allowed(request.user, "files.add", record)
    documents = list(queries.documents_of(record, request.user))
    return {
        "record": record,
        "documents": documents,
        "counts": queries.alignment_counts(document.pk for document in documents),
        "may_add": may_add,
        "form": form or (AddForm() if may_add else None),
        "internal": access.is_internal(request.user),
    }


def render(request: HttpRequest, record: Record) -> SafeString:
    """The list of a record's documents as HTML, for a page of a record that the user may see."""
    return render_to_string("files/list.html", context(request, record), request)


def spoken_for(request: HttpRequest, record: Record) -> SafeString:
    """What a record's documents are confirmed to speak for, each with one click to declare it for the record; empty for nothing."""
    found = queries.spoken_for(record, request.user)
    if not found:
        return SafeString()
    facts = {
        "record": record,
        "found": found,
        "declares": access.allowed(request.user, "alignment.declare", record),
        "internal": access.is_internal(request.user),
    }
    return render_to_string("files/spoken_for.html", facts, request)
