"""Earlier positions put into the library, as they were delivered: as text, as a document, or both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import DocumentKind
from migov.services.writing import prose
from migov.services.writing.desk import LONGEST
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.actions import ground
from migov.work.cooperation.inputs.actions.ground import TAKE, InputRefused, one_line, words
from migov.work.cooperation.inputs.actions.life import Wanted, make
from migov.work.cooperation.models import Input, InputState, Section


@transaction.atomic
def file_position(
    wanted: Wanted, *, on: date, function: str = "", text: str = "", documents: Sequence[File] = (), became: str = "", by: Actor
) -> Input:  # fmt: skip
    """Put an earlier position into the library. It has been delivered already, so nothing of it is cleared here.

    on: the day it was delivered. text: its words; documents: files with them. One of both is needed. Raises InputRefused (with the
    field), PermissionDenied.
    """
    today = timezone.localdate()
    ground.a_day(on, "on")
    if on > today:
        raise InputRefused(_("The day of delivery cannot be in the future."), "on")
    text = prose.tidy(text).strip()
    if not text and not documents:
        raise InputRefused(_("Give its text or a document."), "text")
    if len(text) > LONGEST:
        raise InputRefused(_("The text is too long to be saved."), "text")
    title = one_line(wanted.title, "title")
    same = Input.objects.filter(filed=True, delivered_on=on, type=wanted.type, record__title=title)
    if same.filter(record__in=Record.objects.standing()).exists():
        raise InputRefused(_("A position of this title, type and day is in the library already."), "title")
    follow_up = words(became, "became")
    made = make(
        wanted, by=by, state=InputState.DELIVERED, filed=True, requested_on=on, delivered_on=on,
        delivered_by=one_line(function, "function", 200), became=follow_up, became_on=today if follow_up else None,
    )  # fmt: skip
    access.require(by, TAKE, made.record)
    if isinstance(by, User):
        made.record.owner = by
        made.record.save(update_fields=["owner"])
    if text:
        Section.objects.create(
            input=made, code=templates.FILED, text=text, revision=1, saved_at=timezone.now(), saved_by_id=by.pk
        )
    detail = {"title": made.record.title, "on": on.isoformat()}
    journal.write("position filed", by=by, record=made.record, detail=detail)
    for file in documents:
        try:
            kept = files.add(made.record, file, by=by, about=About(kind=DocumentKind.OTHER, date=on))
        except NotAccepted as refused:
            raise InputRefused(str(refused), "file") from refused
        reading.read_soon(kept, by=by)
    return made
