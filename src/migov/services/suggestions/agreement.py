"""Second opinions: the same question asked of two people who do not see each other's answer, and how far they agree."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.access import decidable_records, require_decides
from migov.services.alignment.models import Alignment, Status
from migov.services.suggestions import sources
from migov.services.suggestions.models import Examined, Opinion

FEWEST_PAIRS = 20  # with fewer, kappa jumps with every answer: the counts are shown instead
MOST_COUNTED = 500
RANKED = 100  # records looked through for one the matcher is unsure of
DECISIONS = (Status.CONFIRMED, Status.REJECTED)


class NoOpinion(ValueError):
    """A second opinion cannot be given. The text says why."""


# Asking


def to_judge(user: Viewer, framework: str = "", without: Iterable[int] = ()) -> QuerySet[Alignment]:
    """Decisions of others that the user sees and has not judged: nothing that the user ever decided, or answered before.

    framework: a code. without: keys of alignments to leave out, for now.
    """
    same = {"record": OuterRef("record"), "element": OuterRef("element")}
    found: QuerySet[Alignment] = (
        Alignment.objects.current()
        .filter(
            ~Exists(Alignment.objects.filter(**same, decided_by=user.pk)),
            ~Exists(Opinion.objects.current().filter(**same, by=user.pk)),
            status__in=DECISIONS,
            decided_by__isnull=False,
            element__retired_at__isnull=True,
            record__in=Record.objects.visible_to(user).standing(),
        )
        .exclude(record__kind__in=[kind for kind in sources.kinds() if sources.by_passage(kind)])
    )  # nobody reads them whole to judge
    if framework:
        found = found.filter(element__framework__code=framework)
    return found.exclude(pk__in=list(without))


def next_to_judge(
    user: Viewer, framework: str = "", without: Iterable[int] = (), *, pick: Callable[[int], int] | None = None
) -> tuple[Alignment | None, int]:
    """The decision to ask the user about next, and how many there are (MOST_COUNTED + 1 for more). At most seven queries.

    By turns the one whose record the matcher was least sure of, and any one by chance: the unsure teach most, those by chance
    show how people agree in general. pick: a number from 0 to n - 1 for n; by chance when it is not given.
    """
    waiting = to_judge(user, framework, without)
    number = waiting[: MOST_COUNTED + 1].count()
    if not number:
        return None, 0
    key: int | None = None
    if Opinion.objects.filter(by=user.pk).count() % 2 == 0:
        key = _least_sure(waiting, framework)
    if key is None:
        key = _by_chance(waiting, pick or random.SystemRandom().randrange)
    return (_whole(waiting.filter(pk=key)).first() if key is not None else None), number


def _least_sure(waiting: QuerySet[Alignment], framework: str) -> int | None:
    """The one of the record that a decision would teach most about, among the first RANKED; None where none of them waits."""
    unsure = Examined.objects.filter(unsure__gt=0)
    if framework:
        unsure = unsure.filter(framework__code=framework)
    ranked = unsure.order_by("-unsure", "pk").values_list("record_id", "framework_id")[:RANKED]
    place = {pair: number for number, pair in enumerate(ranked)}
    rows = waiting.filter(record__in={record for record, _framework in place}).order_by()
    found = rows.values_list("pk", "record_id", "element__framework_id")
    best = [(place[record, home], pk) for pk, record, home in found if (record, home) in place]
    return min(best)[1] if best else None


def _by_chance(waiting: QuerySet[Alignment], pick: Callable[[int], int]) -> int | None:
    """Any one: the first from a key drawn by chance on. Counting through all of them would take a second with many."""
    highest = Alignment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    keys = waiting.order_by("pk").values_list("pk", flat=True)
    found: int | None = keys.filter(pk__gte=pick(highest + 1)).first()
    return keys.first() if found is None else found


def _whole(rows: QuerySet[Alignment]) -> QuerySet[Alignment]:
    return rows.select_related("record__office", "record__parent", "element__framework", "element__parent")


@transaction.atomic
def give_opinion(record: Record, element: Element, *, fits: bool, by: User, note: str = "") -> Opinion:
    """Keep a person's second opinion on whether an element fits a record. Another answer supersedes the one before.

    It changes nothing of the decision. Raises NoOpinion when the person decided it or nobody did, PermissionDenied.
    """
    require_decides(by)
    locked = Record.objects.select_for_update().get(pk=record.pk)
    if not Record.objects.visible_to(by).standing().filter(pk=locked.pk).exists():
        raise PermissionDenied(_("You do not see this record."))
    rows = Alignment.objects.filter(record=locked, element=element)
    if rows.filter(decided_by=by).exists():
        raise NoOpinion(_("You decided this one yourself, so your answer would not be a second opinion."))
    if not rows.current().filter(status__in=DECISIONS, decided_by__isnull=False).exists():
        raise NoOpinion(_("This is no longer decided, so there is nothing to compare your answer with."))
    before = Opinion.objects.current().filter(record=locked, element=element, by=by)
    standing: Opinion | None = before.first()
    if standing is not None and (standing.fits, standing.note) == (fits, note):
        return standing
    now = timezone.now()
    before.supersede(now)
    made: Opinion = Opinion.objects.create(
        record=locked, element=element, by=by, fits=fits, note=note, recorded_at=now
    )  # fmt: skip
    # No record: an opinion changes no figure, so nothing that is kept of the record needs making anew; and the answer
    # itself stays out of the journal, where the next person asked could read it.
    detail = {"record": locked.pk, "framework": element.framework.code, "element": element.code}
    journal.write("second opinion given", by=by, detail=detail)
    return made


# Settling


@transaction.atomic
def settle(opinion: Opinion, *, keep: bool, by: User) -> Opinion:
    """Settle that a decision and a second opinion differ: keep the decision that stands, or change it to what the opinion says.

    The figures of agreement stay as they were. Raises NoOpinion when there is nothing to settle any more, PermissionDenied.
    """
    record = Record.objects.select_for_update().get(pk=opinion.record_id)
    access.require(by, "alignment.decide", record)
    found = Opinion.objects.current().filter(pk=opinion.pk, settled_at__isnull=True)
    locked: Opinion | None = found.select_related("element__framework").first()
    if locked is None:
        raise NoOpinion(_("This was settled already, or its answer was given anew."))
    rows = Alignment.objects.filter(record=record, element=locked.element)
    standing = rows.current().filter(status__in=DECISIONS).first()
    anew = rows.filter(decided_at__gt=locked.recorded_at).exists()
    if standing is None or anew or (standing.status == Status.CONFIRMED) == locked.fits:
        raise NoOpinion(_("The decision was changed meanwhile, so there is nothing left to settle."))
    if not keep:
        (alignment.confirm if locked.fits else alignment.reject)(standing.pk, by=by)
    locked.settled_at, locked.settled_by = timezone.now(), by
    locked.save(update_fields=["settled_at", "settled_by"])
    detail = {
        "record": record.pk, "framework": locked.element.framework.code, "element": locked.element.code,
        "decision": "kept" if keep else "changed",
    }  # fmt: skip
    journal.write("second opinion settled", by=by, detail=detail)
    return locked


def settleable(found: Iterable[Pair], by: Viewer) -> set[int]:
    """Keys of the records among these pairs whose disagreements the person may settle. One query."""
    keys = {pair.record.pk for pair in found}
    return set(Record.objects.filter(decidable_records(by), pk__in=keys).values_list("pk", flat=True))


# Comparing


@dataclass(frozen=True)
class Pair:
    """A decision and a second opinion on it, as they stood when the opinion was given. anew: decided anew since then."""

    record: Record
    element: Element
    decision: Alignment
    opinion: Opinion
    anew: bool

    @property
    def settled(self) -> bool:
        """Somebody looked at both answers, and kept the decision or decided anew."""
        return self.anew or self.opinion.settled_at is not None

    @property
    def decided_fits(self) -> bool:
        return self.decision.status == Status.CONFIRMED

    @property
    def agrees(self) -> bool:
        return self.decided_fits == self.opinion.fits


@dataclass
class Agreement:
    """How far two answers agree. kappa: None with fewer than 20 pairs, or where everybody gave the same answer."""

    about: Framework | Element
    pairs: int = 0
    both_fit: int = 0
    both_not: int = 0
    kappa: float | None = None
    elements: list[Agreement] = field(default_factory=list)

    @property
    def agreed(self) -> int:
        return self.both_fit + self.both_not

    @property
    def differ(self) -> int:
        return self.pairs - self.agreed

    @property
    def share(self) -> float | None:
        return self.agreed / self.pairs if self.pairs else None

    @property
    def enough(self) -> bool:
        return self.pairs >= FEWEST_PAIRS

    @property
    def words(self) -> str:
        """Kappa in words, after Landis and Koch (1977)."""
        if self.kappa is None:
            return ""
        steps = (
            (0.2, _("hardly more than chance")), (0.4, _("fair")), (0.6, _("moderate")), (0.8, _("substantial")),
        )  # fmt: skip
        return next((words for most, words in steps if self.kappa <= most), _("almost perfect"))


def pairs(viewer: Viewer, framework: str = "") -> list[Pair]:
    """Every second opinion on a record the viewer sees, with the decision of another person that stood when it was given.

    The answers of then are compared, not those of now: who settles a disagreement afterwards must not make the agreement
    look better than it was. Newest opinion first. Three queries.
    """
    opinions = Opinion.objects.current().filter(record__in=Record.objects.visible_to(viewer).standing())
    if framework:
        opinions = opinions.filter(element__framework__code=framework)
    decisions: dict[tuple[int, int], list[Alignment]] = {}
    asked = Opinion.objects.current().filter(record=OuterRef("record"), element=OuterRef("element"))
    rows = Alignment.objects.filter(Exists(asked), record__in=Record.objects.visible_to(viewer).standing())
    if framework:
        rows = rows.filter(element__framework__code=framework)
    for row in rows.select_related("decided_by").order_by("recorded_at", "pk"):
        decisions.setdefault((row.record_id, row.element_id), []).append(row)
    found = []
    listed = opinions.select_related("record", "by", "element__framework", "element__main")
    for opinion in listed.defer("record__summary").order_by("-recorded_at", "-pk"):
        history = decisions.get((opinion.record_id, opinion.element_id), [])
        then = next((row for row in history if _stood(row, opinion)), None)
        if then is None or then.decided_by_id in (None, opinion.by_id):
            continue
        anew = any(row.decided_at and row.decided_at > opinion.recorded_at for row in history)
        found.append(Pair(opinion.record, opinion.element, then, opinion, anew))
    return found


def _stood(row: Alignment, opinion: Opinion) -> bool:
    """Whether a decision stood when an opinion was given."""
    if row.status not in DECISIONS or row.recorded_at > opinion.recorded_at:
        return False
    return row.superseded_at is None or row.superseded_at > opinion.recorded_at


def by_framework(found: Sequence[Pair]) -> list[Agreement]:
    """Agreement by framework, and in each by element of the main level, in their order."""
    groups: dict[int, list[Pair]] = {}
    for pair in found:
        groups.setdefault(pair.element.framework_id, []).append(pair)
    made = []
    for own in groups.values():
        framework = own[0].element.framework
        whole = _agreement(framework, own)
        under: dict[int, list[Pair]] = {}
        for pair in own:
            under.setdefault(pair.element.main_id or pair.element.pk, []).append(pair)
        elements = [(group[0].element.main or group[0].element, group) for group in under.values()]
        for element, group in sorted(elements, key=lambda one: one[0].order):
            element.framework = framework
            whole.elements.append(_agreement(element, group))
        made.append(whole)
    return sorted(made, key=lambda one: (getattr(one.about, "order", 0), str(one.about)))


def _agreement(about: Framework | Element, own: Sequence[Pair]) -> Agreement:
    both = Counter(pair.decided_fits for pair in own if pair.agrees)
    found = Agreement(about, len(own), both[True], both[False])
    if found.enough:
        from migov.services.matching.agreement import cohens_kappa  # brings numerical libraries

        found.kappa = cohens_kappa([pair.decided_fits for pair in own], [pair.opinion.fits for pair in own])
    return found


def disagreements(found: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs whose answers differ, newest first: those that wait to be settled, and those that were."""
    differing = [pair for pair in found if not pair.agrees]
    return [pair for pair in differing if not pair.settled], [pair for pair in differing if pair.settled]


def given_by(user: Viewer) -> int:
    """How many second opinions a person has given."""
    return Opinion.objects.current().filter(by=user.pk).count()
