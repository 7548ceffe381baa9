"""Steps that many tests of reviews begin with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from migov.foundation.people.models import User
from migov.services.clearance.actions import deciding, handing
from migov.work.policy.models import Release, Review, Row
from migov.work.policy.review import actions, subject


def rows_of(review: Review) -> list[Row]:
    return list(review.rows.order_by("order"))


def judge_all(review: Review, by: User, judgement: str = "partial", **values: str) -> None:
    """Judge every row the same, with the first proposal confirmed."""
    for row in rows_of(review):
        first = row.links.order_by("rank").first()
        links = {first.provision_id: "confirmed"} if first and judgement in ("full", "partial") else {}
        actions.judge(row, by=by, revision=row.revision, judgement=judgement, links=links, **values)


def clear(review: Review, people: SimpleNamespace) -> Review:
    """Hand in and endorse."""
    made = handing.submit(review.record, subject=subject.SUBJECT, by=people.fatos)
    deciding.decide(
        made.clearance, outcome="cleared", reason="Ready.", round=made.number, override=True, by=people.dora
    )
    return Review.objects.get(pk=review.pk)


def released(review: Review, people: SimpleNamespace, **more: Any) -> Release:
    """Judged, cleared and released."""
    judge_all(review, people.fatos, comment="Say who decides.", internal="SECRET of the office")
    return actions.release(clear(review, people), by=people.fatos, **more)
