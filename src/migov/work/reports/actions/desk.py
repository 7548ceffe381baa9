"""Where the text of reports is written. With every text it is kept how the figures read that stand beside it."""

from __future__ import annotations

from datetime import datetime

from migov.services.writing.desk import Desk
from migov.work.reports import figures, queries
from migov.work.reports.actions import ground
from migov.work.reports.facts import Facts
from migov.work.reports.models import Edition, Lock, Report, Section, SetAside


def _keep_figures(report: Report, code: str, text: str, _now: datetime) -> None:
    """Keep how the figures read, for those that the text is new about; see figures.kept."""
    facts = Facts(report)
    part = queries.part_of(report, code, facts)
    row = Section.objects.filter(report=report, code=code).first()
    if part is not None and row is not None:
        row.figures = figures.kept(figures.figures_of(part, facts), row.figures, text)
        row.save(update_fields=["figures"])


DESK = Desk(
    section=Section, edition=Edition, set_aside=SetAside, lock=Lock, paper_field="report", writable=ground.writable,
    paper=lambda key: Report.objects.select_related("record__parent").get(pk=key), record=lambda report: report.record,
    permission=ground.WRITE, knows=lambda report, code: queries.part_of(report, code) is not None,
    put_elsewhere=_keep_figures,
)  # fmt: skip
