"""Policy support in the demonstration: some requests of governments, at different points of their way. Nothing in them is real.

They are filed, accepted, worked on and delivered by the same actions that people use; only the words come from policy.toml. Each part
of the room writes its own: a function in PARTS that writes what is not there yet, and says how many it wrote.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.notices.models import Notice
from migov.site.demo.policy_texts import write_law, write_strategy
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.requests.actions import filing, moving, products, working

FILE = Path(__file__).parent / "policy.toml"
SOURCE = "illustrative request"
PEOPLE = ("victor", "elira", "ilinca", "katarina", "davit")


@cache
def _rows() -> list[dict[str, Any]]:
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["requests"])


def write_requests(today: date) -> int:
    """Write the requests that are not there yet. Returns how many; none where their people are not."""
    people = User.objects.in_bulk(PEOPLE, field_name="username")
    if len(people) < len(PEOPLE):
        return 0
    there = set(Record.objects.filter(source__startswith=SOURCE).values_list("source", flat=True))
    rows = [row for row in _rows() if f"{SOURCE}: {row['key']}" not in there]
    for row in sorted(rows, key=lambda one: -one["filed"]):
        _write(row, people, today)
    return len(rows)


def _write(row: Mapping[str, Any], people: Mapping[str, User], today: date) -> None:
    def at(back: int, hour: int = 10) -> datetime:
        return timezone.make_aware(datetime.combine(today - timedelta(days=back), time(hour)))

    filed = row["filed"]
    by = people[row["by"]]
    places = list(Place.objects.filter(code__in=row["countries"]))
    made = filing.file_request(
        filing.Filing(
            title=row["title"], kind=row["kind"], sender=row["sender"], asked=row["asked"], places=places,
            letter=row.get("letter", ""), received_on=today - timedelta(days=filed),
            due=today + timedelta(days=row["due"]) if "due" in row else None,
            themes=list(Theme.objects.filter(code__in=row.get("themes", ()))),
        ),
        by=by, at=at(filed),
    )  # fmt: skip
    Record.objects.filter(pk=made.pk).update(illustrative=True, source=f"{SOURCE}: {row['key']}")
    if "file" in row:
        filing.add_documents(made, [ContentFile(row["text"].strip().encode(), name=row["file"])], by=by)
    for number, code in enumerate(row.get("life", ())):
        _step(made, code, row, people, at, back=max(filed - 3 * (number + 1), 0))


def _step(
    made: AssistanceRequest, code: str, row: Mapping[str, Any], people: Mapping[str, User], at: Callable[..., datetime], *, back: int
) -> None:  # fmt: skip
    lead = people[row["lead"]] if "lead" in row else SYSTEM
    if code == "feedback":
        point = people[row["by"]]
        moving.give_feedback(made, score=row["score"], text=row["feedback"], by=point, at=at(row["closed"] + 10))
        return
    back = {"deliver": row.get("delivered", back), "close": row.get("closed", back)}.get(code, back)
    said = {
        "accept": {"lead": lead, "due": made.due},
        "plan": {"plan": row.get("plan", "").strip(), "planned_hours": Decimal(row.get("hours_planned", 0)), "due": made.due},
        "deliver": {"day": at(back).date()},
        "close": {"result": row.get("result", ""), "day": at(back).date()},
        "decline": {"reason": row.get("reason", "")},
    }  # fmt: skip
    if code == "deliver":
        _products(made, row, at(back + 1))
    moving.move(made, code, by=SYSTEM if code in ("accept", "decline") else lead, said=said.get(code), at=at(back))
    if code == "plan":
        _work(made, row, people, at)
        if "deliver" not in row["life"]:
            _products(made, row, at(1))


def _products(made: AssistanceRequest, row: Mapping[str, Any], when: datetime) -> None:
    for one in row.get("products", ()):
        values = {"kind": one["kind"], "title": one["title"], "note": one["note"], "people_reached": one.get("reached")}
        products.write_product(made, values, by=SYSTEM, at=when)


def _work(
    made: AssistanceRequest, row: Mapping[str, Any], people: Mapping[str, User], at: Callable[..., datetime]
) -> None:
    """Who works on it, the steps of the plan, hours, and what was said."""
    today = at(0).date()
    for one in row.get("people", ()):
        working.name_person(made, people[one["person"]], part=one["part"], by=SYSTEM, at=at(row["filed"] - 5))
    for one in row.get("steps", ()):
        due = today + timedelta(days=one["due"])
        values = {
            "text": one["text"],
            "person": people[one["person"]],
            "due": due,
            "done_on": due if one.get("done") else None,
        }
        working.write_step(made, values, by=SYSTEM, at=at(1))
    for one in row.get("hours", ()):
        values = {
            "person": people[one["person"]], "day": today - timedelta(days=one["back"]), "hours": Decimal(one["hours"]),
            "note": one["note"],
        }  # fmt: skip
        working.note_hours(made, values, by=people[row["lead"]], at=at(one["back"], 17))
    for one in row.get("notes", ()):
        working.say(made, one["text"], internal=one["internal"], by=people[one["by"]], at=at(one["back"], 15))


PARTS: dict[str, Callable[[date], int]] = {
    "requests": write_requests,
    "laws": write_law,
    "strategies": write_strategy,
}


def write_policy(*, today: date | None = None) -> dict[str, int]:
    """Write all parts in their order, each in one transaction. Returns part → how many were written."""
    today = today or timezone.localdate()
    written = {}
    for name, part in PARTS.items():
        with transaction.atomic():
            written[name] = part(today)
            # Everybody sees the notices on the desk; loading the demonstration sends no mail, which would go out at the end of this.
            Notice.objects.filter(record__illustrative=True, mailed_at__isnull=True).update(mailed_at=timezone.now())
    return written
