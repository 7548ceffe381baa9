"""What a day brings: periods that have ended and for which no value came, and values that have waited long to be verified."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.models import Membership, Office, Role, User
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.results.actions.returning import KIND
from migov.work.results.models import Entry, EntryStatus
from migov.work.results.reporting import CARRIED_OUT, late_periods

GRACE = timedelta(days=14)  # after the end of a period, before anybody is told
PATIENCE = timedelta(days=14)  # after values were submitted
FORGOTTEN = timedelta(days=365)  # what ended longer ago is told by the pages only
LONGEST = 120


def remind(today: date) -> Mapping[str, int]:
    """Tell those who report and those who verify what waits for them. Returns how many notices of each kind were made."""
    people = _People(today)
    done = Counter({"late values": _late(today, people), "values to verify": _waiting(today, people)})
    return {words: number for words, number in done.items() if number}


class _People:
    """Who holds a role in an office, with the offices read once."""

    def __init__(self, today: date) -> None:
        self._parents = dict(Office.objects.values_list("pk", "parent_id"))
        self._held: dict[tuple[int, str], list[User]] = defaultdict(list)
        rows = (
            Membership.objects.filter(role__in=(Role.DEVELOPER, Role.MANDE), user__is_active=True)
            .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today))
            .select_related("user")
        )  # fmt: skip
        for row in rows:
            self._held[row.office_id, row.role].append(row.user)

    def of(self, record: Record, role: str) -> list[User]:
        """People with the role in the office of a record, else in the next one above it that has some."""
        at = record.office_id
        while at is not None:
            if self._held[at, role]:
                return list({person.pk: person for person in self._held[at, role]}.values())
            at = self._parents.get(at)
        return []

    def reporting(self, record: Record) -> list[User]:
        """Who answers for a project, else those who write projects in its office."""
        if record.owner is not None and record.owner.is_active:
            return [record.owner]
        return self.of(record, Role.DEVELOPER)


def _late(today: date, people: _People) -> int:
    """One notice for each project and the last period that has ended, some days after its end."""
    late = (
        late_periods(today)
        .filter(ends__lt=today - GRACE, ends__gt=today - FORGOTTEN, indicator__project__record__stage__in=CARRIED_OUT)
        .filter(indicator__project__record__removed_at__isnull=True)
        .values(project=F("indicator__project"))
        .annotate(number=Count("pk"), since=Min("ends"), last=Max("ends"))
        .order_by()
    )
    found = {row["project"]: row for row in late}
    made = 0
    for record in _records(found):
        row = found[record.pk]
        title = ngettext("%(n)s value is late: “%(title)s”", "%(n)s values are late: “%(title)s”", row["number"])
        made += len(tell(
            people.reporting(record), kind=KIND, title=title % {"n": row["number"], "title": record.title[:LONGEST]},
            text=_("Waiting since %s.") % formats.day(row["since"]),
            url=reverse("results:report-project", args=[record.pk]), record=record,
            key=f"values-late:{record.pk}:{row['last']}",
        ))  # fmt: skip
    return made


def _waiting(today: date, people: _People) -> int:
    """One notice for each project whose values have waited to be verified, for each day on which the oldest was submitted."""
    rows = (
        Entry.objects.filter(status=EntryStatus.SUBMITTED, submitted_at__date__lt=today - PATIENCE)
        .filter(indicator__project__record__removed_at__isnull=True)
        .values(project=F("indicator__project"))
        .annotate(number=Count("pk"), since=Min("submitted_at"))
        .order_by()
    )
    found = {row["project"]: row for row in rows}
    made = 0
    for record in _records(found):
        row = found[record.pk]
        title = ngettext(
            "%(n)s value waits to be verified: “%(title)s”",
            "%(n)s values wait to be verified: “%(title)s”",
            row["number"],
        )
        made += len(tell(
            people.of(record, Role.MANDE), kind=KIND, title=title % {"n": row["number"], "title": record.title[:LONGEST]},
            text=_("Waiting since %s.") % formats.day(row["since"]),
            url=f"{reverse('results:verify')}?project={record.pk}", record=record,
            key=f"values-to-verify:{record.pk}:{row['since']:%Y-%m-%d}",
        ))  # fmt: skip
    return made


def _records(keys: Iterable[int]) -> list[Record]:
    return list(Record.objects.filter(pk__in=list(keys)).select_related("owner").order_by("pk"))
