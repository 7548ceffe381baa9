"""What all activities share: places, organisations and slices, each looked up once and created where it is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migov.exchange.iati import codes
from migov.exchange.iati.shapes import to_json
from migov.foundation.bulk import BulkTable, BulkWriter
from migov.foundation.places.models import Place, PlaceKind
from migov.work.projects.models import Organisation
from migov.work.results.models import Slice
from migov.work.results.slices import Pairs, slice_of

KEPT_IN_MEMORY = 200_000


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
        name = slice_of(pairs)
        key = name.key
        parts = [list(pair) for pair in pairs]
        if key not in self._slices and not self._all_slices:
            self._writer.wait()
            stored = Slice.objects.filter(key=key).values_list("pk", "parts").first()
            if stored:
                self._slices[key] = stored
        if key not in self._slices:
            pk = next(self._slice_ids)
            self._slices[key] = (pk, parts)
            self._tables["shared_slice"].rows.append((pk, key, name.family, to_json(parts), name.sex, name.age))
        pk, remembered = self._slices[key]
        return pk, remembered == parts
