"""The register as a list: which evaluations, in which order, and what the list says of them. Constant numbers of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Theme
from migov.foundation.people.queries import offices_below
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, RecordTheme
from migov.work.evaluations.filters import EvaluationFilter
from migov.work.evaluations.models import (
    KIND,
    STILL_OPEN,
    EvaluatedProject,
    Evaluation,
    KeyAction,
    Label,
    LabelKind,
    Recommendation,
    ResponseState,
    overdue,
    promised,
)

PER_PAGE = 50
IN_A_PIECE = 500
DEFAULT_ORDER = "-published"
SORTS: dict[str, Any] = {
    "title": Lower("record__title"),
    "year": F("year"),
    "published": Coalesce("published_on", "planned_end"),
    "status": F("status"),
    "timing": F("timing"),
    "recommendations": F("number_of_recommendations"),
}


def records_for(user: Viewer) -> QuerySet[Record]:
    """The records of evaluations in the register that the user may see."""
    return Record.objects.visible_to(user).standing().filter(kind=KIND)


def evaluations_for(user: Viewer) -> QuerySet[Evaluation]:
    """The evaluations in the register that the user may see."""
    return Evaluation.objects.filter(record__in=records_for(user))


def evaluation_for(user: Viewer, pk: int) -> Evaluation:
    """One evaluation with its record, office and owner. Raises Evaluation.DoesNotExist where the user may not see it. One query."""
    return (
        evaluations_for(user)
        .select_related("record__office", "record__owner", "management_response__coordinator")
        .get(pk=pk)
    )


def matching(filter: EvaluationFilter, user: Viewer, today: date | None = None) -> QuerySet[Evaluation]:
    """The evaluations that match a filter, unordered. Conditions are subqueries, so no row appears twice."""
    today = today or timezone.localdate()
    found = evaluations_for(user)
    for word in filter.q.split():
        found = found.filter(_says(word))
    if filter.country:
        there = RecordPlace.objects.current().filter(place=filter.country)
        found = found.filter(pk__in=there.values("record_id"))
    if filter.theme:
        found = found.filter(pk__in=RecordTheme.objects.current().filter(theme=filter.theme).values("record_id"))
    if filter.office:
        found = found.filter(record__office_id__in=offices_below([filter.office.pk]))
    if filter.from_year:
        found = found.filter(_year(gte=filter.from_year))
    if filter.to_year:
        found = found.filter(_year(lte=filter.to_year))
    for name, code in (
        ("status", filter.status), ("timing", filter.timing), ("evaluator_type", filter.evaluator), ("level", filter.level),
    ):  # fmt: skip
        if code:
            found = found.filter(**{name: code})
    if filter.scope:
        scoped = Label.objects.filter(kind=LabelKind.SCOPE, value=filter.scope)
        found = found.filter(pk__in=scoped.values("evaluation_id"))
    if filter.response:
        found = found.filter(_response(filter.response, today))
    if filter.overdue:
        late = KeyAction.objects.filter(overdue(today), recommendation__evaluation=OuterRef("pk"))
        found = found.filter(Exists(late))
    return found


def _says(word: str) -> Q:
    coded = EvaluatedProject.objects.filter(Q(code__icontains=word) | Q(plain_code__icontains=word))
    labelled = Label.objects.filter(value__icontains=word)
    return (
        Q(record__title__icontains=word)
        | Q(record__summary__icontains=word)
        | Q(record__reference__icontains=word)
        | Q(evaluators__icontains=word)
        | Q(pk__in=coded.values("evaluation_id"))
        | Q(pk__in=labelled.values("evaluation_id"))
    )


def _year(**bound: int) -> Q:
    """The year of the report; of what is planned, the year it should end."""
    ((sign, year),) = bound.items()
    return Q(**{f"year__{sign}": year}) | Q(year__isnull=True, **{f"planned_end__year__{sign}": year})


def _response(which: str, today: date) -> Q:
    issued = Q(management_response__state=ResponseState.ISSUED)
    return {
        "issued": issued,
        "published": Q(has_response=True),
        "none": ~issued & ~Q(has_response=True),
        "late": ~issued & Q(response_due__lt=today),
    }[which]


def ordered(found: QuerySet[Evaluation], order: str) -> QuerySet[Evaluation, int]:
    """Primary keys in an order of SORTS, with a minus for the other direction; what has no value comes last."""
    if order.removeprefix("-") not in SORTS:
        order = DEFAULT_ORDER
    if order.removeprefix("-") == "recommendations":
        counted = Recommendation.objects.filter(evaluation=OuterRef("pk"), removed_at__isnull=True).order_by()
        number = counted.values("evaluation").annotate(number=Count("pk")).values("number")
        found = found.annotate(number_of_recommendations=Subquery(number))
    by = SORTS[order.removeprefix("-")]
    first = by.desc(nulls_last=True) if order.startswith("-") else by.asc(nulls_last=True)
    return found.order_by(first, "-pk").values_list("pk", flat=True)


@dataclass(slots=True)
class EvaluationRow:
    """What the list says of an evaluation. Counts of actions are of issued responses; open holds the overdue ones too."""

    evaluation: Evaluation
    places: list[Place] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    recommendations: int = 0
    actions: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def first_places(self) -> list[Place]:
        return self.places[:3]

    @property
    def more_places(self) -> int:
        return max(len(self.places) - 3, 0)

    @property
    def response(self) -> str:
        """What is known of a management response, in words."""
        made = getattr(self.evaluation, "management_response", None)
        if made is not None and made.is_issued:
            return _("issued")
        return _("published") if self.evaluation.has_response else ""


def rows(keys: Sequence[int], today: date | None = None) -> list[EvaluationRow]:
    """What the list says of some evaluations, in the order of their keys. Six queries."""
    keys = list(keys)
    if not keys:
        return []
    today = today or timezone.localdate()
    found = {
        one.pk: EvaluationRow(one)
        for one in Evaluation.objects.filter(pk__in=keys).select_related("record__office", "management_response")
    }
    for place in (
        RecordPlace.objects.current().filter(record__in=keys).select_related("place").order_by("place__short_name")
    ):
        found[place.record_id].places.append(place.place)
    for theme in RecordTheme.objects.current().filter(record__in=keys).select_related("theme"):
        found[theme.record_id].themes.append(theme.theme)
    labels: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for label in Label.objects.filter(evaluation__in=keys):
        labels[label.evaluation_id][label.kind].append(label.words)
    for key, by_kind in labels.items():
        found[key].labels = dict(by_kind)
    counts = (
        Recommendation.objects.filter(evaluation__in=keys, removed_at__isnull=True)
        .order_by()
        .values_list("evaluation_id")
        .annotate(Count("pk"))
    )
    for key, number in counts:
        found[key].recommendations = number
    standing = Q(notes__superseded_at__isnull=True, notes__status__in=STILL_OPEN)
    actions = (
        KeyAction.objects.filter(promised(), recommendation__evaluation__in=keys)
        .order_by()
        .values_list("recommendation__evaluation_id")
        .annotate(
            all=Count("pk", distinct=True),
            open=Count("pk", filter=standing, distinct=True),
            late=Count("pk", filter=standing & Q(due__lt=today), distinct=True),
        )
    )
    for key, number, still_open, late in actions:
        found[key].actions, found[key].open, found[key].overdue = number, still_open, late
    return [found[key] for key in keys if key in found]


def rows_in_pieces(keys: Iterable[int]) -> Iterator[EvaluationRow]:
    """What the list says of many evaluations, some hundred at a time."""
    piece: list[int] = []
    for key in keys:
        piece.append(key)
        if len(piece) == IN_A_PIECE:
            yield from rows(piece)
            piece = []
    yield from rows(piece)


def choices(user: Viewer) -> dict[str, Any]:
    """What the conditions of the list offer: places and offices that occur, all themes. Three queries."""
    seen = records_for(user)
    there = RecordPlace.objects.current().filter(record__in=seen)
    return {
        "places": Place.objects.filter(pk__in=there.values("place_id")),
        "themes": Theme.objects.all(),
        "offices": Office.objects.filter(pk__in=seen.values("office_id")),
    }
