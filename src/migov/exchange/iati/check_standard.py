"""The official assets of IATI 2.03 in a folder: schemas, codelists, mapping and ruleset. Read once; nothing is fetched."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree

from migov.exchange.iati.check_codes import Codes
from migov.exchange.iati.check_rules import Ruleset

SCHEMAS = {"iati-activities": "iati-activities-schema.xsd", "iati-organisations": "iati-organisations-schema.xsd"}
SCHEMA_FOLDER = "schemas-2.03"
EMBEDDED, OTHER_LISTS = "codelists-embedded-2.03", "codelists-nonembedded"
RULES = Path("rulesets-2.03") / "rulesets" / "standard.json"
AGENCIES, KNOWN_ORGANISATIONS = (
    "OrganisationRegistrationAgency",
    ("OrganisationIdentifier", "IATIOrganisationIdentifier"),
)


class CheckRefused(Exception):
    """Nothing could be checked; `str()` is a sentence for the person who asked."""


class Standard:
    """Schemas by root element, codelists and ruleset."""

    def __init__(self, folder: Path) -> None:
        missing = [str(part) for part in (SCHEMA_FOLDER, EMBEDDED, OTHER_LISTS, RULES) if not (folder / part).exists()]
        if missing:
            raise CheckRefused(
                _("The folder %(folder)s does not hold the IATI standard: %(missing)s is missing.")
                % {"folder": folder, "missing": ", ".join(missing)}
            )
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        self.schemas = {
            root: etree.XMLSchema(etree.parse(folder / SCHEMA_FOLDER / name, parser)) for root, name in SCHEMAS.items()
        }
        self.codes = Codes(folder / EMBEDDED / "mapping.xml", [folder / EMBEDDED / "xml", folder / OTHER_LISTS / "xml"])
        known = frozenset().union(*(self.codes.of(name) for name in KNOWN_ORGANISATIONS))
        rules: dict[str, Any] = json.loads((folder / RULES).read_text(encoding="utf-8"))
        self.rules = Ruleset(rules, agencies=self.codes.of(AGENCIES), organisations=known)


@lru_cache(maxsize=2)
def _read(folder: Path) -> Standard:
    return Standard(folder)


def standard(folder: Path | str | None = None) -> Standard:
    """The assets in a folder, else in the one of the setting MIGOV_IATI_STANDARD. Raises CheckRefused where they are not there."""
    chosen = str(folder or settings.MIGOV_IATI_STANDARD)
    if not chosen:
        raise CheckRefused(
            _("Set MIGOV_IATI_STANDARD to a folder with the official schemas, codelists and rulesets of IATI 2.03.")
        )
    return _read(Path(chosen).resolve())


def at_hand() -> bool:
    """Whether the setting names a folder that holds the standard."""
    try:
        standard()
    except (CheckRefused, OSError, etree.LxmlError, ValueError):
        return False
    return True
