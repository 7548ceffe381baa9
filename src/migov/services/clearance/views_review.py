"""The review: a frozen round in reading order, with remarks beside the places they are about, the checklist and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.clearance import actions, queries, views_places
from migov.services.clearance import views_frame as frame
from migov.services.clearance.content import Content, Rows
from migov.services.clearance.models import ChecklistAnswer, Clearance, Comment, Opinion, State, Submission
from migov.services.clearance.queries import Abilities, Seat, Thread
from migov.services.clearance.subjects import Question, Refused, subject_of
from migov.services.clearance.views_focus import focus, grouped
from migov.services.clearance.views_places import UNSETTLED, Filter

SHOWS = (("all", gettext_lazy("All comments")), ("open", gettext_lazy("Open")), ("mine", gettext_lazy("Mine")))
Context = dict[str, Any]
CONCERNING = 8  # places that are named at the top; the others are marked


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest round, or the one that ?round= names."""
    clearance = frame.clearance_or_404(request, pk)
    return _page(request, clearance, request.GET.get("round"))


def _page(
    request: HttpRequest, clearance: Clearance, asked: str | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    submission = frame.round_or_404(clearance, asked)
    can = queries.abilities(person(request), clearance)
    context = _context(request, clearance, submission, can) | more
    return frame.show(request, clearance, "review", "clearance/review.html", can=can, status=status, **context)


def _filter(data: Mapping[str, Any]) -> Filter:
    shows = {code for code, _label in SHOWS}
    show = data.get("show", "")
    return Filter(show if show in shows else "all", data.get("part", "")[:80])


def _context(request: HttpRequest, clearance: Clearance, submission: Submission, can: Abilities) -> Context:
    """All that the page shows. The number of queries does not depend on its size."""
    user, content = person(request), queries.content_of(submission)
    asked = _filter(request.POST if request.method == "POST" else request.GET)
    newest = submission.number == clearance.round
    threads = [one for one in queries.threads(clearance) if one.round <= submission.number]
    concerns = {} if can.author else focus(content, can.seat, threads, user.pk)
    shown = views_places.shown_threads(
        [one for one in threads if asked.lets(one, user.pk)], user.pk, can,
        decides=access.allowed(user, "clearance.decide", clearance.record), stands=clearance.stands,
        accepts=subject_of(clearance).accept is not None,
    )  # fmt: skip
    parts, elsewhere = views_places.parts(content, shown, concerns)
    if asked.part:
        chosen = [part for part in parts if part.place.anchor == asked.part]
        parts_shown, elsewhere = (chosen, []) if chosen else (parts, elsewhere)
    else:
        parts_shown = parts
    seats = queries.seats(clearance, submission.number)
    own = next((one for one in seats if can.seat and one.review.pk == can.seat.pk), None)
    return {
        "submission": submission, "newest": newest, "parts": parts_shown, "outline": parts,
        "elsewhere": elsewhere, "asked": asked, "shows": SHOWS, "seats": seats, "may_comment": can.comment and clearance.stands,
        "rounds": range(1, clearance.round + 1), "waiting": sum(one.remark.state in UNSETTLED for one in threads),
        "concerns": grouped(concerns, content.anchors(), CONCERNING), "on": request.GET.get("on", ""), "entry": {},
        "came_back": _came_back(clearance, submission, can, threads, own, user.pk),
        **_own_review(clearance, content, can, own, threads, user.pk, newest),
    }  # fmt: skip


def _came_back(
    clearance: Clearance, submission: Submission, can: Abilities, threads: list[Thread], own: Seat | None, user: int
) -> bool:  # fmt: skip
    """Whether a reviewer who has seen an earlier round opens the newest one, on which they have said nothing yet."""
    if submission.number < 2 or submission.number != clearance.round or own is None or own.verdict is not None:
        return False
    return own.before is not None or any(one.remark.by_id == user for one in threads)


def _own_review(
    clearance: Clearance, content: Content, can: Abilities, own: Seat | None, threads: list[Thread], user: int, newest: bool
) -> Context:  # fmt: skip
    """The checklist and the verdict of the viewer's seat, with what is missing for each verdict."""
    if can.seat is None or own is None:
        return {"own": None, "judges": False}
    checklist = subject_of(clearance).checklist
    questions = [_question(one, own, content) for one in checklist]
    left = [one for one in checklist if one.code not in own.answers]
    open_remarks = sum(
        one.remark.state in UNSETTLED and (one.remark.by_id == user or one.remark.review_id == can.seat.pk)
        for one in threads
    )
    return {
        "own": own, "questions": questions, "left": left, "open_remarks": open_remarks, "opinions": Opinion.choices,
        "answers": ChecklistAnswer.Answer.choices, "judges": newest and clearance.state == State.OPEN,
    }  # fmt: skip


def _question(question: Question, seat: Seat, content: Content) -> Context:
    given = seat.answers.get(question.code)
    return {
        "question": question, "given": given, "answer": given.answer if given else "", "note": given.note if given else "",
        "places": _places_of(question, content),
    }  # fmt: skip


def _places_of(question: Question, content: Content) -> list[tuple[str, str]]:
    """The parts that a question is about; a single row where its anchor names one."""
    names = content.anchors()
    found: dict[str, str] = {}
    for beginning in question.anchors:
        if beginning in names:
            found[beginning] = names[beginning]
            continue
        for part in content.parts:
            lines = part.lines if isinstance(part, Rows) else ()
            if part.anchor.startswith(beginning) or any(line.anchor.startswith(beginning) for line in lines):
                found[part.anchor] = part.title or part.anchor
    return list(found.items())


def _address(clearance: Clearance, data: Mapping[str, Any], at: str = "") -> str:
    """The review as it was looked at, at a place of it."""
    asked, number = _filter(data), frame.number_of(data.get("round"))
    query = {"show": asked.show if asked.show != "all" else "", "part": asked.part}
    if number and number != clearance.round:
        query["round"] = str(number)
    kept = urlencode({name: value for name, value in query.items() if value})
    page = reverse("clearance:clearance", args=[clearance.pk])
    return f"{page}{'?' + kept if kept else ''}{'#' + at if at else ''}"


def _place_again(request: HttpRequest, clearance: Clearance, anchor: str, **more: Any) -> HttpResponse:
    """A place with its remarks as they stand now, and what depends on them elsewhere on the page."""
    clearance.refresh_from_db(fields=["state", "round"])
    submission = frame.round_or_404(clearance, request.POST.get("round"))
    can = queries.abilities(person(request), clearance)
    context = _context(request, clearance, submission, can) | {"clearance": clearance, "can": can}
    for part in context["outline"]:
        if part.place.anchor == anchor:
            return render(request, "clearance/place_again.html", context | {"part": part, "place": part.place} | more)
        for line in part.lines:
            if line.anchor == anchor:
                more |= {"part": part, "place": line, "is_line": True}
                return render(request, "clearance/place_again.html", context | more)
    left = [one for one in context["elsewhere"] if one.thread.remark.anchor == anchor]
    return render(request, "clearance/place_again.html", context | {"left_over": left} | more)


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Remark on a place."""
    clearance = frame.clearance_or_404(request, pk)
    typed = {name: request.POST.get(name, "") for name in ("anchor", "body", "quote", "wording")}
    anchor = typed["anchor"]
    # A browser sends line ends as two characters; texts are kept with one.
    said = {name: value.replace("\r\n", "\n") for name, value in typed.items() if name != "anchor"}
    try:
        made = actions.comment(
            clearance, round=frame.number_of(request.POST.get("round")), anchor=anchor, by=person(request), **said
        )
    except Refused as refused:
        entry = typed | {"problem": str(refused)}
        if frame.wants_part(request):
            return _place_again(request, clearance, anchor, on=anchor, entry=entry)
        number = request.POST.get("round")
        known = clearance.submissions.filter(number=frame.number_of(number)).exists()
        return _page(request, clearance, number if known else None, status=409, on=anchor, entry=entry)
    if frame.wants_part(request):
        return _place_again(request, clearance, anchor, fresh=made.pk)
    messages.success(request, _("Your comment on %s is there; the authors were told.") % made.place)
    return redirect(_address(clearance, request.POST, f"c-{made.pk}"))


STEPS = {
    "accept": (actions.accept_wording, gettext_lazy("The wording was put into the text.")),
    "settle": (actions.settle, gettext_lazy("The comment is settled.")),
    "reopen": (actions.reopen, gettext_lazy("The comment is open again.")),
    "withdraw": (actions.withdraw_comment, gettext_lazy("The comment was withdrawn.")),
}


@require_POST
def remark(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Answer a remark, take its wording, settle it, open it again, or withdraw it."""
    clearance = frame.clearance_or_404(request, pk)
    found = get_object_or_404(Comment.objects.filter(clearance=clearance, parent__isnull=True), pk=key)
    by, do, body = person(request), request.POST.get("do", ""), request.POST.get("body", "")
    problem, words = "", ""
    try:
        if do == "reply":
            actions.reply(found, body=body, by=by)
            words = _("Your answer is there.")
        elif do in STEPS:
            step, said = STEPS[do]
            step(found, by=by)
            words = str(said)
        else:
            raise Http404(_("There is no such step."))
    except Refused as refused:
        problem = str(refused)
    if frame.wants_part(request):
        typed = body if problem else ""
        return _place_again(
            request, clearance, found.anchor, acted=found.pk, problem=problem, words=words, typed_reply=typed
        )
    if problem:
        number = request.POST.get("round")
        return _page(request, clearance, number, status=409, acted=found.pk, problem=problem, typed_reply=body)
    messages.success(request, words)
    return redirect(_address(clearance, request.POST, f"c-{found.pk}"))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question of the checklist."""
    clearance = frame.clearance_or_404(request, pk)
    can = queries.abilities(person(request), clearance)
    code, chosen, note = (request.POST.get(name, "") for name in ("question", "answer", "note"))
    number, problem = frame.number_of(request.POST.get("round")), ""
    if can.seat is None:
        access.require(request.user, "clearance.comment", clearance.record)
        problem = _("You have no seat in this review.")
    elif chosen not in ChecklistAnswer.Answer.values:
        problem = _("Choose an answer; the note is kept with it.")
    else:
        try:
            actions.answer_checklist(
                can.seat, round=number, question=code, answer=chosen, note=note, by=person(request)
            )
        except Refused as refused:
            problem = str(refused)
    if not frame.wants_part(request) and not problem:
        return redirect(_address(clearance, request.POST, f"question-{code}"))
    clearance.refresh_from_db(fields=["state", "round"])
    typed = {"question_problem": problem, "problem_code": code, "typed_answer": chosen, "typed_note": note}
    if not frame.wants_part(request):
        return _page(request, clearance, status=409, **typed)
    submission = frame.round_or_404(clearance, None)
    context = _context(request, clearance, submission, can) | {"clearance": clearance, "can": can}
    one = next((one for one in context.get("questions", []) if one["question"].code == code), None)
    if one is None:
        raise Http404(_("The checklist has no such question."))
    return render(request, "clearance/question_again.html", context | typed | {"one": one, "saved": not problem})


@require_POST
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the verdict of one's seat."""
    clearance = frame.clearance_or_404(request, pk)
    can = queries.abilities(person(request), clearance)
    opinion, note = request.POST.get("opinion", ""), request.POST.get("note", "")
    problem = ""
    if can.seat is None:
        access.require(request.user, "clearance.comment", clearance.record)
        problem = _("You have no seat in this review.")
    elif opinion not in Opinion.values:
        problem = _("Choose a verdict.")
    else:
        try:
            made = actions.judge(
                can.seat, round=frame.number_of(request.POST.get("round")), opinion=opinion, note=note,
                replaces=frame.number_of(request.POST.get("replaces")) or None, by=person(request),
                rest=ChecklistAnswer.Answer.YES if request.POST.get("rest") else "",
            )  # fmt: skip
        except Refused as refused:
            problem = str(refused)
    if problem:
        clearance = frame.clearance_or_404(request, pk)
        return _page(
            request, clearance, status=409, verdict_problem=problem, typed_opinion=opinion, typed_verdict_note=note
        )
    messages.success(request, _("Your verdict: %s. The authors were told.") % made.get_opinion_display())
    return redirect(_address(clearance, {}, "your-review"))


urlpatterns = [
    path("<int:pk>/", review, name="clearance"),
    path("<int:pk>/comments/", comment, name="comment"),
    path("<int:pk>/comments/<int:key>/", remark, name="remark"),
    path("<int:pk>/checklist/", answer, name="answer"),
    path("<int:pk>/verdict/", verdict, name="verdict"),
]
