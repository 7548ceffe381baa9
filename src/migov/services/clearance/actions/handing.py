"""Handing work in and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import reversion
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from reversion.models import Revision, Version

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.services.clearance import rules, workdays
from migov.services.clearance.actions import ground
from migov.services.clearance.actions.carrying import carry_answers
from migov.services.clearance.content import as_json
from migov.services.clearance.errors import AlreadyStanding, Hindered, StaleRound
from migov.services.clearance.models import STANDING, Clearance, Review, ReviewRule, State, Submission
from migov.services.clearance.queries.people import who_may
from migov.services.clearance.subjects import Refused, subject_of

DECISION_DAYS = 3  # working days that who decides has after the last review is due
USUAL_DAYS = 5  # working days for a review that no rule asks for


@transaction.atomic
def submit(
    record: Record,
    *,
    subject: str,
    item: int | None = None,
    note: str = "",
    seen_round: int = 0,
    by: Actor,
) -> Submission:
    """Hand a piece of work in: a frozen version, numbered from 1, with the seats that the rules ask for.

    seen_round: the newest round on the page of who hands it in (0: none). A work that is in review already gets a new round; seats stay
    and are due anew; what reviewers answered about places that did not change stands. Raises StaleRound when another version was
    handed in or the clearance ended meanwhile, AlreadyStanding when something else of the record is in review, Hindered with what is
    missing, Refused when nothing has changed since the last round and no note says why it is handed in again, PermissionDenied.
    """
    note = ground.plain(note)
    record = ground.lock_record(record.pk)
    access.require(by, "clearance.submit", record)
    clearance = _clearance(record, subject, item, seen_round, by)
    how = subject_of(clearance)
    if hinders := how.hinders(clearance):
        raise Hindered(hinders)
    content = how.content(clearance)
    kept, digest = as_json(content), content.digest
    _need_change(clearance, digest, note)
    clearance.title, clearance.round = content.title[:300] or str(record)[:300], clearance.round + 1
    clearance.state, clearance.reason = State.OPEN, ""
    clearance.save()
    made = Submission.objects.create(
        clearance=clearance, number=clearance.round, content=kept, digest=digest, note=note, by=ground.person(by),
        revision=freeze(how.rows(clearance), by=by, comment=f"{clearance.title}, {clearance.round}"),
    )  # fmt: skip
    seats = _seat(clearance, timezone.localdate())
    carry_answers(made, content, seats)
    latest = max((one.due for one in seats if one.due), default=workdays.after(timezone.localdate(), USUAL_DAYS))
    clearance.due = workdays.after(latest, DECISION_DAYS)
    clearance.save(update_fields=["due"])
    how.submitted(clearance, made, by)
    ground.note(
        "clearance submitted", clearance, by=by, note=made.note, asked=[str(one.reviewer or "?") for one in seats]
    )
    _tell_reviewers(clearance, made, seats, by)
    return made


def _clearance(record: Record, subject: str, item: int | None, seen_round: int, by: Actor) -> Clearance:
    """The clearance that a version is handed in to: the one that stands, or a new one that is not saved yet."""
    found = Clearance.objects.filter(record=record, state__in=STANDING).first()
    if found is None:
        if seen_round:
            last = (
                Clearance.objects.filter(record=record, subject=subject, item=item).select_related("ended_by").first()
            )
            raise StaleRound(last, seen_round)
        return Clearance(record=record, subject=subject, item=item, opened_by=ground.person(by))
    found.record = record
    if (found.subject, found.item) != (subject, item):
        raise AlreadyStanding(found)
    if found.round != seen_round:
        raise StaleRound(found, seen_round)
    return found


def _need_change(clearance: Clearance, digest: str, note: str) -> None:
    if clearance.pk is None or note:
        return
    last = clearance.submissions.get(number=clearance.round)
    if last.digest == digest:
        raise Refused(
            _("Nothing has changed since round %d. Write a note that says why it is handed in again.") % last.number
        )


def freeze(rows: Iterable[Model], *, by: Actor, comment: str = "") -> Revision | None:
    """Keep rows as they are now, in one revision; None when there are none. Their models are registered with reversion.

    Within a transaction. About 0.2 ms a row.
    """
    kept: Sequence[Model] = list(rows)
    if not kept:
        return None
    with reversion.create_revision(manage_manually=True):
        if isinstance(by, User):
            reversion.set_user(by)
        reversion.set_comment(comment)
        for row in kept:
            reversion.add_to_revision(row)
    # The newest of the row: whoever freezes the same rows holds the same record's lock.
    newest: Version = Version.objects.get_for_object(kept[0]).select_related("revision").first()
    return newest.revision


def _seat(clearance: Clearance, today: date) -> list[Review]:
    """Make the seats that the rules ask for and nobody has, and set all due anew. Returns those who are asked in this round."""
    how = subject_of(clearance)
    standing = list(clearance.reviews.filter(ended_at__isnull=True).select_related("reviewer", "theme"))
    asked_for = {code for codes in clearance.reviews.values_list("rule", flat=True) for code in codes.split()}
    handed = User.objects.filter(pk__in=clearance.submissions.filter(by__isnull=False).values("by"))
    wanted = rules.explain(
        how.concerns(clearance), clearance.subject, record=clearance.record, authors=[*how.authors(clearance), *handed],
        seated=[one.reviewer_id for one in standing if one.reviewer_id], today=today,
    )  # fmt: skip
    days = dict(ReviewRule.objects.values_list("code", "days"))
    for seat in standing:
        own = [days[code] for code in seat.rule.split() if code in days]
        seat.due, seat.escalated_at = workdays.after(today, min(own, default=USUAL_DAYS)), None
    Review.objects.bulk_update(standing, ["due", "escalated_at"])
    by_person = {one.reviewer_id: one for one in standing if one.reviewer_id}
    new = []
    for need in wanted:
        fresh = [code for code in need.rules if code not in asked_for]
        if not fresh:
            continue
        if need.person is not None and (seat_of := by_person.get(need.person.pk)):
            _add_reasons(seat_of, need, fresh)
            continue
        new.append(
            Review(
                clearance=clearance, seat=need.seat, rule=" ".join(fresh)[:255], because=need.because[:500],
                theme=need.theme, required=need.required, reviewer=need.person, due=need.due(today),
            )
        )  # fmt: skip
    return [*standing, *Review.objects.bulk_create(new)]


def _add_reasons(seat: Review, need: rules.Needed, fresh: Sequence[str]) -> None:
    """The only person for a new seat sits there already: one seat, both reasons."""
    seat.rule = f"{seat.rule} {' '.join(fresh)}".strip()[:255]
    seat.because = "; ".join(filter(None, [seat.because, need.because]))[:500]
    seat.required = seat.required or need.required
    seat.save(update_fields=["rule", "because", "required"])


def _tell_reviewers(clearance: Clearance, made: Submission, seats: Sequence[Review], by: Actor) -> None:
    words = {"title": clearance.title, "round": made.number}
    title = _("Please review: %(title)s") if made.number == 1 else _("Handed in again, round %(round)s: %(title)s")
    by_due: dict[date | None, list[Review]] = {}
    for seat in seats:
        by_due.setdefault(seat.due, []).append(seat)
    for due, those in by_due.items():
        people = ground.with_stand_ins([seat.reviewer for seat in those], clearance)
        text = _("Your review is due on %s.") % (due.isoformat() if due else "–")
        ground.inform(people, clearance, "review-asked", title % words, by=by, text=f"{text}\n\n{made.note}".strip())
    if empty := [_who(seat) for seat in seats if not ground.may_review(seat)]:
        ground.inform(
            who_may("clearance.assign", clearance.record), clearance, "seat-empty",
            _("Nobody was found to review: %s") % clearance.title, by=by,
            text=_("Name a reviewer for: %s.") % "; ".join(empty),
            key=f"clearance-{clearance.pk}-empty-{made.number}",
        )  # fmt: skip


def _who(seat: Review) -> str:
    return f"{seat.seat} ({seat.reviewer})" if seat.reviewer else seat.seat


@transaction.atomic
def take_back(clearance: Clearance | int, *, reason: str, by: Actor) -> Clearance:
    """Withdraw work from clearance. It can be handed in again later, as a new clearance. Raises Ended, Refused, PermissionDenied."""
    clearance = ground.lock(clearance)
    access.require(by, "clearance.submit", clearance.record)
    ground.need_standing(clearance)
    reason = ground.words(reason, _("Say why it is taken back."))
    asked = [one.reviewer for one in clearance.reviews.filter(ended_at__isnull=True).select_related("reviewer")]
    ground.end(clearance, State.WITHDRAWN, reason, by)
    subject_of(clearance).withdrawn(clearance, by)
    ground.note("clearance taken back", clearance, by=by, reason=reason)
    ground.inform(
        ground.with_stand_ins(asked, clearance), clearance, "clearance-withdrawn",
        _("Taken back: %s") % clearance.title, by=by, text=reason,
    )  # fmt: skip
    return clearance
