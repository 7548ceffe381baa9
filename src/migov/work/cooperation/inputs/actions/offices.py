"""Country offices are asked for their contribution to an input, and answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, User
from migov.foundation.records import journal
from migov.foundation.records.models import Visibility
from migov.services.notices.actions import tell
from migov.work.cooperation.inputs import people
from migov.work.cooperation.inputs.actions import ground
from migov.work.cooperation.inputs.actions.ground import ANSWER, WRITE, InputRefused, Meanwhile, words
from migov.work.cooperation.inputs.actions.life import page_of
from migov.work.cooperation.models import Input, InputState, OfficeAsked

ASKING = frozenset({InputState.REQUESTED, InputState.DRAFT, InputState.CLEARANCE})
KIND = "input-asked"


@transaction.atomic
def ask(
    paper: Input | int, offices: Iterable[Office], *, question: str, due: date | None = None, by: Actor
) -> list[OfficeAsked]:
    """Ask country offices for their contribution; their people are told. An office that was asked already is not asked twice.

    Raises InputRefused (with the field), PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, WRITE)
    _open(found)
    wanted = list(offices)
    if not wanted:
        raise InputRefused(_("Choose the offices."), "offices")
    question = words(question, "question", _("Say what you need from them."))
    if due is not None and due < timezone.localdate():
        raise InputRefused(_("This day has passed."), "due")
    if found.record.visibility == Visibility.OFFICE and any(one.pk != found.record.office_id for one in wanted):
        raise InputRefused(_("Other offices do not see this input. Let all offices see it first."), "offices")
    known = set(found.asked.values_list("office_id", flat=True))
    made = [
        OfficeAsked.objects.create(
            input=found, office=office, question=question, due=due, asked_at=timezone.now(),
            asked_by=by if isinstance(by, User) else None,
        )
        for office in wanted if office.pk not in known
    ]  # fmt: skip
    if not made:
        raise InputRefused(_("These offices are asked already."), "offices")
    names = [str(one.office) for one in made]
    journal.write("offices asked", by=by, record=found.record, detail={"offices": names, "question": question})
    for one in made:
        tell(
            people.without(people.of_office(one.office), by), kind=KIND, record=found.record, text=question,
            title=_("Your contribution is asked for: %s") % found.record.title, url=f"{page_of(found)}#asked-{one.pk}",
            key=f"input-asked-{one.pk}",
        )  # fmt: skip
    return made


@transaction.atomic
def answer(asked: OfficeAsked | int, *, text: str, seen: int | None = None, by: Actor) -> OfficeAsked:
    """An office answers, or says it better. Who writes the input is told. Only its own people and the regional office answer for it.

    seen: the revision on the page. Raises InputRefused (with the field), Meanwhile, PermissionDenied.
    """
    key = asked if isinstance(asked, int) else asked.pk
    paper = OfficeAsked.objects.values_list("input_id", flat=True).get(pk=key)
    found = ground.held(paper, by, ANSWER)
    row = OfficeAsked.objects.select_related("office").get(pk=key)
    if not people.answers_for(by, row):
        raise PermissionDenied(_("Only the office that was asked answers."))
    _open(found)
    if seen is not None and row.revision != seen:
        raise Meanwhile(_("A colleague answered meanwhile. Read it, then add what is missing."), "answer")
    text = words(text, "answer", _("Write your contribution."))
    row.answer, row.answered_at, row.revision = text, timezone.now(), row.revision + 1
    row.answered_by = by if isinstance(by, User) else None
    row.save(update_fields=["answer", "answered_at", "answered_by", "revision"])
    journal.write("office answered", by=by, record=found.record, detail={"office": str(row.office), "text": text})
    tell(
        people.without(people.writers(found), by), kind=KIND, record=found.record, text=text,
        title=_("%(office)s answered: %(title)s") % {"office": row.office, "title": found.record.title},
        url=f"{page_of(found)}#asked-{row.pk}", key=f"input-answered-{row.pk}-{row.revision}",
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw(asked: OfficeAsked | int, *, by: Actor) -> None:
    """Ask an office no longer, as long as it has not answered. Raises InputRefused, PermissionDenied."""
    key = asked if isinstance(asked, int) else asked.pk
    paper = OfficeAsked.objects.values_list("input_id", flat=True).get(pk=key)
    found = ground.held(paper, by, WRITE)
    row = OfficeAsked.objects.select_related("office").get(pk=key)
    if row.answer:
        raise InputRefused(_("This office has answered; its answer stays."))
    journal.write("office no longer asked", by=by, record=found.record, detail={"office": str(row.office)})
    row.delete()


def _open(found: Input) -> None:
    if found.state not in ASKING:
        raise InputRefused(_("This input is “%s” already.") % found.get_state_display())
