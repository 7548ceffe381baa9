"""What a day brings: wordings that were sent and have no answer, and wordings that wait to be sent while a framework is drafted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from migov.foundation.people.models import User
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.models import CooperationFramework, PartJudgement, Uptake
from migov.work.governance.models.unsdcf import KIND
from migov.work.governance.unsdcf.queries.counting import waiting_for_answer

ANSWER_AFTER = timedelta(days=60)
SEND_AFTER = timedelta(days=14)


def remind(today: date) -> Mapping[str, int]:
    """Tell those who lead a check, each thing once. Returns how many notices of each kind were made."""
    done = Counter({"wordings without an answer": _unanswered(today), "wordings to send": _unsent(today)})
    return {words: number for words, number in done.items() if number}


def _unanswered(today: date) -> int:
    """One notice for each framework and day on which wordings were sent."""
    rows = waiting_for_answer().filter(
        day__lte=today - ANSWER_AFTER, judgement__part__framework__record__removed_at__isnull=True
    )
    found: dict[tuple[int, date], list[Uptake]] = {}
    for one in rows.select_related("by", "judgement__part__framework__record__owner"):
        found.setdefault((one.judgement.part.framework_id, one.day), []).append(one)
    made = 0
    for (key, day), sent in found.items():
        framework = sent[0].judgement.part.framework
        words = ngettext(
            "%(number)d wording sent on %(day)s has no answer: “%(title)s”",
            "%(number)d wordings sent on %(day)s have no answer: “%(title)s”",
            len(sent),
        )
        title = words % {"number": len(sent), "day": formats.day(day), "title": framework.record.title[:120]}
        made += _tell(framework, sent[0].by, title, f"unsdcf-unanswered:{key}:{day}")
    return made


def _unsent(today: date) -> int:
    """While a framework is drafted, wordings that nobody sent. Asked again each month."""
    rows = (
        PartJudgement.objects.current()
        .filter(
            part__framework__status=CooperationFramework.Status.DRAFTING, part__framework__record__removed_at__isnull=True,
            recorded_at__date__lte=today - SEND_AFTER,
        )
        .exclude(wording="")
        .exclude(pk__in=Uptake.objects.current().values("judgement_id"))
        .select_related("by", "part__framework__record__owner")
    )  # fmt: skip
    found: dict[int, list[PartJudgement]] = {}
    for one in rows:
        found.setdefault(one.part.framework_id, []).append(one)
    made = 0
    for key, waiting in found.items():
        framework = waiting[0].part.framework
        words = ngettext(
            "%(number)d wording waits to be sent while “%(title)s” is drafted",
            "%(number)d wordings wait to be sent while “%(title)s” is drafted",
            len(waiting),
        )
        title = words % {"number": len(waiting), "title": framework.record.title[:120]}
        made += _tell(framework, waiting[0].by, title, f"unsdcf-unsent:{key}:{today:%Y-%m}")
    return made


def _tell(framework: CooperationFramework, otherwise: User | None, title: str, key: str) -> int:
    person = framework.record.owner or otherwise
    url = f"{reverse('governance:unsdcf', args=[framework.pk])}#suggestions"
    return len(tell([person] if person else [], kind=KIND, record=framework.record, title=title, url=url, key=key))
