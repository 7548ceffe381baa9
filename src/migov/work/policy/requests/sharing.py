"""Which documents of a request its government sees: those it sent itself, and those that the office shared with it.

A document that the office adds stays within the office, wherever it was added; a new version is seen by whoever saw the one before.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from migov.foundation.people import access
from migov.foundation.records.models import Record, Visibility
from migov.services.files.models import KIND as DOCUMENT
from migov.services.files.models import Document
from migov.work.policy.models.requests import KIND


def keep_within(instance: Document, created: bool, **given: Any) -> None:
    """Called when a document was saved, in the transaction that adds it."""
    if not created or instance.of.kind != KIND:
        return
    record = instance.record
    if instance.version > 1:
        before = Document.objects.filter(series=instance.series, version=instance.version - 1)
        seen = before.values_list("record__visibility", flat=True).first() or Visibility.INTERNAL
    elif record.owner is not None and not access.is_internal(record.owner):
        seen = instance.of.visibility
    else:
        seen = Visibility.INTERNAL
    Record.objects.filter(pk=instance.pk).update(visibility=seen)


_HIDDEN = "_within_the_office"


def remember(instance: Record, **given: Any) -> None:
    """Called before the record of a request is saved: which of its documents are kept within the office."""
    if instance.kind == KIND and instance.pk is not None:
        within = Record.objects.filter(parent_id=instance.pk, kind=DOCUMENT, visibility=Visibility.INTERNAL)
        instance.__dict__[_HIDDEN] = list(within.values_list("pk", flat=True))


def restore(instance: Record, **given: Any) -> None:
    """Called after it was saved: documents follow the visibility of their work, but those kept within the office stay there."""
    if instance.kind == KIND and (within := instance.__dict__.pop(_HIDDEN, None)):
        Record.objects.filter(pk__in=within).update(visibility=Visibility.INTERNAL)


def is_shared(document: Document) -> bool:
    """Whether the government sees the document. document: with its record."""
    return document.record.visibility in (Visibility.PARTNERS, Visibility.PUBLIC)


def own_of_government(document: Document) -> bool:
    """Whether the government sent it: nobody takes that from its sight."""
    owner = document.record.owner
    return owner is not None and not access.is_internal(owner)


def documents(request_pk: int) -> QuerySet[Document]:
    """The documents of a request in their latest version, whoever sees them."""
    return (
        Document.objects.standing().filter(of_id=request_pk).select_related("record__owner", "of").order_by("-record__created_at", "-pk")
    )  # fmt: skip
