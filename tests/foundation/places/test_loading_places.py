"""Places as they stand in the database after loading."""

from __future__ import annotations

import pytest

from migov.foundation.places.actions import load_places, notes
from migov.foundation.places.models import Place, SubRegion

pytestmark = pytest.mark.django_db


def test_all_countries_and_the_twenty_territories_are_there() -> None:
    assert load_places() == Place.objects.filter(kind="country").count() > 240
    territories = Place.objects.filter(is_territory=True)
    assert territories.count() == 20
    assert not territories.filter(subregion__isnull=True).exists()
    assert not territories.filter(latitude__isnull=True).exists()
    assert not Place.objects.filter(is_territory=False, subregion__isnull=False).exists()


def test_kosovo_is_named_with_its_footnote() -> None:
    kosovo = Place.objects.get(code="XKX")
    assert (kosovo.name, kosovo.short_name, kosovo.needs_footnote) == ("Kosovo (UNSCR 1244)", "Kosovo*", True)
    assert list(Place.objects.filter(needs_footnote=True)) == [kosovo]
    assert "resolution 1244 (1999)" in notes()["kosovo_footnote"]


def test_a_place_knows_its_codes_and_sub_region() -> None:
    moldova = Place.objects.select_related("subregion").get(code="MDA")
    assert (moldova.iso2, moldova.m49, moldova.name, str(moldova)) == ("MD", "498", "Republic of Moldova", "Moldova")
    assert moldova.subregion is not None and moldova.subregion.code == "EE"


def test_sub_regions_keep_their_order() -> None:
    assert list(SubRegion.objects.values_list("code", flat=True)) == ["SEE", "EE", "SC", "CA", "OTH"]


def test_loading_again_changes_nothing() -> None:
    before = list(Place.objects.order_by("pk").values_list())
    load_places()
    assert list(Place.objects.order_by("pk").values_list()) == before


def test_loading_again_puts_right_what_was_changed_and_keeps_the_key() -> None:
    key = Place.objects.get(code="MDA").pk
    Place.objects.filter(code="MDA").update(name="Moldavia", is_territory=False)
    SubRegion.objects.filter(code="EE").update(name="The East")
    load_places()
    moldova = Place.objects.get(code="MDA")
    assert (moldova.pk, moldova.name, moldova.is_territory) == (key, "Republic of Moldova", True)
    assert SubRegion.objects.get(code="EE").name == "Eastern Europe"


def test_regions_that_imports_made_stay() -> None:
    Place.objects.create(code="R89", kind="region", name="Europe, regional", short_name="Europe, regional")
    load_places()
    assert Place.objects.get(code="R89").kind == "region"
