"""Who may do what: every permission, for every role, in its own office and in another, from one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from migov.foundation.people.access import (
    PERMISSIONS,
    SYSTEM,
    allowed,
    is_internal,
    offices_of,
    require,
    roles_of,
    works_regionally,
)
from migov.foundation.people.models import Membership, Office, Role, User
from migov.foundation.records.models import Record, RecordPlace
from migov.work.cooperation.models import InputAuthor
from migov.work.policy.models import RequestPerson
from tests.factories import OfficeFactory, PlaceFactory, RecordFactory, UserFactory, country_office, person
from tests.work.cooperation.making import paper
from tests.work.policy.making import assistance_request, legal_text, review, text_version

pytestmark = pytest.mark.django_db
ALL = frozenset(Role.values)
INSIDE = ALL - {Role.FOCAL_POINT, Role.READER}
MANDE = frozenset({Role.MANDE, Role.ADMINISTRATOR})
DEVELOP = frozenset({Role.DEVELOPER, Role.ADMINISTRATOR})
POLICY = frozenset({Role.POLICY, Role.ENDORSER, Role.ADMINISTRATOR})
HEADS = frozenset({Role.ENDORSER, Role.MANAGEMENT, Role.MANDE, Role.ADMINISTRATOR})
WORK = POLICY | {Role.SPECIALIST, Role.MANDE, Role.DEVELOPER}
ALIGN = frozenset({Role.DEVELOPER, Role.SPECIALIST, Role.MANDE, Role.POLICY, Role.ENDORSER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Rule:
    """The roles that hold a permission. `by_office`: a country office holds it for its own records only; `of_record`: only
    an administrator holds it without a record."""

    roles: frozenset[str]
    by_office: bool = False
    of_record: bool = False


# A permission that is added to access.py needs a line here.
TABLE = {
    "contributions.see": Rule(ALL),
    "frameworks.see": Rule(ALL),
    "frameworks.load": Rule(MANDE),
    "alignment.declare": Rule(ALIGN, by_office=True),
    "alignment.decide": Rule(ALIGN, by_office=True),
    "import.iati": Rule(MANDE),
    "jobs.see": Rule(INSIDE),
    "matching.see": Rule(INSIDE),
    "matching.train": Rule(frozenset({Role.MANDE, Role.MANAGEMENT, Role.ADMINISTRATOR})),
    "rates.load": Rule(MANDE),
    "journal.see": Rule(INSIDE),
    "files.add": Rule(ALIGN, by_office=True),
    "files.change": Rule(ALIGN, by_office=True),
    "proposals.list": Rule(INSIDE),
    "proposals.see": Rule(INSIDE, of_record=True),
    "proposals.write": Rule(DEVELOP, by_office=True, of_record=True),
    "proposals.share": Rule(DEVELOP, by_office=True, of_record=True),
    "projects.manage": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "clearance.see": Rule(INSIDE, of_record=True),
    "clearance.comment": Rule(INSIDE, of_record=True),
    "clearance.submit": Rule(DEVELOP, by_office=True, of_record=True),
    "clearance.assign": Rule(HEADS, by_office=True, of_record=True),
    "clearance.decide": Rule(frozenset({Role.ENDORSER, Role.ADMINISTRATOR}), by_office=True, of_record=True),
    "clearance.rules": Rule(MANDE),
    "clearance.load": Rule(HEADS),
    "evaluations.write": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "evaluations.respond": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "evaluations.import": Rule(MANDE),
    "lessons.add": Rule(INSIDE),
    "lessons.write": Rule(MANDE, by_office=True, of_record=True),
    "lessons.validate": Rule(MANDE, by_office=True, of_record=True),
    "results.report": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "results.verify": Rule(MANDE, by_office=True, of_record=True),
    "results.unlock": Rule(MANDE, by_office=True, of_record=True),
    "results.library": Rule(MANDE),
    "iati.publish": Rule(MANDE),
    "people.manage": Rule(frozenset({Role.ADMINISTRATOR})),
    "demo.load": Rule(frozenset({Role.ADMINISTRATOR})),
    "reports.list": Rule(INSIDE),
    "reports.write": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "reports.deliver": Rule(DEVELOP | MANDE, by_office=True, of_record=True),
    "policy.enter": Rule(INSIDE),
    "requests.file": Rule(INSIDE),
    "requests.see": Rule(INSIDE, of_record=True),
    "requests.decide": Rule(POLICY | {Role.MANAGEMENT}, by_office=True, of_record=True),
    "requests.work": Rule(POLICY, by_office=True, of_record=True),
    "requests.speak": Rule(INSIDE, of_record=True),
    "requests.withdraw": Rule(POLICY, by_office=True, of_record=True),
    "requests.feedback": Rule(POLICY, by_office=True, of_record=True),
    "requests.figures": Rule(INSIDE),
    "instruments.see": Rule(ALL),
    "instruments.load": Rule(MANDE | {Role.POLICY}),
    "texts.see": Rule(INSIDE, of_record=True),
    "texts.write": Rule(POLICY, by_office=True, of_record=True),
    "reviews.see": Rule(INSIDE, of_record=True),
    "reviews.judge": Rule(POLICY, by_office=True, of_record=True),
    "reviews.release": Rule(POLICY, by_office=True, of_record=True),
    "reviews.read_release": Rule(INSIDE, of_record=True),
    "reviews.answer": Rule(POLICY, by_office=True, of_record=True),
    "governance.enter": Rule(INSIDE),
    "assessments.see": Rule(INSIDE, of_record=True),
    "assessments.manage": Rule(WORK, by_office=True, of_record=True),
    "assessments.answer_office": Rule(WORK, by_office=True, of_record=True),
    "assessments.answer_government": Rule(frozenset()),
    "assessments.discuss": Rule(WORK, by_office=True, of_record=True),
    "assessments.validate": Rule(POLICY | {Role.SPECIALIST}, by_office=True, of_record=True),
    "assessments.consent": Rule(POLICY, by_office=True, of_record=True),
    "assessments.publish": Rule(POLICY, by_office=True, of_record=True),
    "scores.see": Rule(ALL),
    "scores.load": Rule(MANDE | {Role.POLICY}),
    "roadmaps.see": Rule(INSIDE, of_record=True),
    "roadmaps.write": Rule(WORK, by_office=True, of_record=True),
    "roadmaps.agree": Rule(POLICY, by_office=True, of_record=True),
    "gcm.see": Rule(INSIDE, of_record=True),
    "gcm.write": Rule(WORK, by_office=True, of_record=True),
    "gcm.invite": Rule(POLICY, by_office=True, of_record=True),
    "gcm.merge": Rule(WORK, by_office=True, of_record=True),
    "gcm.submit": Rule(POLICY, by_office=True, of_record=True),
    "gcm.rounds": Rule(MANDE | {Role.POLICY}),
    "pledges.write": Rule(WORK, by_office=True, of_record=True),
    "practices.write": Rule(WORK, by_office=True, of_record=True),
    "practices.review": Rule(POLICY | {Role.SPECIALIST}, by_office=True, of_record=True),
    "unsdcf.list": Rule(INSIDE),
    "unsdcf.see": Rule(INSIDE, of_record=True),
    "unsdcf.write": Rule(WORK, by_office=True, of_record=True),
    "unsdcf.judge": Rule(POLICY | {Role.SPECIALIST, Role.MANDE}, by_office=True, of_record=True),
    "plans.list": Rule(INSIDE),
    "plans.see": Rule(INSIDE, of_record=True),
    "plans.write": Rule(WORK, by_office=True, of_record=True),
    "cooperation.enter": Rule(INSIDE),
    "mechanisms.see": Rule(INSIDE, of_record=True),
    "mechanisms.write": Rule(POLICY | MANDE),
    "meetings.see": Rule(INSIDE, of_record=True),
    "meetings.write": Rule(WORK, by_office=True, of_record=True),
    "commitments.see": Rule(INSIDE, of_record=True),
    "commitments.write": Rule(WORK, by_office=True, of_record=True),
    "inputs.see": Rule(INSIDE, of_record=True),
    "inputs.request": Rule(INSIDE),
    "inputs.take": Rule(WORK, by_office=True, of_record=True),
    "inputs.write": Rule(POLICY, by_office=True, of_record=True),
    "inputs.deliver": Rule(POLICY, by_office=True, of_record=True),
    "inputs.answer": Rule(INSIDE, of_record=True),
    "briefings.make": Rule(INSIDE),
    "briefings.change": Rule(POLICY, by_office=True, of_record=True),
}
STARTING = {
    "proposals.start": DEVELOP | MANDE | {Role.POLICY},
    "evaluations.start": DEVELOP | MANDE,
    "texts.add": POLICY | {Role.DEVELOPER, Role.SPECIALIST},
    "reviews.start": POLICY | {Role.SPECIALIST},
    "assessments.start": WORK,
    "roadmaps.start": WORK,
    "gcm.start": WORK,
    "pledges.add": WORK,
    "practices.add": WORK,
    "unsdcf.add": WORK,
    "plans.add": WORK,
    "meetings.add": WORK,
    "commitments.add": WORK,
}
# What the focal point of a government holds for a record that is shared with it: for a record of any kind, or of these only.
ANY = frozenset({"request", "text", "assessment", "gcm-report"})
ASSESSED, REPORTED = frozenset({"assessment"}), frozenset({"gcm-report"})
GOVERNMENT = {
    "requests.see": ANY,
    "requests.speak": ANY,
    "requests.withdraw": frozenset({"request"}),
    "requests.feedback": frozenset({"request"}),
    "texts.see": ANY,
    "reviews.read_release": ANY,
    "reviews.answer": ANY,
    "files.add": ANY - {"text"},
    "assessments.see": ANY,
    "assessments.answer_government": ASSESSED,
    "assessments.discuss": ASSESSED,
    "assessments.consent": ASSESSED,
    "roadmaps.see": ANY,
    "roadmaps.write": ASSESSED,
    "gcm.see": ANY,
    "gcm.write": REPORTED,
    "pledges.write": REPORTED,
    "practices.write": REPORTED,
}
ENTERS = frozenset({"policy.enter", "requests.file", "governance.enter"})


@dataclass(frozen=True)
class Offices:
    regional: Office
    own: Office
    below: Office
    other: Office


@pytest.fixture
def offices(db: None) -> Offices:
    """The regional office; a country office with a sub-office; another country office."""
    regional, own, other = OfficeFactory(), country_office("ankara"), country_office("chisinau")
    below = OfficeFactory(code="gaziantep", kind="sub", parent=own)
    return Offices(regional, own, below, other)


def test_the_table_names_every_permission() -> None:
    assert TABLE.keys() | STARTING.keys() == PERMISSIONS.keys()


@pytest.mark.parametrize("permission", sorted(STARTING))
def test_work_is_started_for_ones_own_office(offices: Offices, permission: str) -> None:
    starts = STARTING[permission]
    for role in Role.values:
        regional, local = person(role, offices.regional), person(role, offices.own)
        assert allowed(regional, permission, offices.other) == (role in starts)
        assert allowed(local, permission) == (role in starts)
        assert allowed(local, permission, offices.below) == (role in starts)
        assert allowed(local, permission, offices.other) == (role == Role.ADMINISTRATOR)


@pytest.mark.parametrize("permission", TABLE)
def test_who_holds_a_permission(offices: Offices, permission: str) -> None:
    rule = TABLE[permission]
    subjects: dict[str, Record | None] = {
        "own office": RecordFactory(office=offices.own),
        "sub-office": RecordFactory(office=offices.below),
        "other office": RecordFactory(office=offices.other),
        "regional office": RecordFactory(office=offices.regional),
        "no office": RecordFactory(office=None),
        "no record": None,
    }
    wrong = []
    for home in (offices.regional, offices.own):
        for role in Role.values:
            viewer = person(role, home)
            everywhere = not rule.by_office or home == offices.regional or role == Role.ADMINISTRATOR
            for where, subject in subjects.items():
                expected = role in rule.roles and (everywhere or where in ("own office", "sub-office"))
                if rule.of_record and subject is None:
                    expected = role == Role.ADMINISTRATOR
                if allowed(viewer, permission, subject) != expected:
                    wrong.append(f"{role} of {home.code}, {where}: expected {expected}")
    assert wrong == []


def strangers() -> dict[str, Any]:
    """People who hold nothing, whatever they held or will hold."""
    today = timezone.localdate()
    nobody = UserFactory(username="without-role")
    inactive = person(Role.ADMINISTRATOR, username="inactive", is_active=False)
    former, coming = UserFactory(username="former"), UserFactory(username="coming")
    office = OfficeFactory()
    Membership.objects.create(user=former, office=office, role=Role.MANDE, valid_to=today - timedelta(days=1))
    Membership.objects.create(user=coming, office=office, role=Role.MANDE, valid_from=today + timedelta(days=1))
    return {"anonymous": AnonymousUser(), "nobody": nobody, "inactive": inactive, "former": former, "coming": coming}


@pytest.mark.parametrize("permission", TABLE)
def test_strangers_hold_nothing(permission: str) -> None:
    record = RecordFactory(office=OfficeFactory())
    assert [who for who, viewer in strangers().items() if allowed(viewer, permission, record)] == []


@pytest.mark.parametrize("permission", TABLE)
def test_the_program_itself_may_do_everything(permission: str) -> None:
    require(SYSTEM, permission, None)
    require(SYSTEM, permission, RecordFactory(office=None))


def test_membership_counts_on_its_first_and_last_day() -> None:
    today = timezone.localdate()
    user = UserFactory()
    Membership.objects.create(user=user, office=OfficeFactory(), role=Role.MANDE, valid_from=today, valid_to=today)
    assert roles_of(user) == {Role.MANDE}


def test_a_superuser_is_an_administrator() -> None:
    root = UserFactory(is_superuser=True)
    assert roles_of(root) == {Role.ADMINISTRATOR} and works_regionally(root)
    assert allowed(root, "import.iati")


def test_require_raises_for_whoever_may_not() -> None:
    with pytest.raises(PermissionDenied, match="Your role does not allow this"):
        require(person(Role.READER), "import.iati")


@pytest.mark.parametrize("ask", [allowed, require])
def test_a_permission_that_does_not_exist_is_an_error_not_an_answer(ask: Any) -> None:
    with pytest.raises(KeyError, match=r"import\.iaty"):
        ask(person(Role.ADMINISTRATOR), "import.iaty")


def test_an_office_works_for_those_below_it(offices: Offices) -> None:
    assert offices_of(person(Role.DEVELOPER, offices.own)) == {offices.own.pk, offices.below.pk}
    assert offices_of(person(Role.DEVELOPER, offices.below)) == {offices.below.pk}
    assert {offices.own.pk, offices.below.pk, offices.other.pk} < offices_of(person(Role.POLICY, offices.regional))


@pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.READER])
def test_an_external_role_in_an_office_opens_no_office(offices: Offices, role: Role) -> None:
    guest: User = person(role, offices.regional)
    assert not is_internal(guest) and not works_regionally(guest)
    assert offices_of(guest) == set()


def test_being_a_guest_elsewhere_takes_nothing_away(offices: Offices) -> None:
    developer = person(Role.DEVELOPER, offices.own, country=PlaceFactory(code="MDA"))
    Membership.objects.create(user=developer, office=offices.other, role=Role.FOCAL_POINT)
    assert is_internal(developer)
    assert not allowed(developer, "alignment.declare", RecordFactory(office=offices.other))


def test_a_role_in_one_office_does_not_reach_into_another(offices: Offices) -> None:
    """A specialist there who only analyses here may not decide here."""
    user = person(Role.SPECIALIST, offices.other)
    Membership.objects.create(user=user, office=offices.own, role=Role.ANALYST)
    assert allowed(user, "alignment.decide", RecordFactory(office=offices.other))
    assert not allowed(user, "alignment.decide", RecordFactory(office=offices.own))
    assert not allowed(user, "alignment.decide")


def test_reports_are_written_by_who_owns_them_or_their_project_and_delivered_by_who_manages_it(
    offices: Offices,
) -> None:
    manager, writer, colleague = (person(Role.SPECIALIST, offices.own) for _number in range(3))
    project = RecordFactory(office=offices.own, owner=manager)
    report = RecordFactory(kind="report", office=offices.own, owner=writer, parent=project)
    developer, elsewhere = person(Role.DEVELOPER, offices.own), person(Role.DEVELOPER, offices.other)
    may = [one for one in (manager, writer, colleague, developer, elsewhere) if allowed(one, "reports.write", report)]
    assert may == [manager, writer, developer]
    may = [one for one in (manager, writer, colleague, developer, elsewhere) if allowed(one, "reports.deliver", report)]
    assert may == [manager, developer]
    assert not allowed(person(Role.READER), "reports.list")


@pytest.mark.parametrize("permission", sorted(TABLE))
def test_a_government_holds_little_and_only_for_what_is_shared_with_it(permission: str) -> None:
    moldova, albania = PlaceFactory(code="MDA"), PlaceFactory(code="ALB")
    ion = person(Role.FOCAL_POINT, country=moldova)
    lost = person(Role.FOCAL_POINT, username="of-no-country")

    def shared(kind: str, visibility: str, place: Any) -> Record:
        record: Record = RecordFactory(kind=kind, reference="", visibility=visibility)
        RecordPlace.objects.create(record=record, place=place)
        return record

    held = GOVERNMENT.get(permission, frozenset())
    everybody = TABLE[permission].roles == ALL
    theirs = {kind: shared(kind, "partners", moldova) for kind in sorted(ANY)}
    allowed_to = {kind for kind, record in theirs.items() if allowed(ion, permission, record)}
    assert allowed_to == (ANY if everybody or permission in ENTERS else held)
    for kind in sorted(held):
        removed = shared(kind, "partners", moldova)
        removed.removed_at = timezone.now()
        never = [shared(kind, "internal", moldova), shared(kind, "office", moldova), removed]
        never += [shared(kind, "partners", albania), shared("review", "internal", moldova)]
        assert [one.kind for one in never if allowed(ion, permission, one)] == []
    assert not allowed(ion, permission, None) or not TABLE[permission].of_record
    assert [kind for kind, record in theirs.items() if allowed(lost, permission, record)] == (
        sorted(ANY) if everybody else []
    )


def test_who_was_named_for_a_request_works_on_it_and_on_what_belongs_to_it(offices: Offices) -> None:
    helper, colleague = (person(Role.ANALYST, offices.regional) for _number in range(2))
    request = assistance_request()
    text, other = legal_text(request=request), legal_text()
    found = review(text_version(text), request=request)
    RequestPerson.objects.create(request=request, person=helper)
    for permission, record in (
        ("requests.work", request.record), ("texts.write", text.record), ("reviews.judge", found.record)
    ):  # fmt: skip
        assert allowed(helper, permission, record) and not allowed(colleague, permission, record)
    assert not allowed(helper, "texts.write", other.record)
    assert not allowed(helper, "reviews.release", found.record)


def test_who_was_named_as_an_author_of_an_input_writes_it(offices: Offices) -> None:
    writer, colleague = (person(Role.ANALYST, offices.regional) for _number in range(2))
    ours, other = paper(), paper()
    InputAuthor.objects.create(input=ours, person=writer)
    assert allowed(writer, "inputs.write", ours.record) and not allowed(colleague, "inputs.write", ours.record)
    assert not allowed(writer, "inputs.write", other.record)
    assert allowed(writer, "clearance.submit", ours.record) and not allowed(writer, "clearance.submit", other.record)


def test_a_policy_officer_hands_in_what_colleagues_write_together_and_no_author_decides(offices: Offices) -> None:
    officer, endorser = person(Role.POLICY, offices.regional), person(Role.ENDORSER, offices.regional)
    ours = paper()
    assert allowed(officer, "clearance.submit", ours.record)
    assert not allowed(officer, "clearance.submit", RecordFactory(kind="project"))
    assert allowed(endorser, "clearance.decide", ours.record)
    InputAuthor.objects.create(input=ours, person=endorser)
    assert not allowed(endorser, "clearance.decide", ours.record)
