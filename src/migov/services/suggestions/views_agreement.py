"""Second opinions in the browser: one question at a time, and how far people agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment.access import decides, person, require_decides
from migov.services.alignment.errors import AlignmentError
from migov.services.suggestions import agreement, sources
from migov.services.suggestions.forms_opinion import OpinionForm
from migov.services.suggestions.models import Opinion

PER_PAGE = 25
SKIPPED = "second_opinions_skipped"  # in the session: keys of decisions that are not to be asked again for now
MOST_SKIPPED = 200
CHOICES = ("keep", "change")


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """One decision of somebody else, without the decision: does the element fit? The answer brings the next one."""
    require_decides(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    framework = asked.get("framework", "").replace("\x00", "").strip()[:40]
    words, wrong = "", False
    if request.method == "POST":
        words, wrong = _answer(request)
        if not getattr(request, "htmx", False):
            (messages.error if wrong else messages.success)(request, words)
            query = f"?{urlencode({'framework': framework})}" if framework else ""
            return redirect(f"{reverse('suggestions:second')}{query}")
    context = _question(request, framework) | {"words": words, "wrong": wrong}
    part = "suggestions/second_question.html" if getattr(request, "htmx", False) else "suggestions/second.html"
    return render(request, part, context)


def _answer(request: HttpRequest) -> tuple[str, bool]:
    """Keep the answer, or the wish to skip. Returns what to say, and whether something was wrong."""
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _("Your answer could not be read. Choose one of the three buttons."), True
    given = form.cleaned_data
    question = agreement.to_judge(person(request)).filter(pk=given["question"]).first()
    if question is None:
        return _("This one was decided anew meanwhile, or you have answered it already."), True
    if given["answer"] == "skip":
        _remember(request, question.pk)
        return _("Skipped."), False
    fits = given["answer"] == "fits"
    try:
        agreement.give_opinion(
            question.record, question.element, fits=fits, by=person(request), note=given["note"].strip()
        )
    except agreement.NoOpinion as told:
        return str(told), True
    if fits:
        return _("Your answer was kept: %(element)s fits.") % {"element": question.element}, False
    return _("Your answer was kept: %(element)s does not fit.") % {"element": question.element}, False


def _remember(request: HttpRequest, key: int) -> None:
    skipped = [*request.session.get(SKIPPED, []), key]
    request.session[SKIPPED] = skipped[-MOST_SKIPPED:]


def _question(request: HttpRequest, framework: str) -> dict[str, Any]:
    user = person(request)
    skipped = request.session.get(SKIPPED, [])
    row, number = agreement.next_to_judge(user, framework, skipped)
    parts = []
    if row is not None:
        wording = sources.wordings([row.record]).get(row.record_id)
        parts = [part for part in wording.parts if part.text != row.record.title] if wording else []
    return {
        "row": row,
        "parts": parts,
        "number": min(number, agreement.MOST_COUNTED),
        "more": number > agreement.MOST_COUNTED,
        "given": agreement.given_by(user),
        "frameworks": Framework.objects.all(),
        "framework": framework,
        "skipped": len(skipped),
    }


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """How far people agree, by framework and element, and where they do not."""
    access.require(request.user, "matching.see")
    framework = request.GET.get("framework", "").replace("\x00", "").strip()[:40]
    chosen = Framework.objects.filter(code=framework).first() if framework else None
    if framework and chosen is None:
        raise Http404(_("There is no such framework."))
    found = agreement.pairs(request.user, framework)
    differing, settled = agreement.disagreements(found)
    page = Paginator(differing, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "frameworks": Framework.objects.all(),
        "framework": framework,
        "agreements": agreement.by_framework(found),
        "pairs": len(found),
        "page": page,
        "settleable": agreement.settleable(page.object_list, request.user) if decides(request.user) else set(),
        "settled": len(settled),
        "anew": sum(pair.anew for pair in settled),
        "kept": sum(not pair.anew for pair in settled),
        "fewest": agreement.FEWEST_PAIRS,
        "may_judge": decides(request.user),
    }
    return render(request, "suggestions/agreement.html", context)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the decision that a second opinion doubts, or change it to what the opinion says."""
    require_decides(request.user)
    visible = Record.objects.visible_to(request.user).standing()
    opinion = get_object_or_404(Opinion.objects.select_related("element__framework"), pk=pk, record__in=visible)
    choice = request.POST.get("choice", "")
    if choice not in CHOICES:
        messages.error(request, _("Choose whether to keep or to change the decision."))
        return redirect(_back(request))
    try:
        agreement.settle(opinion, keep=choice == "keep", by=person(request))
    except (agreement.NoOpinion, AlignmentError) as told:
        messages.error(request, str(told))
    else:
        words = {
            "keep": _("Settled: the decision on %(element)s for “%(record)s” is kept."),
            "change": _("Settled: the decision on %(element)s for “%(record)s” is changed."),
        }[choice]
        messages.success(request, words % {"element": opinion.element, "record": opinion.record.title})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The list that the buttons stand on."""
    kept = {name: request.POST.get(name, "").replace("\x00", "").strip()[:40] for name in ("framework", "page")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('suggestions:agreement')}{'?' if query else ''}{query}#differ"
