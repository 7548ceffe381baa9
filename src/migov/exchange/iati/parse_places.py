"""Recipient countries and regions, and locations, of an activity."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from lxml.etree import _Element as Element

from migov.exchange.iati.shapes import blank, in_language, narratives, plain, preferred, to_json

if TYPE_CHECKING:
    from migov.exchange.iati.parse import ActivityParser

TOLERANCE = Decimal("0.1")


class Named(NamedTuple):
    """A place that the activity names, with its share of the activity."""

    place: int
    share: str | None
    details: str | None


def country(parser: ActivityParser, element: Element) -> None:
    """A recipient country; one that places do not know is kept as published."""
    code = element.get("code", "").strip()
    place = parser.registers.country(code.upper())
    if place is None:
        parser.warn("country", element, "@code", code, "a country code of ISO 3166-1, two letters")
        parser.keep_whole("recipient-country")
        return
    share, exact = parser.percentage(element)
    exact = exact and code.isupper() and not narratives(element) and not len(element) and not blank(element)
    parser.places.append(Named(place, share, None if exact else to_json(parser.shape(element))))


def region(parser: ActivityParser, element: Element) -> None:
    """A recipient region of the DAC's list; others are kept as published, with no place of their own."""
    code, vocabulary = element.get("code", "").strip(), element.get("vocabulary", "").strip() or "1"
    place = parser.registers.region(code) if vocabulary == "1" else None
    if place is None:
        if vocabulary == "1":
            parser.warn("region", element, "@code", code, "a code of IATI's Region list")
        parser.keep_whole("recipient-region")
        return
    share, exact = parser.percentage(element)
    more = element.get("vocabulary-uri") is not None or blank(element) or len(element) or narratives(element)
    exact = exact and not more
    parser.places.append(Named(place, share, None if exact else to_json(parser.shape(element))))


def finish(parser: ActivityParser) -> None:
    """Write the places of the activity: one row for each, however often it is named."""
    if not parser.places:
        return
    merged: dict[int, Named] = {}
    for named in parser.places:
        held = merged.get(named.place)
        if held is None:
            merged[named.place] = named
            continue
        parser.warn("place-twice", parser.activity, "recipient-country", str(named.place), "each place once")
        parser.keep_whole("recipient-country")
        parser.keep_whole("recipient-region")
        shares = [Decimal(share) for share in (held.share, named.share) if share]
        total = str(min(sum(shares, Decimal(0)), Decimal(100))) if shares else None
        merged[named.place] = Named(named.place, total, held.details or named.details)
    shares = [Decimal(named.share) for named in merged.values() if named.share is not None]
    if shares and len(shares) == len(merged) and abs(sum(shares, Decimal(0)) - 100) > TOLERANCE and not _others(parser):
        total = str(sum(shares, Decimal(0)))
        parser.warn(
            "percentages", parser.activity, "recipient-country/@percentage", total, "percentages that make 100 together"
        )
    parser.rows.place.extend((parser.pk, n.place, n.share, n.details, parser.at) for n in merged.values())


def _others(parser: ActivityParser) -> bool:
    """Whether the activity also names places that are kept only as published, so that the shares seen here are not all."""
    return not parser.kept_whole.isdisjoint(("recipient-country", "recipient-region"))


def location(parser: ActivityParser, element: Element) -> None:
    """A location, with its point where it has one."""
    name, texts, latitude, longitude, exact = "", [], None, None, True
    for child in element:
        if child.tag == "name":
            texts = narratives(child)
            exact = exact and in_language(child, parser.lang)
            name = preferred(texts, parser.lang)
        elif child.tag == "point":
            position = child.findtext("pos")
            if position and position.strip():
                latitude, longitude = _point(position)
                if latitude is None:
                    parser.warn("point", child, "pos", position, "latitude and longitude, as in 47.02 28.83")
            exact = False  # its reference system is kept
        else:
            exact = False
    ref, whole = parser.short(element, "@ref", element.get("ref", ""), 120)
    details = None if exact and whole and plain(texts, parser.lang) else to_json(parser.shape(element))
    rows = parser.rows.location
    rows.append((parser.pk, ref, name, latitude, longitude, len(rows), details))


def _point(text: str) -> tuple[float | None, float | None]:
    parts = text.replace(",", " ").split()
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None, None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None, None
    return latitude, longitude
