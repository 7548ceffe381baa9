"""What the work of the office says for a report: projects with what they are to reach, evaluations, laws and lessons aligned to its parts.

A piece of work that serves several parts is told once, under the part it mainly serves; under the others it is named with where to find it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Significance, Status
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.known import Evidence, Known
from migov.work.governance.models import GcmReport, Topic

# Kinds of work that speak for a report, and under which topic. Others have a source of their own.
TOPICS = {
    "project": Topic.PROGRESS,
    "result": Topic.PROGRESS,
    "text": Topic.PROGRESS,
    "evaluation": Topic.DATA,
    "lesson": Topic.PRACTICE,
}
NAMED = {
    "project": gettext_lazy("The project “%s”"),
    "text": gettext_lazy("The text “%s”"),
    "evaluation": gettext_lazy("The evaluation “%s”"),
}
YEARS = 4  # between two rounds of a kind
EACH = 10  # pieces of work told one by one under a part; the others are counted
LONGEST = 600


def aligned(report: GcmReport) -> Iterator[Known]:
    """Work of the last years that is confirmed for an objective or principle, in the report's country or in the region. Two queries."""
    found, homes = _by_part(report)
    allowed = set(ground.audience(report))
    today = timezone.localdate()
    for part, by_record in sorted(found.items()):
        whole: dict[int, tuple[Record, list[Record]]] = {}
        for record in by_record.values():
            if record.parent is not None and record.parent_id in by_record:
                continue
            of = [one for one in by_record.values() if one.parent_id == record.pk]
            whole[record.pk] = (record, of)
        rows = sorted(
            whole.values(), key=lambda row: (homes[row[0].pk] == part, _ended(row[0]), row[0].pk), reverse=True
        )
        shared = [row for row in rows if row[0].visibility in allowed]
        for record, results in shared[:EACH]:
            seen = [one for one in results if one.visibility in allowed]
            home = homes[record.pk]
            yield _told(part, record, seen, today) if home == part else _pointed(part, home, record, seen)
        if more := [record for record, _results in shared[EACH:]]:
            yield _counted(part, more)
        for record, _results in rows:
            if record.visibility not in allowed:
                yield Known(f"{record.kind}:{record.pk}:{part}", part, TOPICS[record.kind], record.title,
                            (Evidence(record.title, record=record),), shared=False)  # fmt: skip


def _by_part(report: GcmReport) -> tuple[dict[str, dict[int, Record]], dict[int, str]]:
    """Part → the records aligned to it; record → the part that it mainly serves: of principal weight, else the first in order."""
    rows = (
        Alignment.objects.current()
        .filter(
            status=Status.CONFIRMED, element__framework__code=outline.FRAMEWORK, record__kind__in=TOPICS,
            record__removed_at__isnull=True,
        )
        .exclude(record__parent__removed_at__isnull=False)
        .filter(_in_years(report))
        .select_related("element__main", "record__parent")
        .defer("element__text", "element__terms", "element__exclude", "reasons")
        .order_by("element__order", "pk")
    )  # fmt: skip
    if report.country_id is not None:
        there = RecordPlace.objects.current().filter(place=report.country_id).values("record")
        rows = rows.filter(Q(record__in=there) | Q(record__parent__in=there))
    found: dict[str, dict[int, Record]] = defaultdict(dict)
    homes: dict[int, str] = {}
    principal: dict[int, str] = {}
    for row in rows:
        if part := outline.part_of(row.element):
            found[part][row.record_id] = row.record
            homes.setdefault(row.record_id, part)
            if row.significance == Significance.PRINCIPAL:
                principal.setdefault(row.record_id, part)
    return found, homes | principal


def _in_years(report: GcmReport) -> Q:
    """Work of the years that a round looks back on; work without days counts."""
    year = report.round.year
    since, until = date(year - YEARS, 1, 1), date(year, 12, 31)
    return (Q(record__ends__isnull=True) | Q(record__ends__gte=since)) & (
        Q(record__starts__isnull=True) | Q(record__starts__lte=until)
    )


def _ended(record: Record) -> date:
    return record.ends or date.max


def _told(part: str, record: Record, results: Sequence[Record], today: date) -> Known:
    """A piece of work in full. Results are what it sets out to reach: whether it did is said by figures, not here."""
    said = [_of_result(record) if record.kind == "result" else _begun(record, today)]
    if record.summary:
        said.append(cut(record.summary))
    return _known(part, record, [*said, *_intended(results)], results)


def _pointed(part: str, home: str, record: Record, results: Sequence[Record]) -> Known:
    """A piece of work that is told under another part."""
    if record.kind == "result":
        said = _of_result(record)
    else:
        kind, _dash, number = home.partition("-")
        words = _("%(work)s contributes to this too; see principle %(number)s.") if kind == "principle" else _(
            "%(work)s contributes to this too; see objective %(number)s.")  # fmt: skip
        said = words % {"work": _named(record), "number": number}
    return _known(part, record, [said, *_intended(results)], results)


def _known(part: str, record: Record, said: Sequence[str], results: Sequence[Record]) -> Known:
    evidence = (_evidence(record), *(_evidence(one) for one in results[:EACH]))
    return Known(f"{record.kind}:{record.pk}:{part}", part, TOPICS[record.kind], " ".join(said), evidence)


def _named(record: Record) -> str:
    title = record.title.strip().rstrip(".")
    return str(NAMED[record.kind]) % title if record.kind in NAMED else f"“{title}”"


def _begun(record: Record, today: date) -> str:
    """The first sentence on a piece of work: what it is and when."""
    if record.kind not in NAMED:
        return f"{record.title.strip().rstrip('.')}."
    if record.kind != "project" or record.starts is None or record.ends is None:
        when = formats.period(record.starts, record.ends) if record.starts or record.ends else ""
        return f"{_named(record)} ({when})." if when else f"{_named(record)}."
    if record.ends < today:
        words = _("%(work)s ran from %(first)s to %(last)s.")
    elif record.starts > today:
        words = _("%(work)s is to run from %(first)s to %(last)s.")
    else:
        words = _("%(work)s runs from %(first)s to %(last)s.")
    return words % {"work": _named(record), "first": formats.day(record.starts), "last": formats.day(record.ends)}


def _of_result(record: Record) -> str:
    title = record.title.strip().rstrip(".")
    if record.parent is None:
        return _("Intended result: %s.") % title
    return _("Intended result of %(work)s: %(title)s.") % {
        "work": _in_sentence(_named(record.parent)), "title": title,
    }  # fmt: skip


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]


def _intended(results: Sequence[Record]) -> list[str]:
    if not results:
        return []
    titles = "; ".join(one.title.strip().rstrip(".") for one in results[:EACH])
    return [ngettext("Intended result: %s.", "Intended results: %s.", len(results)) % titles]


def _evidence(record: Record) -> Evidence:
    if record.kind == "project":
        source = " ".join(filter(None, [_("Project register of the office"), record.reference]))
    elif record.kind == "result":
        of = record.parent.title if record.parent is not None else ""
        source = ", ".join(filter(None, [_("Results matrix, as planned"), of]))
    else:
        source = record.reference
    return Evidence(record.title[:300], record=record, source=source[:300])


def _counted(part: str, more: Sequence[Record]) -> Known:
    number = len(more)
    said = ngettext(
        "%(number)d further piece of work contributes to this: %(titles)s.",
        "%(number)d further pieces of work contribute to this, among them: %(titles)s.",
        number,
    )
    titles = "; ".join(one.title.rstrip(".") for one in more[:EACH])
    evidence = tuple(_evidence(one) for one in more[:EACH])
    return Known(f"more:{part}", part, Topic.PROGRESS, said % {"number": number, "titles": titles}, evidence)


def cut(text: str, most: int = LONGEST) -> str:
    """The beginning of a text, ended at a sentence where one ends in its second half."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    kept = plain[:most]
    end = max(kept.rfind(mark) for mark in (". ", "! ", "? "))
    return kept[: end + 1] if end > most // 2 else f"{kept.rsplit(' ', 1)[0]} …"


def parts_of(records: Iterable[int]) -> dict[int, list[str]]:
    """Record → the parts that it is confirmed for, in order. One query."""
    rows = (
        Alignment.objects.current()
        .filter(status=Status.CONFIRMED, element__framework__code=outline.FRAMEWORK, record__in=list(records))
        .select_related("element__main")
        .defer("element__text", "element__terms", "element__exclude", "reasons")
        .order_by("element__order")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        part = outline.part_of(row.element)
        if part and part not in found[row.record_id]:
            found[row.record_id].append(part)
    return found
