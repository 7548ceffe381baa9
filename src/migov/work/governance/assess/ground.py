"""What every step of an assessment begins with: its record locked, everything read anew, the right to take it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.people.models import Office, Role, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell.typed import LONGEST_TEXT, Unreadable, line, tidy
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.models import Assessment, AssessmentState, Question, Side

MANAGE, DISCUSS = "assessments.manage", "assessments.discuss"
VALIDATE, CONSENT, PUBLISH = "assessments.validate", "assessments.consent", "assessments.publish"
ANSWER = {
    Side.GOVERNMENT: "assessments.answer_government",
    Side.OFFICE: "assessments.answer_office",
    Side.AGREED: VALIDATE,
}
OPEN = (AssessmentState.ANSWERING, AssessmentState.VALIDATION)
LONGEST_TITLE = 300
NOTICE = "assessment"


def held(assessment: Assessment | int, by: Actor, permission: str) -> Assessment:
    """An assessment read anew, its record's row locked until the transaction ends.

    Raises Assessment.DoesNotExist, AssessmentRefused for one that was taken out, PermissionDenied.
    """
    key = assessment if isinstance(assessment, int) else assessment.pk
    Record.objects.select_for_update().only("pk").filter(pk=key).first()
    found = Assessment.objects.select_related("record__owner", "record__office", "country", "set").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise AssessmentRefused(_("This assessment was taken out."))
    return found


def require_state(found: Assessment, *states: str) -> None:
    """Raise AssessmentRefused unless the assessment is in one of the states."""
    if found.state not in states:
        raise AssessmentRefused(_("The assessment is “%s”, so this cannot be done now.") % found.get_state_display())


def question_of(found: Assessment, question: Question | str) -> Question:
    """A question of the assessment's set, by its code too. Raises AssessmentRefused for one of another set."""
    code = question if isinstance(question, str) else question.code
    asked = Question.objects.filter(set=found.set_id, code=code).first()
    if asked is None or (isinstance(question, Question) and question.pk != asked.pk):
        raise AssessmentRefused(_("This question is not asked in the assessment."))
    return asked


def side_of(by: Actor, record: Record) -> Side | None:
    """The side that somebody speaks for: the government's focal point or the office; None for who takes no part."""
    if access.allowed(by, ANSWER[Side.GOVERNMENT], record) and not is_internal(by):
        return Side.GOVERNMENT
    return Side.OFFICE if access.allowed(by, ANSWER[Side.OFFICE], record) else None


def office_for(country: Place, by: Actor) -> Office | None:
    """The office that a new assessment belongs to: the country's own; where it has none, one of `by`'s that may start it."""
    own = Office.objects.filter(place=country, valid_to__isnull=True).order_by("pk").first()
    if own is not None:
        return own
    offices = [one.office for one in getattr(by, "standing", ())]
    return next((one for one in offices if access.allowed(by, "assessments.start", one)), None)


def focal_points(assessment: Assessment) -> list[User]:
    """Focal points of the country's government who may see the assessment. Two queries, and those of their roles."""
    people = User.objects.filter(
        country=assessment.country_id, is_active=True, memberships__role=Role.FOCAL_POINT
    ).distinct()
    return [one for one in people if access.allowed(one, "assessments.see", assessment.record)]


def others(people: Sequence[User | None], by: Actor) -> list[User]:
    """Those of the people who are somebody else than who acts."""
    return [one for one in people if one is not None and one.pk != by.pk]


def person(by: Actor) -> User | None:
    """Who is written into a row: nobody where the program itself acts."""
    return by if isinstance(by, User) else None


def text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines as it is kept. Raises AssessmentRefused, naming the field."""
    try:
        return tidy(value, longest)
    except Unreadable as error:
        raise AssessmentRefused(str(error), field) from error


def one_line(value: str, field: str, longest: int) -> str:
    """A text of one line as it is kept. Raises AssessmentRefused, naming the field."""
    try:
        return line(value, longest)
    except Unreadable as error:
        raise AssessmentRefused(str(error), field) from error
