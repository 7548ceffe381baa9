"""Recommendations, answers and key actions: of one evaluation, and all that is promised, with what became of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.work.evaluations.models import (
    GIVEN_UP,
    STILL_OPEN,
    ActionStatus,
    Answer,
    Evaluation,
    KeyAction,
    ManagementResponse,
    Recommendation,
    StatusNote,
    Verdict,
    promised,
)
from migov.work.evaluations.queries.register import evaluations_for


@dataclass(slots=True)
class ActionLine:
    """A key action with the note that stands and those before it, newest first."""

    action: KeyAction
    note: StatusNote | None
    earlier: list[StatusNote]
    today: date

    @property
    def is_open(self) -> bool:
        return self.note is None or self.note.is_open

    @property
    def overdue(self) -> bool:
        return self.is_open and self.action.due is not None and self.action.due < self.today

    @property
    def state_words(self) -> str:
        return str(self.note.get_status_display()) if self.note else ""

    @property
    def tone(self) -> str:
        return tone(self.note.status if self.note else "", overdue=self.overdue)


@dataclass(slots=True)
class RecommendationLine:
    """A recommendation with its answer and its actions."""

    recommendation: Recommendation
    answer: Answer | None
    actions: list[ActionLine] = field(default_factory=list)

    @property
    def status(self) -> str:
        """What became of it (form of 2024), told from its actions: open while one is open, discarded when all were."""
        states = {line.note.status for line in self.actions if line.note}
        if not states:
            return ""
        if states & set(STILL_OPEN):
            return str(ActionStatus.OPEN.label)
        return str((ActionStatus.COMPLETED if ActionStatus.COMPLETED in states else ActionStatus.DISCARDED).label)


def tone(status: str, *, overdue: bool = False) -> str:
    """How a status looks."""
    if overdue:
        return "warn"
    if status == ActionStatus.COMPLETED:
        return "good"
    return "quiet" if status in GIVEN_UP else ""


def recommendations(evaluation: Evaluation, today: date | None = None) -> list[RecommendationLine]:
    """The recommendations that stand, in their order. Four queries."""
    today = today or timezone.localdate()
    notes = Prefetch("notes", StatusNote.objects.select_related("by").order_by("-recorded_at", "-pk"))
    actions = (
        KeyAction.objects.filter(removed_at__isnull=True).select_related("owner", "office").prefetch_related(notes)
    )
    rows = (
        evaluation.recommendations.filter(removed_at__isnull=True)
        .select_related("answer", "office", "person", "criterion")
        .prefetch_related(Prefetch("key_actions", actions.order_by("number")), "findings")
        .order_by("number")
    )
    return [
        RecommendationLine(row, getattr(row, "answer", None), [_line(one, today) for one in row.key_actions.all()])
        for row in rows
    ]


def _line(action: KeyAction, today: date) -> ActionLine:
    notes = list(action.notes.all())
    standing = next((note for note in notes if note.superseded_at is None), None)
    return ActionLine(action, standing, [note for note in notes if note is not standing], today)


def lacking(evaluation: Evaluation) -> list[str]:
    """Why a response cannot be issued yet, in sentences; empty when nothing is lacking."""
    found = []
    if not evaluation.is_completed:
        found.append(_("The evaluation is not completed."))
    made: ManagementResponse | None = getattr(evaluation, "management_response", None)
    if made is None:
        return [*found, _("The response is not begun.")]
    if not made.coordinator_words:
        found.append(_("Name the coordinator of the response."))
    lines = recommendations(evaluation)
    if not lines:
        found.append(_("There is no recommendation."))
    without = [str(line.recommendation.number) for line in lines if line.answer is None]
    if without:
        found.append(
            ngettext(
                "Recommendation %(numbers)s has no answer.", "Recommendations %(numbers)s have no answer.", len(without)
            )
            % {"numbers": ", ".join(without)}
        )
    idle = [
        str(line.recommendation.number)
        for line in lines
        if line.answer is not None and line.answer.verdict != Verdict.REJECT and not line.actions
    ]
    if idle:
        found.append(
            ngettext(
                "Recommendation %(numbers)s is accepted without a key action.",
                "Recommendations %(numbers)s are accepted without a key action.", len(idle),
            ) % {"numbers": ", ".join(idle)}
        )  # fmt: skip
    nobody = [
        f"{line.recommendation.number}.{one.action.number}"
        for line in lines
        for one in line.actions
        if not one.action.owner_words
    ]
    if nobody:
        found.append(
            ngettext("Nobody answers for action %(numbers)s.", "Nobody answers for actions %(numbers)s.", len(nobody))
            % {"numbers": ", ".join(nobody)}
        )
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page of all actions is asked for. show: open, overdue, done, dropped or all; year: of the issued response;
    mine: whose owner the viewer is."""

    show: str = "open"
    year: int | None = None
    country: Place | None = None
    verdict: str = ""
    mine: bool = False
    q: str = ""

    def params(self) -> list[tuple[str, str]]:
        """As pairs of parameter and value."""
        pairs = [
            ("show", self.show), ("year", str(self.year or "")), ("country", self.country.code if self.country else ""),
            ("verdict", self.verdict), ("mine", "yes" if self.mine else ""), ("q", self.q),
        ]  # fmt: skip
        return [(name, value) for name, value in pairs if value]


SHOWS = ("open", "overdue", "done", "dropped", "all")


def actions_for(user: Viewer) -> QuerySet[Any]:
    """The actions of issued responses to evaluations that the user may see, each with `status`, `since`, `said` and `year`."""
    found: Any = KeyAction.objects.filter(
        promised(), recommendation__evaluation__in=evaluations_for(user), notes__superseded_at__isnull=True
    )
    return found.annotate(
        status=F("notes__status"),
        since=F("notes__on"),
        said=F("notes__text"),
        year=ExtractYear("recommendation__evaluation__management_response__date"),
    )


def asked(user: Viewer, what: Asked, today: date | None = None) -> QuerySet[Any]:
    """The actions asked for, each with `late` besides: overdue first, the longest overdue before the others, then by day."""
    today = today or timezone.localdate()
    found: Any = actions_for(user)
    found = {
        "open": found.filter(status__in=STILL_OPEN),
        "overdue": found.filter(status__in=STILL_OPEN, due__lt=today),
        "done": found.filter(status=ActionStatus.COMPLETED),
        "dropped": found.filter(status__in=GIVEN_UP),
        "all": found,
    }[what.show]
    if what.year:
        found = found.filter(year=what.year)
    if what.country:
        found = found.filter(
            recommendation__evaluation__record__places__place=what.country,
            recommendation__evaluation__record__places__superseded_at__isnull=True,
        )
    if what.verdict:
        found = found.filter(recommendation__answer__verdict=what.verdict)
    if what.mine:
        found = found.filter(owner_id=user.pk)
    for word in what.q.split():
        found = found.filter(
            Q(text__icontains=word)
            | Q(responsible__icontains=word)
            | Q(recommendation__text__icontains=word)
            | Q(recommendation__evaluation__record__title__icontains=word)
        )
    still = Q(status__in=STILL_OPEN)
    return (
        found.annotate(late=still & Q(due__lt=today))
        .select_related("owner", "office", "recommendation__evaluation__record__office")
        .order_by(
            "-late", F("due").asc(nulls_last=True), "recommendation__evaluation_id", "recommendation__number", "number"
        )
    )


@dataclass(frozen=True, slots=True)
class YearShare:
    """Actions of the responses of one year: how many, and what became of them."""

    year: int | None
    all: int
    done: int
    dropped: int
    open: int
    overdue: int

    @property
    def share(self) -> float | None:
        """The part that was carried out, of those that were not given up."""
        standing = self.all - self.dropped
        return self.done / standing if standing else None


def by_year(user: Viewer, today: date | None = None) -> list[YearShare]:
    """What became of actions, by the year of the response, newest first. One query."""
    today = today or timezone.localdate()
    known: Any = actions_for(user)
    rows = (
        known.order_by()
        .values_list("year")
        .annotate(
            number=Count("pk"),
            done=Count("pk", filter=Q(status=ActionStatus.COMPLETED)),
            dropped=Count("pk", filter=Q(status__in=GIVEN_UP)),
            open=Count("pk", filter=Q(status__in=STILL_OPEN)),
            late=Count("pk", filter=Q(status__in=STILL_OPEN, due__lt=today)),
        )
        .order_by("-year")
    )
    return [YearShare(*row) for row in rows]


def planned(user: Viewer) -> list[tuple[int | None, list[Evaluation]]]:
    """Evaluations that are planned or under way, by the year they should end; those without a year last. One query."""
    rows = (
        evaluations_for(user)
        .filter(status__in=("planned", "ongoing"))
        .select_related("record__office")
        .order_by(F("planned_end").asc(nulls_last=True), F("year").asc(nulls_last=True), "pk")
    )
    found: dict[int | None, list[Evaluation]] = defaultdict(list)
    for one in rows:
        found[one.planned_end.year if one.planned_end else one.year].append(one)
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0] or 0))


def places_with_actions(user: Viewer) -> QuerySet[Place]:
    """Countries and areas of evaluations whose actions are followed up."""
    keys = actions_for(user).order_by().values("recommendation__evaluation_id")
    return Place.objects.filter(record_places__record__in=keys, record_places__superseded_at__isnull=True).distinct()
