"""What all activities share: places, organisations and slices, each looked up once and created where it is new."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from migov.exchange.iati import codes
from migov.exchange.iati.shapes import to_json
from migov.foundation.bulk import BulkTable, BulkWriter
from migov.foundation.places.models import Place, PlaceKind
from migov.work.projects.models import Organisation
from migov.work.results.models import Slice

KEPT_IN_MEMORY = 200_000
SEX_NAMES = frozenset(
    {"sex", "gender", "by sex", "by gender", "sex disaggregation", "gender disaggregation", "sexe", "sexo"}
)
AGE_NAMES = frozenset({"age", "age group", "age groups", "age range", "by age", "ages", "age category"})
FEMALE = frozenset(
    {
        "f",
        "female",
        "females",
        "woman",
        "women",
        "girl",
        "girls",
        "women and girls",
        "femme",
        "femmes",
        "mujer",
        "mujeres",
    }
)
MALE = frozenset(
    {"m", "male", "males", "man", "men", "boy", "boys", "men and boys", "homme", "hommes", "hombre", "hombres"}
)

Pairs = tuple[tuple[str, str], ...]


def tidy(text: str) -> str:
    """Lower case, single spaces: how names of dimensions and their values are compared."""
    return " ".join(text.lower().split())


def sex_of(name: str, value: str) -> str:
    """f, m or x for a dimension of sex; empty for another dimension. Both tidy."""
    if name not in SEX_NAMES:
        return ""
    return "f" if value in FEMALE else "m" if value in MALE else "x"


def _bounded(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return f"{text[: length - 17]}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"


class Registers:
    """Keys of shared rows. New rows join the writer's queue and are written before the rows that point at them."""

    def __init__(self, writer: BulkWriter, tables: dict[str, BulkTable]) -> None:
        self._writer, self._tables = writer, tables
        self._place_ids: Iterator[int] = writer.ids(Place)
        self._organisation_ids: Iterator[int] = writer.ids(Organisation)
        self._slice_ids: Iterator[int] = writer.ids(Slice)
        self.countries: dict[str, int] = {}
        self._regions: dict[str, int] = {}
        for pk, code, iso2, kind in Place.objects.values_list("pk", "code", "iso2", "kind"):
            if kind == PlaceKind.COUNTRY:
                self.countries[iso2] = pk
            else:
                self._regions[code] = pk
        self.countries.pop("", None)
        self._region_names = codes.names("Region")
        self._organisations: dict[tuple[str, str, str], int] = {
            (ref, name, kind): pk
            for ref, name, kind, pk in Organisation.objects.values_list("ref", "name", "kind", "pk")[:KEPT_IN_MEMORY]
        }
        self._all_organisations = len(self._organisations) < KEPT_IN_MEMORY
        self._slices: dict[str, tuple[int, Any]] = {
            key: (pk, parts) for key, pk, parts in Slice.objects.values_list("key", "pk", "parts")[:KEPT_IN_MEMORY]
        }
        self._all_slices = len(self._slices) < KEPT_IN_MEMORY
        self._pairs: dict[Pairs, tuple[int, bool]] = {}

    def country(self, code: str) -> int | None:
        """Key of a country or area by its ISO 3166-1 alpha-2 code."""
        return self.countries.get(code)

    def region(self, code: str) -> int | None:
        """Key of a reporting region by its code in IATI's Region list; None for a code that the list lacks."""
        own = f"R{code}"
        if own not in self._regions:
            name = self._region_names.get(code)
            if name is None:
                return None
            pk = self._regions[own] = next(self._place_ids)
            self._tables["shared_place"].rows.append(
                (pk, own, "", "", PlaceKind.REGION.value, name[:120], name[:120], False, False, "IATI codelist Region")
            )
        return self._regions[own]

    def organisation(self, ref: str, name: str, kind: str) -> int:
        """Key of the organisation with this reference, name and kind."""
        key = (ref, name, kind)
        pk = self._organisations.get(key)
        if pk is None:
            if not self._all_organisations:
                self._writer.wait()
                pk = Organisation.objects.filter(ref=ref, name=name, kind=kind).values_list("pk", flat=True).first()
            if pk is None:
                pk = next(self._organisation_ids)
                self._tables["shared_organisation"].rows.append((pk, *key))
            self._organisations[key] = pk
        return pk

    def slice(self, pairs: Pairs) -> tuple[int, bool]:
        """Key of the slice that these dimensions and values name, and whether it remembers them exactly as written here."""
        found = self._pairs.get(pairs)
        if found is None:
            found = self._pairs[pairs] = self._slice(pairs)
        return found

    def _slice(self, pairs: Pairs) -> tuple[int, bool]:
        known = sorted((tidy(name), tidy(value)) for name, value in pairs)
        key = _bounded("|".join(f"{name}={value}" for name, value in known), 500)
        parts = [list(pair) for pair in pairs]
        if key not in self._slices and not self._all_slices:
            self._writer.wait()
            stored = Slice.objects.filter(key=key).values_list("pk", "parts").first()
            if stored:
                self._slices[key] = stored
        if key not in self._slices:
            pk = next(self._slice_ids)
            family = _bounded("|".join(name for name, _ in known), 255)
            sex = next((sex for name, value in known if (sex := sex_of(name, value))), "")
            age = next((value for name, value in known if name in AGE_NAMES), "")
            self._slices[key] = (pk, parts)
            self._tables["shared_slice"].rows.append((pk, key, family, to_json(parts), sex, age[:60]))
        pk, remembered = self._slices[key]
        return pk, remembered == parts
