"""What the government reads and answers. Everything here is drawn from a release; the rows of the review are not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import TemplateDoesNotExist, get_template
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.services.alignment.access import person
from migov.work.policy.models import Answer, Judgement, Release, ReleasedRow, ReviewState, Stance
from migov.work.policy.review import actions
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.queries import lists, released
from migov.work.policy.review.queries.releases import all_of
from migov.work.policy.review.table import Line, from_json, tally
from migov.work.policy.review.views import frame

DOWNLOADS = "policy/products/downloads.html"


@dataclass
class Answered:
    """A released row with the answer that stands, and what was typed where it could not be kept."""

    row: ReleasedRow
    line: Line
    answer: Answer | None
    stance: str = ""
    text: str = ""
    problem: str = ""
    field: str = ""
    saved: bool = False

    @property
    def judgement(self) -> str:
        return str(Judgement(self.row.judgement).label)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as it was released, with the answers so far."""
    release = frame.release_or_404(request, pk)
    return _page(request, release, _rows(release))


def _rows(release: Release) -> list[Answered]:
    """The rows of a release with their answers. Two queries."""
    rows = list(release.rows.order_by("order"))
    found = Answer.objects.filter(row__release=release, superseded_at__isnull=True).select_related("by")
    answers = {one.row_id: one for one in found}
    made = []
    for row in rows:
        said = answers.get(row.pk)
        made.append(Answered(row, from_json(row.said), said, said.stance if said else "", said.text if said else ""))
    return made


def _page(request: HttpRequest, release: Release, rows: list[Answered], status: int = 200) -> HttpResponse:
    review = release.review
    table = released(release)
    groups: list[tuple[Any, list[Answered]]] = [
        (source, [one for one in rows if one.line.source == source.code]) for source in table.sources
    ]
    context = {
        "part": "reviews", "release": release, "review": review, "record": review.record, "table": table, "groups": groups,
        "counts": lists.judgement_words(dict(tally([one.line for one in rows]).counts)), "total": len(rows),
        **_answering(request, release, rows), "earlier": all_of(review.pk)[1:], "is_office": is_internal(request.user),
        "has_downloads": _has_downloads(),
    }  # fmt: skip
    return render(request, "policy/review/released.html", context, status=status)


def _answering(request: HttpRequest, release: Release, rows: list[Answered]) -> dict[str, Any]:
    open_to_answers = release.review.state != ReviewState.CLOSED
    return {
        "may_answer": open_to_answers and access.allowed(request.user, "reviews.answer", release.review.record),
        "answered": sum(one.answer is not None for one in rows), "stances": Stance.choices,
        "all_said": release.answered_at is not None or not open_to_answers,
    }  # fmt: skip


def _has_downloads() -> bool:
    try:
        get_template(DOWNLOADS)
    except TemplateDoesNotExist:
        return False
    return True


@require_POST
def answer(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Say what the government thinks of one row."""
    release = frame.release_or_404(request, pk)
    try:
        found = release.rows.filter(pk=row).first()
    except OverflowError:  # a key that no database has room for
        found = None
    if found is None:
        # A page of an earlier release: its rows are no longer answered.
        if ReleasedRow.objects.filter(pk=min(row, 2**62), release__review=pk).exists():
            messages.warning(request, _("A newer version was shared meanwhile. Answer on this one."))
            return redirect("policy:released", pk=pk)
        raise Http404(_("There is no such row."))
    stance, text = request.POST.get("stance", ""), request.POST.get("text", "")
    try:
        actions.answer(found, stance=stance, text=text, by=person(request))
    except ReviewRefused as refused:
        rows = _rows(release)
        one = next(each for each in rows if each.row.pk == row)
        one.stance, one.text, one.problem, one.field = stance, text, str(refused), refused.field
        return _one(request, release, rows, one, 422)
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Your answer was saved."))
        return redirect(f"{request.path.partition('rows/')[0]}#answer-{row}")
    rows = _rows(release)
    one = next(each for each in rows if each.row.pk == row)
    one.saved = True
    return _one(request, frame.release_or_404(request, pk), rows, one)


def _one(
    request: HttpRequest, release: Release, rows: list[Answered], one: Answered, status: int = 200
) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _page(request, release, rows, status)
    context = {
        "release": release,
        "one": one,
        "total": len(rows),
        "swapped": True,
        **_answering(request, release, rows),
    }
    return render(request, "policy/review/answer.html", context)


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that all is answered."""
    release = frame.release_or_404(request, pk)
    try:
        actions.finish(release, by=person(request))
    except ReviewRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. The office was told that your answers are complete."))
    return redirect("policy:released", pk=pk)


urlpatterns: list[URLPattern] = [
    path("released/<int:pk>/", page, name="released"),
    path("released/<int:pk>/rows/<int:row>/", answer, name="released-answer"),
    path("released/<int:pk>/finish/", finish, name="released-finish"),
]
