"""The backlog: work that no framework knows yet, those first whose label teaches the matcher most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import Viewer
from migov.foundation.records import kinds
from migov.foundation.records.models import Record
from migov.services.alignment.access import decides
from migov.services.alignment.models import Alignment, Origin, Status
from migov.services.alignment.queries import records_to_decide, waiting_for
from migov.services.alignment.reading import surest_first
from migov.services.suggestions import sources
from migov.services.suggestions.models import Examined
from migov.services.suggestions.reading import READABLE, started_in_time

USUAL_KIND = "project"
LONGEST = 60  # characters of a filter
COUNT_KEPT = 60  # seconds


@dataclass(frozen=True)
class Asked:
    """What of the backlog is asked for: codes of a framework, an office and a place, and a kind of record. Empty means all."""

    framework: str = ""
    office: str = ""
    place: str = ""
    kind: str = USUAL_KIND

    @classmethod
    def read(cls, query: QueryDict | Mapping[str, Any]) -> Asked:
        """What a query string or a job's parameters ask for. Nonsense finds nothing; a kind that cannot be read means projects."""
        said = {name: str(query.get(name) or "").replace("\x00", "").strip()[:LONGEST] for name in cls().to_json()}
        if said["kind"] not in sources.kinds():
            said["kind"] = USUAL_KIND
        return cls(**said)

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def query(self) -> str:
        """It as a query string, without what goes without saying."""
        said = {name: value for name, value in self.to_json().items() if value}
        if self.kind == USUAL_KIND:
            del said["kind"]
        return urlencode(said)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the framework is asked for."""
        return bool(self.office or self.place or self.kind != USUAL_KIND)


def records(user: Viewer, asked: Asked) -> QuerySet[Record]:
    """The work that is asked for, aligned or not, as far as the user decides about it."""
    return records_to_decide(user, office=asked.office, place=asked.place, kind=asked.kind)


def without_alignment(framework: Framework) -> Q:
    """Records that began before the framework was over and have nothing confirmed in it, as a filter on Record."""
    return ~Q(Exists(_standing(framework, status=Status.CONFIRMED))) & started_in_time(framework)


def half_decided(framework: Framework) -> Q:
    """Records with something confirmed in a framework while suggestions of the matcher still wait, as a filter on Record."""
    waiting = _standing(framework, status=Status.PROPOSED, origin=Origin.SUGGESTED)
    return Q(Exists(_standing(framework, status=Status.CONFIRMED))) & Q(Exists(waiting)) & started_in_time(framework)


def _standing(framework: Framework, **what: str) -> QuerySet[Alignment]:
    found: QuerySet[Alignment] = Alignment.objects.current().filter(
        record=OuterRef("pk"), element__framework=framework, **what
    )
    return found


def backlog(user: Viewer, framework: Framework, asked: Asked) -> QuerySet[Record]:
    """The work that has nothing confirmed in a framework: what the matcher has read first, the most useful label before others."""
    return _by_use(records(user, asked).filter(without_alignment(framework)), framework)


def to_decide(user: Viewer, framework: Framework, asked: Asked) -> QuerySet[Record]:
    """The backlog, and the work that people have begun to decide: it stays until none of its suggestions is left. The same order."""
    return _by_use(records(user, asked).filter(without_alignment(framework) | half_decided(framework)), framework)


def _by_use(found: QuerySet[Record], framework: Framework) -> QuerySet[Record]:
    read = Examined.objects.filter(record=OuterRef("pk"), framework=framework)
    return found.annotate(unsure=Subquery(read.values("unsure")[:1])).order_by(
        F("unsure").desc(nulls_last=True), "-changed_at", "pk"
    )


def counts(user: Viewer, asked: Asked) -> list[tuple[Framework, int]]:
    """Each framework with how much of the work that is asked for has nothing confirmed in it. Two queries."""
    frameworks = list(Framework.objects.all())
    if not frameworks:
        return []
    wanted = {f"in_{home.pk}": Count("pk", filter=without_alignment(home)) for home in frameworks}
    numbers = records(user, asked).order_by().aggregate(**wanted)
    return [(home, numbers[f"in_{home.pk}"]) for home in frameworks]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the backlog: what the matcher read (None: nothing yet), what is proposed, most probable first, and what
    is confirmed already while the rest waits.
    """

    record: Record
    examined: Examined | None
    proposals: list[Alignment]
    confirmed: list[Alignment]

    @property
    def is_readable(self) -> bool:
        """False where the matcher found the text in another language than English, so that it says nothing of it."""
        return self.examined is None or self.examined.language in READABLE


def rows(found: Sequence[Record], framework: Framework) -> list[Row]:
    """Records with what the matcher suggests for them. Two queries."""
    by_record = {record.pk: record for record in found}
    rows_read = Examined.objects.filter(record__in=by_record, framework=framework).select_related(
        "best_element__framework"
    )
    read = {row.record_id: row for row in rows_read}
    proposed: dict[int, list[Alignment]] = {}
    confirmed: dict[int, list[Alignment]] = {}
    standing = Alignment.objects.current().filter(
        record__in=by_record, element__framework=framework, status__in=(Status.PROPOSED, Status.CONFIRMED)
    )
    standing = standing.select_related("element__framework").order_by("element__order", "pk")
    for row in standing.defer("element__text", "element__terms", "element__exclude"):
        row.record = by_record[row.record_id]
        (proposed if row.status == Status.PROPOSED else confirmed).setdefault(row.record_id, []).append(row)
    return [
        Row(record, read.get(record.pk), surest_first(proposed.get(record.pk, [])), confirmed.get(record.pk, []))
        for record in found
    ]


def waiting_count(user: Viewer) -> int:
    """How many suggestions of the matcher wait for the user, at most a minute ago. One query at most."""
    if not decides(user):
        return 0
    key = f"suggestions.waiting.{user.pk}"
    known: int | None = cache.get(key)
    if known is None:
        known = waiting_for(user).filter(origin=Origin.SUGGESTED).order_by().count()
        cache.set(key, known, COUNT_KEPT)
    return known


def kind_words(code: str, number: int = 2) -> str:
    """What people call records of a kind, one or many of them."""
    try:
        kind = kinds.kind_of(Record(kind=code))
    except KeyError:
        return code
    return str(kind.label if number == 1 else kind.label_plural)
