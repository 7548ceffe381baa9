"""Measuring, reporting, evaluating and learning in the demonstration: values on their way to be verified, a report that is being written
and one that was cleared, evaluations with what became of them, and lessons. Nothing in them is real.

They are written by the actions that people use; the words come from learning.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.frameworks.models import Element
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, Visibility
from migov.services.alignment.actions import declare
from migov.services.notices.models import Notice
from migov.site.demo.clearing import clear
from migov.site.demo.marks import Marks
from migov.site.demo.policy_past import Past
from migov.site.demo.proposals import SOURCE as PROPOSAL
from migov.work.evaluations.actions import content, register, responding
from migov.work.evaluations.models import Evaluation, KeyAction
from migov.work.knowledge import actions as lessons
from migov.work.knowledge.drafts import Draft
from migov.work.projects.models import Project
from migov.work.reports.actions import life, writing
from migov.work.reports.actions.ground import ReportRefused
from migov.work.reports.models import Report
from migov.work.reports.reading import sections_of
from migov.work.reports.subject import REPORT
from migov.work.results.actions import checking, entering, periods
from migov.work.results.models import Entry, Indicator, Measurement, Period

FILE = Path(__file__).parent / "learning.toml"
MARKS = Marks("illustrative learning")
PEOPLE = ("elira", "katarina", "davit", "annelies", "aigerim")
COUNTED_AFTER = timedelta(days=14)  # after the end of a period


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _project(name: str) -> Project | None:
    """A project by the reference of the portfolio, or by the key of a proposal of the demonstration."""
    projects = Project.objects.select_related("record__office")
    found = projects.filter(record__source=f"{PROPOSAL}: {name}") | projects.filter(record__reference=name)
    return found.first()


def _places(row: Mapping[str, Any]) -> list[Place]:
    return list(Place.objects.filter(code__in=row["places"]))


def _themes(row: Mapping[str, Any]) -> list[Theme]:
    return list(Theme.objects.filter(code__in=row["themes"]))


def write_values(today: date, people: Mapping[str, User]) -> int:
    """Values for the periods of one project that have ended: verified, waiting to be verified, and returned. Returns how many."""
    said = _words()["values"]
    project = _project(said["project"])
    if project is None or Entry.objects.filter(indicator__project=project).exists():
        return 0
    past, written = Past(today, project.record), 0
    found = {row.title: row for row in Indicator.objects.filter(project=project)}
    given = [row for row in said["indicator"] if row["title"] in found]
    for row in given:
        periods.set_frequency(found[row["title"]], said["frequency"], by=people["elira"])
    past.to((today - project.record.created_at.date()).days)
    over = {
        row["title"]: found[row["title"]].periods.filter(ends__lt=today, measurements__isnull=True).order_by("starts")
        for row in given
    }
    due = [(period, row, one) for row in given for period, one in zip(over[row["title"]], row["rows"], strict=False)]
    for period, row, one in sorted(due, key=lambda some: some[0].ends or today):
        _value(period, row["source"], one, people, past)
        written += 1
    return written


def _value(period: Period, source: str, value: Mapping[str, Any], people: Mapping[str, User], past: Past) -> None:
    """The value of one period that is over, as counted some days after its end."""
    indicator = period.indicator
    began, by, reader = timezone.now(), people["elira"], people["aigerim"]
    entry = entering.put(indicator, period, part=None, field="value", was="", now=value["value"], by=by)
    entering.describe(entry, by=by, source=source, comment=value.get("comment", ""))
    checking.take("submit", [entry.pk], by=by)
    if value["state"] == "verified":
        checking.take("verify", [entry.pk], by=reader)
    elif value["state"] == "returned":
        checking.take("return", [entry.pk], by=reader, reason=value["note"])
    back = max((past.day(0) - (period.ends or past.day(0)) - COUNTED_AFTER).days, 1)
    when = past.at(back)
    for field in ("created_at", "changed_at", "submitted_at", "verified_at"):
        Entry.objects.filter(pk=entry.pk, **{f"{field}__isnull": False}).update(**{field: when})
    Measurement.objects.filter(indicator=indicator, recorded_at__gte=began).update(recorded_at=when)
    past.to(back)


def write_reports(today: date, people: Mapping[str, User]) -> int:
    """A report that is being written, and one of a past year that was cleared. Returns how many were written."""
    written = 0
    for row in _words()["report"]:
        project = _project(row["project"])
        cleared = date.fromisoformat(row["cleared"]) if "cleared" in row else today
        if project is None or MARKS.there(row["key"]) or cleared > today:
            continue
        by = people[row["by"]]
        if "year" in row:
            starts, ends = date(row["year"], 1, 1), date(row["year"], 12, 31)
        else:
            ends = today.replace(day=1) - timedelta(days=1)
            starts = (ends.replace(day=1) - timedelta(days=30 * (row["months"] - 1))).replace(day=1)
        past = Past(today)
        made = life.start(project, type=row["type"], starts=starts, ends=ends, owner=by, by=by)
        MARKS.mark(made.record, row["key"])
        past.add(made.record)
        _write_sections(made, row, by)
        back = (today - cleared).days
        past.to(back + 12)
        if "cleared" in row:
            readers = [people[name] for name in row["readers"]]
            clear(
                Record.objects.get(pk=made.pk), REPORT, author=by, readers=readers, endorser=people["annelies"],
                note=row["note"], reason=row["decision"],
            )  # fmt: skip
            past.to(back)
        written += 1
    return written


def _write_sections(report: Report, row: Mapping[str, Any], by: User) -> None:
    for section in sections_of(report):
        code = section.part.code
        if code in row["sections"]:
            writing.write(report, code, text=row["sections"][code], by=by)
        if ("result" if section.part.result else code) in row["taken"]:
            try:
                writing.take_sentences(report, code, by=by)
            except ReportRefused:  # nothing was measured in this period: then nothing is said
                continue


def write_evaluations(today: date, people: Mapping[str, User]) -> int:
    """One that was answered and is followed up, one whose answer is due, and one that has begun. Returns how many were written."""
    written = 0
    for row in _words()["evaluation"]:
        project, office = _project(row["project"]), Office.objects.filter(code=row["office"]).first()
        if project is None or office is None or MARKS.there(row["key"]):
            continue
        by, begun = people[row["by"]], row["begun"]
        values = {
            "places": _places(row), "themes": _themes(row), "projects": [row["project"]], "timing": row["timing"],
            "evaluator_type": row["type"], "evaluators": row["evaluators"], "scope": row["scope"], "languages": ["English"],
            "commissioner": row["commissioner"], "cross_cutting": row["cross_cutting"], "pages": row.get("pages"),
            "coverage": "multi-country" if len(row["places"]) > 1 else "country", "level": "decentralized",
        }  # fmt: skip
        made = register.start(row["title"], office=office, by=by, values=values, at=_at(today, begun))
        MARKS.mark(made.record, row["key"])
        past = Past(today, made.record)
        register.move(made, "ongoing", by=by, at=_at(today, begun))
        past.to(begun)
        if "completed" in row:
            _content(made, row, by)
            register.move(made, "completed", on=past.day(row["completed"]), by=by)
            past.to(row["completed"])
        if "response" in row:
            _respond(made, row, people, past)
        written += 1
    return written


def _at(today: date, back: int) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=back), time(10)))


def _content(made: Evaluation, row: Mapping[str, Any], by: User) -> None:
    """Criteria, findings and recommendations."""
    criteria = {one.code: one for one in made.criteria.all()}
    for one in row["criterion"]:
        said = {"code": one["code"], "rating": one["rating"], "justification": one["justification"]}
        content.save_criterion(made, said, by=by, row=criteria[one["code"]])
    findings = []
    for one in row["finding"]:
        said = {
            "kind": one.get("kind", "finding"),
            "text": one["text"],
            "criterion": criteria.get(one.get("criterion", "")),
        }
        findings.append(content.save_finding(made, said, by=by))
    for one in row["recommendation"]:
        said = {
            "text": one["text"], "priority": one["priority"], "addressee": one["addressee"], "office": made.record.office,
            "criterion": criteria.get(one.get("criterion", "")),
        }  # fmt: skip
        content.save_recommendation(made, said, by=by, findings=[findings[number - 1] for number in one["findings"]])


def _respond(made: Evaluation, row: Mapping[str, Any], people: Mapping[str, User], past: Past) -> None:
    """The management response, and what became of what it promised."""
    by, lead = people[row["by"]], people[row["coordinator"]]
    head = {"coordinator": lead, "coordinator_function": row["function"], "comment": row["comment"]}
    responding.save_response(made, head, by=by)
    made.refresh_from_db()
    followed: list[tuple[KeyAction, Mapping[str, Any]]] = []
    for recommendation, one in zip(made.recommendations.order_by("number"), row["recommendation"], strict=True):
        said = {"verdict": one["verdict"], "comment": one["answer"], "responsible": one["addressee"]}
        responding.answer(recommendation, said, by=by)
        for action in one["actions"]:
            promised = {
                "text": action["text"], "owner": lead, "office": made.record.office, "due": past.day(action["due"]),
                "responsible": one["addressee"],
            }  # fmt: skip
            kept = responding.save_action(recommendation, promised, by=by, at=past.at(row["response"]))
            followed.append((kept, action))
    responding.issue(made, by=by, at=past.at(row["response"]))
    past.to(row["response"])
    for kept, action in sorted(followed, key=lambda one: -one[1]["on"]):
        day = action["on"]
        responding.report_status(
            kept, action["status"], by=lead, text=action["note"], on=past.day(day), at=past.at(day)
        )
        past.to(day)


def write_lessons(today: date, people: Mapping[str, User]) -> int:
    """Lessons, most of them validated. Returns how many were written."""
    written = 0
    for row in _words()["lesson"]:
        source = _source(row["source"])
        if source is None or MARKS.there(row["key"]):
            continue
        by, at = people[row["by"]], _at(today, row["found"])
        draft = Draft(
            statement=row["statement"], advice=row["advice"], context=row["context"], kind=row["kind"], cycle=row["cycle"],
            office=next((office.pk for office in lessons.offices_for(by)), None), source=source,
            source_page=row.get("page", ""), audience=Visibility.INTERNAL, places=_keys(_places(row)), themes=_keys(_themes(row)),
        )  # fmt: skip
        made = lessons.add(draft, by=by, at=at)
        MARKS.mark(made.record, row["key"])
        for name in row["elements"]:
            framework, code = name.split("/")
            element = Element.objects.get(framework__code=framework, code=code, retired_at__isnull=True)
            declare(made.record, element, by=by, at=at)
        if "validated" in row:
            lessons.move(made, "validate", by=people["aigerim"], at=_at(today, row["found"] - row["validated"]))
        written += 1
    return written


def _source(name: str) -> int | None:
    """The evaluation or project that a lesson comes from."""
    evaluation = Evaluation.objects.filter(record__source=MARKS.name(name)).first()
    found = evaluation or _project(name)
    return found.pk if found else None


def _keys(rows: Iterable[Place | Theme]) -> frozenset[int]:
    return frozenset(row.pk for row in rows)


PARTS: dict[str, Callable[[date, Mapping[str, User]], int]] = {
    "values": write_values,
    "reports": write_reports,
    "evaluations": write_evaluations,
    "lessons": write_lessons,
}


def write_learning(*, today: date | None = None) -> dict[str, int]:
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
