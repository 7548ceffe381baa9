"""Cooperation in the demonstration: meetings, commitments, past positions, an input that is being written, contacts and a briefing book.

The mechanisms are real and come with migov; what is written here is not. It is written by the actions that people use; the words come
from cooperation.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.insight.briefings import actions as briefings
from migov.insight.dossier import blocks
from migov.services.notices.models import Notice
from migov.site.demo.marks import Marks
from migov.work.cooperation.inputs.actions import filing, offices, writing
from migov.work.cooperation.inputs.actions import life as inputs
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.mechanisms.actions import keep_contact
from migov.work.cooperation.meetings.actions import committing, delegations, entering, moving, rows
from migov.work.cooperation.meetings.actions.committing import Promise
from migov.work.cooperation.meetings.actions.entering import Details
from migov.work.cooperation.models import Contact, Mechanism, Meeting

FILE = Path(__file__).parent / "cooperation.toml"
MARKS = Marks("illustrative cooperation")
PEOPLE = ("ilinca", "elira", "katarina", "davit")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _place(code: str) -> Place | None:
    return Place.objects.filter(code=code).first() if code else None


def _themes(row: Mapping[str, Any]) -> list[Theme]:
    return list(Theme.objects.filter(code__in=row.get("themes", ())))


def _meeting(key: str) -> Meeting | None:
    return Meeting.objects.filter(record__source=MARKS.name(f"meeting {key}")).first()


def write_meetings(today: date, people: Mapping[str, User]) -> int:
    """Meetings with agenda, delegations, tasks, outcomes and commitments. Returns how many were written."""
    by, written = people["ilinca"], 0
    for row in _words()["meeting"]:
        if MARKS.there(f"meeting {row['key']}"):
            continue
        starts = today + timedelta(days=row["in"])
        given: dict[str, Any] = {
            "mechanism": Mechanism.objects.get(code=row["mechanism"]), "starts": starts,
            "ends": starts + timedelta(days=row["days"] - 1), "city": row["city"], "country": _place(row["country"]), "about": row["about"],
            "source": "Invitation of the chair (illustrative)", "themes": _themes(row),
        }  # fmt: skip
        if "invited" in row:
            given |= {
                "invited_on": today - timedelta(days=row["invited"]), "attends": by,
                "inputs_due": today + timedelta(days=row["inputs_due"]),
            }  # fmt: skip
        made = entering.enter(Details(row["title"], row["kind"], **given), by=by)
        MARKS.mark(made.record, f"meeting {row['key']}")
        if row.get("members"):
            delegations.add_members(made, by=by)
        for number, (time, title, ours) in enumerate(row.get("agenda", ()), 1):
            rows.write_item(made, {"number": str(number), "time": time, "title": title, "ours": ours}, by=by)
        for one in row.get("tasks", ()):
            due = today + timedelta(days=one["due"])
            rows.write_task(made, {"text": one["text"], "person": people[one["person"]], "due": due}, by=by)
        if row["state"] == "confirm":
            moving.move(made, "confirm", by=by)
        elif row["state"] == "held":
            moving.move(made, "hold", by=by, said={"outcome": row["outcome"]})
        for kind, text in row.get("outcomes", ()):
            rows.write_outcome(made, {"kind": kind, "text": text}, by=by)
        for one in row.get("commitments", ()):
            _commit(one, Meeting.objects.get(pk=made.pk), starts, today, by)
        written += 1
    return written


def _commit(row: Mapping[str, Any], meeting: Meeting, made_on: date, today: date, by: User) -> None:
    made = committing.commit(
        Promise(
            row["title"], words=row["words"], mechanism=meeting.mechanism, meeting=meeting, place=_place(row.get("place", "")),
            responsible=row["responsible"], ours=row.get("ours", False), made_on=made_on, due=today + timedelta(days=row["due"]),
            source=meeting.record.title,
        ),
        by=by,
    )  # fmt: skip
    MARKS.mark(made.record, "commitment")
    if "progress" in row:
        told = {"day": today - timedelta(days=9), "state": "begun", "text": row["progress"], "source": ""}
        committing.note_progress(made, told, by=by)


def write_positions(today: date, people: Mapping[str, User]) -> int:
    """What was said before, and an input for the coming meeting."""
    if MARKS.there("positions"):
        return 0
    by = people["ilinca"]
    for row in _words()["filed"]:
        wanted = Wanted(
            row["title"], row["type"], meeting=_meeting(row.get("meeting", "")), mechanism=Mechanism.objects.get(code=row["mechanism"]),
            themes=_themes(row),
        )  # fmt: skip
        made = filing.file_position(
            wanted,
            on=today - timedelta(days=row["back"]),
            function=row["function"],
            text=row["text"].strip(),
            became=row["became"],
            by=by,
        )
        MARKS.mark(made.record, "positions")
    for row in _words()["asked"]:
        wanted = Wanted(
            row["title"], row["type"], asked=row["asked"], meeting=_meeting(row["meeting"]), due=today + timedelta(days=row["due"]),
            themes=_themes(row),
        )  # fmt: skip
        made = inputs.request(wanted, by=by, begin=True)
        MARKS.mark(made.record, "input")
        asked = [people[name].memberships.get().office for name in row["offices"]]
        offices.ask(made, asked, question=row["question"], due=today + timedelta(days=4), by=by)
        writing.write(made, "points", text=row["points"].strip(), by=by)
        writing.write(made, "asks", text=row["asks"], by=by)
    return 1


def write_contacts(today: date, people: Mapping[str, User]) -> int:
    """Contacts by function."""
    written = 0
    for row in _words()["contact"]:
        mechanism = Mechanism.objects.get(code=row["mechanism"])
        if Contact.objects.filter(mechanism=mechanism, function=row["function"]).exists():
            continue
        given = {name: row[name] for name in ("function", "unit", "email", "note") if name in row}
        keep_contact(
            Contact(
                mechanism=mechanism, place=_place(row.get("place", "")), checked_on=today - timedelta(days=30), **given
            ),
            by=people["ilinca"],
        )
        written += 1
    return written


def write_book(today: date, people: Mapping[str, User]) -> int:
    """A briefing book for the coming meeting."""
    if MARKS.there("book"):
        return 0
    row = _words()["book"]
    places = list(Place.objects.filter(code__in=row["places"]))
    made = briefings.begin(
        title=row["title"], by=people["ilinca"], places=places, meeting=_meeting(row["meeting"]),
        parts=[
            *(part.code for part in blocks.country_parts()), *(f"meeting-{part.code}" for part in blocks.meeting_parts()),
        ],
        note=row["note"],
    )  # fmt: skip
    MARKS.mark(made.record, "book")
    return 1


PARTS: dict[str, Callable[[date, Mapping[str, User]], int]] = {
    "meetings": write_meetings,
    "positions": write_positions,
    "contacts": write_contacts,
    "books": write_book,
}


def write_cooperation(*, today: date | None = None) -> dict[str, int]:
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
