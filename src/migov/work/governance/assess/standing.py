"""Which answer to a question stands. Pure: given the answers of the sides, it says what counts and how sure it is.

1. What was agreed in validation stands. Where it says that both maintain their answers ("disputed"), its option stands if it has one.
2. Else, where government and office answer the same, that stands.
3. Where they differ, nothing stands: it is a disagreement until it is agreed or recorded as one.
4. Where only one side has answered, its answer stands provisionally.

An answer without an option (taken back, or only a remark) is no answer. "Not applicable" is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from migov.work.governance.models import Answer, Option


class How(models.TextChoices):
    AGREED = "agreed", _("agreed in validation")
    DISPUTED = "disputed", _("disagreement recorded")
    SAME = "same", _("both answer the same")
    DIFFERS = "differs", _("the answers differ")
    ONE = "one", _("one side only, provisional")
    OPEN = "open", _("no answer yet")


@dataclass(frozen=True, slots=True)
class Then:
    """An answer without its row: what the rule looks at."""

    option_id: int | None
    option: Option | None
    note: str
    disputed: bool
    recorded_at: datetime


Said = Answer | Then
SETTLED = (How.AGREED, How.DISPUTED, How.SAME)


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a question. option: the answer that stands; None where nothing does.

    since: a side has changed its answer after it was agreed, to another one; it should be looked at again.
    """

    how: How
    option: Option | None = None
    note: str = ""
    since: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do before it is handed in."""
        return self.how in SETTLED and not self.since


def unopposed() -> str:
    """What is noted with an answer of one side that nobody objected to."""
    return gettext("Answered by one side; nobody objected in validation.")


def standing(government: Said | None, office: Said | None, agreed: Said | None) -> Standing:
    """What stands of the answers of the sides that stand (rule above)."""
    theirs, ours = _chosen(government), _chosen(office)
    if agreed is not None and (agreed.option is not None or agreed.disputed):
        later = [
            one.option_id for one in (government, office)
            if one is not None and one.option_id is not None and one.recorded_at > agreed.recorded_at
        ]  # fmt: skip
        since = not agreed.disputed and any(option != agreed.option_id for option in later)
        return Standing(How.DISPUTED if agreed.disputed else How.AGREED, agreed.option, agreed.note, since)
    if theirs is not None and ours is not None:
        return Standing(How.SAME, ours) if theirs.pk == ours.pk else Standing(How.DIFFERS)
    one = theirs or ours
    return Standing(How.ONE, one) if one is not None else Standing(How.OPEN)


def _chosen(answer: Said | None) -> Option | None:
    return answer.option if answer is not None else None
