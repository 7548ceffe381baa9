"""The life of a project: beginning one, and the steps from stage to stage that the table of stages knows."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Stage, Visibility
from migov.foundation.records.themes import set_themes
from migov.services.notices.actions import tell
from migov.work.projects.models import KIND, Project
from migov.work.proposals import conditions, register, stages
from migov.work.proposals.actions.facts import check_start, end_of, keep_places, keep_state
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Author, Proposal

TRIES = 20
# What a publication would say of a project at each stage (IATI activity status).
STATUS = {
    Stage.ACTIVE: "2", Stage.SUSPENDED: "6", Stage.CLOSING: "3", Stage.CLOSED: "4", Stage.WITHDRAWN: "5",
    Stage.REJECTED: "5",
}  # fmt: skip
PIPELINE = "1"


class StepRefused(ProposalError):
    """A step that cannot be taken now. missing: what stands in the way, with the page where it can be mended."""

    def __init__(self, message: str, missing: Collection[conditions.Missing] = ()) -> None:
        super().__init__(message)
        self.missing = tuple(missing)


@transaction.atomic
def start(
    title: str, *, office: Office, by: Actor, summary: str = "", places: Collection[Place] = (), themes: Collection[Theme] = (),
    donor: str = "", rules: str = "", currency: str = "EUR", starts: date | None = None, months: int | None = None,
    at: datetime | None = None,
) -> Proposal:  # fmt: skip
    """Begin a project as an idea of an office. It gets a reference of its own: office, year, number.

    Raises ProposalError for an empty title and a first day that cannot be, PermissionDenied.
    """
    access.require(by, "proposals.start", office)
    title = " ".join(title.split())
    if not title:
        raise ProposalError(_("Give the project a title."))
    check_start(starts)
    at = at or timezone.now()
    owner = by if isinstance(by, User) else None
    record = _record(office, at, title=title, summary=summary, owner=owner, starts=starts, ends=end_of(starts, months))
    keep_state(record, at)
    keep_places(record, places, at)
    set_themes(record, themes, at)
    project = Project.objects.create(
        record=record, default_currency=currency, status=PIPELINE, planned_start=starts, planned_end=record.ends
    )
    proposal = Proposal.objects.create(
        project=project, donor=donor.strip(), rules=rules, currency=currency, months=months, created_by=owner, created_at=at
    )  # fmt: skip
    journal.write("proposal begun", by=by, record=record, at=at)
    return proposal


def prefix(office: Office) -> str:
    """The first letters of an office's references: "tirana" gives TIR, "ro-vienna" VIE."""
    words = [word for word in re.split(r"[^A-Za-z]+", office.code) if len(word) > 2] or [office.code or "PRJ"]
    return re.sub(r"[^A-Z]", "", words[0].upper())[:3] or "PRJ"


def _record(office: Office, at: datetime, **fields: object) -> Record:
    """A new record with the next number of its office and year. The unique reference in the database decides who has it."""
    beginning = f"{prefix(office)}-{timezone.localtime(at).year}-"
    for _try in range(TRIES):
        taken = Record.objects.filter(kind=KIND, reference__startswith=beginning).values_list("reference", flat=True)
        numbers = [int(tail) for tail in (one[len(beginning) :] for one in taken) if tail.isascii() and tail.isdigit()]
        reference = f"{beginning}{max(numbers, default=0) + 1:03}"
        try:
            with transaction.atomic():
                return Record.objects.create(
                    kind=KIND, reference=reference, office=office, stage=Stage.IDEA, visibility=Visibility.OFFICE,
                    created_at=at, changed_at=at, **fields,
                )  # fmt: skip
        except IntegrityError:
            continue  # somebody else has taken the number meanwhile
    raise ProposalError(_("No free reference was found. Try again."))


@transaction.atomic
def move(proposal: Proposal, code: str, *, by: Actor, reason: str = "", at: datetime | None = None) -> Proposal:
    """Take one step of the table of stages. Returns the proposal as it now is.

    Two people who take a step at once take turns; the second is told where the project stands. Raises StepRefused where the table
    has no such step from here, where clearance takes it, where a reason is missing or a condition does not hold; PermissionDenied.
    """
    found = hold(proposal)
    reason = reason.replace("\x00", "").strip()
    step = _step(found, code)
    access.require(by, step.permission, found.project.record)
    if step.by_clearance:
        raise StepRefused(_("This step is taken through the review: hand the proposal in on its review page."))
    if step.reason and not reason:
        raise StepRefused(_("Say why: the reason is kept with the step."))
    if missing := conditions.why_not(found, step.needs):
        raise StepRefused(" ".join(one.text for one in missing), missing)
    _take(found, step, by=by, reason=reason, at=at or timezone.now())
    return found


@transaction.atomic
def follow(proposal: Proposal, code: str, *, by: Actor, reason: str = "", at: datetime | None = None) -> Proposal:
    """Take a step as the consequence of what clearance did; clearance has asked for the permission and the conditions.

    Raises StepRefused where the table has no such step from where the project stands.
    """
    found = hold(proposal)
    _take(found, _step(found, code), by=by, reason=reason, at=at or timezone.now(), told=False)
    return found


def hold(proposal: Proposal) -> Proposal:
    """The proposal, read anew, its record locked until the transaction ends. Raises StepRefused for one that was taken out."""
    record = Record.objects.select_for_update().get(pk=proposal.pk)
    if record.removed_at is not None:
        raise StepRefused(_("The project was withdrawn from the register."))
    return Proposal.objects.select_related("project__record__office", "project__record__owner").get(pk=proposal.pk)


def people_of(proposal: Proposal) -> list[User]:
    """Whose work it is: the owner and the authors that were named. One query."""
    named = User.objects.filter(
        pk__in=[
            *([proposal.project.record.owner_id] if proposal.project.record.owner_id else []),
            *Author.objects.filter(proposal=proposal).values_list("person_id", flat=True),
        ]
    )
    return list(named.filter(is_active=True))


def _step(proposal: Proposal, code: str) -> stages.Step:
    stage = proposal.project.record.stage
    step = stages.step(stage, code)
    if step is None:
        said = Stage(stage).label if stage in Stage.values else stage
        raise StepRefused(
            _(
                "The project is “%s” now, and this step does not lead on from there. Somebody may have moved it meanwhile."
            )
            % said
        )
    return step


def _take(proposal: Proposal, step: stages.Step, *, by: Actor, reason: str, at: datetime, told: bool = True) -> None:
    record, project = proposal.project.record, proposal.project
    record.stage = step.target
    Record.objects.filter(pk=record.pk).update(stage=step.target)
    keep_state(record, at)
    project.status = STATUS.get(step.target, PIPELINE)
    if step.target == Stage.CLOSED:
        project.actual_end = min(timezone.localdate(at), record.ends or timezone.localdate(at))
    project.save(update_fields=["status", "actual_end"])
    detail = {"stage": {"from": str(step.source), "to": str(step.target)}} | ({"reason": reason} if reason else {})
    journal.write("stage changed", by=by, record=record, detail=detail, at=at)
    if step.code == "activate":
        register.activate(proposal, by=by, at=at)
    if told:
        _tell(proposal, step, by, reason)


def _tell(proposal: Proposal, step: stages.Step, by: Actor, reason: str) -> None:
    record = proposal.project.record
    title = _("%(reference)s is now “%(stage)s”") % {"reference": record.reference, "stage": step.target.label}
    text = _("%(title)s. By %(who)s.") % {"title": record.title, "who": by}
    tell(
        [person for person in people_of(proposal) if person.pk != by.pk], kind="project-stage", title=title,
        text=f"{text} {reason}".strip(), url=reverse("proposals:page", args=[proposal.pk]), record=record,
    )  # fmt: skip
