"""What projects do and reach in a country, and what was learnt: parts of its dossier."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import allowed
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace, Stage
from migov.foundation.shell import formats
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.work.knowledge.models import Lesson, State
from migov.work.knowledge.queries import lessons_for
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.queries import portfolio
from migov.work.projects.queries import rows as portfolio_rows
from migov.work.results.queries import state_words
from migov.work.results.rollups import questions
from migov.work.results.rollups.wholes import Window

CARRIED_OUT = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING, Stage.CLOSED)
UNDER_WAY = (Stage.ACTIVE, Stage.SUSPENDED, Stage.CLOSING)


def _asked(place: Place, ask: Ask, stages: tuple[Stage, ...]) -> PortfolioFilter:
    return PortfolioFilter(
        countries=(place,), stages=stages, themes=ask.themes,
        from_year=ask.starts.year if ask.starts else None, to_year=ask.ends.year if ask.ends else None,
    )  # fmt: skip


def projects(place: Place, ask: Ask) -> Block:
    """Projects under way in the country; with a period, all that were carried out in it. Nine queries."""
    asked = _asked(place, ask, CARRIED_OUT if ask.starts else UNDER_WAY)
    keys = list(portfolio(asked, ask.viewer))
    lines = []
    for row in portfolio_rows(keys[: ask.most]):
        record, dates = row.record, formats.period(row.record.starts, row.record.ends)
        reference = record.reference or str(record.pk)
        lines.append(
            Line(
                f"project-{record.pk}",
                (f"{reference} · {record.title}", row.stage, dates),
                _("%(title)s (%(reference)s), %(dates)s.")
                % {"title": record.title.rstrip("."), "reference": reference, "dates": dates},
                reverse("projects:page", args=[record.pk]),
                _("Project register of the office"),
                record.changed_at.date(),
            )
        )
    return Block(
        "projects",
        _("Projects") if ask.starts else _("Projects under way"),
        (_("Project"), _("Stage"), _("Dates")),
        tuple(lines),
        empty=_("No project here that you may see."),
        more=f"{reverse('projects:list')}?{asked.to_query()}",
        total=len(keys),
    )


def results(place: Place, ask: Ask) -> Block:
    """Standard indicators over all projects carried out in the country: target, actual, state. Constant number of queries."""
    today = timezone.localdate()
    until = min(ask.ends, today) if ask.ends else today
    asked = _asked(place, ask, ())
    found = questions.roll_ups(questions.ground(asked, ask.viewer, Window(until, since=ask.starts)))
    found = [one for one in found if one.total.value is not None]
    found.sort(key=lambda one: (-len(one.total.projects), one.standard.title))
    lines = []
    for one in found[: ask.most]:
        actual, goal = (
            formats.number(one.total.value),
            formats.number(one.total.goal) if one.total.goal is not None else "–",
        )
        state = state_words(one.total.state) if one.total.progress is not None else "–"
        # To when the values speak, not when somebody asks: the end of the last period with one.
        last = max((day for part in one.total.counted if (day := part.source.figure.day)), default=until)
        lines.append(
            Line(
                f"standard-{one.standard.code}",
                (one.standard.title, goal, actual, str(state)),
                _("%(title)s: %(actual)s by %(day)s (target %(goal)s).")
                % {"title": one.standard.title, "actual": actual, "goal": goal, "day": formats.day(last)},
                f"{reverse('results:rollup', args=[one.standard.code])}?{asked.to_query()}",
                _("Verified results of the office's projects"),
                last,
            )
        )
    return Block(
        "results", _("What changed: standard indicators, all projects together"),
        (_("Indicator"), _("Target"), _("Actual"), _("State")), tuple(lines),
        note=_("Whole projects count, also where they work in other countries too."),
        empty=_("No standard indicator of a project here has a value."),
        more=f"{reverse('results:list')}?{asked.to_query()}", total=len(found),
    )  # fmt: skip


def lessons(place: Place, ask: Ask) -> Block:
    """Validated lessons from work in the country. Two queries."""
    here = RecordPlace.objects.current().filter(place=place).values("record_id")
    found = lessons_for(ask.viewer).filter(state=State.VALIDATED, record__in=here).select_related("record")
    if ask.themes:
        found = found.filter(
            record__record_themes__theme__in=ask.themes, record__record_themes__superseded_at__isnull=True
        ).distinct()
    count = found.count()
    lines = tuple(_lesson(one) for one in found.order_by("-record__changed_at", "pk")[: ask.most])
    return Block(
        "lessons", _("Lessons learnt here"), (_("Lesson"), _("Validated")), lines,
        empty=_("No validated lesson from work here."), more=f"{reverse('knowledge:list')}?country={place.code}", total=count,
    )  # fmt: skip


def _lesson(one: Lesson) -> Line:
    day: date = (one.decided_at or one.record.changed_at).date()
    return Line(
        f"lesson-{one.pk}", (one.record.title, formats.day(day)), one.record.title,
        reverse("knowledge:page", args=[one.pk]), _("Lessons of the office"), day,
    )  # fmt: skip


def _if_seen(make: blocks.CountryPart, permission: str) -> blocks.CountryPart:
    def part(place: Place, ask: Ask) -> Block | None:
        return make(place, ask) if allowed(ask.viewer, permission) else None

    return part


def register() -> None:
    """Called once, when the house is loaded."""
    see, group = "contributions.see", gettext_lazy("What we do")
    blocks.register_country("projects", gettext_lazy("Projects"), 10, _if_seen(projects, see), brief=8, group=group)
    blocks.register_country("results", gettext_lazy("Results"), 20, _if_seen(results, see), brief=6, group=group)
    blocks.register_country("lessons", gettext_lazy("Lessons"), 90, _if_seen(lessons, see), group=group)
