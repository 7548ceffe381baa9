"""Factories of cooperation: mechanisms with who takes part, meetings, inputs, made through the models."""

from __future__ import annotations

from datetime import date
from typing import Any

from migov.foundation.records.models import Record, RecordPlace, RecordTheme, Visibility
from migov.work.cooperation.models import Body, Input, Mechanism, Meeting, Membership, Section
from tests.factories import PlaceFactory, RecordFactory, ThemeFactory


def record(kind: str, country: str = "", **fields: Any) -> Record:
    """A record of a kind, in a country where one is given."""
    defaults = {
        "kind": kind,
        "reference": "",
        "stage": "",
        "starts": None,
        "ends": None,
        "visibility": Visibility.INTERNAL,
    }
    made = RecordFactory(**{**defaults, **fields})
    if country:
        RecordPlace.objects.create(
            record=made, place=PlaceFactory(code=country), share=None, recorded_at=made.created_at
        )
    return made


def _split(model: Any, fields: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in model._meta.fields} - {"record"}
    return {name: fields.pop(name) for name in list(fields) if name in names}


def body(code: str = "icmpd", **fields: Any) -> Body:
    """An organisation."""
    return Body.objects.get_or_create(code=code, defaults={"name": code.upper(), **fields})[0]


def mechanism(code: str = "prague", **fields: Any) -> Mechanism:
    """A mechanism without facts."""
    own = _split(Mechanism, fields)
    made = record("mechanism", **{"title": f"{code.title()} Process", **fields})
    return Mechanism.objects.create(record=made, code=code, **{"type": "consultation", **own})


def member(
    of: Mechanism, country: str = "", *, source: str = "Secretariat, list of States", **fields: Any
) -> Membership:
    """That a country (or a body) takes part, by a source."""
    place = PlaceFactory(code=country) if country else None
    return Membership.objects.create(
        mechanism=of, place=place, source=source, **{"part": "participant", "as_of": "2024", **fields}
    )


def meeting(of: Mechanism | None = None, *, day: date | None = date(2026, 12, 3), **fields: Any) -> Meeting:
    """A meeting on one day."""
    own = _split(Meeting, fields)
    made = record("meeting", **{"title": "Senior Officials Meeting", "starts": day, "ends": day, **fields})
    return Meeting.objects.create(record=made, mechanism=of, **{"kind": "senior", **own})


def paper(of: Meeting | None = None, **fields: Any) -> Input:
    """An input that was requested."""
    own = _split(Input, fields)
    country = own["place"].code if own.get("place") else ""
    made = record("input", country, **{"title": "Statement on labour mobility", **fields})
    defaults = {"type": "statement", "requested_on": date(2026, 11, 2), "meeting": of}
    if of is not None:
        defaults["mechanism"] = of.mechanism
    return Input.objects.create(record=made, **{**defaults, **own})


def position(text: str, *, day: date = date(2024, 5, 3), themes: tuple[str, ...] = (), **fields: Any) -> Input:
    """An earlier position in the library, as it was delivered."""
    own = {
        "type": "statement",
        "state": "delivered",
        "filed": True,
        "delivered_on": day,
        "delivered_by": "Regional Director",
    }
    made = paper(**{**own, **fields})
    Section.objects.create(input=made, code="text", text=text, revision=1)
    theme(made.record, *themes)
    return made


def theme(of: Record, *codes: str) -> None:
    """Themes of a record."""
    for code in codes:
        RecordTheme.objects.create(record=of, theme=ThemeFactory(code=code), recorded_at=of.created_at)
