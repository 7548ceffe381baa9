"""Loading the illustrative portfolio: offices, people, indicators, rates and projects, with a history that can be asked.

Nothing in it is real. All of it is marked so, and nothing is dated after the moment of loading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.actions import load_shipped
from migov.foundation.frameworks.faults import Fault
from migov.foundation.money.actions import RatesRefused, load_rates
from migov.foundation.money.models import ExchangeRate
from migov.foundation.people.access import SYSTEM, Actor, roles_of
from migov.foundation.people.actions import NotAdded, add_office, add_user, load_themes
from migov.foundation.people.models import Office, OfficeKind, Role, User
from migov.foundation.places.actions import load_places
from migov.foundation.records.models import Record
from migov.site.demo.checks import Elements, check, elements
from migov.site.demo.papers import write_papers
from migov.site.demo.projects import Known, ProjectWriter
from migov.site.demo.reading import OFFICES, PEOPLE, RATES, Portfolio, PortfolioRefused, read_portfolio
from migov.site.demo.timeline import Staff
from migov.work.projects.models import KIND
from migov.work.results.models import AcrossProjects, StandardIndicator

PORTFOLIO = Path(__file__).parent / "portfolio"
PASSWORD = "migov-demo-2026"  # noqa: S105  (public: every page of the demonstration tells it)
RATES_KNOWN_FROM = datetime(2016, 1, 1, tzinfo=UTC)
RATES_SOURCE = "for the illustrative portfolio only"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class DemoSummary:
    """What was loaded, what was there already, and what is dated after today and was left out; counts by what it is."""

    loaded: dict[str, int] = field(default_factory=dict)
    there: dict[str, int] = field(default_factory=dict)
    not_yet: dict[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything was loaded."""
        return any(self.loaded.values())

    def to_json(self) -> dict[str, Any]:
        """The summary for machines."""
        return {"loaded": self.loaded, "there": self.there, "not_yet": self.not_yet}


@transaction.atomic
def load(*, by: Actor = SYSTEM, progress: Progress | None = None, portfolio: Path | None = None) -> DemoSummary:
    """Load an illustrative portfolio (None: the one that migov ships), with the reference data it needs, in one transaction.

    What is there is recognised by its code, username or reference and left as it is, so a second run changes nothing. `progress` is
    told how many projects are done, how many there are, and what is at work. Raises PortfolioRefused, naming file and field, when
    any file is not as it should be, and PermissionDenied for anybody but an administrator; in both cases nothing has changed.
    """
    if Role.ADMINISTRATOR not in roles_of(by):
        raise PermissionDenied(_("Only an administrator loads the demonstration."))
    read = read_portfolio(portfolio or PORTFOLIO)
    load_places()
    load_themes()
    load_shipped()
    known = elements()
    check(read, known)
    return _Loader(read, by, progress or (lambda done, total, note: None)).load(known)


class _Loader:
    """One run, inside its transaction."""

    def __init__(self, portfolio: Portfolio, by: Actor, progress: Progress) -> None:
        self.portfolio, self.by, self.progress = portfolio, by, progress
        self.loaded: Counter[str] = Counter()
        self.there: Counter[str] = Counter()

    def load(self, known: Elements) -> DemoSummary:
        total = len(self.portfolio.projects)
        self.progress(0, total, "offices and people")
        self._offices()
        users = self._people()
        self._standards(known)
        self._rates()
        staff = Staff(self.portfolio.people, users, self.by)
        writer = ProjectWriter(Known.now(known), staff, timezone.now())
        references = [row.reference for row in self.portfolio.projects.values()]
        there = set(Record.objects.filter(kind=KIND, reference__in=references).values_list("reference", flat=True))
        for number, (file, row) in enumerate(self.portfolio.projects.items()):
            self.progress(number, total, file.removesuffix(".toml"))
            if row.reference not in there:
                writer.write(row, number)
        self.progress(total, total, "")
        self.there["projects"] = len(there)
        self.loaded += writer.written
        self.loaded["papers"], entries = write_papers(staff)
        self.loaded["journal_entries"] += entries
        return DemoSummary(dict(self.loaded), dict(+self.there), dict(writer.not_yet))

    def _offices(self) -> None:
        there = set(Office.objects.values_list("code", flat=True))
        for row in self.portfolio.offices:
            if row.code in there:
                self.there["offices"] += 1
                continue
            try:
                add_office(
                    row.code, row.name, kind=row.kind, parent=row.parent or None, place=row.place,
                    valid_from=row.valid_from, by=self.by,
                )  # fmt: skip
            except NotAdded as problem:
                raise PortfolioRefused([Fault(OFFICES, None, row.code, str(problem))]) from problem
            self.loaded["offices"] += 1

    def _people(self) -> dict[str, User]:
        """The people by username. People from outside belong to the regional office, with a role that is external."""
        users = {
            user.username: user
            for user in User.objects.filter(username__in=[p.username for p in self.portfolio.people])
        }
        regional = next((office.code for office in self.portfolio.offices if office.kind == OfficeKind.REGIONAL), "")
        fresh: list[int] = []
        for row in self.portfolio.people:
            if row.username in users:
                self.there["people"] += 1
                continue
            try:
                user = add_user(
                    row.username, email=row.email, name=row.name, role=row.role, office=row.office or regional,
                    themes=row.themes, country=row.country or None, by=self.by,
                )  # fmt: skip
            except NotAdded as problem:
                raise PortfolioRefused([Fault(PEOPLE, None, row.username, str(problem))]) from problem
            users[row.username] = user
            fresh.append(user.pk)
        if fresh:
            # One hash for all: the password is public, and a hash for each would take longer than all the rest.
            User.objects.filter(pk__in=fresh).update(password=make_password(PASSWORD))
            self.loaded["people"] = len(fresh)
        return users

    def _standards(self, known: Elements) -> None:
        there = set(StandardIndicator.objects.values_list("code", flat=True))
        for row in self.portfolio.standards:
            if row.code in there:
                self.there["standard_indicators"] += 1
                continue
            made = StandardIndicator.objects.create(
                code=row.code, title=row.title, definition=row.definition, unit=row.unit, measure=row.measure,
                across_periods=row.across_periods, across_projects=AcrossProjects.SUM, counts_people=row.counts_people,
            )  # fmt: skip
            made.elements.set(known[framework, element] for framework, element in row.elements)
            self.loaded["standard_indicators"] += 1

    def _rates(self) -> None:
        """Rates, as known since long before the first project; not where an office has loaded rates of its own."""
        if ExchangeRate.objects.current().exclude(source__contains=RATES_SOURCE).exists():
            return
        try:
            summary = load_rates(self.portfolio.rates, by=self.by, at=RATES_KNOWN_FROM)
        except RatesRefused as refused:
            raise PortfolioRefused([Fault(RATES, None, "", "rates", text) for text in refused.problems]) from refused
        self.there["rates"] = summary.unchanged
        if summary.added or summary.replaced:
            self.loaded["rates"] = summary.added + summary.replaced
