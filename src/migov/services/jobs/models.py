"""Jobs: work that takes longer than a page, with progress that a person can watch and stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import allowed, roles_of
from migov.foundation.people.models import Role

if TYPE_CHECKING:
    from migov.foundation.people.access import System, Viewer


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


FINISHED = (JobState.DONE, JobState.FAILED, JobState.STOPPED)
SEE_ALL_JOBS = frozenset({Role.ADMINISTRATOR, Role.MANDE})


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Viewer | System) -> Self:
        """Jobs that the user may see: their own; administrators and M&E officers see all; people outside the office none."""
        if not allowed(user, "jobs.see"):
            return self.none()
        if roles_of(user) & SEE_ALL_JOBS:
            return self
        return self.filter(by_id=user.pk)


class Job(models.Model):
    """One run of something long. Its progress lives in a file (see progress.py), so that it shows while a transaction is open."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    as_system = models.BooleanField(
        default=False,
        help_text=_("Asked for at the server, not by a person. A job of a deleted account does not run as system."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    parameters: Any = models.JSONField(default=dict)
    summary: Any = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=True))
                | (Q(state__in=["done", "failed", "stopped"]) & Q(finished_at__isnull=False)),
                name="job_finished_has_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED
