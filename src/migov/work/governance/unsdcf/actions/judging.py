"""Judging a part: is migration in it, for whom, what serves which objective or target, and what should be said instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.models import Part, PartElement, PartJudgement, PartKind, Presence, Uptake
from migov.work.governance.unsdcf.actions import ground
from migov.work.governance.unsdcf.actions.ground import Conflict, UnsdcfError
from migov.work.governance.unsdcf.groups import GROUPS

JUDGED = (PartKind.OUTCOME, PartKind.OUTPUT)
FRAMEWORKS = ("gcm", "sdg")
# States in which a part can be for somebody.
PRESENT = (Presence.NAMED, Presence.IMPLIED)


class Clash(Conflict):
    """Somebody else judged the part meanwhile. theirs: the judgement that stands, None where it was taken back."""

    def __init__(self, theirs: PartJudgement | None) -> None:
        super().__init__(
            _("Somebody judged this part meanwhile. Nothing of yours was saved yet; it is still in the fields.")
        )
        self.theirs = theirs


@transaction.atomic
def judge(
    part: Part | int, *, presence: str, by: Actor, groups: Iterable[str] = (), comment: str = "", wording: str = "",
    elements: Mapping[int, str] | None = None, seen: int | None = None, at: datetime | None = None,
) -> PartJudgement | None:  # fmt: skip
    """Judge a part, in the place of what was judged before; an empty presence takes the judgement back.

    elements: as `decide` takes them; decided or refused together with the judgement. seen: the key of the judgement that the page
    showed, 0 for none. A wording that stays keeps what was noted of it.
    Raises PermissionDenied, Clash, UnsdcfError with the field.
    """
    held, before = _held(part, by)
    if seen is not None and seen != (before.pk if before else 0):
        raise Clash(before)
    if elements:
        _decide(held, elements, by)
    comment, wording = ground.text(comment, "comment"), ground.text(wording, "wording")
    chosen = [code for code in GROUPS if code in set(groups)]
    if unknown := sorted(set(groups) - set(GROUPS)):
        raise UnsdcfError(_("“%(code)s” is no group that is known.") % {"code": unknown[0][:40]}, "groups")
    if not presence:
        if comment or wording or chosen:
            raise UnsdcfError(_("Say first whether migration is present."), "presence")
        _take_back(held, before, by, at)
        return None
    if presence not in Presence.values:
        raise UnsdcfError(_("Choose one of the judgements."), "presence")
    if chosen and presence not in PRESENT:
        raise UnsdcfError(
            _("Groups are named where migration is present. Take them away, or judge otherwise."), "groups"
        )
    if wording and presence == Presence.NOT_APPLICABLE:
        raise UnsdcfError(_("What does not concern migration needs no other wording."), "wording")
    same = before is not None and (before.presence, list(before.groups), before.comment, before.wording) == (
        presence, chosen, comment, wording,
    )  # fmt: skip
    if same:
        return before
    at = at or timezone.now()
    if before is not None:
        PartJudgement.objects.filter(pk=before.pk).supersede(at)
    made = PartJudgement.objects.create(
        part=held,
        presence=presence,
        groups=chosen,
        comment=comment,
        wording=wording,
        by=ground.person(by),
        recorded_at=at,
    )
    if before is not None and wording and before.wording == wording:
        _carry(before, made, at)
    detail: dict[str, Any] = {"part": f"{held.kind} {held.number}", "presence": presence, "groups": chosen}
    if before is not None:
        detail["before"] = {
            "presence": before.presence,
            "wording": before.wording[:300],
            "comment": before.comment[:300],
        }
    journal.write("part judged", by=by, record=held.framework.record, detail=detail, at=at)
    return made


def _held(part: Part | int, by: Actor) -> tuple[Part, PartJudgement | None]:
    """The part, held until the transaction ends, and the judgement that stands."""
    key = part if isinstance(part, int) else part.pk
    home = ground.held(Part.objects.values_list("framework_id", flat=True).get(pk=key), by, ground.JUDGE)
    found = Part.objects.select_for_update(of=("self",)).get(pk=key)
    found.framework = home
    if found.kind not in JUDGED:
        raise UnsdcfError(_("Outcomes and outputs are judged."))
    return found, PartJudgement.objects.current().filter(part=found).select_related("by").first()


def _take_back(held: Part, before: PartJudgement | None, by: Actor, at: datetime | None) -> None:
    if before is None:
        return
    if Uptake.objects.current().filter(judgement=before).exists():
        raise UnsdcfError(_("Its wording was sent already. Judge it otherwise instead."), "presence")
    PartJudgement.objects.filter(pk=before.pk).supersede(at)
    detail = {"part": f"{held.kind} {held.number}", "before": before.presence}
    journal.write("judgement taken back", by=by, record=held.framework.record, detail=detail, at=at)


def _carry(before: PartJudgement, now: PartJudgement, at: datetime) -> None:
    """What was noted of a wording is noted of the same wording in a new judgement."""
    rows = Uptake.objects.current().filter(judgement=before)
    noted = list(rows)
    rows.supersede(at)
    Uptake.objects.bulk_create(
        Uptake(judgement=now, taken=one.taken, day=one.day, note=one.note, by=one.by, recorded_at=at) for one in noted
    )


@transaction.atomic
def decide(part: Part | int, wanted: Mapping[int, str], *, by: Actor) -> int:
    """Confirm, reject or put back elements that a part may serve, or add ones nobody proposed. wanted: key of an element → state.

    Returns how many changed. Raises PermissionDenied, UnsdcfError.
    """
    held, _before = _held(part, by)
    return _decide(held, wanted, by)


def _decide(held: Part, wanted: Mapping[int, str], by: Actor) -> int:
    if unknown := set(wanted.values()) - set(PartElement.State.values):
        raise UnsdcfError(_("“%(state)s” is no state of an element.") % {"state": sorted(unknown)[0][:40]}, "elements")
    known = {
        one.pk: one
        for one in Element.objects.filter(
            pk__in=wanted, framework__code__in=FRAMEWORKS, retired_at__isnull=True
        ).select_related("framework")
    }
    if set(wanted) - set(known):
        raise UnsdcfError(_("Choose an objective of the Global Compact or a target of the SDGs."), "elements")
    there = {one.element_id: one for one in PartElement.objects.filter(part=held)}
    changed = {}
    for key, state in wanted.items():
        row = there.get(key) or PartElement(part=held, element=known[key])
        if row.pk and row.state == state:
            continue
        changed[str(known[key])] = [row.state if row.pk else "", state]
        row.state, row.by, row.at = state, ground.person(by), timezone.now()
        row.save()
    if changed:
        detail = {"part": f"{held.kind} {held.number}", "elements": changed}
        journal.write("elements decided", by=by, record=held.framework.record, detail=detail)
    return len(changed)


def element_by(words: str) -> Element:
    """The objective or target that words name: “GCM 10”, “SDG 8.8”, “8.8”. Raises UnsdcfError with the field."""
    from migov.foundation.frameworks.queries import named

    found = named(words)
    rows = Element.objects.filter(framework__code__in=FRAMEWORKS, retired_at__isnull=True).select_related("framework")
    if found is not None:
        framework, code = found
        rows = rows.filter(code__iexact=code)
        if framework:
            short = {"gcm": "gcm", "sdg": "sdg", "sdgs": "sdg", "global compact": "gcm"}.get(framework, framework)
            rows = rows.filter(framework__code=short)
        hits = list(rows[:2])
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise UnsdcfError(
                _("“%(words)s” is in both frameworks. Write GCM or SDG before it.") % {"words": words[:40]}, "element"
            )
    raise UnsdcfError(
        _("“%(words)s” is not known. Write it like GCM 10 or SDG 8.8.") % {"words": words[:40]}, "element"
    )
