"""Where a review stands: the overall assessment, clearance, release to the government, and what comes after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.writing.answers import number
from migov.work.policy.models import Release, Review, ReviewState, TextVersion, VersionState
from migov.work.policy.review import actions, subject
from migov.work.policy.review.errors import ReviewRefused, RowConflict
from migov.work.policy.review.forms import ChangeForm, ReleaseForm
from migov.work.policy.review.views import frame

OUT = (ReviewState.RELEASED, ReviewState.ANSWERED, ReviewState.CLOSED)


@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the review stands, and what can be done next."""
    return _page(request, frame.review_or_404(request, pk))


def _page(request: HttpRequest, review: Review, *, status: int = 200, **more: Any) -> HttpResponse:
    record = review.record
    standing = clearance_queries.standing_clearance(record)
    for_clearance = standing or Clearance(record=record, subject=subject.SUBJECT)
    changed = subject.changed_since(standing) if standing and review.is_open else []
    may_release = access.allowed(request.user, "reviews.release", record)
    context: dict[str, Any] = {
        "clearance": standing, "hinders": subject.hinders(for_clearance) if review.is_open else [],
        "bare": subject.without_provision(review) if review.is_open else 0,
        "changed": subject.changed_words(changed) if changed else "",
        "seats": clearance_queries.seats(standing) if standing else [],
        "asked": _asked(review, standing) if review.is_open else [], "past": clearance_queries.clearances_of(record),
        "may_submit": review.is_open and access.allowed(request.user, "clearance.submit", record),
        "seen_round": standing.round if standing else 0, "releases": review.releases.select_related("by", "answered_by"),
        "release_form": ReleaseForm() if may_release and review.state == ReviewState.CLEARED else None,
        "change_form": ChangeForm(initial={"title": record.title, "due": review.due}),
        "may_reopen": may_release and not review.is_open, "may_close": may_release and review.state in OUT[:2],
        "later": _later(review), "following": review.following.select_related("record", "version"),
        "may_carry": access.allowed(request.user, "reviews.start") and access.allowed(request.user, "reviews.judge", record),
        "open": review.is_open, "typed_summary": review.summary, "seen_summary": review.summary,
    }  # fmt: skip
    return frame.show(request, review, "state", "policy/review/state.html", status=status, **context | more)


def _asked(review: Review, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing review only those that nobody has been asked for yet."""
    clearance = standing or Clearance(record=review.record, subject=subject.SUBJECT)
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=review.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


def _later(review: Review) -> list[TextVersion]:
    """Later versions of the text that no review following this one has yet. One query."""
    followed = review.following.filter(record__removed_at__isnull=True).values("version")
    version = review.version
    return list(
        TextVersion.objects.filter(
            text=version.text_id, number__gt=version.number, state__in=[VersionState.READ, VersionState.CHECKED]
        ).exclude(pk__in=followed)
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the review in."""
    review = frame.review_or_404(request, pk)
    note = request.POST.get("note", "")
    try:
        made = clearance_actions.submit(
            review.record, subject=subject.SUBJECT, note=note, seen_round=number(request, "round"), by=person(request)
        )
    except Refused as refused:
        return _page(request, frame.review_or_404(request, pk), status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("policy:review-state", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the review back from clearance."""
    review = frame.review_or_404(request, pk)
    standing = clearance_queries.standing_clearance(review.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in clearance any more."))
        return redirect("policy:review-state", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except Refused as refused:
        again = frame.review_or_404(request, pk)
        return _page(request, again, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from clearance."))
    return redirect("policy:review-state", pk=pk)


@require_POST
def summarise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the overall assessment."""
    review = frame.review_or_404(request, pk)
    typed, seen = request.POST.get("summary", ""), request.POST.get("was-summary")
    over = "summary" in request.POST.getlist("over")
    try:
        actions.summarise(review, summary=typed, seen=None if over else seen, by=person(request))
    except RowConflict as conflict:
        more = {"clash": conflict.clashes["summary"], "typed_summary": typed, "seen_summary": seen or ""}
        return _page(request, frame.review_or_404(request, pk), status=409, refusal=str(conflict), **more)
    except ReviewRefused as refused:
        return _page(request, review, status=422, refusal=str(refused), typed_summary=typed)
    messages.success(request, _("Saved."))
    return redirect("policy:review-state", pk=pk)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title and due day."""
    review = frame.review_or_404(request, pk)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            actions.change(review, by=person(request), **form.cleaned_data)
        except ReviewRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("policy:review-state", pk=pk)
    access.require(request.user, "reviews.judge", review.record)
    return _page(request, review, status=422, change_form=form)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Share the review with the government."""
    review = frame.review_or_404(request, pk)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        try:
            made = actions.release(review, by=person(request), **form.cleaned_data)
        except ReviewRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            _say_released(request, made)
            return redirect("policy:review-state", pk=pk)
    access.require(request.user, "reviews.release", review.record)
    return _page(request, review, status=422, release_form=form)


def _say_released(request: HttpRequest, made: Release) -> None:
    said = _("Released as number %s.") % made.number
    if made.told:
        told = ngettext("%d focal point was told.", "%d focal points were told.", made.told) % made.told
        messages.success(request, f"{said} {told}")
        return
    words = _("No focal point of %(country)s has an account; send the documents yourself.")
    messages.warning(request, f"{said} {words % {'country': made.about['country_name']}}")


def _step(request: HttpRequest, pk: int, done: str, act: Any, **typed: Any) -> HttpResponse:
    """Take a step that needs at most a reason; what was typed stays where it is refused."""
    review = frame.review_or_404(request, pk)
    try:
        act(review, by=person(request), **typed)
    except ReviewRefused as refused:
        more = {f"typed_{name}": value for name, value in typed.items()}
        return _page(request, frame.review_or_404(request, pk), status=409, refusal=str(refused), **more)
    messages.success(request, done)
    return redirect("policy:review-state", pk=pk)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the rows again for corrections."""
    return _step(request, pk, _("The rows can be judged again."), actions.reopen, reason=request.POST.get("reason", ""))


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the review."""
    return _step(request, pk, _("Closed."), actions.close)


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the review out."""
    review = frame.review_or_404(request, pk)
    reason = request.POST.get("reason", "")
    try:
        actions.take_out(review, reason=reason, by=person(request))
    except ReviewRefused as refused:
        return _page(request, review, status=409, refusal=str(refused), typed_out=reason)
    messages.success(request, _("The review was taken out."))
    return redirect("policy:reviews")


@require_POST
def carry(request: HttpRequest, pk: int) -> HttpResponse:
    """Review a later version, taking over what was judged."""
    review = frame.review_or_404(request, pk)
    chosen = next((one for one in _later(review) if str(one.pk) == request.POST.get("version", "")), None)
    if chosen is None:
        return _page(request, review, status=422, refusal=_("Choose a later version of the same text."))
    try:
        made = actions.carry_over(chosen, review=review, by=person(request))
    except ReviewRefused as refused:
        return _page(request, review, status=409, refusal=str(refused))
    words = _("%(kept)d judgements were taken over; %(again)d rows are asked again because the words changed.")
    messages.success(request, words % {"kept": made.kept, "again": made.again})
    return redirect("policy:review", pk=made.review.pk)


urlpatterns: list[URLPattern] = [
    path("reviews/<int:pk>/state/", state, name="review-state"),
    path("reviews/<int:pk>/submit/", submit, name="review-submit"),
    path("reviews/<int:pk>/take-back/", take_back, name="review-take-back"),
    path("reviews/<int:pk>/summary/", summarise, name="review-summary"),
    path("reviews/<int:pk>/change/", change, name="review-change"),
    path("reviews/<int:pk>/release/", release, name="review-release"),
    path("reviews/<int:pk>/reopen/", reopen, name="review-reopen"),
    path("reviews/<int:pk>/close/", close, name="review-close"),
    path("reviews/<int:pk>/take-out/", take_out, name="review-take-out"),
    path("reviews/<int:pk>/carry-over/", carry, name="review-carry"),
]
