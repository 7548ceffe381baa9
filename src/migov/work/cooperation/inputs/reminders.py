"""What a day brings: inputs that fall due or are late, offices that have not answered, delivered ones of which nobody said what became.
Each is told once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.cooperation.inputs import people
from migov.work.cooperation.inputs.actions.offices import ASKING
from migov.work.cooperation.models import OPEN_INPUTS, Input, InputState, OfficeAsked

AHEAD = timedelta(days=7)
FOLLOW_UP = timedelta(days=30)
KIND = "input-due"


def remind(today: date) -> Mapping[str, int]:
    """Tell those concerned. Returns how many were told, words → number."""
    done = {"inputs due": _due(today), "offices asked": _asked(today), "inputs to follow up": _became(today)}
    return {words: number for words, number in done.items() if number}


def _due(today: date) -> int:
    """Those who write what falls due; the policy officers of what nobody has taken on."""
    found = Input.objects.filter(state__in=OPEN_INPUTS, due__lte=today + AHEAD, record__removed_at__isnull=True)
    told = 0
    for one in found.select_related("record__owner", "record__office"):
        late = one.due is not None and one.due < today
        words = _("Late since %(day)s: %(title)s") if late else _("Due on %(day)s: %(title)s")
        concerned = people.takers(one) if one.state == InputState.REQUESTED else people.writers(one)
        told += len(
            tell(
                concerned, kind=KIND, title=words % {"day": formats.day(one.due), "title": one.record.title},
                text=str(one.get_state_display()), url=reverse("cooperation:input", args=[one.pk]), record=one.record,
                key=f"input-{one.pk}-{'late' if late else 'due'}-{one.due}",
            )
        )  # fmt: skip
    return told


def _asked(today: date) -> int:
    """The people of an office that was asked and has not answered; once before the day, once after."""
    found = OfficeAsked.objects.filter(
        answer="", due__lte=today + AHEAD / 2, input__state__in=ASKING, input__record__removed_at__isnull=True
    )
    told = 0
    for one in found.select_related("input__record", "office"):
        late = one.due is not None and one.due < today
        words = _("Contribution late since %(day)s: %(title)s") if late else _("Contribution due on %(day)s: %(title)s")
        told += len(
            tell(
                people.of_office(one.office), kind=KIND, title=words % {"day": formats.day(one.due), "title": one.input.record.title},
                text=one.question, url=f"{reverse('cooperation:input', args=[one.input_id])}#asked-{one.pk}",
                record=one.input.record, key=f"input-asked-{one.pk}-{'late' if late else 'due'}-{one.due}",
            )
        )  # fmt: skip
    return told


def _became(today: date) -> int:
    """The owner of an input that was delivered a month ago, where nobody said what became of it."""
    found = Input.objects.filter(
        state=InputState.DELIVERED, filed=False, became="", delivered_on__lte=today - FOLLOW_UP, record__removed_at__isnull=True
    )  # fmt: skip
    told = 0
    for one in found.select_related("record__owner"):
        if one.record.owner is not None:
            told += len(
                tell(
                    [one.record.owner], kind=KIND, title=_("What became of it? %s") % one.record.title, record=one.record,
                    url=reverse("cooperation:input", args=[one.pk]), key=f"input-{one.pk}-became",
                )
            )  # fmt: skip
    return told
