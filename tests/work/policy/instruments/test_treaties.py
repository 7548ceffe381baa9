"""Acts of States from files: every format, kept whole or refused whole, restated without losing what was said before."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry
from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.standing import Status, standing_of
from migov.work.policy.instruments.treaties.loading import Loaded, load_treaties
from migov.work.policy.instruments.treaties.stated import read_when
from migov.work.policy.models import Instrument, TreatyAction
from tests.factories import PlaceFactory
from tests.work.policy.making import instrument

HEAD = (
    "territory_iso3,territory,instrument,untc_ref,signature_date_2015,consent_date_2015,consent_mode_2015,"
    "status_2022,consent_year_2022,note\n"
)
MERGED = f"""{HEAD}SRB,Serbia,CRC,IV/11,,12 Mar 2001,succession,state party,1991,
MDA,Republic of Moldova,CRC,IV/11,,26 Jan 1993,accession,state party,1993,
MNE,Montenegro,ICRMW,IV/13,23 Oct 2006 d,,,signatory state,,
UZB,Uzbekistan,ICRMW,IV/13,,,,no action,,
ALB,Albania,REFUGEE-1951,V/2,,18 Aug 1992,accession,,,
UZB,Uzbekistan,REFUGEE-1951,V/2,,,,,,
XKX,Kosovo (UNSCR 1244),ICRMW,IV/13,,,,,,not a UN Member State; not covered by depositary
"""
ILO = """convention,country,ratified,source_seen
C097,Albania,2005-03-02,NORMLEX
C097,Bosnia and Herzegovina,1993-06-02 (excludes Annex III),idem
C143,Serbia,2000,Encyclopaedia 2015 mirror
C181,Moldova,party (date not seen; as of Mar 2023),a list
C029,Moldova,2000 (in force 2001-03-23),NORMLEX direct request
"""
COE = """instrument,country,status_or_date,source_seen
CETS 197 (trafficking),Albania,2007-02-06,coe.int
CETS 197 (trafficking),Belarus,2013-11-26 (accession),idem
CETS 197 (trafficking),Georgia,party (all 46 CoE members),idem
CETS 197 (trafficking),Russian Federation,not party (not a CoE member),idem
CETS 210 (Istanbul),Ukraine,ratified,a list
CETS 210 (Istanbul),Türkiye,ratified 2012-03-12; denounced 2021-03-20; ceased 2021-07-01,idem
CETS 223 (Convention 108+),Moldova,signed 2023-02-09,a database
CETS 213 (ECHR Protocol 15; implies ECHR party at that date),Moldova,2014-08-14,a database
"""
OWN = "instrument,place,kind,date,source,as_of,text,url\n"


@pytest.fixture
def known(db: None) -> None:
    for code, number, body in (
        ("crc", "IV-11", "un"), ("icrmw", "IV-13", "un"), ("1951-convention", "V-2", "un"), ("ilo-c097", "C097", "ilo"),
        ("ilo-c143", "C143", "ilo"), ("ilo-c181", "C181", "ilo"), ("ilo-c029", "C029", "ilo"), ("cets-197", "CETS 197", "coe"),
        ("cets-210", "CETS 210", "coe"), ("cets-223", "CETS 223", "coe"), ("echr-p15", "CETS 213", "coe"), ("echr", "ETS 005", "coe"),
    ):  # fmt: skip
        instrument(code, number=number, body=body)


def load(text: str, name: str = "a.csv") -> Loaded:
    return load_treaties([(name, text.encode())], by=SYSTEM)


def said(code: str, place: str) -> dict[str, str]:
    """Kind → day of what stands of a State and an instrument."""
    found = TreatyAction.objects.current().filter(instrument__code=code, place__code=place).order_by("pk")
    return {f"{one.kind} {one.source[:2]}": str(one.date or "") for one in found}


def status(code: str, place: str) -> Status:
    return standing_of(Instrument.objects.get(code=code), PlaceFactory(code=place)).status


@pytest.mark.parametrize(
    ("text", "day", "precision", "mode"),
    [
        ("11 May 1994", date(1994, 5, 11), "day", None),
        ("2 Aug 2010 a", date(2010, 8, 2), "day", "accession"),
        ("12 Mar 2001 d", date(2001, 3, 12), "day", "succession"),
        ("1 December 1999 A", date(1999, 12, 1), "day", "acceptance"),
        ("2013-11-26", date(2013, 11, 26), "day", None),
        ("26.11.2013", date(2013, 11, 26), "day", None),
        ("1991", date(1991, 1, 1), "year", None),
        ("", None, "unknown", None),
    ],
)
def test_days_are_read_as_sources_write_them(text: str, day: date | None, precision: str, mode: str | None) -> None:
    found = read_when(text)
    assert (found.day, found.precision, found.mode) == (day, precision, mode)


@pytest.mark.parametrize("text", ["31 Feb 2001", "soon", "12/2001", "11 Mayo 94"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_when(text)


class TestFormats:
    def test_two_sources_of_one_table_stand_side_by_side(self, known: None) -> None:
        done = load(MERGED)
        assert (done.new, done.not_covered) == (10, 1)
        assert said("crc", "SRB") == {"succession UN": "2001-03-12", "party Wo": "1991-01-01"}
        assert standing_of(Instrument.objects.get(code="crc"), PlaceFactory(code="SRB")).disagrees
        assert not standing_of(Instrument.objects.get(code="crc"), PlaceFactory(code="MDA")).disagrees
        assert said("icrmw", "MNE") == {"signature UN": "2006-10-23", "signature Wo": ""}
        assert said("1951-convention", "UZB") == {"none UN": ""}
        assert set(TreatyAction.objects.values_list("as_of", flat=True)) == {date(2015, 3, 1), date(2022, 8, 1)}

    def test_kosovo_is_not_in_the_depositary_and_never_not_a_party(self, known: None) -> None:
        load(MERGED)
        assert said("icrmw", "XKX") == {}
        assert status("icrmw", "XKX") == Status.OUTSIDE
        with pytest.raises(LoadRefused, match="no depositary counts this place"):
            load(OWN + "icrmw,XKX,none,,UN,2026-01-01,,\n")

    def test_ilo_rows_in_words(self, known: None) -> None:
        load(ILO)
        assert said("ilo-c097", "ALB") == {"ratification NO": "2005-03-02"}
        annex = TreatyAction.objects.get(instrument__code="ilo-c097", place__code="BIH")
        assert (annex.note, annex.source, annex.as_of) == ("excludes Annex III", "NORMLEX", date(1993, 6, 2))
        assert TreatyAction.objects.get(instrument__code="ilo-c143").as_of == date(2015, 1, 1)
        assert TreatyAction.objects.get(instrument__code="ilo-c181").as_of == date(2023, 3, 1)
        assert said("ilo-c029", "MDA") == {"ratification NO": "2000-01-01", "in-force NO": "2001-03-23"}
        assert status("ilo-c097", "UZB") == Status.UNKNOWN

    def test_council_of_europe_rows_in_words(self, known: None) -> None:
        load(COE)
        assert status("cets-197", "ALB") == Status.BOUND
        assert said("cets-197", "BLR") == {"accession co": "2013-11-26"}
        assert status("cets-197", "GEO") == Status.BOUND
        assert status("cets-197", "RUS") == Status.NOT_PARTY
        assert status("cets-210", "TUR") == Status.DENOUNCED
        assert "2021-07-01" in TreatyAction.objects.get(kind="denunciation").note
        assert status("cets-223", "MDA") == Status.SIGNED
        shown = TreatyAction.objects.get(instrument__code="echr", place__code="MDA")
        assert (shown.kind, shown.as_of) == ("party", date(2014, 8, 14))

    def test_a_list_of_participants(self, known: None) -> None:
        names = ["Participant", "Albania", "Serbia<superscript>6</superscript>", "Republic of Moldova", "Andorra"]
        text = json.dumps(
            {
                "mtdsg_no": "IV-11",
                "_fetched_at": "2026-04-13T06:54:11+00:00",
                "url": "https://x.org",
                "participants": names,
            }
        )
        done = load(text, "crc.json")
        assert said("crc", "SRB") == {"participant UN": ""}
        assert said("crc", "UZB") == {"none UN": ""}
        assert done.not_covered == 1
        assert set(TreatyAction.objects.values_list("as_of", flat=True)) == {date(2026, 4, 13)}

    def test_the_own_format_with_a_reservation(self, known: None) -> None:
        load(
            OWN + 'CRC,Türkiye,reservation,1995-04-04,UN,2026-01-01,"Articles 17, 29 and 30.",https://treaties.un.org\n'
        )
        one = TreatyAction.objects.get()
        assert (one.text, one.place.code, one.source_url) == (
            "Articles 17, 29 and 30.",
            "TUR",
            "https://treaties.un.org",
        )


class TestRefusal:
    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("xyz,ALB,accession,2007-06-05,UN,2026-01-01,,", "row 2, instrument"),
            ("icrmw,Atlantis,accession,2007-06-05,UN,2026-01-01,,", "row 2, place"),
            ("icrmw,ALB,joined,2007-06-05,UN,2026-01-01,,", "row 2, kind"),
            ("icrmw,ALB,accession,2007-13-05,UN,2026-01-01,,", "row 2, date"),
            ("icrmw,ALB,accession,2090-01-05,UN,2026-01-01,,", "a day that is not in the future"),
            ("icrmw,ALB,accession,,UN,2026-01-01,,", "row 2, date: expected a date or a year"),
            ("icrmw,ALB,none,2007,UN,2026-01-01,,", "has no day"),
            ("icrmw,ALB,accession,2007-06-05,,2026-01-01,,", "row 2, source"),
            ("icrmw,ALB,accession,2007-06-05,UN,2026,,", "row 2, as_of"),
            ("icrmw,ALB,accession,2007-06-05,UN,2001-01-01,,", "a day that is not before the act"),
            ("icrmw,ALB,accession,2007-06-05,UN,2026-01-01,,javascript:x", "row 2, url"),
        ],
    )
    def test_a_fault_names_file_row_and_field_and_nothing_is_kept(self, known: None, row: str, words: str) -> None:
        with pytest.raises(LoadRefused, match=words) as refused:
            load(f"{OWN}{row}\nicrmw,BIH,accession,1996-12-13,UN,2026-01-01,,\n")
        assert "a.csv" in str(refused.value)
        assert not TreatyAction.objects.exists()

    def test_one_bad_file_refuses_all(self, known: None) -> None:
        good, bad = (OWN + "icrmw,BIH,accession,1996-12-13,UN,2026-01-01,,\n").encode(), b"a,b\n1,2\n"
        with pytest.raises(LoadRefused, match=r"bad.csv.*the columns instrument, place"):
            load_treaties([("good.csv", good), ("bad.csv", bad)], by=SYSTEM)
        assert not TreatyAction.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"), [(b"\xff\xfe\x00", "UTF-8"), (b"{", "JSON"), (b"{}", "participants"), (b"", "columns")]
    )
    def test_what_is_no_such_file_is_refused(self, known: None, content: bytes, words: str) -> None:
        with pytest.raises(LoadRefused, match=words):
            load_treaties([("x", content)], by=SYSTEM)

    @pytest.mark.parametrize("who", ["ana", "carla", "ion", "jan", "nobody"])
    def test_others_may_not_load(self, known: None, people: Any, who: str) -> None:
        with pytest.raises(PermissionDenied):
            load_treaties([("a.csv", MERGED.encode())], by=people[who])


class TestAgain:
    def test_loading_again_adds_nothing(self, known: None) -> None:
        for text in (MERGED, ILO, COE):
            first = load(text)
            entries = JournalEntry.objects.count()
            again = load(text)
            assert (again.new, again.changed, again.unchanged) == (0, 0, first.rows)
            assert JournalEntry.objects.count() == entries

    def test_a_changed_row_supersedes_what_the_source_said_before(self, known: None) -> None:
        load(OWN + "icrmw,ALB,accession,2007-06-05,UN,2020-01-01,,\n")
        done = load(OWN + "icrmw,ALB,accession,2007-06-06,UN,2026-01-01,,\n")
        assert (done.new, done.changed) == (1, 1)
        assert said("icrmw", "ALB") == {"accession UN": "2007-06-06"}
        assert TreatyAction.objects.get(superseded_at__isnull=False).date == date(2007, 6, 5)

    def test_an_act_supersedes_that_the_source_found_none(self, known: None) -> None:
        load(OWN + "icrmw,MDA,none,,UN,2020-01-01,,\n")
        load(OWN + "icrmw,MDA,accession,2025-05-05,UN,2026-01-01,,\n")
        assert said("icrmw", "MDA") == {"accession UN": "2025-05-05"}

    def test_other_acts_of_the_same_source_stay(self, known: None) -> None:
        load(OWN + "icrmw,MDA,signature,2020-05-05,UN,2021-01-01,,\n")
        load(OWN + "icrmw,MDA,ratification,2025-05-05,UN,2026-01-01,,\n")
        assert said("icrmw", "MDA") == {"signature UN": "2020-05-05", "ratification UN": "2025-05-05"}

    def test_an_older_file_changes_nothing(self, known: None) -> None:
        load(OWN + "icrmw,MDA,accession,2025-05-05,UN,2026-01-01,,\n")
        done = load(OWN + "icrmw,MDA,accession,2025-05-04,UN,2025-06-01,,\n")
        assert (done.new, done.older) == (0, 1)
        assert said("icrmw", "MDA") == {"accession UN": "2025-05-05"}

    def test_a_row_that_stands_twice_counts_once(self, known: None) -> None:
        row = "icrmw,MDA,accession,2025-05-05,UN,2026-01-01,,\n"
        assert load(OWN + row + row).new == 1

    def test_another_source_stands_beside(self, known: None) -> None:
        load(OWN + "icrmw,MDA,none,,UN,2026-01-01,,\n")
        load(OWN + "icrmw,MDA,signature,2024-01-01,Ministry,2026-01-01,,\n")
        assert said("icrmw", "MDA") == {"none UN": "", "signature Mi": "2024-01-01"}
