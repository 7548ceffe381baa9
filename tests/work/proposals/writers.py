"""People and a proposal for the tests of writing: Ana owns it, Dana writes in the same office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from migov.foundation.people.models import Office, Role, User
from migov.foundation.records.models import Stage
from migov.work.proposals.actions import writing
from migov.work.proposals.models import Edition, Proposal, Section, SetAside
from tests.factories import person, project

Later = Callable[..., None]


def clock(monkeypatch: pytest.MonkeyPatch) -> Later:
    """later(minutes=3) moves the clock on."""
    gone = timedelta()
    real = timezone.now

    def move(**span: float) -> None:
        nonlocal gone
        gone += timedelta(**span)
        monkeypatch.setattr(timezone, "now", lambda: real() + gone)

    return move


@dataclass
class Desk:
    """A proposal with the people around it."""

    proposal: Proposal
    ana: User
    dana: User

    def save(self, text: str, *, by: User, revision: int, token: str = "", code: str = "rationale", number: int = 0):  # type: ignore[no-untyped-def]
        """Save a section as a page would."""
        row, _lock = writing.open_section(self.proposal, code, token=token or by.username, by=by)
        return writing.save(row, text=text, revision=revision, token=token or by.username, by=by, number=number)

    def row(self, code: str = "rationale") -> Section:
        return Section.objects.get(proposal=self.proposal, code=code)

    def texts(self, code: str = "rationale") -> set[str]:
        """Every text of a section that is anywhere: standing, kept as an edition, set aside."""
        row = self.row(code)
        earlier = Edition.objects.filter(section=row).values_list("text", flat=True)
        aside = SetAside.objects.filter(section=row).values_list("text", flat=True)
        return {row.text, *earlier, *aside}

    def put(self, stage: str) -> None:
        """The project is at another stage now."""
        self.proposal.project.record.stage = stage
        self.proposal.project.record.save()


def desk(people: dict[str, User], *, stage: str = Stage.PROPOSAL, **fields: object) -> Desk:
    """A proposal of the office in Tirana that Ana owns."""
    ana, office = people["ana"], Office.objects.get(code="tirana")
    dana = User.objects.filter(username="dana").first() or person(Role.DEVELOPER, office, username="dana")
    fields.setdefault("title", "Guardians for unaccompanied children")
    made = project(office=office, owner=ana, stage=stage, **fields)
    return Desk(Proposal.objects.create(project=made), ana, dana)
