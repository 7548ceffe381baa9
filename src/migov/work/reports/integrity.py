"""What must hold among reports; asked by `migov check`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from migov.work.reports.models import Report


def findings() -> Iterator[str]:
    """One sentence for each report that hangs on another project than it is about, or holds a version of something else."""
    rows = Report.objects.select_related("record")
    for one in rows.exclude(record__parent=F("project")).iterator():
        yield f"Report {one.pk} ({one.record.title}) is not a part of the project that it is about."
    for one in rows.filter(submission__isnull=False).exclude(submission__clearance__record=F("record")).iterator():
        yield f"Report {one.pk} ({one.record.title}) was endorsed in a version of something else."
