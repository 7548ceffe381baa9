"""What must hold among documents; asked by `migov check`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from migov.services.files.models import Document


def findings() -> Iterator[str]:
    """One sentence for each document that others see than its work, that hangs on the wrong record, or whose file is gone."""
    rows = Document.objects.select_related("record")
    other = ~Q(record__visibility=F("of__visibility")) | ~Q(record__parent=F("of"))
    for document in rows.filter(other).iterator():
        yield f"Document {document.pk} ({document.name}) is not seen by the same people as the work it belongs to."
    for document in rows.only("pk", "name", "file").iterator():
        if not document.file.storage.exists(str(document.file.name)):
            yield f"The file of document {document.pk} ({document.name}) is not in the store."
