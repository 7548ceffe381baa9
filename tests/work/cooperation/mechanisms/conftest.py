"""A small register that tests of pages look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from migov.foundation.people.models import Theme
from migov.foundation.records.models import RecordTheme
from migov.work.cooperation.models import CardFact, Chair, Contact, Mechanism
from tests.factories import PlaceFactory
from tests.work.cooperation.making import body, mechanism, member


@pytest.fixture
def signed_in(people: dict[str, Any], client_for: Callable[[Any], Client]) -> Callable[[str], Client]:
    """A browser in which one of the cast is signed in, by name."""
    return lambda name: client_for(people[name])


@pytest.fixture
def prague(db: None) -> Mechanism:
    """The Prague Process with two sources that differ, chairs and a contact; beside it another, an organisation and one that ended."""
    prague = mechanism(
        "prague", short_name="Prague Process", title="Prague Process on Migration", website="https://example.org/"
    )
    RecordTheme.objects.create(record=prague.record, theme=Theme.objects.get(code="borders"))
    for value, source in (("2009", "Secretariat"), ("2010", "Study")):
        CardFact.objects.create(mechanism=prague, field="established", value=value, source=source, as_of="2021")
    CardFact.objects.create(
        mechanism=prague, field="objectives", value="Closer partnerships", source="Secretariat", as_of="2021"
    )
    for code in ("MDA", "UKR", "ALB", "AUT"):
        member(prague, code, as_of="2021")
    member(prague, "XKX", part="participant", since="2014-06-10", as_of="2021")
    member(prague, "XKX", part="participant", since="2015-06-10", source="Ministry", as_of="2019")
    member(prague, body=body("icmpd", name="International Centre", short_name="ICMPD"), part="partner")
    Chair.objects.create(
        mechanism=prague, place=PlaceFactory(code="POL"), since="2011", until="2017", source="Secretariat", as_of="2021"
    )
    Chair.objects.create(
        mechanism=prague, place=PlaceFactory(code="CZE"), since="2021", source="Secretariat", as_of="2021"
    )
    Contact.objects.create(mechanism=prague, function="National coordinator", unit="Ministry", email="desk@example.org")
    budapest = mechanism("budapest", short_name="Budapest Process")
    for code in ("MDA", "UKR", "TUR"):
        member(budapest, code, as_of="2017")
    guam = mechanism("guam", short_name="GUAM", title="GUAM", type="organisation")
    for code in ("MDA", "UKR"):
        member(guam, code, part="member", since="1997-10-10")
    member(guam, "UZB", part="former", since="1999-04", until="2005-05", source="Agency", as_of="2005-05")
    gone = mechanism("soderkoping", short_name="Söderköping Process", state="ended", successor=prague)
    member(gone, "MDA")
    return prague
