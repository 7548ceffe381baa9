"""Publishing: the files are written, checked, and put at the public address; the ones before are kept."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.exchange.iati import check_standard
from migov.exchange.iati.check import CheckReport, check_file
from migov.exchange.iati.export import ExportStopped, ExportSummary, export_activities
from migov.exchange.iati.export_choice import INVALID, Choice
from migov.exchange.iati.export_organisation import export_organisation
from migov.exchange.iati.export_reporter import required_reporter
from migov.exchange.iati.models import Publication
from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.jobs import actions as jobs
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobStopped

if TYPE_CHECKING:
    from migov.services.jobs.running import JobContext

JOB = "iati-publish"
KEPT_FINDINGS = 200


def ask_for_publication(*, by: access.Actor) -> Job:
    """Queue a publication. Raises PermissionDenied; ExportRefused where the settings name no organisation that publishes."""
    access.require(by, "iati.publish")
    required_reporter()
    return jobs.enqueue(JOB, title=_("Publication as IATI"), by=by)


def run_publication(context: JobContext) -> dict[str, Any]:
    """The job."""
    try:
        publication = publish(by=context.by, context=context)
    except ExportStopped:
        raise JobStopped from None
    return {
        "publication": publication.pk,
        "activities": publication.activities,
        "left_out": publication.left_out,
        "errors": (publication.checked or {}).get("errors"),
    }


def publish(*, by: access.Actor, context: JobContext | None = None) -> Publication:
    """Write what may be published, check it where the standard is at hand, and put it at the public address.

    Activities that the schema does not accept are left out and named; the rest is written again without them. Raises PermissionDenied,
    ExportRefused, and ExportStopped when the person who asked for the job stops it; in each case what is published stays as it is.
    """
    access.require(by, "iati.publish")
    required_reporter()
    choice = Choice.ours()
    with tempfile.TemporaryDirectory(prefix="migov-iati-") as folder:
        activities, organisation = Path(folder) / "activities.xml", Path(folder) / "organisation.xml"
        summary = _written(choice, activities, (), context)
        report = _checked(activities)
        invalid = sorted(report.invalid) if report else []
        if invalid:
            summary = _written(choice, activities, invalid, context)
            summary.left_out[INVALID] = len(invalid)
            report = _checked(activities)
        export_organisation(organisation, choice=choice)
        organisation_report = _checked(organisation)
        return _kept(activities, organisation, summary, invalid, [report, organisation_report], by)


def _written(choice: Choice, path: Path, invalid: Any, context: JobContext | None) -> ExportSummary:
    return export_activities(
        choice, path, except_for=invalid, progress=context.progress if context else None,
        stop=context.stop_requested if context else None,
    )  # fmt: skip


def _checked(path: Path) -> CheckReport | None:
    return check_file(path) if check_standard.at_hand() else None


def _kept(
    activities: Path,
    organisation: Path,
    summary: ExportSummary,
    invalid: list[str],
    reports: list[CheckReport | None],
    by: access.Actor,
) -> Publication:
    """Store the files and make them the ones that stand."""
    now = timezone.now()
    publication = Publication(
        at=now, by=by if isinstance(by, User) else None, by_name=str(by)[:150], activities=summary.activities,
        left_out=summary.left_out, invalid=invalid, checked=_told([one for one in reports if one is not None]),
        activities_sha256=_digest(activities), activities_size=activities.stat().st_size,
        organisation_sha256=_digest(organisation), organisation_size=organisation.stat().st_size,
    )  # fmt: skip
    for name, path in (("activities", activities), ("organisation", organisation)):
        packed = _packed(path)
        with packed.open("rb") as file:
            getattr(publication, f"{name}_file").save(packed.name, File(file), save=False)
    with transaction.atomic():
        standing = Publication.objects.select_for_update().filter(ended_at__isnull=True)
        standing.update(ended_at=now)
        publication.save()
        detail = {
            "activities": summary.activities,
            "left_out": summary.left_out,
            "sha256": publication.activities_sha256,
        }
        journal.write("published as IATI", by=by, detail=detail, at=now)
    return publication


def _told(reports: list[CheckReport]) -> dict[str, Any] | None:
    """What the check of both files found, as one."""
    if not reports:
        return None
    told = [report.to_json(KEPT_FINDINGS) for report in reports]
    return {
        "errors": sum(one["errors"] for one in told),
        "warnings": sum(one["warnings"] for one in told),
        "by_rule": {rule: count for one in told for rule, count in one["by_rule"].items()},
        "findings": [finding for one in told for finding in one["findings"]][:KEPT_FINDINGS],
    }


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _packed(path: Path) -> Path:
    """The file compressed, always to the same bytes."""
    packed = path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as source,
        packed.open("wb") as target,
        gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) as zipped,
    ):
        shutil.copyfileobj(source, cast("IO[bytes]", zipped), 1024 * 1024)
    return packed


def take_back(*, by: access.Actor) -> bool:
    """Take what is published from the public address; the files are kept. Returns False where nothing was published.

    Raises PermissionDenied.
    """
    access.require(by, "iati.publish")
    with transaction.atomic():
        ended = Publication.objects.filter(ended_at__isnull=True).update(ended_at=timezone.now())
        if ended:
            journal.write("publication as IATI taken back", by=by)
    return bool(ended)


def standing() -> Publication | None:
    """What is published now. One query."""
    return Publication.objects.filter(ended_at__isnull=True).first()
