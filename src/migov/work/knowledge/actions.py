"""Writing lessons and deciding on them: added, changed, validated, returned, retired, proposed again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordTheme, Visibility
from migov.services.notices.actions import tell
from migov.work.knowledge.drafts import WORDS, Draft, WrongDraft, changes, draft_of, tidied
from migov.work.knowledge.models import KIND, Lesson, LessonSection, State


class LessonError(ValueError):
    """Something that cannot be done with a lesson now. The text says why."""


class ChangedMeanwhile(LessonError):
    """Somebody else changed the lesson while it was being written."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step from state to state. permission: asked on the lesson's record. reason: whether one has to be given."""

    code: str
    label: str | Promise
    sources: frozenset[State]
    to: State
    permission: str
    verb: str
    reason: bool = False


_REVIEW, _WRITE = "lessons.validate", "lessons.write"
STEPS = {
    step.code: step
    for step in (
        Step("validate", gettext_lazy("Validate"), frozenset({State.PROPOSED}), State.VALIDATED, _REVIEW, "validated"),
        Step("return", gettext_lazy("Return"), frozenset({State.PROPOSED}), State.RETURNED, _REVIEW, "returned", True),
        Step("retire", gettext_lazy("Retire"), frozenset({State.VALIDATED}), State.RETIRED, _REVIEW, "retired", True),
        Step(
            "withdraw", gettext_lazy("Withdraw"), frozenset({State.PROPOSED, State.RETURNED}), State.RETIRED, _WRITE,
            "retired", True,
        ),
        Step(
            "propose", gettext_lazy("Propose again"), frozenset({State.RETURNED, State.RETIRED}), State.PROPOSED, _WRITE,
            "proposed",
        ),
    )
}  # fmt: skip


@transaction.atomic
def add(draft: Draft, *, by: Actor, came_from: str = "", at: datetime | None = None) -> Lesson:
    """Propose a lesson. came_from: the file that it was read from, where there was one.

    Raises WrongDraft with what is wrong by field, PermissionDenied.
    """
    access.require(by, "lessons.add")
    draft = tidied(draft)
    office = _office(draft, by)
    _check_links(draft, by)
    at = at or timezone.now()
    record = Record.objects.create(
        kind=KIND, title=draft.statement, office=office, owner=by if isinstance(by, User) else None,
        visibility=_seen(State.PROPOSED, draft.audience), source=came_from[:255], created_at=at, changed_at=at,
    )  # fmt: skip
    record.reference = f"L-{record.pk}"
    record.save(update_fields=["reference"])
    lesson = Lesson.objects.create(record=record, **_fields(draft))
    _keep_tags(lesson, draft, at)
    journal.write("lesson added", by=by, record=record, at=at)
    return lesson


@transaction.atomic
def change(lesson: Lesson, draft: Draft, *, by: Actor, expected: str = "", at: datetime | None = None) -> Lesson:
    """Change a lesson. Other words of a validated lesson have to be validated again: it is proposed then.

    expected: the digest of what the person saw; empty to write over anything. Raises ChangedMeanwhile, WrongDraft, LessonError for
    a retired lesson, PermissionDenied.
    """
    found = _hold(lesson)
    access.require(by, "lessons.write", found.record)
    if found.state == State.RETIRED:
        raise LessonError(_("The lesson was retired. Propose it again before you change it."))
    before = draft_of(found)
    if expected and before.digest != expected:
        raise ChangedMeanwhile(
            _("Somebody changed this lesson while you wrote. Look at what it says now, and save again.")
        )
    draft = tidied(draft)
    if draft.digest == before.digest:
        return found
    if draft.office != before.office:
        _office(draft, by)
    _check_links(draft, by, found, before)
    at = at or timezone.now()
    said = changes(before, draft)
    state = found.state
    if state == State.VALIDATED and any(getattr(before, name) != getattr(draft, name) for name in WORDS):
        state = State.PROPOSED
        found.decided_by, found.decided_at = None, None
    for name, value in {**_fields(draft), "state": state}.items():
        setattr(found, name, value)
    found.save()
    record = found.record
    record.title, record.office_id, record.visibility = draft.statement, draft.office, _seen(state, draft.audience)
    record.save(update_fields=["title", "office", "visibility"])
    _keep_tags(found, draft, at)
    journal.write("lesson changed", by=by, record=record, detail=said, at=at)
    return found


@transaction.atomic
def move(lesson: Lesson, code: str, *, by: Actor, reason: str = "", at: datetime | None = None) -> Lesson:
    """Take one step of STEPS. Returns the lesson as it now is.

    Two people who decide at once take turns; the second is told where the lesson stands. A validated lesson retires the one whose
    place it takes. Raises LessonError where there is no such step from here or a reason is missing, PermissionDenied.
    """
    found = _hold(lesson)
    step = STEPS.get(code)
    if step is None:
        raise LessonError(_("There is no such step."))
    access.require(by, step.permission, found.record)
    if found.state not in step.sources:
        said = {"state": found.get_state_display()}
        raise LessonError(_("This cannot be done now: the lesson is %(state)s.") % said)
    reason = reason.replace("\x00", "").strip()
    if step.reason and not reason:
        raise LessonError(_("Say why: the reason is kept with the lesson."))
    at = at or timezone.now()
    _take(found, step, by, reason, at)
    if step.to == State.VALIDATED and found.supersedes_id:
        before = _hold(found.supersedes_id)
        if before.state != State.RETIRED:
            words = _("%(reference)s takes its place.") % {"reference": found.record.reference}
            _take(before, STEPS["retire"], by, words, at)
    return found


def _take(lesson: Lesson, step: Step, by: Actor, reason: str, at: datetime) -> None:
    person = by if isinstance(by, User) else None
    proposed = step.to == State.PROPOSED
    lesson.state, lesson.reason = step.to, reason if step.reason else ""
    lesson.decided_by, lesson.decided_at = (None, None) if proposed else (person, at)
    lesson.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record = lesson.record
    record.visibility = _seen(step.to, lesson.audience)
    record.save(update_fields=["visibility"])
    detail = {"reason": reason} if reason else {}
    journal.write(f"lesson {step.verb}", by=by, record=record, detail=detail, at=at)
    owner = record.owner
    if owner is not None and owner.pk != by.pk:
        titles = {
            State.VALIDATED: _("Your lesson was validated: %s"), State.RETURNED: _("Your lesson was returned: %s"),
            State.RETIRED: _("Your lesson was retired: %s"), State.PROPOSED: _("Your lesson was proposed again: %s"),
        }  # fmt: skip
        url = reverse("knowledge:page", args=[record.pk])
        tell([owner], kind="lesson", title=titles[step.to] % record.title, text=reason, url=url, record=record)


def _hold(lesson: Lesson | int) -> Lesson:
    """The lesson, read anew, its record locked until the transaction ends. Raises LessonError for one that was taken out."""
    record = Record.objects.select_for_update().get(pk=lesson if isinstance(lesson, int) else lesson.pk)
    if record.removed_at is not None:
        raise LessonError(_("The lesson was withdrawn from the register."))
    return Lesson.objects.select_related("record__office", "record__owner").get(pk=record.pk)


def _seen(state: str, audience: str) -> str:
    """Who may see the record: what is not validated stays in the office, whoever it is meant for."""
    inside = (Visibility.INTERNAL, Visibility.OFFICE)
    return audience if state == State.VALIDATED or audience in inside else Visibility.INTERNAL


def _fields(draft: Draft) -> dict[str, Any]:
    same = ("context", "advice", "kind", "cycle", "source_text", "source_link", "source_page", "audience", "review_by")
    return {name: getattr(draft, name) for name in same} | {
        "source_id": draft.source, "supersedes_id": draft.supersedes,
    }  # fmt: skip


def offices_for(by: Actor) -> Collection[Office]:
    """The offices that a person may write lessons for: those of one's own; all for the regional office."""
    if access.works_regionally(by):
        return list(Office.objects.all())
    return list(Office.objects.filter(pk__in=access.offices_of(by)))


def _office(draft: Draft, by: Actor) -> Office:
    found = next((office for office in offices_for(by) if office.pk == draft.office), None)
    if found is None:
        raise WrongDraft({"office": _("Choose an office that you work for.")})
    return found


def _check_links(draft: Draft, by: Actor, lesson: Lesson | None = None, before: Draft | None = None) -> None:
    """Whether what the lesson points at is there and may be seen. Raises WrongDraft."""
    errors: dict[str, str] = {}
    seen = Record.objects.visible_to(by).standing()  # type: ignore[arg-type]
    is_new = before is None or before.source != draft.source
    if draft.source is not None and is_new and not seen.filter(pk=draft.source).exclude(kind=KIND).exists():
        errors["source"] = _("There is no such piece of work, or you may not see it.")
    if draft.supersedes is not None and (before is None or before.supersedes != draft.supersedes):
        if not seen.filter(pk=draft.supersedes, kind=KIND).exists():
            errors["supersedes"] = _("There is no such lesson, or you may not see it.")
        elif lesson is not None and lesson.pk in _predecessors(draft.supersedes):
            errors["supersedes"] = _("That lesson takes the place of this one already.")
    for name, model, keys in (("themes", Theme, draft.themes), ("places", Place, draft.places)):
        if model.objects.filter(pk__in=keys).count() != len(keys):
            errors[name] = _("One of the choices is not known.")
    if draft.review_by and draft.review_by < date(2000, 1, 1):
        errors["review_by"] = _("Write a day to come.")
    if errors:
        raise WrongDraft(errors)


def _predecessors(key: int | None) -> set[int]:
    """A lesson with those whose place it takes, one after the other."""
    found: set[int] = set()
    while key is not None and key not in found:
        found.add(key)
        key = Lesson.objects.filter(pk=key).values_list("supersedes_id", flat=True).first()
    return found


def _keep_tags(lesson: Lesson, draft: Draft, at: datetime) -> None:
    """Themes, places and sections as the draft says; what stays is not touched."""
    record = lesson.record
    themes, places = RecordTheme.objects.current(), RecordPlace.objects.current()
    new, gone = _changed(themes.filter(record=record), "theme_id", draft.themes)
    themes.filter(record=record, theme_id__in=gone).supersede(at)
    RecordTheme.objects.bulk_create(RecordTheme(record=record, recorded_at=at, theme_id=key) for key in new)
    new, gone = _changed(places.filter(record=record), "place_id", draft.places)
    places.filter(record=record, place_id__in=gone).supersede(at)
    RecordPlace.objects.bulk_create(RecordPlace(record=record, recorded_at=at, place_id=key) for key in new)
    lesson.sections.exclude(code__in=draft.sections).delete()
    there = set(lesson.sections.values_list("code", flat=True))
    LessonSection.objects.bulk_create(
        LessonSection(lesson=lesson, code=code) for code in sorted(draft.sections - there)
    )


def _changed(standing: QuerySet[Any], name: str, wanted: frozenset[int]) -> tuple[list[int], list[int]]:
    """The keys that are new, and those that are gone."""
    there = set(standing.values_list(name, flat=True))
    return sorted(wanted - there), sorted(there - wanted)
