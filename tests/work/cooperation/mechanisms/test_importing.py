"""Tables of mechanisms, participation and meetings: read with their quirks, faults told, loaded once; and the real ones."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.access import SYSTEM
from migov.work.cooperation.mechanisms.importing import load_folder
from migov.work.cooperation.mechanisms.sheets import SheetRefused, When, as_of, days_of, part_of
from migov.work.cooperation.mechanisms.shipped import load_mechanisms
from migov.work.cooperation.models import Mechanism, Meeting, Membership
from tests.work.cooperation.making import mechanism

pytestmark = pytest.mark.django_db
REAL = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[5] / "shared" / "data")) / "cooperation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two mechanisms, one of them in the register under its name."""
    (tmp_path / "mechanisms.csv").write_text(
        "code,name,type,established,themes,chair,source\n"
        "PP,Prague Process,Regional consultative process,2009,return; labour,Czechia,Secretariat\n"
        "NEW,New Forum,Regional initiative,1993,,,Overview\n"
        "BAD,Strange Thing,nobody knows,1993,,,Overview\n"
    )
    (tmp_path / "participation.csv").write_text(
        "mechanism,participant,role,as_of,source\n"
        "PP,Turkey,participating State,2018 (page names 49),Secretariat\n"
        "PP,Kosovo*,participating State,2018,idem\n"
        "NEW,Moldova,accession pending,2023-2024,Overview\n"
        "NEW,Atlantis,member,2023,Overview\n"
        "NEW,Georgia,guest of honour,2023,Overview\n"
        "OTHER,Georgia,member,2023,Overview\n"
    )
    (tmp_path / "meetings.csv").write_text(
        "mechanism,meeting,date,place,outcome_or_size,source\n"
        "PP,Senior Officials Meeting,2022-05-12/13,Vienna,,News\n"
        "PP,Ministerial Conference,2011-11,Poznan,Action Plan,News\n"
        'NEW,Forum,"(2025-)04-24, year not stated",Baku,,News\n'
    )
    return tmp_path


def test_good_rows_are_kept_and_faults_told(folder: Path) -> None:
    prague = mechanism("prague-process", title="Prague Process")
    done = load_folder(folder, by=SYSTEM)
    assert (done.mechanisms, done.participations, done.meetings, done.facts) == (1, 3, 2, 4)
    assert [str(fault) for fault in done.faults] == [
        "mechanisms.csv, row 4, type: “nobody knows” is no type of mechanism that is known",
        "participation.csv, row 5, participant: “Atlantis” is no State or organisation that is known",
        "participation.csv, row 6, role: “guest of honour” is no way to take part that is known",
        "participation.csv, row 7, mechanism: “OTHER” is neither in mechanisms.csv nor in the register",
        "meetings.csv, row 4, date: “(2025-)04-24, year not stated” is no day (2022-05-12, 2022-05-12/13) and no month or year",
    ]
    assert Mechanism.objects.get(record__title="New Forum").type == "initiative"
    rows = Membership.objects.filter(mechanism=prague).order_by("place__code")
    assert [(row.place and row.place.code, row.as_of, row.source) for row in rows] == [
        ("TUR", "2018", "Secretariat"), ("XKX", "2018", "Secretariat"),
    ]  # fmt: skip
    assert rows[0].note == "(page names 49)"


def test_meetings_have_days_or_a_partial_date(folder: Path) -> None:
    prague = mechanism("prague-process", title="Prague Process")
    load_folder(folder, by=SYSTEM)
    senior = Meeting.objects.get(mechanism=prague, kind="senior")
    assert (senior.record.starts, senior.record.ends, senior.state) == (date(2022, 5, 12), date(2022, 5, 13), "held")
    ministerial = Meeting.objects.get(mechanism=prague, kind="ministerial")
    assert (ministerial.record.starts, ministerial.dated, ministerial.city) == (None, "2011-11", "Poznan")


def test_loading_again_changes_nothing(folder: Path) -> None:
    load_folder(folder, by=SYSTEM)
    before = (Mechanism.objects.count(), Membership.objects.count(), Meeting.objects.count())
    again = load_folder(folder, by=SYSTEM)
    assert (again.mechanisms, again.facts, again.participations, again.meetings) == (0, 0, 0, 0)
    assert again.unchanged > 8
    assert before == (Mechanism.objects.count(), Membership.objects.count(), Meeting.objects.count())


def test_a_later_look_of_the_same_source_supersedes(folder: Path) -> None:
    load_folder(folder, by=SYSTEM)
    file = folder / "participation.csv"
    file.write_text(file.read_text().replace("2018 (page names 49)", "2024"))
    assert load_folder(folder, by=SYSTEM).participations == 1
    assert Membership.objects.current().get(place__code="TUR").as_of == "2024"
    assert Membership.objects.filter(place__code="TUR").count() == 2


def test_what_no_database_keeps_or_no_reader_means_is_told(folder: Path) -> None:
    mechanism("prague-process", title="Prague Process")
    long = "L" * 301
    with (folder / "mechanisms.csv").open("a") as file:
        file.write(f'PP,Another Process,Forum,,,,X\nLONG,{long},Forum,,,,X\ngraph,"Forum of\ntwo lines",Forum,,,,X\n')
    with (folder / "participation.csv").open("a") as file:
        file.write("PP,Georgia,non-member,2018,X\nPP,Armenia,observer,2018-13,X\n")
    with (folder / "meetings.csv").open("a") as file:
        file.write(f"PP,Reversed,2020-02-28/01,Vienna,,X\nPP,{long},2020-02-28,Vienna,,X\nPP,Far,9999-01,Vienna,,X\n")
    done = load_folder(folder, by=SYSTEM)
    told = [str(fault) for fault in done.faults]
    for said in (
        "mechanisms.csv, row 5, code: “PP” stands above with another name", "mechanisms.csv, row 6, name: has 301 characters",
        "participation.csv, row 8, role: “non-member” is no way", "participation.csv, row 9, as_of: “2018-13” is no date",
        "meetings.csv, row 5, date: “2020-02-28/01” is no day", "meetings.csv, row 6, meeting: has 301 characters",
        "meetings.csv, row 7, date: “9999-01” is no day",
    ):  # fmt: skip
        assert any(one.startswith(said) for one in told), said
    assert not Membership.objects.filter(place__code="GEO").exists()
    assert Membership.objects.get(place__code="ARM").note == "2018-13"
    assert (
        Mechanism.objects.get(record__title="Forum of two lines").code == "graph-2"
    )  # "graph" is a word that addresses use


def test_a_country_that_is_not_known_is_told_and_the_meeting_kept(folder: Path) -> None:
    mechanism("prague-process", title="Prague Process")
    (folder / "meetings.csv").write_text("mechanism,meeting,date,source,country\nPP,First,2020-02-28,X,Atlantis\n")
    done = load_folder(folder, by=SYSTEM)
    assert "meetings.csv, row 2, country: “Atlantis” is no State that is known" in "".join(map(str, done.faults))
    assert Meeting.objects.get(record__title="First").country is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("meetings.csv", None, "meetings.csv is not in"),
        ("participation.csv", "mechanism,participant\nPP,Georgia\n", "lacks the columns role, as_of, source"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(folder: Path, name: str, text: str | None, said: str) -> None:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    with pytest.raises(SheetRefused, match=said):
        load_folder(folder, by=SYSTEM)
    assert not Mechanism.objects.exists()


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "meetings.csv").write_bytes("mechanism,meeting,date,source\nPP,Réunion,2011,X\n".encode("latin-1"))
    with pytest.raises(SheetRefused, match="UTF-8"):
        load_folder(folder, by=SYSTEM)


def test_only_people_who_keep_the_register_load_tables(folder: Path, people: Any) -> None:
    for name in ("ana", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            load_folder(folder, by=people[name])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2018 (page names 49)", ("2018", "(page names 49)")), ("2023-2024", ("2024", "")), ("2015 onwards", ("2015", "onwards")),
        ("see source", ("", "see source")), ("2019-10", ("2019-10", "")), ("2020-11-09", ("2020-11-09", "")), ("", ("", "")),
    ],
)  # fmt: skip
def test_to_which_date_a_source_speaks(text: str, read: tuple[str, str]) -> None:
    assert as_of(text) == read


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2022-05-13/12", "9999-12-31/01", "0206-11-20", "0206", "2022-13", "2022-05-12/40", "12.05.2022"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert days_of(text) is None


def test_days_and_parts_in_the_words_of_sources() -> None:
    assert days_of("2019") == When(dated="2019")
    found = [
        part_of(word)
        for word in ("participating country of the Silk Routes Region", "partner country", "Member", "guest")
    ]
    assert [str(part) if part else None for part in found] == ["participant", "partner", "member", None]


@pytest.mark.skipif(not REAL.is_dir(), reason=f"the real data are not at {REAL}: set MIGOV_REAL_DATA")
def test_the_real_tables_meet_the_shipped_register() -> None:
    load_mechanisms()
    done = load_folder(REAL, by=SYSTEM)
    assert (done.mechanisms, done.meetings) == (0, 22)
    assert done.participations + done.unchanged >= 132
    assert [fault.field for fault in done.faults] == ["date"]
    prague = Mechanism.objects.get(code="prague-process")
    assert Membership.objects.filter(mechanism=prague, source__startswith="https://").count() == 49
