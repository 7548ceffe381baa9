"""Names of the codes that projects are published with: the IATI codelists that migov ships."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

DATA = files("migov.foundation.codelists")


@cache
def names(codelist: str) -> Mapping[str, str]:
    """Code → English name of a list, e.g. ``names("Sector")["15190"]``. Raises LookupError for an unknown list."""
    file = DATA / f"{codelist}.csv"
    if not codelist.isalnum() or not file.is_file():
        raise LookupError(f"There is no codelist {codelist!r}.")
    lines = file.read_text(encoding="utf-8").splitlines()
    return MappingProxyType({row["code"]: row["name"] for row in csv.DictReader(lines)})


def name(codelist: str, code: str) -> str:
    """The name of a code; the code itself where the list does not hold it. Raises LookupError for an unknown list."""
    return names(codelist).get(code, code)
