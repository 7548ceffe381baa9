"""An input that Fatos writes for a meeting of the Prague Process, with people of the cast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from migov.foundation.people.models import Office, Role, User
from migov.foundation.records.models import Record
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.actions import life, writing
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.models import Input, Mechanism, Meeting
from tests.factories import cast, person
from tests.work.cooperation.making import mechanism, meeting

WORDS = "Fair recruitment protects workers and employers, and States can agree on it today. "


@dataclass
class Ground:
    """people: the cast, with peter, another policy officer. prague: a mechanism; som: its meeting on 3 December 2026."""

    people: dict[str, User]
    prague: Mechanism
    som: Meeting
    tirana: Office

    def request(self, *, by: str = "ana", begin: bool = False, **fields: Any) -> Input:
        """An input that Ana asks for."""
        said = {"title": "Statement on labour mobility", "type": "statement", "meeting": self.som, **fields}
        due = said.get("due")
        if due and due < timezone.localdate():  # asked for in time, and late by now
            made = life.request(Wanted(**{**said, "due": None}), begin=begin, by=self.people[by])
            Input.objects.filter(pk=made.pk).update(due=due)
            return Input.objects.get(pk=made.pk)
        return life.request(Wanted(**said), begin=begin, by=self.people[by])

    def draft(self, **fields: Any) -> Input:
        """An input that Fatos has taken on."""
        return life.take(self.request(**fields), by=self.people["fatos"])

    def write_all(self, paper: Input, words: str = WORDS, times: int = 2) -> None:
        """Write every section that has to be written."""
        for part in templates.parts_of(paper):
            if part.required:
                writing.write(paper, part.code, text=(words * times).strip(), by=self.people["fatos"])

    def hand_in(self, paper: Input, **fields: Any) -> Clearance:
        return clearance.submit(paper.record, subject="input", by=self.people["fatos"], **fields).clearance

    def decide(self, standing: Clearance, outcome: str = "cleared") -> None:
        """It is decided on; and where it is cleared, the day of the meeting has come."""
        standing.refresh_from_db()
        clearance.decide(
            standing, round=standing.round, outcome=outcome, reason="Read.", override=outcome == "cleared", by=self.people["dora"]
        )  # fmt: skip
        if outcome == "cleared":
            today = timezone.localdate()
            Record.objects.filter(pk=self.som.pk).update(starts=today, ends=today)

    def cleared(self, **fields: Any) -> Input:
        """Written, handed in, cleared."""
        paper = self.draft(**fields)
        self.write_all(paper)
        self.decide(self.hand_in(paper))
        return Input.objects.get(pk=paper.pk)


@pytest.fixture
def at(db: None) -> Ground:
    people = cast()
    people["peter"] = person(Role.POLICY, username="peter")
    prague = mechanism(short_name="PP")
    som = meeting(prague, day=date(2026, 12, 3))
    return Ground(people, prague, som, people["ana"].memberships.get().office)
