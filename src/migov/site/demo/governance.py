"""Governance in the demonstration: assessments, a roadmap, a Global Compact report, pledges, a practice, a Cooperation Framework and a
network's plan. Nothing in them is real. They are written by the actions that people use; the words come from governance.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.alignment.models import Significance
from migov.services.notices.models import Notice
from migov.site.demo.clearing import clear
from migov.site.demo.marks import Marks
from migov.site.demo.policy_past import Past
from migov.work.governance.assess.actions import answering, life, starting, validating
from migov.work.governance.assess.subject import SUBJECT
from migov.work.governance.gcm import tokens
from migov.work.governance.gcm.actions import contributing, inviting, merging, paragraphs, pledging, practising, reports
from migov.work.governance.models import Assessment, QuestionSet, ReviewRound, Side
from migov.work.governance.plans import actions as plans
from migov.work.governance.roadmaps.actions import drawing, following, lines
from migov.work.governance.roadmaps.actions.following import Said as Followed
from migov.work.governance.unsdcf.actions import framework as frameworks
from migov.work.governance.unsdcf.actions import judging, parts, uptake

FILE = Path(__file__).parent / "governance.toml"
MARKS = Marks("illustrative governance")
PEOPLE = ("victor", "ilinca", "marija", "katarina", "davit", "annelies", "elira")
LETTERS = "abcdefgh"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _place(code: str) -> Place:
    return Place.objects.get(code=code)


def _answer(of: Assessment, answers: Mapping[str, str], side: Side, by: User) -> None:
    """Answer the questions of each domain by letters: a for the first option."""
    for domain in of.set.domains.prefetch_related("questions__options"):
        for question, letter in zip(domain.questions.all(), answers.get(domain.code, ""), strict=False):
            options = list(question.options.all())
            at = LETTERS.find(letter)
            if at >= 0:
                chosen = options[min(at, len(options) - 1)]
                answering.answer(of, question, side=side, option=chosen.code, number=0, by=by)


def _evidence(of: Assessment, rows: list[dict[str, Any]], people: Mapping[str, User], by: User) -> None:
    for row in rows:
        said = {name: row[name] for name in ("url", "figure", "source") if name in row}
        writer = people[row["by"]] if "by" in row else by
        answering.add_evidence(of, row["question"], kind=row["kind"], title=row["title"], by=writer, **said)


def write_assessments(today: date, people: Mapping[str, User]) -> int:
    """One that was published, and one that is being answered. Returns how many were written."""
    written = 0
    said = _words()["published"]
    if not MARKS.there("published"):
        place, of = _place(said["country"]), QuestionSet.objects.get(code=said["set"], standing=True)
        ilinca = people["ilinca"]
        made = starting.start(
            country=place, year=(today - timedelta(days=said["filed"])).year, of=of, by=ilinca, title=said["title"]
        )
        MARKS.mark(made.record, "published")
        past = Past(today, made.record)
        _answer(made, said["answers"], Side.OFFICE, ilinca)
        _evidence(made, said["evidence"], people, ilinca)
        past.to(said["filed"])
        validating.validate(made, by=ilinca)
        validating.agree_unopposed(made, by=ilinca)
        made.refresh_from_db()
        starting.change(made, title=said["title"], due=None, summary=said["summary"], revision=made.revision, by=ilinca)
        past.to(said["filed"] - 30)
        clear(
            Record.objects.get(pk=made.pk), SUBJECT, author=ilinca, readers=[people["davit"], people["marija"]],
            endorser=people["annelies"], note=said["hand_in"], reason=said["decision"],
        )  # fmt: skip
        life.ask_consent(made, by=people["annelies"])
        life.consent(
            made,
            given=True,
            who=said["consent_by"],
            on=today - timedelta(days=said["filed"] - 60),
            by=people["annelies"],
        )
        life.publish(made, by=people["annelies"])
        past.to(said["filed"] - 60)
        Assessment.objects.filter(pk=made.pk).update(published_on=past.day(said["filed"] - 60))
        written += 1
    said = _words()["answering"]
    if not MARKS.there("answering"):
        of = QuestionSet.objects.get(code=said["set"], standing=True)
        made = starting.start(
            country=_place(said["country"]), year=today.year, of=of, by=people["ilinca"], title=said["title"],
            due=today + timedelta(days=said["due"]),
        )  # fmt: skip
        MARKS.mark(made.record, "answering")
        past = Past(today, made.record)
        _answer(made, said["government"], Side.GOVERNMENT, people["victor"])
        _answer(made, said["office"], Side.OFFICE, people["ilinca"])
        _evidence(made, said["evidence"], people, people["ilinca"])
        for one in said["comments"]:
            answering.comment(
                made, one["question"], text=one["text"], internal=one.get("internal", False), by=people[one["by"]]
            )
        past.to(said["filed"])
        written += 1
    return written


def write_roadmap(today: date, people: Mapping[str, User]) -> int:
    """The roadmap that follows from the published assessment."""
    if MARKS.there("roadmap"):
        return 0
    said, by = _words()["roadmap"], people["ilinca"]
    assessed = Assessment.objects.filter(record__source=MARKS.name("published")).first()
    made = drawing.start(
        country=_place(said["country"]),
        starts=today.year + said["starts"],
        ends=today.year + said["ends"],
        assessment=assessed,
        by=by,
    )
    MARKS.mark(made.record, "roadmap")
    agreed = today - timedelta(days=said["agreed"])
    followed = []
    for row in said["action"]:
        question = assessed.set.questions.filter(code=row["question"]).first() if assessed else None
        values = {
            name: row[name]
            for name in ("title", "text", "owner", "currency", "indicator", "baseline", "target")
            if name in row
        }
        values |= {"question": question, "due": today + timedelta(days=row["due"])}
        if "cost" in row:
            values["cost"] = Decimal(row["cost"])
        action = lines.add(made, values, by=by)
        if row["state"] != "planned":
            lines.set_state(action, row["state"], by=by)
        if "followed" in row:
            followed.append(Followed(action.pk, **row["followed"]))
    drawing.agree(made, on=agreed, agreed_with=said["agreed_with"], by=by)
    following.follow(made, today.year, followed, by=by)
    return 1


def write_compact(today: date, people: Mapping[str, User]) -> int:
    """A report with a contribution from outside, pledges and a practice."""
    if MARKS.there("gcm"):
        return 0
    words, by = _words(), people["ilinca"]
    said = words["gcm"]
    report = reports.start(ReviewRound.objects.get(code=said["round"]), country=_place(said["country"]), by=by)
    MARKS.mark(report.record, "gcm")
    for row in said["paragraph"]:
        made = paragraphs.add(report, part=row["part"], topic=row["topic"], text=row["text"], by=by)
        if "title" in row:
            paragraphs.add_evidence(made, title=row["title"], source=row["source"], by=by)
    asked = said["invitation"]
    _invitation, token = inviting.invite(
        report,
        body=asked["body"],
        group=asked["group"],
        parts=asked["parts"],
        deadline=today + timedelta(days=asked["due"]),
        by=by,
    )
    digest = tokens.digest(token)
    contributed = contributing.save(
        digest, part=asked["parts"][0], topic="gap", text=asked["text"], sources=asked["sources"], seen=0
    )
    contributing.hand_in(digest)
    if contributed is not None:
        merging.merge(contributed.pk, text=asked["text"], part=contributed.part, topic=contributed.topic, by=by)
    for row in words["pledge"]:
        pledge = pledging.add_pledge(
            by=by, title=row["title"], summary=row["summary"], country=_place(row["country"]), body="",
            round=ReviewRound.objects.get(code=row["round"]), made_on=today - timedelta(days=row["made"]),
            due=today + timedelta(days=row["due"]), responsible=row["responsible"], url="", source=row["source"],
        )  # fmt: skip
        MARKS.mark(pledge.record, f"pledge {row['country']}")
        _serves(pledge.record, row["objectives"], by)
        for told in row.get("progress", ()):
            pledging.tell_progress(
                pledge, day=today - timedelta(days=told["back"]), state=told["state"], text=told["text"], by=by
            )
    for row in words["practice"]:
        given = {name: value for name, value in row.items() if name not in ("country", "objectives")}
        practice = practising.add_practice(
            country=_place(row["country"]), by=by, starts=None, ends=None, url="", **given
        )
        MARKS.mark(practice.record, "practice")
        _serves(practice.record, row["objectives"], by)
    return 1


def _serves(record: Record, objectives: list[str], by: User) -> None:
    """Declare the objectives of the Global Compact that a pledge or practice is for."""
    for element in Element.objects.filter(framework__code="gcm", code__in=objectives):
        alignment.declare(record, element, by=by, significance=Significance.PRINCIPAL)


def write_frameworks(today: date, people: Mapping[str, User]) -> int:
    """A Cooperation Framework, judged, and the plan of a network."""
    if MARKS.there("unsdcf"):
        return 0
    words, by = _words(), people["ilinca"]
    said = words["unsdcf"]
    card = frameworks.Card(
        country=_place(said["country"]),
        starts=today.year + said["starts"],
        ends=today.year + said["ends"],
        source=said["source"],
    )
    made = frameworks.add(card, by=by)
    MARKS.mark(made.record, "unsdcf")
    for row in said["priority"]:
        priority = parts.write(made, parts.Said("priority", row["text"], row["number"]), by=by)
        for one in row["outcome"]:
            outcome = parts.write(made, parts.Said("outcome", one["text"], one["number"], priority.pk), by=by)
            if "presence" not in one:
                continue
            judged = judging.judge(
                outcome, presence=one["presence"], by=by, comment=one.get("comment", ""), wording=one.get("wording", ""),
                groups=one["groups"] if one["presence"] in ("named", "implied") else (),
            )  # fmt: skip
            if judged is not None and "taken" in one:
                uptake.note(judged, taken=one["taken"], day=today - timedelta(days=40), by=by)
    said = words["plan"]
    plan = plans.add(
        plans.Card(
            network=said["network"], title=said["title"], country=_place(said["country"]), coordinator=said["coordinator"],
            starts=today.year, ends=today.year + 1, source=said["source"],
        ),
        by=by,
    )  # fmt: skip
    MARKS.mark(plan.record, "plan")
    for row in said["action"]:
        objectives = Element.objects.filter(framework__code="gcm", code__in=row["objectives"])
        given: dict[str, Any] = {name: row[name] for name in ("text", "lead", "support", "currency") if name in row}
        given |= {name: Decimal(row[name]) for name in ("needed", "secured") if name in row}
        action = plans.write_action(
            plan, plans.Said(due=today + timedelta(days=row["due"]), objectives=list(objectives), **given), by=by
        )
        if row["state"] != "planned":
            plans.update(action, state=row["state"], text=row["said"], day=today - timedelta(days=12), by=by)
    return 1


PARTS: dict[str, Callable[[date, Mapping[str, User]], int]] = {
    "assessments": write_assessments,
    "roadmaps": write_roadmap,
    "reports": write_compact,
    "frameworks": write_frameworks,
}


def write_governance(*, today: date | None = None) -> dict[str, int]:
    """Write what is not there yet, each part in one transaction. Returns part → how many; nothing where its people are not."""
    today = today or timezone.localdate()
    people = User.objects.in_bulk(PEOPLE, field_name="username")
    if len(people) < len(PEOPLE):
        return {}
    written = {}
    for name, part in PARTS.items():
        with transaction.atomic():
            written[name] = part(today, people)
            Notice.objects.filter(record__illustrative=True, mailed_at__isnull=True).update(mailed_at=timezone.now())
    return written
