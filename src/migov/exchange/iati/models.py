"""Publications: the IATI files that stand at the public address, and those that stood there before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def stored_name(publication: Publication, name: str) -> str:
    """Where a file is stored: under the digest of what it says."""
    digest = publication.activities_sha256 if name.startswith("activities") else publication.organisation_sha256
    return f"iati/{digest[:2]}/{digest}.xml.gz"


class Publication(models.Model):
    """One publication. The files are compressed with gzip; digests and sizes are of what is in them.

    activities, left_out: how many projects are in it, and how many are not, by reason (export_choice.REASONS). checked: what the check
    found (CheckReport.to_json); null where the standard was not at hand. ended_at: when a newer one took its place, or it was taken back.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="publications"
    )
    by_name = models.CharField(max_length=150)
    activities_file = models.FileField(upload_to=stored_name, max_length=150)
    activities_sha256 = models.CharField(max_length=64)
    activities_size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    organisation_file = models.FileField(upload_to=stored_name, max_length=150)
    organisation_sha256 = models.CharField(max_length=64)
    organisation_size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    activities = models.PositiveIntegerField()
    left_out: Any = models.JSONField(default=dict)
    invalid: Any = models.JSONField(
        default=list, help_text=_("Identifiers left out because the schema does not accept them.")
    )
    checked: Any = models.JSONField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="publication_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.activities}"
