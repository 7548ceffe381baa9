"""Who may take which step: every action × every person, from one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.clearance import actions
from migov.services.clearance.models import Clearance, Delegation, ReviewRule
from tests.factories import person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@dataclass
class Scene:
    """What the steps are about: Ana's paper in review, Carla's seat and her remark."""

    people: dict[str, Any]
    record: Record
    clearance: Clearance

    @property
    def seat(self) -> Any:
        return desk.seat_of(self.clearance, self.people["carla"])

    @property
    def remark(self) -> Any:
        return actions.comment(
            self.clearance,
            round=1,
            anchor="section:summary",
            body="x",
            quote="200",
            wording="300",
            by=self.people["carla"],
        )

    def delegation(self) -> Delegation:
        day = timezone.localdate() + timedelta(days=30)
        return Delegation.objects.create(person=self.people["carla"], to=self.people["fatos"], starts=day, ends=day)

    def rule(self) -> ReviewRule:
        return ReviewRule.objects.get(code="t-mande")


def _resubmit(s: Scene, by: Any) -> Any:
    return actions.submit(s.record, subject="test-paper", seen_round=1, note="Again.", by=by)


def _delegate(s: Scene, by: Any) -> Any:
    day = timezone.localdate()
    return actions.delegate(person=s.people["carla"], to=s.people["fatos"], starts=day, ends=day, by=by)


def _settled(s: Scene) -> Any:
    return actions.settle(s.remark, by=s.people["carla"])


def _reassign(s: Scene, by: Any) -> Any:
    return actions.reassign(s.seat, to=person("specialist"), by=by)


STEPS: dict[str, tuple[Callable[[Scene, Any], Any], str]] = {
    "submit": (_resubmit, "ana tina kim"),
    "take_back": (lambda s, by: actions.take_back(s.clearance, reason="x", by=by), "ana tina kim"),
    "decide": (lambda s, by: actions.decide(s.clearance, round=1, outcome="refused", reason="x", by=by), "dora kim"),
    "assign": (lambda s, by: actions.assign(s.clearance, person=person("policy"), by=by), "dora emil hana kim"),
    "reassign": (_reassign, "dora emil hana kim"),
    "set_due": (lambda s, by: actions.set_due(s.clearance, due=timezone.localdate(), by=by), "dora emil hana kim"),
    "set_due of a seat": (lambda s, by: actions.set_due(s.seat, due=timezone.localdate(), by=by), "dora emil hana kim"),
    "give_up": (lambda s, by: actions.give_up(s.seat, reason="x", by=by), "carla"),
    "judge": (lambda s, by: actions.judge(s.seat, round=1, opinion="changes", note="x", by=by), "carla"),
    "answer_checklist": (
        lambda s, by: actions.answer_checklist(s.seat, round=1, question="money", answer="yes", by=by), "carla",
    ),
    "comment": (
        lambda s, by: actions.comment(s.clearance, round=1, anchor="budget", body="x", by=by),
        "ana tina carla dora emil fatos hana kim",
    ),
    "reply": (lambda s, by: actions.reply(s.remark, body="x", by=by), "ana tina carla dora emil fatos hana kim"),
    "accept_wording": (lambda s, by: actions.accept_wording(s.remark, by=by), "ana tina kim"),
    "settle": (lambda s, by: actions.settle(s.remark, by=by), "carla dora kim"),
    "reopen": (lambda s, by: actions.reopen(_settled(s), by=by), "carla dora kim"),
    "withdraw_comment": (lambda s, by: actions.withdraw_comment(s.remark, by=by), "carla"),
    "delegate": (_delegate, "carla kim"),
    "end_delegation": (lambda s, by: actions.end_delegation(s.delegation(), by=by), "carla kim"),
    "add_rule": (
        lambda s, by: actions.add_rule(code="own", subject="test-paper", seat="x", role="mande", by=by), "emil kim",
    ),
    "change_rule": (lambda s, by: actions.change_rule(s.rule(), seat="x", by=by), "emil kim"),
    "switch_rule": (lambda s, by: actions.switch_rule(s.rule(), active=False, by=by), "emil kim"),
}  # fmt: skip
EVERYBODY = [
    "ana",
    "tina",
    "boris",
    "carla",
    "dora",
    "emil",
    "fatos",
    "hana",
    "ion",
    "jan",
    "kim",
    "nobody",
    "anonymous",
]


@pytest.fixture
def scene(clearance, record, people) -> Scene:
    """Tina is another developer of the office in Tirana; Boris one of another office."""
    everybody = {**people, "tina": person("developer", record.office, username="tina"), "anonymous": AnonymousUser()}
    return Scene(everybody, record, clearance)


def test_every_verb_is_in_the_table():
    verbs = {name for name in actions.__all__ if name[0].islower()} - {"remind"}  # by the program itself
    assert {name.split()[0] for name in STEPS} == verbs


@pytest.mark.parametrize("step", STEPS)
def test_who_may(scene, step):
    take, may = STEPS[step]
    for name in EVERYBODY:
        by = scene.people[name]
        with transaction.atomic():
            try:
                done = take(scene, by) is not None
            except PermissionDenied:
                done = False
            assert done == (name in may.split()), name
            transaction.set_rollback(True)
