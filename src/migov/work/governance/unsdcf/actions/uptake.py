"""What became of a suggested wording: sent, taken up, in part, or not."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.models import PartJudgement, Uptake
from migov.work.governance.unsdcf.actions import ground
from migov.work.governance.unsdcf.actions.ground import Conflict, UnsdcfError


@transaction.atomic
def note(
    judgement: PartJudgement | int, *, taken: str, day: date, by: Actor, text: str = "", seen: int | None = None,
    at: datetime | None = None,
) -> Uptake:  # fmt: skip
    """Note what became of a wording, in the place of what was noted before. seen: the key of what the page showed, 0 for none.

    Raises PermissionDenied, Conflict, UnsdcfError with the field.
    """
    key = judgement if isinstance(judgement, int) else judgement.pk
    home = ground.held(PartJudgement.objects.values_list("part__framework_id", flat=True).get(pk=key), by, ground.WRITE)
    found = PartJudgement.objects.select_related("part").get(pk=key)
    if found.superseded_at is not None:
        raise Conflict(_("The wording was changed meanwhile. Look at it again."))
    if not found.wording:
        raise UnsdcfError(_("No other wording was suggested for this part."))
    before = Uptake.objects.current().filter(judgement=found).first()
    if seen is not None and seen != (before.pk if before else 0):
        raise Conflict(_("Somebody noted something else meanwhile: look at it again before you save."))
    if taken not in Uptake.Taken.values:
        raise UnsdcfError(_("Choose one of the answers."), "taken")
    if day > timezone.localdate(at):
        raise UnsdcfError(_("This day is still to come."), "day")
    text = ground.text(text, "note")
    if before is not None and (before.taken, before.day, before.note) == (taken, day, text):
        return before
    at = at or timezone.now()
    if before is not None:
        Uptake.objects.filter(pk=before.pk).supersede(at)
    made = Uptake.objects.create(judgement=found, taken=taken, day=day, note=text, by=ground.person(by), recorded_at=at)
    detail = {
        "part": f"{found.part.kind} {found.part.number}",
        "taken": taken,
        "before": before.taken if before else "",
    }
    journal.write("uptake noted", by=by, record=home.record, detail=detail, at=at)
    return made
