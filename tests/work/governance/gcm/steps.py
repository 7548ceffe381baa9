"""Steps that several tests of this part take."""

from __future__ import annotations

from datetime import date
from typing import Any

from migov.foundation.frameworks.models import Element
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.services.alignment.models import Alignment, Origin, Status
from migov.services.clearance.actions import deciding, handing
from migov.work.governance.gcm import subject
from migov.work.governance.gcm.actions import pledging, practising
from migov.work.governance.models import GcmReport, Pledge, Practice
from tests.factories import PlaceFactory, RecordFactory


def confirmed(record: Record, code: str, **more: Any) -> None:
    """A record that is confirmed for an objective or principle of the Global Compact."""
    element = Element.objects.get(framework__code="gcm", code=code)
    Alignment.objects.create(record=record, element=element, origin=Origin.DECLARED, status=Status.CONFIRMED, **more)


def work(title: str, code: str = "10", country: str = "MDA", **fields: Any) -> Record:
    """A project in a country that is confirmed for an objective."""
    given = {"visibility": Visibility.PARTNERS, "ends": date(2026, 6, 30), **fields}
    record = RecordFactory(title=title, **given)
    RecordPlace.objects.create(record=record, place=PlaceFactory(code=country))
    confirmed(record, code)
    return record


def pledge(by: Any, country: str | None = "MDA", **fields: Any) -> Pledge:
    """A pledge of a country."""
    given = {
        "title": "A law against trafficking by 2027", "summary": "", "country": PlaceFactory(code=country) if country else None, "body": "",
        "round": None, "made_on": date(2022, 5, 19), "due": date(2027, 12, 31), "responsible": "", "url": "", "source": "",
    }  # fmt: skip
    return pledging.add_pledge(by=by, **{**given, **fields})


def practice(by: Any, country: str = "MDA", **fields: Any) -> Practice:
    """A practice that is only begun."""
    given = {"title": "One desk for newcomers", "summary": "", "starts": None, "ends": None}
    return practising.add_practice(country=PlaceFactory(code=country), by=by, **{**given, **fields})


def clear(report: GcmReport, people: Any) -> GcmReport:
    """Hand a report in and endorse it."""
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    deciding.decide(made.clearance, outcome="cleared", reason="Read.", round=made.number, override=True, by=people.dora)
    return GcmReport.objects.get(pk=report.pk)
