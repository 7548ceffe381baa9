"""Status of instruments of the United Nations: the table that puts two sources side by side, and lists of participants.

The table (territory_iso3, instrument, untc_ref, signature_date_2015, consent_date_2015, consent_mode_2015, status_2022,
consent_year_2022) holds what the depositary's collection said in March 2015 and what a second source said in August 2022, which covers
the human rights treaties only. Each becomes rows of its own. Where a source covers a State and names no act, it becomes a row "none".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from migov.work.policy.instruments.treaties.stated import NO_DAY, Reading, Stated, When
from migov.work.policy.models import ActionKind, Precision

COLUMNS = {
    "territory_iso3", "instrument", "untc_ref", "signature_date_2015", "consent_date_2015", "consent_mode_2015", "status_2022",
    "consent_year_2022",
}  # fmt: skip
COLLECTION_2015, AS_OF_2015 = "UN Treaty Collection, as collected in March 2015", date(2015, 3, 1)
SECOND_2022, AS_OF_2022 = "World Politics Data Lab, treaty status of August 2022", date(2022, 8, 1)
PARTICIPANTS = "UN Treaty Collection, list of participants"
MODES = {"accession": ActionKind.ACCESSION, "ratification": ActionKind.RATIFICATION, "succession": ActionKind.SUCCESSION,
         "acceptance": ActionKind.ACCEPTANCE, "approval": ActionKind.ACCEPTANCE}  # fmt: skip
STATES_2022 = ("state party", "signatory state", "no action")
_FOOTNOTE = re.compile(r"<superscript>.*?</superscript>|<[^>]*>")


def read_merged(rows: Iterable[Mapping[str, str]], reading: Reading) -> None:
    """The rows of the table into what its two sources state."""
    for number, row in enumerate(rows, 2):
        reading.row = number
        instrument = reading.named("untc_ref", row["untc_ref"])
        place = reading.country("territory_iso3", row["territory_iso3"])
        if instrument is None or place is None:
            continue
        said = [row[name].strip() for name in ("signature_date_2015", "consent_date_2015", "status_2022")]
        if not any(said) and "not covered" in (row.get("note") or ""):
            reading.not_covered += 1
            continue
        _in_2015(row, instrument, place.pk, reading)
        _in_2022(row, instrument, place.pk, reading)


def _in_2015(row: Mapping[str, str], instrument: int, place: int, reading: Reading) -> None:
    signed = reading.day("signature_date_2015", row["signature_date_2015"])
    bound = reading.day("consent_date_2015", row["consent_date_2015"])
    mode = row["consent_mode_2015"].strip()
    if signed is None or bound is None:
        return

    def keep(kind: str, when: When, note: str = "") -> None:
        reading.rows.append(Stated(instrument, place, kind, when, COLLECTION_2015, AS_OF_2015, note=note))

    if signed.day:
        succeeded = signed.mode == ActionKind.SUCCESSION
        keep(
            ActionKind.SIGNATURE,
            signed,
            _("Succession to the signature of the predecessor State.") if succeeded else "",
        )
    if bound.day and (mode in MODES or bound.mode):
        keep(MODES.get(mode) or str(bound.mode), bound)
    elif bound.day or mode:
        reading.fault("consent_mode_2015", " | ".join(MODES), mode)
    elif not signed.day:
        keep(ActionKind.NONE, NO_DAY)


def _in_2022(row: Mapping[str, str], instrument: int, place: int, reading: Reading) -> None:
    status = row["status_2022"].strip()
    if not status:
        return
    if status not in STATES_2022:
        reading.fault("status_2022", " | ".join(STATES_2022), status)
        return
    when = reading.day("consent_year_2022", row["consent_year_2022"])
    if when is None:
        return
    kind = {"state party": ActionKind.PARTY, "signatory state": ActionKind.SIGNATURE}.get(status, ActionKind.NONE)
    reading.rows.append(
        Stated(instrument, place, kind, when if kind == ActionKind.PARTY else NO_DAY, SECOND_2022, AS_OF_2022)
    )


def read_participants(data: Mapping[str, Any], reading: Reading) -> None:
    """A list of participants of one instrument: signatories and parties alike, without days. States that are not in it took no part.

    Only territories of the office are kept; a place that the depositary does not count is left out.
    """
    reading.row = 1
    instrument = reading.named("mtdsg_no", str(data.get("mtdsg_no", "")))
    names, fetched = data.get("participants"), str(data.get("_fetched_at", ""))[:10]
    try:
        as_of = date.fromisoformat(fetched)
    except ValueError:
        reading.fault("_fetched_at", _("a date such as 2026-04-13"), fetched)
        return
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        reading.fault("participants", _("a list of names"), names)
        return
    if instrument is None:
        return
    there = {place.pk for name in names if (place := reading.names.place(_FOOTNOTE.sub("", name)))}
    for place in {place.pk: place for place in reading.names.places.values()}.values():
        if not place.is_territory:
            continue
        if place.needs_footnote and place.pk not in there:
            reading.not_covered += 1
            continue
        kind = ActionKind.PARTICIPANT if place.pk in there else ActionKind.NONE
        when = When(None, Precision.UNKNOWN)
        reading.rows.append(
            Stated(instrument, place.pk, kind, when, PARTICIPANTS, as_of, url=str(data.get("url", ""))[:500])
        )


def participants(text: str, reading: Reading) -> None:
    """A file of participants (JSON)."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        reading.fault("", _("well-formed JSON"), error)
        return
    if not isinstance(data, dict) or "participants" not in data:
        reading.fault("participants", _("an object with mtdsg_no, _fetched_at and participants"))
        return
    read_participants(data, reading)
