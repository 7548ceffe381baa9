"""The working page: rows with the provisions proposed for them, judged one by one or several at once.

With htmx only what became of a row comes back, never the fields that somebody is typing in; without JavaScript the same forms give pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people.access import is_internal
from migov.services.alignment.access import person
from migov.services.clearance.wording import Span, differences
from migov.work.policy.models import Judgement, Provision, Review, Row, RowProvision
from migov.work.policy.review import actions, provisions
from migov.work.policy.review.actions.judging import CONFIRMED, FIELDS, PROPOSED, REJECTED
from migov.work.policy.review.errors import Clash, ReviewRefused, RowConflict
from migov.work.policy.review.marking import passage
from migov.work.policy.review.queries import lists, rows
from migov.work.policy.review.views import frame
from migov.work.policy.texts.addresses import provision_url

LONGEST = 200
IN_SIGHT = 3  # provisions of a row that are not folded away
SHORT = {
    Judgement.FULL: "1", Judgement.PARTIAL: "2", Judgement.NONE: "3", Judgement.CONTRARY: "4",
    Judgement.NOT_APPLICABLE: "5", Judgement.DISCRETIONARY: "6",
}  # fmt: skip
KEYS = [(str(code), str(label), SHORT[Judgement(code)]) for code, label in Judgement.choices]


def filter_of(request: HttpRequest) -> rows.RowFilter:
    """The filter of the address; what is not known means all."""
    get = request.GET
    judgement = get.get("judgement", "")
    known = {*Judgement.values, *rows.LEFT}
    return rows.RowFilter(
        source=get.get("source", "").replace("\x00", "")[:40], judgement=judgement if judgement in known else "",
        q=get.get("q", "").replace("\x00", "")[:LONGEST].strip(),
    )  # fmt: skip


@dataclass
class Card:
    """A row with what its template needs: judgements to choose from, provisions with passages and addresses, what was typed."""

    of: rows.RowShown
    links: list[dict[str, Any]]
    typed: dict[str, str]
    clashes: dict[str, Clash]
    refusal: str = ""
    saved: str = ""

    @property
    def row(self) -> Row:
        return self.of.row

    @property
    def first(self) -> list[dict[str, Any]]:
        """Confirmed provisions, and the proposals that come first."""
        found = [one for one in self.links if one["confirmed"]]
        return [*found, *self._proposed[: max(1, IN_SIGHT - len(found))]]

    @property
    def more(self) -> list[dict[str, Any]]:
        """Proposals that are folded away."""
        return self._proposed[max(1, IN_SIGHT - sum(one["confirmed"] for one in self.links)) :]

    @property
    def aside(self) -> list[dict[str, Any]]:
        """Provisions that were set aside."""
        return [one for one in self.links if one["rejected"]]

    @property
    def _proposed(self) -> list[dict[str, Any]]:
        return [one for one in self.links if not (one["confirmed"] or one["rejected"])]


def card(review: Review, of: rows.RowShown, *, typed: dict[str, str] | None = None) -> Card:
    """A row, made ready to be shown."""
    links = [
        {
            "link": one.link, "provision": one.provision, "url": provision_url(review.version, one.provision.eid),
            "heading": one.provision.heading or (one.provision.article.heading if one.provision.article else ""),
            "passage": passage(one.text or one.provision.heading, one.marked), "why": ", ".join(one.marked),
            "confirmed": one.link.state == CONFIRMED, "rejected": one.link.state == REJECTED,
        }
        for one in of.links
    ]  # fmt: skip
    return Card(of, links, typed or of.seen, {})


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of a review. A government is led to what was released to it."""
    if request.user.is_authenticated and not is_internal(request.user):
        frame.release_or_404(request, pk)
        return redirect("policy:released", pk=pk)
    review = frame.review_or_404(request, pk)
    asked = filter_of(request)
    found = rows.matching(review, asked)
    paginator = Paginator(found, rows.PER_PAGE)
    number = request.GET.get("page")
    if (at := request.GET.get("at", "")).isdecimal() and len(at) < 10:
        number = str(found.filter(order__lt=int(at)).count() // rows.PER_PAGE + 1)
    shown = paginator.get_page(number)
    context = {
        "asked": asked, "page": shown, "cards": [card(review, one) for one in rows.shown(review, shown.object_list)],
        "query": urlencode(asked.params()), "here": request.get_full_path(), "narrowed": bool(asked.params()),
        **_standing(review), **_vocabulary(review),
    }  # fmt: skip
    return frame.show(request, review, "rows", "policy/review/page.html", **context)


def _standing(review: Review) -> dict[str, Any]:
    """How far the review is. Two queries."""
    found = lists.by_source(review)
    counts: dict[str, int] = {}
    for one in found:
        for code, number in one.counts.items():
            counts[code] = counts.get(code, 0) + number
    return {
        "by_source": found, "judged": sum(one.judged for one in found), "total": sum(one.total for one in found),
        "left": counts.get("", 0), "by_judgement": lists.judgement_words(counts),
        "again": review.rows.filter(asked_again=True).count() if review.previous_id else 0,
    }  # fmt: skip


def _vocabulary(review: Review) -> dict[str, Any]:
    return {"judgements": KEYS, "labels": FIELDS, "open": review.is_open}


def _row_or_404(review: Review, key: int) -> rows.RowShown:
    try:
        found = rows.shown(review, review.rows.filter(pk=key))
    except OverflowError:  # a key that no database has room for
        found = []
    if not found:
        raise Http404(_("This review has no such row."))
    return found[0]


def row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One row by itself: with guidance and with what changed since the earlier version; or what was said of it."""
    review = frame.review_or_404(request, pk)
    of = _row_or_404(review, row)
    if request.method == "POST":
        return _save(request, review, of)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405)
    return _alone(request, review, card(review, of))


def _alone(request: HttpRequest, review: Review, shown: Card, status: int = 200) -> HttpResponse:
    context = {
        "card": shown, "guidance": rows.guidance_texts(shown.row), "changes": changes(shown.row),
        "here": reverse("policy:review-row", args=[review.pk, shown.row.pk]), **_vocabulary(review),
    }  # fmt: skip
    return frame.show(request, review, "rows", "policy/review/row.html", status=status, **context)


@dataclass(frozen=True)
class Change:
    """What became of a provision that the earlier review confirmed. spans: its words before and after; empty where it was dropped."""

    label: str
    now: Provision | None
    spans: tuple[Span, ...]


def changes(of: Row) -> list[Change]:
    """For a row that is asked again: each provision confirmed before that says something else now."""
    if of.carried_from is None or not of.why_again:
        return []
    review = Review.objects.select_related("version").get(pk=of.review_id)
    links = of.carried_from.links.filter(state=CONFIRMED).select_related("provision__version")
    now = provisions.read(review.version)
    successors = provisions.Successors(now.provisions)
    found: list[Change] = []
    before: provisions.Read | None = None
    for link in links:
        old = link.provision
        if successors.same(old) is not None:
            continue
        before = before or provisions.read(old.version)
        there = successors.at_its_place(old)
        after = now.words[there.pk] if there is not None else ""
        found.append(Change(old.label, there, differences(before.words[old.pk], after)))
    return found


def _save(request: HttpRequest, review: Review, of: rows.RowShown) -> HttpResponse:
    post = request.POST
    typed = {name: str(post[name]) for name in FIELDS if name in post}
    seen = {name: str(post[f"was-{name}"]) for name in FIELDS if f"was-{name}" in post}
    # A page that does not say which state it began from began from none: what stands is then not overwritten unasked.
    revision = int(sent) if (sent := post.get("revision", "")).isdecimal() and len(sent) < 10 else 0
    try:
        saved = actions.judge(
            of.row, by=person(request), seen=seen, over=post.getlist("over"), links=_links(request),
            revision=revision, **typed,
        )  # fmt: skip
    except RowConflict as conflict:
        again = card(review, _row_or_404(review, of.row.pk), typed={**of.seen, **typed})
        again.clashes, again.refusal = dict(conflict.clashes), str(conflict)
        # The words they were begun from stay, so that saving once more asks the same question.
        again.of.seen = {**again.of.seen, **seen}
        again.of.row.revision = revision
        return _said(request, review, again, status=409)
    except ReviewRefused as refused:
        again = card(review, _row_or_404(review, of.row.pk), typed={**of.seen, **typed})
        again.refusal = str(refused)
        return _said(request, review, again, status=422)
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        return _back(request, review, f"row-{saved.pk}")
    again = card(review, _row_or_404(review, saved.pk))
    again.saved = _("Saved.") if saved.revision != of.row.revision else ""
    return _said(request, review, again)


def _links(request: HttpRequest) -> dict[int, str]:
    """What was said of provisions: ticked ones answer, those no longer ticked are open again, and buttons set aside or add one."""
    post = request.POST
    found: dict[int, str] = {}
    for pair in post.getlist("was-link"):
        key, _colon, was = pair.partition(":")
        if not _is_key(key):
            continue
        ticked = f"link-{key}" in post
        if ticked != (was == CONFIRMED):
            found[int(key)] = CONFIRMED if ticked else PROPOSED
    for name, state in (("aside", REJECTED), ("back", PROPOSED), ("add", CONFIRMED)):
        if _is_key(key := post.get(name, "")):
            found[int(key)] = state
    return {key: str(state) for key, state in found.items()}


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 18


def _said(request: HttpRequest, review: Review, shown: Card, status: int = 200) -> HttpResponse:
    """What became of a row: for htmx the words beside its fields, its provisions and the progress; else the row by itself."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _alone(request, review, shown, status)
    context = {
        "review": review, "card": shown, "may_judge": frame.may_judge(request, review), "swapped": True,
        **_standing(review), **_vocabulary(review),
    }  # fmt: skip
    # htmx drops what comes with an error status, and the words beside the fields are what matters.
    return render(request, "policy/review/said.html", context)


def _back(request: HttpRequest, review: Review, anchor: str = "") -> HttpResponseRedirect:
    here = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(here, allowed_hosts=None) or not here.startswith("/policy/"):
        here = reverse("policy:review", args=[review.pk])
    return redirect(f"{here.partition('#')[0]}#{anchor}" if anchor else here)


@require_safe
def find(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Provisions by number or words, to be added to a row."""
    review = frame.review_or_404(request, pk)
    of = _row_or_404(review, row)
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    found = rows.find_provisions(review, words)
    said = rows.words_of(review, found)
    confirmed = {link.provision_id for link in of.row.links.all() if link.state == RowProvision.State.CONFIRMED}
    hits = [
        {"provision": one, "passage": passage(said.get(one.pk, ""), words.split()), "there": one.pk in confirmed,
         "url": provision_url(review.version, one.eid)}
        for one in found
    ]  # fmt: skip
    context: dict[str, Any] = {
        "card": card(review, of), "hits": hits, "words": words,
        "here": request.GET.get("next", ""),
    }  # fmt: skip
    if request.htmx:  # type: ignore[attr-defined]
        given = {"review": review, "may_judge": frame.may_judge(request, review)}
        return render(request, "policy/review/found.html", context | given)
    return frame.show(request, review, "rows", "policy/review/find.html", **context)


@require_POST
def judge_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the chosen rows one judgement."""
    review = frame.review_or_404(request, pk)
    chosen: dict[int, int] = {}
    for pair in request.POST.getlist("rows"):
        key, _colon, revision = pair.partition(":")
        if _is_key(key) and _is_key(revision):
            chosen[int(key)] = int(revision)
    try:
        result = actions.judge_many(review, chosen, judgement=request.POST.get("judgement", ""), by=person(request))
    except ReviewRefused as refused:
        messages.error(request, str(refused))
        return _back(request, review)
    messages.success(request, ngettext("%d row judged.", "%d rows judged.", result.done) % result.done)
    if result.left:
        words = ngettext(
            "%d row was changed by somebody else meanwhile and left as it is.",
            "%d rows were changed by somebody else meanwhile and left as they are.",
            len(result.left),
        )
        messages.warning(request, words % len(result.left))
    return _back(request, review)


@require_safe
def next_left(request: HttpRequest, pk: int) -> HttpResponse:
    """To the next row that is not judged."""
    review = frame.review_or_404(request, pk)
    after = request.GET.get("after", "")
    order = rows.next_left(review, int(after) if _is_key(after) else None)
    here = reverse("policy:review", args=[pk])
    if order is None:
        messages.success(request, _("Every row is judged."))
        return redirect(here)
    key = review.rows.values_list("pk", flat=True).get(order=order)
    return redirect(f"{here}?at={order}#row-{key}")


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Have provisions proposed anew."""
    review = frame.review_or_404(request, pk)
    try:
        job = actions.propose(review, by=person(request))
    except ReviewRefused as refused:
        messages.error(request, str(refused))
        return redirect("policy:review", pk=pk)
    if job is not None:
        messages.success(request, _("Provisions are being proposed."))
        return redirect("jobs:page", pk=job.pk)
    messages.success(request, _("Provisions were proposed anew. What you confirmed or set aside stayed."))
    return redirect("policy:review", pk=pk)


urlpatterns: list[URLPattern] = [
    path("reviews/<int:pk>/", page, name="review"),
    path("reviews/<int:pk>/rows/<int:row>/", row, name="review-row"),
    path("reviews/<int:pk>/rows/<int:row>/find/", find, name="review-find"),
    path("reviews/<int:pk>/judge/", judge_many, name="review-judge"),
    path("reviews/<int:pk>/next/", next_left, name="review-next"),
    path("reviews/<int:pk>/propose/", propose, name="review-propose"),
]
