"""Judging rows: what a person says of a row, and which provisions answer it. Two people at one review lose nothing of what they write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.policy.models import Judgement, Provision, Review, Row, RowProvision
from migov.work.policy.review.actions import ground
from migov.work.policy.review.errors import Clash, ReviewRefused, RowConflict

FIELDS = {
    "judgement": gettext_lazy("Judgement"),
    "comment": gettext_lazy("Comment for the government"),
    "wording": gettext_lazy("Proposed wording"),
    "planned_act": gettext_lazy("Act planned for the rest"),
    "planned_for": gettext_lazy("Planned for"),
    "internal": gettext_lazy("Note for colleagues"),
}
LINES = {"planned_act": 300, "planned_for": 100}
PROPOSED, CONFIRMED, REJECTED = RowProvision.State.PROPOSED, RowProvision.State.CONFIRMED, RowProvision.State.REJECTED


@transaction.atomic
def judge(
    row: Row | int,
    *,
    by: Actor,
    revision: int,
    seen: Mapping[str, str] | None = None,
    over: Sequence[str] = (),
    links: Mapping[int, str] | None = None,
    **values: str,
) -> Row:
    """Say something of a row. values: any of FIELDS; what is not given stays. judgement: a code, or empty to take it back.

    revision: of the row on the page. seen: what stood on the page, field by field, so that a field which only somebody else changed is
    left as it is, and one that both changed is refused unless its name is in over. links: key of a provision → state of RowProvision.

    Raises RowConflict (nothing is saved then), ReviewRefused (with the field), PermissionDenied.
    """
    key = row if isinstance(row, int) else row.pk
    review = ground.open_to_judge(Row.objects.values_list("review_id", flat=True).get(pk=key), by)
    found = Row.objects.select_for_update().get(pk=key)
    wanted = _clean(values)
    clashes = {} if revision == found.revision else _clashes(found, wanted, seen or {}, over)
    if clashes:
        raise RowConflict(
            _("Somebody changed this row meanwhile. Nothing of yours was saved yet; it is still in the fields."),
            clashes,
        )
    seen = {name: _same(value) for name, value in (seen or {}).items()}
    changed = {
        name: [getattr(found, name), value]
        for name, value in wanted.items()
        if value != getattr(found, name) and not (name in seen and seen[name] == value)
    }
    for name, (_was, value) in changed.items():
        setattr(found, name, value)
    linked = _link(review, found, links or {}, by)
    judged = "judgement" in changed or (bool(wanted.get("judgement")) and found.asked_again)
    if not changed and not linked and not judged:
        return found
    if judged:
        found.judged_by = ground.person(by) if found.judgement else None
        found.judged_at = timezone.now() if found.judgement else None
        found.asked_again = found.asked_again and not found.judgement
    found.revision += 1
    found.save()
    # The journal names what was changed; the words themselves stay with the row, in the journal only what they took the place of.
    detail: dict[str, Any] = {"row": found.pk, "at": str(found.order + 1), "fields": changed}
    journal.write("row judged" if judged else "row changed", by=by, record=review.record, detail=detail | linked)
    return found


def _same(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    if unknown := values.keys() - FIELDS.keys():
        raise TypeError(f"a row has no {', '.join(sorted(unknown))}")
    found = {}
    for name, value in values.items():
        if name == "judgement":
            if value and value not in Judgement.values:
                raise ReviewRefused(_("Choose one of the judgements."), name)
            found[name] = value
        elif name in LINES:
            found[name] = ground.one_line(value, name, LINES[name])
        else:
            found[name] = ground.text(value, name)
    return found


def _clashes(row: Row, wanted: Mapping[str, str], seen: Mapping[str, str], over: Sequence[str]) -> dict[str, Clash]:
    found = {}
    for name, mine in wanted.items():
        stands = getattr(row, name)
        untouched = name in seen and (_same(seen[name]) == mine or _same(seen[name]) == stands)
        if mine != stands and not untouched and name not in over:
            theirs = Judgement(stands).label if name == "judgement" and stands else stands
            found[name] = Clash(str(FIELDS[name]), str(theirs), mine)
    return found


def _link(review: Review, row: Row, wanted: Mapping[int, str], by: Actor) -> dict[str, Any]:
    """Confirm, set aside or put back provisions, or add ones that nobody proposed. Returns what was changed, for the journal."""
    if unknown := set(wanted.values()) - set(RowProvision.State.values):
        raise ReviewRefused(_("“%s” is no state of a provision.") % sorted(unknown)[0], "links")
    kept = {one.provision_id: one for one in row.links.all()}
    known = dict(Provision.objects.filter(version=review.version_id, pk__in=wanted).values_list("pk", "label"))
    changed: dict[str, Any] = {}
    for key, state in wanted.items():
        if key not in known:
            raise ReviewRefused(_("This provision is not in the version that is reviewed."), "links")
        link = kept.get(key) or RowProvision(row=row, provision_id=key)
        if link.pk is not None and link.state == state:
            continue
        changed[known[key]] = [link.state if link.pk else "", state]
        link.state, link.by = state, ground.person(by)
        link.save()
    return {"provisions": changed} if changed else {}


@dataclass(frozen=True)
class Judged:
    """What became of many rows: how many were judged, and the keys of those that were not, for others had changed them meanwhile."""

    done: int
    left: tuple[int, ...]


@transaction.atomic
def judge_many(review: Review | int, rows: Mapping[int, int], *, judgement: str, by: Actor) -> Judged:
    """Give several rows the same judgement. rows: key → revision on the page; a row that was changed since is left as it is.

    Raises ReviewRefused (with the field), PermissionDenied.
    """
    held = ground.open_to_judge(review, by)
    if judgement not in Judgement.values:
        raise ReviewRefused(_("Choose one of the judgements."), "judgement")
    if not rows:
        raise ReviewRefused(_("Choose the rows first."), "rows")
    found = list(Row.objects.select_for_update().filter(review=held, pk__in=rows))
    good = [row for row in found if row.revision == rows[row.pk]]
    for row in good:
        row.judgement, row.judged_by, row.judged_at = judgement, ground.person(by), timezone.now()
        row.asked_again, row.revision = False, row.revision + 1
    Row.objects.bulk_update(good, ["judgement", "judged_by", "judged_at", "asked_again", "revision"], batch_size=200)
    if good:
        detail = {"judgement": judgement, "rows": [row.pk for row in good]}
        journal.write("rows judged", by=by, record=held.record, detail=detail)
    return Judged(len(good), tuple(sorted(set(rows) - {row.pk for row in good})))


@transaction.atomic
def summarise(review: Review | int, *, summary: str, seen: str | None = None, by: Actor) -> Review:
    """Write the overall assessment, which the government reads. seen: what stood on the page.

    Raises RowConflict where somebody else wrote meanwhile, ReviewRefused, PermissionDenied.
    """
    found = ground.open_to_judge(review, by)
    summary = ground.text(summary, "summary")
    if summary == found.summary:
        return found
    if seen is not None and _same(seen) != found.summary:
        clash = Clash(str(_("Overall assessment")), found.summary, summary)
        raise RowConflict(_("Somebody wrote in the overall assessment meanwhile."), {"summary": clash})
    was, found.summary = found.summary, summary
    found.save(update_fields=["summary"])
    journal.write("changed", by=by, record=found.record, detail={"fields": {"summary": [was, summary]}})
    return found
