"""Two tables of what was seen on public pages about ILO conventions and Council of Europe treaties: parts of the truth, in words.

convention, country, ratified, source_seen; and instrument, country, status_or_date, source_seen. They do not say when a page was read.
`as_of` is then the earliest day on which it can have been true: that of the latest act it tells of, or of what its words presuppose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from migov.work.policy.instruments.treaties.stated import NO_DAY, Reading, Stated, When, read_when
from migov.work.policy.models import ActionKind

ILO_COLUMNS = {"convention", "country", "ratified", "source_seen"}
COE_COLUMNS = {"instrument", "country", "status_or_date", "source_seen"}
_DAY = r"\d{4}(?:-\d{2}-\d{2})?"
_ACTS = re.compile(rf"^({_DAY})\s*(?:\((.*)\))?$")
_ENDED = re.compile(rf"^ratified ({_DAY}); denounced ({_DAY}); ceased ({_DAY})$")
_SIGNED = re.compile(rf"^signed ({_DAY})$")
_AS_OF = re.compile(r"as of ([A-Z][a-z]{2} \d{4})")
_YEAR_OF_PAGE = re.compile(r"\b((?:19|20)\d{2}(?:-\d{2})?)\b")
_IN_FORCE = re.compile(rf"in force ({_DAY})")
# What undated words presuppose: forty-six members since Russia left on 16 March 2022; a list that names Ukraine's act of 18 July 2022.
MEMBERS_46, LIST_OF_2022 = date(2022, 3, 16), date(2022, 7, 18)
PROTOCOL_15 = "CETS 213"


def read_ilo(rows: Iterable[Mapping[str, str]], reading: Reading) -> None:
    """Ratifications of conventions of the ILO."""
    source = ""
    for number, row in enumerate(rows, 2):
        reading.row = number
        seen = row["source_seen"].strip()
        source = source if seen == "idem" else seen
        instrument, place = reading.named("convention", row["convention"]), reading.country("country", row["country"])
        if not source:
            reading.fault("source_seen", _("where it was seen"), seen)
        if instrument is None or place is None or not source:
            continue
        words = row["ratified"].strip()
        told = _ACTS.match(words)
        if told:
            when = read_when(told[1])
            note, forced = told[2] or "", _IN_FORCE.search(told[2] or "")
            known = _page_of(source) or when.day or LIST_OF_2022
            _keep(reading, instrument, place.pk, ActionKind.RATIFICATION, when, source, known, "" if forced else note)
            if forced:
                came = read_when(forced[1])
                _keep(reading, instrument, place.pk, ActionKind.IN_FORCE, came, source, came.day or known)
        elif words.startswith("party"):
            month = _AS_OF.search(words)
            page = read_when(f"1 {month[1]}").day if month else None
            _keep(reading, instrument, place.pk, ActionKind.PARTY, NO_DAY, source, page or LIST_OF_2022, words)
        else:
            reading.fault("ratified", _("a date, a year, or “party (as of Mar 2023)”"), words)


def read_coe(rows: Iterable[Mapping[str, str]], reading: Reading) -> None:
    """Status of treaties of the Council of Europe. A ratification of Protocol No. 15 shows a party to the Convention on that day."""
    source = ""
    for number, row in enumerate(rows, 2):
        reading.row = number
        seen = row["source_seen"].strip()
        source = source if seen == "idem" else seen
        named = row["instrument"].partition("(")[0].strip()
        instrument, place = reading.named("instrument", named), reading.country("country", row["country"])
        if not source:
            reading.fault("source_seen", _("where it was seen"), seen)
        if instrument is None or place is None or not source:
            continue
        if not _coe(row["status_or_date"].strip(), instrument, place.pk, source, reading):
            reading.fault(
                "status_or_date", _("a date, “signed 2018-10-10”, “party …”, “ratified …” or “not …”"), words_of(row)
            )
        day = _ACTS.match(row["status_or_date"].strip())
        echr = reading.names.instrument("ETS 005") if named == PROTOCOL_15 and day else None
        if echr is not None and day:
            when = read_when(day[1])
            note = _("Ratified Protocol No. 15 on that day, which is open to Parties to the Convention only.")
            _keep(reading, echr, place.pk, ActionKind.PARTY, NO_DAY, source, when.day or LIST_OF_2022, note)


def words_of(row: Mapping[str, str]) -> str:
    """What the status cell says."""
    return row["status_or_date"]


def _coe(words: str, instrument: int, place: int, source: str, reading: Reading) -> bool:
    """Keep what the words tell; False where they cannot be read."""
    told, ended, signed = _ACTS.match(words), _ENDED.match(words), _SIGNED.match(words)
    if ended:
        first, left, ceased = (read_when(ended[at]) for at in (1, 2, 3))
        known = max(ceased.day or LIST_OF_2022, LIST_OF_2022)
        note = _("Ceased to apply on %(day)s.") % {"day": ended[3]}
        _keep(reading, instrument, place, ActionKind.RATIFICATION, first, source, known)
        _keep(reading, instrument, place, ActionKind.DENUNCIATION, left, source, known, note)
    elif told:
        when = read_when(told[1])
        accession = "accession" in (told[2] or "")
        kind = ActionKind.ACCESSION if accession else ActionKind.RATIFICATION
        _keep(reading, instrument, place, kind, when, source, when.day or LIST_OF_2022)
    elif signed:
        when = read_when(signed[1])
        _keep(reading, instrument, place, ActionKind.SIGNATURE, when, source, when.day or LIST_OF_2022)
    elif words.startswith("party"):
        _keep(reading, instrument, place, ActionKind.PARTY, NO_DAY, source, MEMBERS_46, words)
    elif words == "ratified":
        _keep(
            reading, instrument, place, ActionKind.PARTY, NO_DAY, source, LIST_OF_2022, _("Named as having ratified.")
        )
    elif words.startswith("not "):
        known = MEMBERS_46 if "member" in words else LIST_OF_2022
        _keep(reading, instrument, place, ActionKind.NONE, NO_DAY, source, known, words)
    else:
        return False
    return True


def _page_of(source: str) -> date | None:
    """The year, or month, that a source carries in its name ("Wikipedia 2015 mirror", "mirror 2024-01")."""
    found = _YEAR_OF_PAGE.search(source)
    if not found:
        return None
    year, _dash, month = found[1].partition("-")
    return date(int(year), int(month or 1), 1)


def _keep(
    reading: Reading, instrument: int, place: int, kind: str, when: When, source: str, as_of: date, note: str = ""
) -> None:
    reading.rows.append(Stated(instrument, place, kind, when, source[:200], as_of, note=note))
