"""Texts and reviews of the demonstration: a draft law in two versions, reviewed, cleared, released and answered, then reviewed again;
and a strategy whose review is under way. Nothing in them is real.

The words come from policy_law.toml, policy_review.toml and policy_strategy.toml; what is done with them is done by the actions that
people use.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils import timezone

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance, Submission
from migov.services.clearance.models import Review as Seat
from migov.services.notices.models import Notice
from migov.site.demo.marks import Marks
from migov.site.demo.policy_past import Past
from migov.work.policy.models import AssistanceRequest, Instrument, LegalText, Release, Review, Row, TextVersion
from migov.work.policy.review import actions as reviews
from migov.work.policy.review.subject import SUBJECT
from migov.work.policy.texts import actions as texts

HERE = Path(__file__).parent
MARKS = Marks("illustrative text")
REQUEST = "illustrative request: foreign-workers"
AUTHOR, SPECIALIST, READER, ENDORSER, GOVERNMENT = "ilinca", "davit", "marija", "annelies", "victor"
PEOPLE = (AUTHOR, SPECIALIST, READER, ENDORSER, GOVERNMENT)
INSTRUMENTS = ("icrmw", "ilo-c143")
FRAMEWORK = "gcm"
WORDS = ("comment", "wording", "internal", "planned_act", "planned_for")
DAYS_OF_JUDGING = (85, 79, 73)  # days back, each for a third of the rows


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"policy_{name}.toml").read_text(encoding="utf-8"))


def law_text(version: int) -> str:
    """The words of a version of the draft law, as its file holds them."""
    law = _read("law")
    out = [law["preface"]]
    for chapter in law["chapters"]:
        out += [f"Chapter {chapter['number']}", chapter["heading"]]
        for one in chapter["articles"]:
            words = one.get("second", one.get("text", "")) if version > 1 else one.get("text", "")
            if words:
                out += [f"Article {one['number']}. {one['heading']}", words.strip()]
    return "\n".join(out) + "\n"


def strategy_text() -> str:
    """The words of the strategy, as its file holds them."""
    strategy = _read("strategy")
    out, number = [f"# {strategy['title']}", strategy["preface"].strip()], 0
    for pillar in strategy["pillars"]:
        out.append(f"## {pillar['heading']}")
        for heading, words in pillar["measures"]:
            number += 1
            out += [f"### Measure {number}. {heading}", words.strip()]
    return "\n\n".join(out) + "\n"


def write_law(today: date) -> int:
    """Write the draft law, its two versions and their reviews, once. Returns how many texts; none where it is there, or the request
    with which it came, the people or the instruments are not."""
    people = User.objects.in_bulk(PEOPLE, field_name="username")
    request = AssistanceRequest.objects.filter(record__source=REQUEST).first()
    instruments = sorted(Instrument.objects.filter(code__in=INSTRUMENTS), key=lambda one: INSTRUMENTS.index(one.code))
    if len(people) < len(PEOPLE) or request is None or len(instruments) < len(INSTRUMENTS) or MARKS.there("law"):
        return 0
    author = people[AUTHOR]
    text, past = _text(
        "law", today, 92, title=_read("law")["title"], kind="bill", by=author, country=request.country, request=request
    )
    first = _version(text, past, law_text(1), "Draft Law on Foreign Workers.txt", 92, "draft for consultation", author)
    title = _read("review")["title"]
    review = reviews.start(first, instruments=instruments, request=request, title=title, by=author)
    past.add(review.record)
    past.to(90)
    _judge_in_days(review, past, author)
    _clear(review, past, people)
    _release(review, past, people)
    second = _version(text, past, law_text(2), "Draft Law on Foreign Workers, second.txt", 14, "second draft", author)
    carried = reviews.carry_over(second, review=review.pk, by=author).review
    reviews.change(carried, title=_read("review")["second"]["title"], due=past.day(-12), by=author)
    past.add(carried.record)
    past.to(12)
    _judge_again(carried, past, author)
    Notice.objects.filter(record=request.record, read_at__isnull=True).update(read_at=timezone.now())  # long ago
    return 1


def write_strategy(today: date) -> int:
    """Write the strategy and its review, once. Returns how many texts; none where it is there, or its author or framework is not."""
    author = User.objects.filter(username=AUTHOR).first()
    framework = Framework.objects.filter(code=FRAMEWORK).first()
    if author is None or framework is None or MARKS.there("strategy"):
        return 0
    words = _read("strategy")
    place = Place.objects.get(code="ALB")
    text, past = _text(
        "strategy", today, 33, title=words["title"], kind="strategy", by=author, country=place, shared=False
    )
    version = _version(text, past, strategy_text(), "Draft Strategy on Migration.md", 33, "draft", author)
    review = reviews.start(
        version, frameworks=[framework], title=words["review"]["title"], due=past.day(-20), by=author
    )
    past.add(review.record)
    past.to(30)
    _judge(_rows(review), words["judged"], words["said"], _provisions(version), author)
    reviews.summarise(review, summary=words["review"]["summary"], by=author)
    past.to(9, 16)
    return 1


def _text(key: str, today: date, back: int, **values: Any) -> tuple[LegalText, Past]:
    """A text, marked as illustrative before anything hangs on it, and what puts things into the past."""
    text = texts.add_text(at=Past(today).at(back, 8), **values)
    MARKS.mark(text.record, key)
    text.record.refresh_from_db()
    return text, Past(today, text.record)


def _version(text: LegalText, past: Past, words: str, name: str, back: int, label: str, by: User) -> TextVersion:
    file = ContentFile(words.encode(), name=name)
    version = texts.add_version(text, file, by=by, label=label, dated=past.day(back + 1), at=past.at(back, 9))
    past.to(back, 9)
    return version


def _rows(review: Review) -> dict[str, Row]:
    """The rows of a review by what they ask: "icrmw 16(4)", or the code of an element."""
    found = {}
    for row in review.rows.select_related("requirement__article__instrument", "element"):
        if row.requirement is not None:
            found[f"{row.requirement.article.instrument.code} {row.requirement.place}"] = row
        elif row.element is not None:
            found[row.element.code] = row
    return found


def _provisions(version: TextVersion) -> dict[str, int]:
    """The provisions of a version by the number that the files name them with: "16(1)", or that of a measure."""
    found = {}
    for one in version.provisions.all():
        measure = re.match(r"Measure (\d+)\.", one.heading)
        found[measure.group(1) if measure else one.label.removeprefix("Article ")] = one.pk
    return found


def _links(provisions: Mapping[str, int], named: str) -> dict[int, str]:
    return {provisions[one]: "confirmed" for one in named.split()}


def _judge(
    rows: Mapping[str, Row], judged: Mapping[str, str], said: Iterable[Mapping[str, str]],
    provisions: Mapping[str, int], by: User,
) -> None:  # fmt: skip
    """Judge rows: those without words or provisions all at once, the others each by itself."""
    words: dict[str, dict[str, Any]] = {
        one["at"]: {name: one[name].strip() for name in WORDS if name in one} for one in said
    }
    together: dict[str, dict[int, int]] = {}
    for at, row in rows.items():
        if at not in judged:
            continue
        judgement, _space, named = judged[at].partition(" ")
        if not named and at not in words:
            together.setdefault(judgement, {})[row.pk] = row.revision
            continue
        links = _links(provisions, named)
        reviews.judge(row, by=by, revision=row.revision, links=links, judgement=judgement, **words.get(at, {}))
    for judgement, chosen in together.items():
        reviews.judge_many(next(iter(rows.values())).review_id, chosen, judgement=judgement, by=by)


def _judge_in_days(review: Review, past: Past, by: User) -> None:
    written = _read("review")
    judged = {f"{code} {at}": what for code, rows in written["judged"].items() for at, what in rows.items()}
    rows, provisions = list(_rows(review).items()), _provisions(review.version)
    share = -(-len(rows) // len(DAYS_OF_JUDGING))
    for number, back in enumerate(DAYS_OF_JUDGING):
        _judge(dict(rows[number * share : (number + 1) * share]), judged, written["said"], provisions, by)
        past.to(back, 16)
    reviews.summarise(review, summary=written["summary"].strip(), by=by)
    past.to(71)


def _judge_again(carried: Review, past: Past, by: User) -> None:
    """Some of the rows that the second draft asks again; the others wait."""
    rows, provisions = _rows(carried), _provisions(carried.version)
    for one in _read("review")["second"]["again"]:
        judgement, _space, named = one["judged"].partition(" ")
        words = {name: one[name] for name in WORDS if name in one}
        row = rows[one["at"]]
        reviews.judge(row, by=by, revision=row.revision, links=_links(provisions, named), judgement=judgement, **words)
    past.to(5, 15)


def _clear(review: Review, past: Past, people: Mapping[str, User]) -> None:
    """Handed in, read by the specialist and by a second reader, endorsed."""
    written = _read("review")
    made = clearance.submit(review.record, subject=SUBJECT, note=written["hand_in"], by=people[AUTHOR])
    for name in (READER, SPECIALIST):
        if not _seats(made).filter(reviewer=people[name]).exists():
            clearance.assign(made.clearance, person=people[name], by=people[ENDORSER])
    past.to(70)
    remark = written["remark"]
    row = _rows(review)[remark["at"]]
    clearance.comment(
        made.clearance, round=made.number, anchor=f"row:{row.pk}", body=remark["text"], by=people[SPECIALIST]
    )
    for seat in _seats(made).select_related("reviewer"):
        if isinstance(seat.reviewer, User):
            said = (
                {"opinion": "comments", "note": written["verdict"]}
                if seat.reviewer == people[SPECIALIST]
                else {"opinion": "clear"}
            )
            clearance.judge(seat, round=made.number, rest="yes", by=seat.reviewer, **said)
    past.to(66)
    clearance.decide(
        made.clearance, round=made.number, outcome="cleared", reason=written["decision"], by=people[ENDORSER]
    )
    past.to(63)
    # Days that were set when it was handed in, counted from then.
    Clearance.objects.filter(pk=made.clearance_id).update(due=past.day(60))
    Seat.objects.filter(clearance=made.clearance_id).update(due=past.day(63))


def _seats(made: Submission) -> QuerySet[Seat]:
    return Seat.objects.filter(clearance=made.clearance_id, ended_at__isnull=True)


def _release(review: Review, past: Past, people: Mapping[str, User]) -> None:
    """Shared with the government, which answers some of the rows and says that it is done."""
    written = _read("review")
    made = reviews.release(review.pk, note=written["covering"].strip(), by=people[AUTHOR])
    Release.objects.filter(pk=made.pk).update(answer_by=past.day(40))
    past.to(62, 14)
    released = {one.row_id: one for one in made.rows.all()}
    rows = _rows(review)
    for one in written["said"]:
        if "stance" in one:
            row = released[rows[one["at"]].pk]
            reviews.answer(row, stance=one["stance"], text=one["answer"], by=people[GOVERNMENT])
    past.to(45, 11)
    reviews.finish(made.pk, by=people[GOVERNMENT])
    past.to(43, 11)
