"""How reviews are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import Actor
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, Heading, Rows, Text, as_json
from migov.services.clearance.content import Line as Kept
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Concerns, Flag, Question, Refused, Subject
from migov.work.policy.models import Judgement, Review, ReviewState, Row, RowProvision
from migov.work.policy.review.actions import life
from migov.work.policy.review.queries.concordances import concordance
from migov.work.policy.review.table import Concordance, Line

if TYPE_CHECKING:
    from migov.foundation.people.models import User

SUBJECT = "policy-review"
SUMMARY = "summary"
ANSWERING = (Judgement.FULL, Judgement.PARTIAL, Judgement.CONTRARY)
CHECKLIST = (
    Question("requirements", gettext_lazy("Are the requirements read as the instruments mean them?"), anchors=("source:",)),
    Question("provisions", gettext_lazy("Do the provisions named answer the requirements, and is none missing?"), anchors=("source:",)),
    Question("comments", gettext_lazy("Can the government act on the comments and the proposed wording?"), anchors=("source:",)),
    Question("assessment", gettext_lazy("Does the overall assessment say what the rows say?"), anchors=(SUMMARY,)),
)  # fmt: skip


def review_of(clearance: Clearance) -> Review:
    """The review that is cleared. Raises Review.DoesNotExist."""
    return Review.objects.select_related("record__owner", "record__office", "version__text__record").get(
        pk=clearance.record_id
    )


def content(review: Review, table: Concordance | None = None) -> Content:
    """What a review says, as clearance freezes it: the overall assessment, then the rows source by source. Nothing internal."""
    table = table or concordance(review)
    headings = (
        Heading("requirement", _("Requirement")), Heading("provisions", _("Provisions")), Heading("judgement", _("Judgement")),
        Heading("comment", _("Comment")), Heading("wording", _("Proposed wording")), Heading("planned", _("Planned")),
    )  # fmt: skip
    parts = [
        Rows(f"source:{one.code}", one.title, headings, [_kept(one.short_title, line) for line in table.of(one.code)], _("Rows"))
        for one in table.sources
    ]  # fmt: skip
    return Content(table.title, (Text(SUMMARY, _("Overall assessment"), table.summary), *parts))


def _kept(source: str, line: Line) -> Kept:
    planned = " · ".join(filter(None, [line.planned_act, line.planned_for]))
    return Kept(
        f"row:{line.row}", f"{source} {line.place}",
        {"requirement": f"{line.place}: {line.obligation}", "provisions": "; ".join(one.label for one in line.provisions),
         "judgement": str(Judgement(line.judgement).label) if line.judgement else "", "comment": line.comment,
         "wording": line.wording, "planned": planned},
    )  # fmt: skip


def brief(said: Content) -> list[tuple[str, str]]:
    """A version in a few lines: how the rows of each instrument or framework are judged, and what the assessment says."""
    found = []
    for part in said.parts:
        if isinstance(part, Rows):
            counts = Counter(str(line.values.get("judgement") or _("not judged")) for line in part.lines)
            found.append((part.title, ", ".join(f"{word} {number}" for word, number in counts.most_common())))
        elif isinstance(part, Text) and part.text.strip():
            found.append((part.title, part.text))
    return found


def rows(clearance: Clearance) -> Iterable[Model]:
    """What is frozen beside what it says: the review, its rows and their provisions."""
    review = review_of(clearance)
    judged = review.rows.select_related("requirement__article__instrument", "element__framework")
    links = RowProvision.objects.filter(row__review=review).select_related("row", "provision")
    return [review, *judged, *links]


def concerns(clearance: Clearance) -> Concerns:
    """Themes and places of the text."""
    record = review_of(clearance).record
    themes = record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    places = frozenset(record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True))
    return Concerns(themes=frozenset(themes), places=places, flags=frozenset({"regional"} if len(places) > 1 else ()))


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why it cannot be handed in now: rows that are not judged."""
    review = review_of(clearance)
    if not review.is_open:
        return [_("This review is “%s” already.") % review.get_state_display()]
    left = review.rows.filter(judgement="").count()
    if not left:
        return []
    return [ngettext("%d row is not judged yet.", "%d rows are not judged yet.", left) % left]


def without_provision(review: Review) -> int:
    """Rows judged full, partial or contrary that name no provision. One query."""
    named = RowProvision.objects.filter(row__review=review, state=RowProvision.State.CONFIRMED).values("row")
    return review.rows.filter(judgement__in=ANSWERING).exclude(pk__in=named).count()


def changed_since(clearance: Clearance) -> list[str]:
    """Places that say something else by now than the newest round, in words."""
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return []
    then = _by_anchor(kept.content)
    now = _by_anchor(json.loads(json.dumps(as_json(content(review_of(clearance))))))
    both = {**then, **now}
    return [label for anchor, (label, _said) in both.items() if then.get(anchor) != now.get(anchor)]


def _by_anchor(kept: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for part in kept["parts"]:
        if "text" in part:
            found[part["anchor"]] = (part["title"], part["text"])
            continue
        for anchor, label, _depth, values in part["lines"]:
            found[anchor] = (label, json.dumps(values, sort_keys=True))
    return found


def changed_words(changed: Sequence[str]) -> str:
    """In a sentence, what was changed after the newest round was handed in."""
    shown = ", ".join(changed[:8]) + (" …" if len(changed) > 8 else "")
    return _("Changed after it was handed in, and not read by reviewers: %s.") % shown


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know: rows changed since, and answers without a provision."""
    review = review_of(clearance)
    here = reverse("policy:review", args=[review.pk])
    found = []
    if clearance.pk and clearance.stands and (changed := changed_since(clearance)):
        found.append(Flag(changed_words(changed), True, here))
    if bare := without_provision(review):
        words = ngettext(
            "%d row is judged full, partial or contrary but names no provision.",
            "%d rows are judged full, partial or contrary but name no provision.",
            bare,
        )
        found.append(Flag(words % bare, False, here))
    return found


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where a row is judged."""
    kind, _colon, key = anchor.partition(":")
    here = reverse("policy:review", args=[clearance.record_id])
    if kind == "row" and key.isdigit():
        return reverse("policy:review-row", args=[clearance.record_id, int(key)])
    return here


def cleared(clearance: Clearance, _by: Actor) -> None:
    """Cleared as it was handed in. Raises Refused where rows were changed since: nobody would have read them."""
    if changed := changed_since(clearance):
        raise Refused(f"{changed_words(changed)} {_('Hand it in again, or take the changes back.')}")
    life.cleared(clearance.record_id, clearance.submissions.get(number=clearance.round))


def authors(clearance: Clearance) -> list[User]:
    """Who leads the review."""
    owner = review_of(clearance).record.owner
    return [owner] if owner is not None else []


def _to_judging(clearance: Clearance, _by: Actor) -> None:
    life.moved(clearance.record_id, ReviewState.JUDGING, out_of=[ReviewState.CLEARANCE])


REVIEWS = Subject(
    code=SUBJECT,
    label=gettext_lazy("Review of a text"),
    content=lambda clearance: content(review_of(clearance)),
    rows=rows,
    concerns=concerns,
    url=lambda clearance: reverse("policy:review", args=[clearance.record_id]),
    place_url=place_url,
    authors=authors,
    checklist=CHECKLIST,
    hinders=hinders,
    flags=flags,
    brief=brief,
    submitted=lambda clearance, _submission, _by: life.moved(
        clearance.record_id, ReviewState.CLEARANCE, out_of=[ReviewState.JUDGING, ReviewState.CLEARANCE]
    ),
    returned=_to_judging,
    cleared=cleared,
    refused=_to_judging,
    withdrawn=_to_judging,
)


def register() -> None:
    """Make it known to clearance; called when the room is loaded."""
    subjects.register(REVIEWS, Review, Row, RowProvision)
