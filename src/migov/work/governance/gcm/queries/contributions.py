"""Who was asked to contribute to a report, who answered, and what they said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.work.governance.gcm.outline import Outline, Part
from migov.work.governance.models import Contribution, GcmReport, Invitation, Topic

# States of an invitation, by what its days say.
NOT_OPENED, OPENED, WRITING, HANDED_IN, LATE, WITHDRAWN = "not-opened", "opened", "writing", "handed-in", "late", "withdrawn"  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An invitation with what came of it. contributions: handed in; drafts: how many are being written."""

    invitation: Invitation
    contributions: list[Contribution]
    drafts: int
    today: date

    @property
    def state(self) -> str:
        one = self.invitation
        if one.withdrawn_at:
            return WITHDRAWN
        if one.handed_in_at:
            return HANDED_IN
        if one.deadline < self.today:
            return LATE
        if self.drafts:
            return WRITING
        return OPENED if one.opened_at else NOT_OPENED

    @property
    def words(self) -> str:
        """Its state for people."""
        return {
            NOT_OPENED: _("not opened yet"), OPENED: _("opened"), WRITING: _("being written"), HANDED_IN: _("handed in"),
            LATE: _("not handed in, the day has passed"), WITHDRAWN: _("withdrawn"),
        }[self.state]  # fmt: skip

    @property
    def tone(self) -> str:
        return {HANDED_IN: "good", LATE: "bad", WITHDRAWN: "quiet", NOT_OPENED: "warn"}.get(self.state, "")

    @property
    def waiting(self) -> int:
        """Contributions that nobody has decided yet."""
        return sum(one.state == Contribution.State.RECEIVED for one in self.contributions)


def asked(report: GcmReport) -> list[Asked]:
    """All invitations of a report with what came of them. Two queries. Words of drafts stay with who writes them."""
    invitations = list(Invitation.objects.filter(report=report).select_related("made_by"))
    drafts: dict[int, int] = defaultdict(int)
    handed: dict[int, list[Contribution]] = defaultdict(list)
    for one in Contribution.objects.filter(invitation__in=invitations).select_related("decided_by").order_by("pk"):
        if one.state == Contribution.State.DRAFT:
            drafts[one.invitation_id] += 1
        else:
            handed[one.invitation_id].append(one)
    today = timezone.localdate()
    return [Asked(one, handed[one.pk], drafts[one.pk], today) for one in invitations]


def handed_in(report: GcmReport) -> QuerySet[Contribution]:
    """Contributions that were handed in."""
    return Contribution.objects.filter(invitation__report=report).exclude(state=Contribution.State.DRAFT)


@dataclass(frozen=True)
class Field:
    """A topic of a part on the page of a link, with what was written so far."""

    topic: str
    label: str
    hint: str
    text: str
    sources: str
    revision: int


@dataclass(frozen=True)
class AskedPart:
    """A part that is asked at a link. written: topics with words."""

    part: Part
    written: int


def asked_parts(invitation: Invitation, whole: Outline) -> list[AskedPart]:
    """The parts that are asked, in the order of the outline. One query."""
    counts: dict[str, int] = defaultdict(int)
    for part in Contribution.objects.filter(invitation=invitation).exclude(text="").values_list("part", flat=True):
        counts[part] += 1
    return [AskedPart(part, counts[part.code]) for part in whole.parts if part.code in invitation.parts]


def fields(invitation: Invitation, part: Part, hints: dict[str, str]) -> list[Field]:
    """The topics of a part at a link with what was written. One query."""
    rows = {one.topic: one for one in Contribution.objects.filter(invitation=invitation, part=part.code)}
    found = []
    for topic in part.topics:
        row = rows.get(topic)
        found.append(
            Field(
                topic, str(Topic(topic).label), hints[topic], row.text if row else "", row.sources if row else "",
                row.revision if row else 0,
            )
        )  # fmt: skip
    return found
