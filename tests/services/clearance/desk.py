"""A small kind of work that can be cleared, so that the service is tested without any room: a record's summary and a few lines.

The record's `source` says what the rules look at ("regional budget=1200000 donor=EU"); its themes are the record's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import reversion

from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.records.models import Record, RecordTheme
from migov.services.clearance import actions, subjects
from migov.services.clearance.content import Content, Heading, Line, Rows, Text
from migov.services.clearance.models import Clearance, ReviewRule, Submission
from migov.services.clearance.subjects import Concerns, Question, Refused, Subject
from tests.factories import RecordFactory, country_office

SUMMARY = "Migrants return home.\n\nThe project helps 200 people to find work."
if not reversion.is_registered(Record):
    reversion.register(Record)


def content(clearance: Clearance) -> Content:
    record = Record.objects.get(pk=clearance.record_id)
    lines = [
        Line(f"cost:{n}", words, {"amount": Decimal(len(words) * 100)})
        for n, words in enumerate(filter(None, record.summary.split("\n\n")))
    ]
    return Content(
        record.title,
        (
            Text("section:summary", "Summary", record.summary),
            Rows("budget", "Budget", [Heading("amount", "Amount", "money", "USD")], lines),
        ),
    )


def concerns(clearance: Clearance) -> Concerns:
    record = clearance.record
    said = dict(word.split("=") for word in record.source.split() if "=" in word)
    return Concerns(
        themes=frozenset(record.themes.values_list("code", flat=True)),
        donors=(said["donor"].replace("_", " "),) if "donor" in said else (),
        budget=Decimal(said["budget"]) if "budget" in said else None,
        flags=frozenset(word for word in record.source.split() if "=" not in word),
    )


def hinders(clearance: Clearance) -> Sequence[str]:
    return [] if Record.objects.get(pk=clearance.record_id).summary else ["The summary is empty."]


def accept(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    record = Record.objects.select_for_update().get(pk=clearance.record_id)
    if quote not in record.summary:
        raise Refused("The words are no longer there.")
    Record.objects.filter(pk=record.pk).update(summary=record.summary.replace(quote, wording, 1))


def _follow(stage: str) -> Any:
    def follow(clearance: Clearance, *_rest: Any) -> None:
        Record.objects.filter(pk=clearance.record_id).update(stage=stage)

    return follow


PAPER = Subject(
    code="test-paper",
    label="test paper",
    content=content,
    rows=lambda clearance: [Record.objects.get(pk=clearance.record_id)],
    concerns=concerns,
    url=lambda clearance: f"/papers/{clearance.record_id}/",
    authors=lambda clearance: [clearance.record.owner] if clearance.record.owner else [],
    checklist=[
        Question("clear-need", "Is the need shown?", anchors=("section:summary",)),
        Question("money", "Is the money well spent?", anchors=("budget",)),
    ],
    hinders=hinders,
    accept=accept,
    submitted=_follow("review"),
    returned=_follow("proposal"),
    cleared=_follow("endorsed"),
    refused=_follow("rejected"),
    withdrawn=_follow("proposal"),
)
OTHER = Subject(
    code="test-other", label="other test paper", content=content, rows=lambda _clearance: [], concerns=concerns,
    url=PAPER.url, authors=PAPER.authors,
)  # fmt: skip
for one in (PAPER, OTHER):
    subjects.register(one)


def rules() -> None:
    """A specialist for labour migration, and the M&E officer always."""
    labour = Theme.objects.get(code="labour")
    ReviewRule.objects.create(
        code="t-labour", subject="test-paper", seat="Specialist", role="specialist", theme=labour, order=1, days=5
    )
    ReviewRule.objects.create(code="t-mande", subject="test-paper", seat="M&E", role="mande", order=2, days=3)


def paper(people: dict[str, User], **fields: Any) -> Record:
    """Ana's paper on labour migration, in the office in Tirana."""
    fields.setdefault("summary", SUMMARY)
    fields.setdefault("stage", "proposal")
    fields.setdefault("visibility", "office")
    office = Office.objects.filter(code="tirana").first() or country_office("tirana")
    record: Record = RecordFactory(title="Work after return", office=office, owner=people["ana"], **fields)
    RecordTheme.objects.create(record=record, theme=Theme.objects.get(code="labour"))
    people["carla"].themes.add(Theme.objects.get(code="labour"))
    return record


def submit(record: Record, by: User, **fields: Any) -> Submission:
    """Hand the paper in."""
    return actions.submit(record, subject="test-paper", by=by, **fields)


def write(record: Record, summary: str) -> None:
    """The author goes on writing."""
    Record.objects.filter(pk=record.pk).update(summary=summary)


def seat_of(clearance: Clearance, person: User) -> Any:
    """The seat of a reviewer."""
    return clearance.reviews.get(reviewer=person, ended_at__isnull=True)


def answer_all(clearance: Clearance, person: User) -> None:
    """Answer the whole checklist with yes."""
    for question in PAPER.checklist:
        actions.answer_checklist(
            seat_of(clearance, person), round=clearance.round, question=question.code, answer="yes", by=person
        )


def clear(clearance: Clearance, *persons: User) -> None:
    """Give the verdict “clear” on the newest round."""
    clearance.refresh_from_db()
    for person in persons:
        answer_all(clearance, person)
        actions.judge(seat_of(clearance, person), round=clearance.round, opinion="clear", by=person)
