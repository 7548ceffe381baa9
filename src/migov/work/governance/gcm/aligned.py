"""What the work of the office says for a report: projects with their results, evaluations, laws and lessons aligned to its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Status
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
YEARS = 4  # between two rounds of a kind
EACH = 10  # pieces of work told one by one under a part; the others are counted
LONGEST = 600


def aligned(report: GcmReport) -> Iterator[Known]:
    """Work of the last years that is confirmed for an objective or principle, in the report's country or in the region. Two queries."""
    found = _by_part(report)
    allowed = set(ground.audience(report))
    for part, by_record in sorted(found.items()):
        whole: dict[int, tuple[Record, list[Record]]] = {}
        for record in by_record.values():
            if record.parent is not None and record.parent_id in by_record:
                continue
            of = [one for one in by_record.values() if one.parent_id == record.pk]
            whole[record.pk] = (record, of)
        rows = sorted(whole.values(), key=lambda row: (_ended(row[0]), row[0].pk), reverse=True)
        shared = [row for row in rows if row[0].visibility in allowed]
        for record, results in shared[:EACH]:
            yield _told(part, record, [one for one in results if one.visibility in allowed])
        if more := [record for record, _results in shared[EACH:]]:
            yield _counted(part, more)
        for record, _results in rows:
            if record.visibility not in allowed:
                yield Known(f"{record.kind}:{record.pk}:{part}", part, TOPICS[record.kind], record.title,
                            (Evidence(record.title, record=record),), shared=False)  # fmt: skip


def _by_part(report: GcmReport) -> dict[str, dict[int, Record]]:
    """Part → the records aligned to it."""
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
    )  # fmt: skip
    if report.country_id is not None:
        there = RecordPlace.objects.current().filter(place=report.country_id).values("record")
        rows = rows.filter(Q(record__in=there) | Q(record__parent__in=there))
    found: dict[str, dict[int, Record]] = defaultdict(dict)
    for row in rows:
        if part := outline.part_of(row.element):
            found[part][row.record_id] = row.record
    return found


def _in_years(report: GcmReport) -> Q:
    """Work of the years that a round looks back on; work without days counts."""
    year = report.round.year
    since, until = date(year - YEARS, 1, 1), date(year, 12, 31)
    return (Q(record__ends__isnull=True) | Q(record__ends__gte=since)) & (
        Q(record__starts__isnull=True) | Q(record__starts__lte=until)
    )


def _ended(record: Record) -> date:
    return record.ends or date.max


def _told(part: str, record: Record, results: Sequence[Record]) -> Known:
    when = formats.period(record.starts, record.ends) if record.starts or record.ends else ""
    said = [f"{record.title} ({when})." if when else f"{record.title.rstrip('.')}."]
    if record.summary:
        said.append(cut(record.summary))
    if results:
        said.append(_("Results: %s.") % "; ".join(one.title.rstrip(".") for one in results[:EACH]))
    of = record.parent.title if record.kind == "result" and record.parent is not None else ""
    evidence = (_evidence(record, of), *(_evidence(one) for one in results[:EACH]))
    return Known(f"{record.kind}:{record.pk}:{part}", part, TOPICS[record.kind], " ".join(said), evidence)


def _evidence(record: Record, of: str = "") -> Evidence:
    return Evidence(record.title[:300], record=record, source=" · ".join(filter(None, [of, record.reference]))[:300])


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
