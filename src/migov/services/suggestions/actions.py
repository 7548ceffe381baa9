"""Having the matcher read work: what it suggests becomes proposals that people decide, with the words that made it say so."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Origin
from migov.services.matching import Answer, Match
from migov.services.suggestions import answering, matcher, plan, reading, sources
from migov.services.suggestions.usefulness import decided_so_far


class NothingToRead(ValueError):
    """The record cannot be read. The text says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the matcher made of a record in one framework. best: the closest element with its match, also where nothing fits.

    fits: how many elements fit by what it read. proposed, withdrawn: codes of elements that are proposed now, or no longer.
    """

    framework: Framework
    answer: Answer
    best: tuple[Element, Match] | None
    fits: int
    proposed: tuple[str, ...]
    withdrawn: tuple[str, ...]


def suggest(
    record: Record,
    frameworks: Collection[str] | None = None,
    *,
    by: Actor,
    at: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Reading]:
    """Have the matcher read a record, and propose what it suggests.

    frameworks: codes; None: all in which nothing is confirmed yet and that were not over when the work began. A framework that
    is named is read also where people have decided. Nothing that people rejected is proposed again; suggestions that nobody
    decided and that the new reading does not give are withdrawn. progress: told
    before each framework how many are read, of how many; what it raises ends the reading, and nothing has changed. Raises
    NothingToRead, PermissionDenied.
    """
    access.require(by, "alignment.declare", record)
    wording = sources.wordings([record]).get(record.pk)
    if wording is None:
        raise NothingToRead(_("There is no text to read here yet. A title and a few sentences are enough."))
    reader = matcher.current()
    homes = {home.pk: home for home in Framework.objects.filter(code__in=reader.frameworks)}
    if frameworks is not None:
        homes = {pk: home for pk, home in homes.items() if home.code in frameworks}
    else:
        standing = reading.standing_rows([record.pk], homes)
        homes = {
            pk: home
            for pk, home in homes.items()
            if reading.in_time(record, home) and not plan.is_decided(standing.get((record.pk, pk), ()))
        }
    answers = {}
    for done, (pk, home) in enumerate(homes.items()):
        if progress:
            progress(done, len(homes))
        answers[pk] = answering.answers(reader, [wording], home.code)[0]
    models = {pk: reader.model_name(home.code) for pk, home in homes.items()}
    return _write(record, wording, homes, answers, models, by, at)


@transaction.atomic
def _write(
    record: Record,
    wording: sources.Wording,
    homes: dict[int, Framework],
    answers: dict[int, Answer],
    models: dict[int, str],
    by: Actor,
    at: datetime | None,
) -> list[Reading]:
    locked = Record.objects.select_for_update().get(pk=record.pk)
    at = at or timezone.now()  # behind the lock: what it supersedes was recorded before
    if locked.removed_at is not None:
        raise NothingToRead(_("“%(record)s” was removed from the register.") % {"record": locked})
    standing = reading.standing_rows([record.pk], homes)
    elements = reading.main_elements(homes)
    decided = decided_so_far([home.code for home in homes.values()])
    readings, examined = [], []
    for pk, home in homes.items():
        answer, known = answers[pk], elements.get(pk, {})
        change = plan.plan(answer, wording, models[pk], standing.get((record.pk, pk), ()))
        for row in change.withdraw:
            alignment.withdraw(row.pk, by=by, note=_("The matcher no longer suggests it."), at=at)
        proposed = []
        for code, reasons, _before in change.propose:
            if code in known:
                alignment.propose(
                    locked, known[code], origin=Origin.SUGGESTED, source=models[pk], reasons=reasons, by=by, at=at
                )
                proposed.append(code)
        best = answer.matches[0] if answer.matches else None
        closest = (known[best.code], best) if best is not None and best.code in known else None
        withdrawn = tuple(row.code for row in change.withdraw)
        fits = len(plan.suggested(answer))
        readings.append(Reading(home, answer, closest, fits, tuple(proposed), withdrawn))
        examined.append(reading.examined(record.pk, pk, wording, answer, models[pk], known, decided[home.code], at))
    reading.keep(examined)
    detail = {str(one.framework): one.fits or "nothing fits" for one in readings}
    journal.write("matcher read", by=by, record=locked, detail=detail, at=at)
    return readings
