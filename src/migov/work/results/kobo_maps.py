"""How the export of a form is read as values of a project: kept for the next export. No row of an export is ever kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from migov.work.projects.models import Project


class KoboMap(models.Model):
    """A form of a project. headings: the columns of the last export, by name; rules: see kobo.Rule.

    date_column: by which rows belong to periods. place_column: perhaps, with answer → code of a place. revision grows with every change.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="kobo_maps")
    name = models.CharField(max_length=120)
    sheet = models.CharField(max_length=120, blank=True)
    headings: Any = models.JSONField(default=list)
    date_column = models.CharField(max_length=1000, blank=True)
    place_column = models.CharField(max_length=1000, blank=True)
    places: Any = models.JSONField(default=dict)
    rules: Any = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="kobo_map_once"),
            models.CheckConstraint(condition=~Q(name=""), name="kobo_map_named"),
        ]

    def __str__(self) -> str:
        return self.name
