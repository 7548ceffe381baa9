"""Writing the sections of a report. How it is done: services/writing. Beside that: taking sentences made from the figures."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.services.writing import prose, saving
from migov.services.writing.desk import LockState, Saved, other
from migov.services.writing.errors import NoSection
from migov.services.writing.settling import Held
from migov.work.reports import figures, queries, sentences
from migov.work.reports.actions import ground
from migov.work.reports.actions.desk import DESK
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.facts import Facts
from migov.work.reports.models import Report, Section


def open_section(report: Report | int, code: str, *, token: str, by: Actor) -> tuple[Section, LockState]:
    """Begin to write a section. Raises as `saving.open_section`."""
    return saving.open_section(DESK, _key(report), code, token=token, by=by)


def save(section: Section | int, *, text: str, revision: int, token: str, by: Actor, number: int = 0) -> Saved:
    """Keep what was written. Raises as `saving.save`."""
    return saving.save(DESK, section, text=text, revision=revision, token=token, by=by, number=number)


def write(report: Report | int, code: str, *, text: str, by: Actor) -> Saved:
    """Put a text in the place of what stands, as programs do. Raises as `save`."""
    return saving.write(DESK, _key(report), code, text=text, by=by)


@transaction.atomic
def take_sentences(report: Report | int, code: str, *, by: Actor) -> Saved:
    """Put the sentences that are made from the figures at the end of a section. It is kept that they were made, until it is changed.

    Raises NoSection, ReportRefused where the figures say nothing or it is said already, Held where another person writes, Closed,
    PermissionDenied.
    """
    found = ground.writable(_key(report), by)
    facts = Facts(found)
    part = queries.part_of(found, code, facts)
    if part is None:
        raise NoSection(_("There is no such section."))
    made = "\n\n".join(sentences.sentences_for(part, facts))
    row = DESK.row_of(found, code)
    if not made:
        raise ReportRefused(_("The figures say nothing for this section yet."))
    if made in row.text:
        raise ReportRefused(_("These sentences are in the text already."))
    if holder := other(DESK.standing_lock(row), by):
        raise Held(holder)
    text = f"{row.text.rstrip()}\n\n{made}".strip()
    saved = saving.save(DESK, row, text=text, revision=row.revision, token="", by=by)
    whole = prose.tidy(text)
    row = Section.objects.get(pk=row.pk)
    row.made = whole if whole == made else ""
    row.figures = {one.key: one.reads for one in figures.figures_of(part, facts)}
    row.save(update_fields=["made", "figures"])
    journal.write("sentences taken", by=by, record=found.record, detail={"section": code})
    return saved


@transaction.atomic
def figures_seen(report: Report | int, code: str, *, by: Actor) -> None:
    """Say that a text is right with the figures as they are now: they count as those it was written with.

    Raises NoSection, Closed, PermissionDenied.
    """
    found = ground.writable(_key(report), by)
    facts = Facts(found)
    part = queries.part_of(found, code, facts)
    row = Section.objects.filter(report=found, code=code).first()
    if part is None or row is None:
        raise NoSection(_("There is no such section."))
    row.figures = {one.key: one.reads for one in figures.figures_of(part, facts)}
    row.save(update_fields=["figures"])
    journal.write("figures checked", by=by, record=found.record, detail={"section": code})


def _key(report: Report | int) -> int:
    return report if isinstance(report, int) else report.pk
