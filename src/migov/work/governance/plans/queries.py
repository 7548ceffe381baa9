"""Questions about network plans: which a person sees, their actions by filter, money by currency, what is late.

Other rooms ask `of_country`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.work.governance.models import PlanAction, PlanActionState, PlanUpdate, WorkPlan
from migov.work.governance.plans.actions import FRAMEWORK

OPEN = (PlanActionState.PLANNED, PlanActionState.BEGUN)
REGIONAL = "regional"


@dataclass(frozen=True, slots=True)
class Money:
    """Money of some actions in one currency; those that were stopped are left out.

    gap: what is needed and not secured, action by action.
    """

    currency: str
    needed: Decimal
    secured: Decimal
    gap: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. country: a code, or REGIONAL. objective: a code of the Global Compact."""

    q: str = ""
    country: str = ""
    state: str = ""
    objective: str = ""
    lead: str = ""
    late: bool = False

    def params(self) -> dict[str, str]:
        """What is set, for an address."""
        found = {
            "q": self.q, "country": self.country, "state": self.state, "objective": self.objective, "lead": self.lead,
            "late": "yes" if self.late else "",
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}


@dataclass(slots=True)
class Line:
    """A plan with what a list shows of it."""

    plan: WorkPlan
    states: Counter[str] = field(default_factory=Counter)
    late: int = 0
    money: list[Money] = field(default_factory=list)
    silent: int = 0

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def done(self) -> int:
        return self.states[PlanActionState.DONE]

    @property
    def where(self) -> str:
        """The country, or that the plan is regional."""
        return formats.place(self.plan.country) if self.plan.country else _("regional")

    @property
    def period(self) -> str:
        one = self.plan
        return str(one.starts) if one.starts == one.ends else f"{one.starts}–{one.ends}"


def plans_for(viewer: Viewer) -> QuerySet[WorkPlan]:
    """The plans that a person may see; none for people from outside."""
    if not access.allowed(viewer, "plans.list"):
        return WorkPlan.objects.none()
    seen = Record.objects.visible_to(viewer).standing()
    return WorkPlan.objects.filter(record__in=seen).select_related("record__owner", "record__office", "country")


def plan_for(viewer: Viewer, pk: int) -> WorkPlan:
    """One of them. Raises WorkPlan.DoesNotExist."""
    return plans_for(viewer).get(pk=pk)


def matching(asked: Asked, viewer: Viewer) -> QuerySet[WorkPlan]:
    """The plans of a filter, the newest first. Only words and country count."""
    found = plans_for(viewer)
    for word in asked.q.split()[:10]:
        found = found.filter(
            Q(record__title__icontains=word) | Q(network__icontains=word) | Q(coordinator__icontains=word)
        )
    if asked.country == REGIONAL:
        found = found.filter(country__isnull=True)
    elif asked.country:
        found = found.filter(country__code=asked.country)
    return found.order_by("-starts", "country__short_name", "pk")


def actions(asked: Asked, viewer: Viewer, plan: WorkPlan | None = None) -> QuerySet[PlanAction]:
    """The actions of a filter in the plans that a person may see, or in one of them; in their order. Three queries when read."""
    homes = plans_for(viewer)
    if asked.country == REGIONAL:
        homes = homes.filter(country__isnull=True)
    elif asked.country:
        homes = homes.filter(country__code=asked.country)
    if plan is not None:
        homes = homes.filter(pk=plan.pk)
    found = PlanAction.objects.filter(plan__in=homes.values("pk")).select_related("plan__record", "plan__country")
    for word in asked.q.split()[:10]:
        found = found.filter(
            Q(text__icontains=word) | Q(result__icontains=word) | Q(code__icontains=word) | Q(support__icontains=word)
        )
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.lead:
        found = found.filter(lead__iexact=asked.lead)
    if asked.late:
        found = found.filter(late())
    if asked.objective:
        found = found.filter(objectives__framework__code=FRAMEWORK, objectives__code=asked.objective)
    return found.order_by("-plan__starts", "plan", "order", "pk").prefetch_related(
        Prefetch("objectives", Element.objects.select_related("framework").order_by("order")),
        Prefetch("updates", PlanUpdate.objects.current().select_related("by").order_by("-day", "-pk"), "said"),
    )


def late(today: date | None = None) -> Q:
    """Actions whose day has passed while they are open."""
    return Q(state__in=OPEN, due__lt=today or timezone.localdate())


def late_words(action: PlanAction, today: date | None = None) -> str:
    """That an action is late, in words; empty where it is not."""
    today = today or timezone.localdate()
    if action.state not in OPEN or action.due is None or action.due >= today:
        return ""
    return _("late since %(day)s") % {"day": formats.day(action.due)}


def money(rows: Iterable[PlanAction]) -> list[Money]:
    """Money by currency, in the order of the currencies. Nothing is converted. No query."""
    sums: dict[str, list[Decimal]] = {}
    for one in rows:
        if one.state == PlanActionState.STOPPED or not one.currency:
            continue
        needed, secured = one.needed or Decimal(0), one.secured or Decimal(0)
        row = sums.setdefault(one.currency, [Decimal(0), Decimal(0), Decimal(0)])
        row[0] += needed
        row[1] += secured
        row[2] += max(needed - secured, Decimal(0))
    return [Money(currency, *row) for currency, row in sorted(sums.items())]


def silent(rows: Iterable[PlanAction]) -> int:
    """How many open or finished actions do not say what they need."""
    return sum(one.needed is None and one.state != PlanActionState.STOPPED for one in rows)


def lines(found: Iterable[WorkPlan], today: date | None = None) -> list[Line]:
    """Plans with what a list shows of them. One query."""
    today = today or timezone.localdate()
    made = {one.pk: Line(one) for one in found}
    by_plan: dict[int, list[PlanAction]] = {}
    rows = PlanAction.objects.filter(plan__in=list(made)).only(
        "plan_id", "state", "due", "needed", "secured", "currency"
    )
    for row in rows.order_by():
        by_plan.setdefault(row.plan_id, []).append(row)
    for key, own in by_plan.items():
        line = made[key]
        line.states = Counter(str(one.state) for one in own)
        line.late = sum(bool(late_words(one, today)) for one in own)
        line.money, line.silent = money(own), silent(own)
    return list(made.values())


def of_country(place: Place, viewer: Viewer) -> list[Line]:
    """The plans of a country that a person may see, the newest first, with actions by state, what is late, and money.

    Two queries and those of the roles.
    """
    return lines(plans_for(viewer).filter(country=place).order_by("-starts", "pk"))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter of actions offers: countries, whether a plan is regional, leads, objectives."""

    countries: list[Place]
    regional: bool
    leads: list[str]
    objectives: list[Element]


def choices(viewer: Viewer, plan: WorkPlan | None = None) -> Choices:
    """Countries, leads and objectives of the plans that a person may see, or of one. At most four queries."""
    homes = plans_for(viewer) if plan is None else plans_for(viewer).filter(pk=plan.pk)
    rows = PlanAction.objects.filter(plan__in=homes.values("pk"))
    leads = rows.exclude(lead="").order_by("lead").values_list("lead", flat=True).distinct()
    objectives = Element.objects.filter(framework__code=FRAMEWORK, network_actions__in=rows.values("pk")).distinct()
    return Choices(
        countries=[] if plan else list(Place.objects.filter(pk__in=homes.values("country_id")).order_by("short_name")),
        regional=plan is None and homes.filter(country__isnull=True).exists(),
        leads=list(leads),
        objectives=list(objectives.select_related("framework").order_by("order")),
    )
