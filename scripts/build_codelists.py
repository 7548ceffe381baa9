"""Turn the official IATI codelist files (XML) into the small CSV files that migov ships.

Get the lists from the IATI repositories ``IATI-Codelists`` (branch version-2.03) and ``IATI-Codelists-NonEmbedded``,
then give both folders::

    python scripts/build_codelists.py IATI-Codelists/xml IATI-Codelists-NonEmbedded/xml

Each CSV has the columns code, name, category (only where the list has categories) and status. Codes that IATI has
withdrawn stay in, with status ``withdrawn``: old files still use them, forms offer only ``active`` ones.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from lxml import etree

OUT = Path(__file__).resolve().parents[1] / "src/migov/foundation/codelists"

LISTS = (
    "ActivityDateType",
    "ActivityScope",
    "ActivityStatus",
    "AidType",
    "AidTypeVocabulary",
    "BudgetStatus",
    "BudgetType",
    "CollaborationType",
    "ConditionType",
    "ContactType",
    "Currency",
    "DescriptionType",
    "DisbursementChannel",
    "DocumentCategory",
    "FinanceType",
    "FlowType",
    "GeographicExactness",
    "GeographicLocationClass",
    "GeographicLocationReach",
    "GeographicVocabulary",
    "HumanitarianScopeType",
    "HumanitarianScopeVocabulary",
    "IndicatorMeasure",
    "IndicatorVocabulary",
    "Language",
    "OrganisationRole",
    "OrganisationType",
    "OtherIdentifierType",
    "PolicyMarker",
    "PolicyMarkerVocabulary",
    "PolicySignificance",
    "Region",
    "RegionVocabulary",
    "RelatedActivityType",
    "ResultType",
    "ResultVocabulary",
    "Sector",
    "SectorCategory",
    "SectorVocabulary",
    "TagVocabulary",
    "TiedStatus",
    "TransactionType",
)

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def english(item: etree._Element, path: str) -> str:
    """The English narrative (the one without a language) as one line, or an empty string."""
    for narrative in item.iterfind(f"{path}/narrative"):
        if narrative.get(LANGUAGE, "en") == "en":
            return " ".join((narrative.text or "").split())
    return ""


def read_list(path: Path) -> list[dict[str, str]]:
    """Rows of one official list. Raises ValueError if a code comes twice or has no English name."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    rows: dict[str, dict[str, str]] = {}
    for item in etree.parse(path, parser).iterfind("codelist-items/codelist-item"):
        row = {
            "code": (item.findtext("code") or "").strip(),
            "name": english(item, "name"),
            "category": (item.findtext("category") or "").strip(),
            "status": item.get("status", "active"),
        }
        if not row["code"] or not row["name"]:
            raise ValueError(f"{path.name}: an entry without code or name: {row}")
        if row["code"] in rows:
            raise ValueError(f"{path.name}: code {row['code']} comes twice")
        rows[row["code"]] = row
    return list(rows.values())


def write_list(path: Path, rows: list[dict[str, str]]) -> None:
    columns = ["code", "name", "category", "status"]
    if not any(row["category"] for row in rows):
        columns.remove("category")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the CSV codelists from the official IATI XML files.")
    parser.add_argument("folders", type=Path, nargs="+", help="folders that hold <ListName>.xml; the first found wins")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        found = next((path for folder in options.folders if (path := folder / f"{name}.xml").is_file()), None)
        if found is None:
            parser.error(f"{name}.xml is in none of the folders")
        rows = read_list(found)
        target = options.out / f"{name}.csv"
        write_list(target, rows)
        print(f"{target.name}: {len(rows)} codes, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
