"""Who may do what: one table over every permission of proposals and clearance, every role, in the proposal's own office and in another.

The same table is held against the permission and against the action that asks for it, so that neither can drift.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office, Role, User
from migov.foundation.records.models import Evidence, Record
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance, Review
from migov.work.proposals.actions import (
    amendments,
    closing,
    costs,
    header,
    life,
    matrix,
    reporting,
    risks,
    versions,
    writing,
)
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Proposal
from tests.factories import OfficeFactory, PlaceFactory, UserFactory, country_office, person, proposal
from tests.work.proposals.complete import complete

REGIONAL, OWN, OTHER = "regional office", "own office", "other office"
HOMES = (REGIONAL, OWN, OTHER)
WRITERS = {(Role.DEVELOPER, REGIONAL), (Role.DEVELOPER, OWN)}
MANDE = {(Role.MANDE, REGIONAL), (Role.MANDE, OWN)}
POLICY = {(Role.POLICY, REGIONAL), (Role.POLICY, OWN)}
ENDORSERS = {(Role.ENDORSER, REGIONAL), (Role.ENDORSER, OWN)}
MANAGERS = {(Role.MANAGEMENT, REGIONAL), (Role.MANAGEMENT, OWN)}
ADMINISTRATORS = {(Role.ADMINISTRATOR, home) for home in HOMES}
STAFF = [role for role in Role if role not in (Role.FOCAL_POINT, Role.READER)]
OFFICE = {(role, home) for role in STAFF for home in (REGIONAL, OWN)} | ADMINISTRATORS
ALL_STAFF = {(role, home) for role in STAFF for home in HOMES}
EVERYWHERE = {(Role.MANDE, home) for home in HOMES}

# Permission → who has it on a proposal that is kept to its own office and the regional office. Nobody else does.
TABLE: dict[str, set[tuple[Role, str]]] = {
    "proposals.start": WRITERS | MANDE | POLICY | ADMINISTRATORS,
    "proposals.see": OFFICE,
    "proposals.write": WRITERS | ADMINISTRATORS,
    "proposals.share": WRITERS | ADMINISTRATORS,
    "projects.manage": WRITERS | MANDE | ADMINISTRATORS,
    "clearance.see": OFFICE,
    "clearance.comment": OFFICE,
    "clearance.submit": WRITERS | ADMINISTRATORS,
    "clearance.assign": ENDORSERS | MANDE | MANAGERS | ADMINISTRATORS,
    "clearance.decide": ENDORSERS | ADMINISTRATORS,
    "clearance.rules": EVERYWHERE | ADMINISTRATORS,
    "clearance.load": {(role, home) for role in (Role.ENDORSER, Role.MANAGEMENT, Role.MANDE) for home in HOMES}
    | ADMINISTRATORS,
}


@dataclass
class Ground:
    """A proposal of the own office at a stage, perhaps with a standing clearance."""

    proposal: Proposal
    clearance: Clearance | None = None

    @property
    def record(self) -> Record:
        return self.proposal.project.record


def office_of(home: str) -> Office:
    return {REGIONAL: OfficeFactory, OWN: lambda: country_office("tirana"), OTHER: lambda: country_office("chisinau")}[
        home
    ]()


def ground(stage: str = "proposal", *, handed_in: bool = False) -> Ground:
    made = complete(stage=stage, office=office_of(OWN), visibility="office")
    standing = clearance.submit(made.project.record, subject="proposal", by=SYSTEM).clearance if handed_in else None
    return Ground(made, standing)


def answer(of: Ground, by: Any) -> None:
    closing.answer(of.proposal, question="results", done=True, by=by)


def plan(of: Ground, by: Any) -> None:
    reporting.plan(of.proposal, every=6, by=by)


def sent(of: Ground, by: Any) -> None:
    day = date(2026, 6, 30)
    report = reporting.add_report(of.proposal, kind="both", starts=day, ends=day, due=day, by=SYSTEM)
    reporting.mark_sent(report, on=day, by=by)


def amend(of: Ground, by: Any) -> None:
    amendments.open_amendment(of.proposal, kinds=["budget"], reason="Prices", by=by)


def drop(of: Ground, by: Any) -> None:
    one = amendments.open_amendment(of.proposal, kinds=["budget"], reason="Prices", by=SYSTEM)
    amendments.drop(one, by=by)


def activate(of: Ground, by: Any) -> None:
    Evidence.objects.create(record=of.record, title="Agreement", category="A11")
    life.move(of.proposal, "activate", by=by)


def back(of: Ground, by: Any) -> None:
    submission = clearance.submit(of.record, subject="proposal", by=SYSTEM)
    versions.go_back(of.proposal, submission, by=by)


def standing(of: Ground) -> Clearance:
    assert of.clearance is not None
    return of.clearance


def assign(of: Ground, by: Any) -> None:
    someone = person(Role.SPECIALIST, username="specialist")
    clearance.assign(standing(of), person=someone, seat="Another view", by=by)


def comment(of: Ground, by: Any) -> None:
    clearance.comment(standing(of), round=1, anchor="budget", body="Why so dear?", by=by)


def decide(of: Ground, by: Any) -> None:
    clearance.decide(standing(of), round=1, outcome="returned", reason="So", by=by)


def due(of: Ground, by: Any) -> None:
    seat = Review.objects.create(clearance=standing(of), seat="Extra", reviewer=None)
    clearance.set_due(seat, due=date(2027, 1, 15), by=by)


def give_title(of: Ground, by: Any) -> None:
    header.change_header(of.proposal, field="title", was=of.record.title, now="Another title", by=by)


def give_visibility(of: Ground, by: Any) -> None:
    header.change_header(of.proposal, field="visibility", was="office", now="internal", by=by)


def write_text(of: Ground, by: Any) -> None:
    writing.write(of.proposal, "rationale", text="Other words", by=by)


def change_cost(of: Ground, by: Any) -> None:
    costs.change(of.proposal.costs.get(title="Rent"), field="title", was="Rent", now="Office rent", by=by)


def add_row(of: Ground, by: Any) -> None:
    objective = of.proposal.results.get(level="objective")
    matrix.add_result(of.proposal, level="outcome", parent=objective, title="Another outcome", by=by)


def change_risk(of: Ground, by: Any) -> None:
    risks.change(of.proposal.risks.get(), field="owner", was="Head of office", now="Deputy", by=by)


def withdraw(of: Ground, by: Any) -> None:
    life.move(of.proposal, "withdraw", reason="So", by=by)


Act = Callable[[Ground, Any], Any]
# Action → the permission it asks for, the stage, and whether it is handed in.
ACTIONS: list[tuple[str, Act, str, str, bool]] = [
    ("start", lambda of, by: life.start("Mine", office=of.record.office, by=by), "proposals.start", "idea", False),
    ("step before the decision", lambda of, by: life.move(of.proposal, "proposal", by=by), "proposals.write", "concept", False),
    ("title", give_title, "proposals.write", "proposal", False),
    ("visibility", give_visibility, "proposals.share", "proposal", False),
    ("text", write_text, "proposals.write", "proposal", False),
    ("matrix", add_row, "proposals.write", "proposal", False),
    ("budget", change_cost, "proposals.write", "proposal", False),
    ("risks while it is written", change_risk, "proposals.write", "proposal", False),
    ("risks while it is carried out", change_risk, "projects.manage", "active", False),
    ("go back to a version", back, "proposals.write", "proposal", False),
    ("activate", activate, "projects.manage", "submitted", False),
    ("suspend", lambda of, by: life.move(of.proposal, "suspend", reason="So", by=by), "projects.manage", "active", False),
    ("withdraw after the decision", withdraw, "projects.manage", "endorsed", False),
    ("open an amendment", amend, "projects.manage", "active", False),
    ("give an amendment up", drop, "projects.manage", "active", False),
    ("plan reports", plan, "projects.manage", "active", False),
    ("report sent", sent, "projects.manage", "active", False),
    ("closure checklist", answer, "projects.manage", "closing", False),
    ("hand in", lambda of, by: clearance.submit(of.record, subject="proposal", by=by), "clearance.submit", "proposal", False),
    ("take back", lambda of, by: clearance.take_back(standing(of), reason="So", by=by), "clearance.submit", "proposal", True),
    ("comment", comment, "clearance.comment", "proposal", True),
    ("assign", assign, "clearance.assign", "proposal", True),
    ("set a due date", due, "clearance.assign", "proposal", True),
    ("decide", decide, "clearance.decide", "proposal", True),
]  # fmt: skip


def subject(permission: str, record: Record) -> Any:
    if permission in ("clearance.rules", "clearance.load"):
        return None
    return record.office if permission == "proposals.start" else record


@pytest.mark.parametrize("permission", TABLE)
def test_every_permission_is_held_by_whom_the_table_says(db: None, permission: str) -> None:
    record = proposal(office=office_of(OWN), visibility="office").project.record
    held = {
        (role, home)
        for role in Role
        for home in HOMES
        if access.allowed(one(role, home), permission, subject(permission, record))
    }
    assert held == TABLE[permission]
    assert not access.allowed(UserFactory(), permission, subject(permission, record))


def one(role: Role, home: str) -> User:
    """A person with that role there; a government focal point is held to the country of the proposal."""
    country = PlaceFactory(code="MDA") if role == Role.FOCAL_POINT else None
    return person(role, office_of(home), country=country)


def test_the_table_covers_every_permission_of_these_rooms() -> None:
    rooms = {code for code in access.PERMISSIONS if code.startswith(("proposals.", "projects.", "clearance."))}
    assert rooms - {"proposals.list"} == set(TABLE)


@pytest.mark.parametrize(("name", "act", "permission", "stage", "handed_in"), ACTIONS, ids=[row[0] for row in ACTIONS])
def test_every_action_asks_for_its_permission(
    db: None, name: str, act: Act, permission: str, stage: str, handed_in: bool
) -> None:
    of = ground(stage, handed_in=handed_in)
    wrong = []
    for role in Role:
        for home in HOMES:
            by = one(role, home)
            if (may := tried(act, of, by)) != ((role, home) in TABLE[permission]):
                wrong.append(f"{role} in the {home}: {'may' if may else 'may not'}")
    assert not tried(act, of, UserFactory())
    assert not wrong


def tried(act: Act, of: Ground, by: Any) -> bool:
    """Whether somebody could do it; what was done is undone."""

    class Undone(Exception):
        pass

    try:
        with transaction.atomic():
            act(
                Ground(Proposal.objects.select_related("project__record__office").get(pk=of.proposal.pk), of.clearance),
                by,
            )
            raise Undone
    except Undone:
        return True
    except PermissionDenied:
        return False


def test_owner_and_named_authors_write_wherever_they_work(people: dict[str, Any]) -> None:
    of = ground()
    carla = people["carla"]
    assert not access.allowed(carla, "proposals.write", of.record)
    of.proposal.authors.create(person=carla)
    assert access.allowed(carla, "proposals.write", of.record)
    assert access.allowed(carla, "clearance.submit", of.record)
    assert not access.allowed(carla, "proposals.share", of.record)
    dora = people["dora"]
    of.proposal.authors.create(person=dora)
    assert not access.allowed(dora, "clearance.decide", of.record), "nobody decides on what they write"


def test_people_from_outside_write_nothing_even_when_named(people: dict[str, Any]) -> None:
    of = ground()
    for name in ("ion", "jan", "nobody"):
        of.proposal.authors.create(person=people[name])
        assert not access.allowed(people[name], "proposals.see", of.record)
        assert not access.allowed(people[name], "proposals.write", of.record)
        with pytest.raises(ProposalError, match="people of the office"):
            header.change_header(of.proposal, field="owner", was=of.record.owner_id, now=people[name].pk, by=SYSTEM)


def test_another_office_reads_what_is_internal(people: dict[str, Any]) -> None:
    record = proposal(office=office_of(OWN), visibility="internal").project.record
    boris = people["boris"]
    assert access.allowed(boris, "proposals.see", record)
    assert not access.allowed(boris, "proposals.write", record)
    assert not access.allowed(boris, "projects.manage", record)
