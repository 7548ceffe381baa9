"""The next version of a text: its review takes over what was judged, and asks again where the words changed.

The rule, row by row: a judgement stays where every provision confirmed for it says the very same in the new version, wherever it
stands now. Where one was changed or dropped, the row is asked again and says which. A row judged without any provision is asked
again only where an article that is new or changed is among the first three that the ranker proposes for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.policy.models import Provision, Review, Row, RowProvision, TextVersion
from migov.work.policy.review import proposing, provisions
from migov.work.policy.review.actions import ground
from migov.work.policy.review.actions.starting import start
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.ranking import Proposal

HIGH = 3
WORDS = ("comment", "internal", "wording", "planned_act", "planned_for")
CONFIRMED, REJECTED = RowProvision.State.CONFIRMED, RowProvision.State.REJECTED


@dataclass
class Carried:
    """What became of the rows: judgement kept, asked again, not judged before, new (no row of the earlier review asks the same)."""

    review: Review
    kept: int = 0
    again: int = 0
    unjudged: int = 0
    new: int = 0


@dataclass
class _Fate:
    """What became of the provisions of one row: those that say the same, those that stand at a changed one's place, and why."""

    same: list[Provision] = field(default_factory=list)
    changed: list[Provision] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


@transaction.atomic
def carry_over(version: TextVersion, *, review: Review | int, by: Actor) -> Carried:
    """Review a newer version of the same text against the same sources, taking over what was judged of an earlier one.

    Raises ReviewRefused (another text, no newer version, one that follows already), PermissionDenied.
    """
    old = ground.held(review, by, ground.JUDGE)
    access.require(by, ground.START)
    if version.text_id != old.version.text_id or version.number <= old.version.number:
        raise ReviewRefused(_("Choose a later version of the same text."), "version")
    if old.following.filter(version=version, record__removed_at__isnull=True).exists():
        raise ReviewRefused(_("There is a review of this version that follows this one already."), "version")
    sources = list(old.sources.select_related("instrument", "framework"))
    made = start(
        version,
        instruments=[one.instrument for one in sources if one.instrument is not None],
        frameworks=[one.framework for one in sources if one.framework is not None],
        request=old.request, owner=old.record.owner if old.record.owner and old.record.owner.is_active else None, by=by,
    )  # fmt: skip
    Review.objects.filter(pk=made.pk).update(previous=old, summary=old.summary)
    carried = _carry(old, made)
    detail = {"from": old.pk, "kept": carried.kept, "asked again": carried.again}
    journal.write("judgements carried over", by=by, record=made.record, detail=detail)
    carried.review = Review.objects.select_related("record", "version__text").get(pk=made.pk)
    return carried


def _carry(old: Review, made: Review) -> Carried:
    before, now = list(old.version.provisions.all()), provisions.read(made.version)
    successors = provisions.Successors(now.provisions)
    rows = proposing.rows_to_ask(made)
    proposals = proposing.ranked(now, rows)
    fresh = _fresh(before, now.provisions)
    links = Prefetch("links", RowProvision.objects.select_related("provision"))
    earlier = {(row.requirement_id, row.element_id): row for row in old.rows.prefetch_related(links)}
    done, carried = [], Carried(made)
    decided: list[RowProvision] = []
    known = now.by_key
    for row, found in zip(rows, proposals, strict=True):
        was = earlier.get((row.requirement_id, row.element_id))
        if was is None:
            carried.new += 1
            continue
        fate = _fate(was, successors)
        if was.judgement and not any(link.state == CONFIRMED for link in was.links.all()):
            fate.why = _news(found, fresh, known)
        _take_over(row, was, fate, carried)
        done.append(row)
        decided += _decided(row, was, fate, successors)
    Row.objects.bulk_update(
        done,
        ["carried_from", "judgement", "judged_by", "judged_at", "asked_again", "why_again", *WORDS],
        batch_size=200,
    )
    RowProvision.objects.filter(row__review=made).delete()
    RowProvision.objects.bulk_create(decided, batch_size=500)
    proposing.keep(rows, proposals)
    Review.objects.filter(pk=made.pk).update(proposed_at=timezone.now())
    return carried


def _fresh(before: Sequence[Provision], now: Sequence[Provision]) -> dict[int, bool]:
    """Articles of the new version whose words the earlier one does not have: key → whether one stood at its place before."""
    digests, places = {one.digest for one in before}, {one.eid for one in before}
    return {one.pk: one.eid in places for one in now if one.article_id in (one.pk, None) and one.digest not in digests}


def _news(found: Sequence[Proposal], fresh: Mapping[int, bool], known: Mapping[int, Provision]) -> list[str]:
    """Why a row without provisions is asked again: articles that are new or changed and proposed high."""
    said = []
    for one in found[:HIGH]:
        article = known[one.key].article_id or one.key
        if article in fresh:
            words = _("%s was changed and may answer it now.") if fresh[article] else _("%s is new and may answer it.")
            said.append(words % known[article].label)
    return said


def _fate(was: Row, successors: provisions.Successors) -> _Fate:
    fate = _Fate()
    for link in was.links.all():
        if link.state != CONFIRMED:
            continue
        if (same := successors.same(link.provision)) is not None:
            fate.same.append(same)
        elif (there := successors.at_its_place(link.provision)) is not None:
            fate.changed.append(there)
            fate.why.append(_("%s was changed.") % link.provision.label)
        else:
            fate.why.append(_("%s was dropped.") % link.provision.label)
    return fate


def _take_over(row: Row, was: Row, fate: _Fate, carried: Carried) -> None:
    row.carried_from = was
    for name in WORDS:
        setattr(row, name, getattr(was, name))
    if was.judgement and not fate.why:
        row.judgement, row.judged_by_id, row.judged_at = was.judgement, was.judged_by_id, was.judged_at
        carried.kept += 1
    elif was.judgement:
        row.asked_again, row.why_again = True, " ".join(fate.why)
        carried.again += 1
    else:
        row.asked_again, row.why_again = was.asked_again, was.why_again
        carried.unjudged += 1


def _decided(row: Row, was: Row, fate: _Fate, successors: provisions.Successors) -> list[RowProvision]:
    """Provisions that stay confirmed or set aside, and those at the place of a changed one, to be looked at first."""
    by = {link.provision.digest: link.by_id for link in was.links.all()}
    found = {
        one.pk: RowProvision(row=row, provision=one, state=CONFIRMED, by_id=by.get(one.digest)) for one in fate.same
    }
    for link in was.links.all():
        if link.state == REJECTED and (same := successors.same(link.provision)) is not None and same.pk not in found:
            found[same.pk] = RowProvision(row=row, provision=same, state=REJECTED, by_id=link.by_id)
    for one in fate.changed:
        if one.pk not in found:
            found[one.pk] = RowProvision(row=row, provision=one, rank=0, by_id=was.judged_by_id)
    return list(found.values())
