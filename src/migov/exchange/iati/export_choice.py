"""What of the portfolio may be published, and why the rest may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.exchange.iati.export_reporter import reporter
from migov.foundation.records.models import Record, Stage, Visibility
from migov.work.projects.models import KIND

NOT_PUBLIC, ILLUSTRATIVE, STAGE, OTHERS, INCOMPLETE, INVALID = (
    "not-public", "illustrative", "stage", "others", "incomplete", "invalid"
)  # fmt: skip
PUBLISHED = ""
REASONS: dict[str, Promise] = {
    NOT_PUBLIC: _("not public"),
    ILLUSTRATIVE: _("illustrative"),
    STAGE: _("at a stage that is not published"),
    OTHERS: _("reported by another organisation"),
    INCOMPLETE: _("no description or no start date"),
    INVALID: _("not valid by the IATI schema"),
}


@dataclass(frozen=True)
class Choice:
    """Which projects are published.

    stages: None for every stage. illustrative: also those of the demonstration. others: also those that other organisations report.
    """

    stages: tuple[str, ...] | None = None
    illustrative: bool = False
    others: bool = False

    @classmethod
    def ours(cls, *, illustrative: bool = False, others: bool = False) -> Choice:
        """As the setting MIGOV_IATI_STAGES says."""
        known = tuple(stage for stage in settings.MIGOV_IATI_STAGES if stage in Stage.values)
        return cls(stages=known, illustrative=illustrative, others=others)

    def sorted_out(self) -> QuerySet[Any]:
        """All projects in the register, each with the first reason (`why`) that keeps it from being published; empty for none."""
        made_here = Q(project__content_hash="")
        reasons = [When(~Q(visibility=Visibility.PUBLIC), then=Value(NOT_PUBLIC))]
        if not self.illustrative:
            reasons.append(When(illustrative=True, then=Value(ILLUSTRATIVE)))
        if self.stages is not None:
            reasons.append(When(~Q(stage__in=self.stages), then=Value(STAGE)))
        if not self.others:
            own = reporter()
            ours = Q(project__reporting_organisation__ref=own.ref) if own else Q(pk__in=[])
            reasons.append(When(~(made_here | ours), then=Value(OTHERS)))
        lacking = Q(summary="") | Q(reference="") | Q(project__planned_start=None, project__actual_start=None)
        reasons.append(When(made_here & lacking, then=Value(INCOMPLETE)))
        why = Case(*reasons, default=Value(PUBLISHED), output_field=CharField())
        return Record.objects.standing().filter(kind=KIND, project__isnull=False).annotate(why=why)

    def projects(self) -> QuerySet[Record]:
        """Those that are published, in the order of their references."""
        return self.sorted_out().filter(why=PUBLISHED).order_by("reference", "pk")

    def counts(self) -> dict[str, int]:
        """How many projects there are for each reason, those that are published under the empty one. One query."""
        rows = self.sorted_out().order_by().values_list("why").annotate(Count("pk"))
        return dict(rows)
