"""A project in Tirana with results, money, a plan and risks, and reports on it. Ana owns the project; Dana develops in the same office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from migov.foundation.people.models import Role, User
from migov.foundation.records.models import RecordTheme, Stage
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance, Submission
from migov.work.projects.models import Budget, Project, Transaction
from migov.work.proposals.models import DonorReport, PlanLevel, PlanResult, Proposal, Risk
from migov.work.reports import queries
from migov.work.reports.actions import life, writing
from migov.work.reports.models import Report, ReportType
from migov.work.results.models import AcrossPeriods, Indicator, Measurement, Slice
from tests.factories import ThemeFactory, cast, indicator, person, project, result, values

STARTS, ENDS = date(2025, 1, 1), date(2025, 12, 31)
WORDS = "Guardians were named sooner than in the year before, and children say that they are heard. "


@dataclass
class Ground:
    """people: the cast, with dana. assisted, trained: indicators of outcome 1 and output 1.1."""

    people: dict[str, User]
    project: Project
    proposal: Proposal
    assisted: Indicator
    trained: Indicator
    output: Any

    def report(self, type: str = ReportType.DONOR_INTERIM, *, by: User | None = None, **fields: Any) -> Report:
        """A report for 2025 that Ana starts."""
        fields = {"starts": STARTS, "ends": ENDS, "due": date(2026, 1, 31), **fields}
        return life.start(self.project, type=type, by=by or self.people["ana"], **fields)

    def write_all(self, report: Report, words: str = WORDS) -> None:
        """Write every section."""
        for part in queries.parts_of(report):
            writing.write(report, part.code, text=(words * 4).strip(), by=self.people["ana"])

    def hand_in(self, report: Report, **fields: Any) -> Submission:
        return clearance.submit(report.record, subject="report", by=fields.pop("by", self.people["ana"]), **fields)

    def decide(self, standing: Clearance, outcome: str = "cleared") -> None:
        standing.refresh_from_db()
        clearance.decide(
            standing, round=standing.round, outcome=outcome, reason="Read.", override=outcome == "cleared", by=self.people["dora"]
        )  # fmt: skip

    def endorsed(self, report: Report) -> Report:
        """Written, handed in, endorsed."""
        self.write_all(report)
        self.decide(self.hand_in(report).clearance)
        return Report.objects.get(pk=report.pk)

    def owed(self, **fields: Any) -> DonorReport:
        fields = {"kind": DonorReport.Kind.BOTH, "starts": STARTS, "ends": ENDS, "due": date(2026, 1, 31), **fields}
        return DonorReport.objects.create(proposal=self.proposal, **fields)


def ground(**fields: Any) -> Ground:
    """2024 and 2025 have values: 300 and 340 of 400 each assisted (sum), 60 of 100 trained (latest); the plan goes on to 2026."""
    people = cast()
    ana = people["ana"]
    office = ana.memberships.get().office
    people["dana"] = person(Role.DEVELOPER, office, username="dana")
    fields = {
        "title": "Guardians for children", "reference": "AL-001", "office": office, "owner": ana, "stage": Stage.ACTIVE,
        "starts": date(2024, 1, 1), "ends": date(2026, 12, 31), "places": {"ALB": None}, **fields,
    }  # fmt: skip
    made = project(**fields)
    RecordTheme.objects.create(
        record=made.record, theme=ThemeFactory(code="protection"), recorded_at=made.record.created_at
    )
    outcome = result(made, "Children have guardians")
    output = result(made, "Guardians are trained", level="output", parent=outcome)
    assisted = indicator(
        outcome,
        "Children with a guardian",
        unit="children",
        across_periods=AcrossPeriods.SUM,
        counts_people=True,
        ascending=True,
    )
    trained = indicator(output, "Guardians who passed the course", unit="people", across_periods=AcrossPeriods.LATEST)
    for year, reached in ((2024, 300), (2025, 340)):
        values(assisted, year, target=400, actual=reached)
    values(assisted, 2026, target=400)
    values(trained, 2025, target=50, actual=60)
    by_sex(assisted, 2025, female=180, male=160)
    paper = Proposal.objects.create(project=made, donor="A donor", months=36)
    _plan(paper)
    Budget.objects.create(
        project=made, amount=Decimal("100000"), currency="EUR", starts=made.record.starts, ends=made.record.ends
    )
    for day, amount in ((date(2024, 6, 1), 20000), (date(2025, 6, 1), 25000), (date(2026, 2, 1), 9000)):
        Transaction.objects.create(project=made, kind="4", date=day, amount=Decimal(amount), currency="EUR")
    return Ground(people, made, paper, assisted, trained, output)


def by_sex(of: Indicator, year: int, *, female: int, male: int) -> None:
    """Parts of a year's actual value by sex."""
    period = of.periods.get(ends=date(year, 12, 31))
    for word, code, value in (("female", "f", female), ("male", "m", male)):
        part, _made = Slice.objects.get_or_create(
            key=f"sex={word}", defaults={"family": "sex", "parts": [["sex", word]], "sex": code}
        )
        Measurement.objects.create(indicator=of, period=period, kind="a", value=value, slice=part)


def correct(of: Indicator, year: int, value: int) -> None:
    """The actual value of a year is another by now."""
    period = of.periods.get(ends=date(year, 12, 31))
    standing = Measurement.objects.current().get(indicator=of, period=period, kind="a", slice__isnull=True)
    Measurement.objects.filter(pk=standing.pk).update(value=value)


def _plan(paper: Proposal) -> None:
    objective = PlanResult.objects.create(proposal=paper, level=PlanLevel.OBJECTIVE, title="Children are safe")
    outcome = PlanResult.objects.create(
        proposal=paper, parent=objective, level=PlanLevel.OUTCOME, title="Children have guardians"
    )
    output = PlanResult.objects.create(
        proposal=paper, parent=outcome, level=PlanLevel.OUTPUT, title="Guardians are trained"
    )
    for order, (title, first, last) in enumerate(
        (("Write the course", 1, 6), ("Hold the courses", 7, 30), ("Hand over", 34, 36))
    ):
        PlanResult.objects.create(
            proposal=paper,
            parent=output,
            level=PlanLevel.ACTIVITY,
            title=title,
            first_month=first,
            last_month=last,
            order=order,
        )
    Risk.objects.create(
        proposal=paper, title="Judges change", likelihood=4, impact=4, measures="Train deputies", owner="Head"
    )
    Risk.objects.create(proposal=paper, title="Prices rise", likelihood=2, impact=2, status="closed")
