"""The shipped register: what is in it, that every fact has its source, and that loading again changes and loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Visibility
from migov.work.cooperation.mechanisms.queries import chair_of, members, of_country
from migov.work.cooperation.mechanisms.reading import DATA, RegisterFault, read_register
from migov.work.cooperation.mechanisms.shipped import load_mechanisms
from migov.work.cooperation.mechanisms.standing import conclusion
from migov.work.cooperation.models import CardFact, Chair, Mechanism, MechanismType, Membership, Part
from tests.factories import cast
from tests.work.cooperation.making import mechanism

pytestmark = pytest.mark.django_db

SILENT_ON_MEMBERS = {"gcm-regional-review", "gfmd", "silk-routes-partnership"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The shipped files, to be changed."""
    shutil.copytree(str(DATA), tmp_path / "data")
    return tmp_path / "data"


def rewrite(file: Path, was: str, now: str) -> None:
    """Put a text in the place of another one."""
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), encoding="utf-8")


def test_the_register_holds_what_the_region_needs() -> None:
    load_mechanisms()
    assert Mechanism.objects.count() >= 50
    assert set(Mechanism.objects.values_list("type", flat=True)) == set(MechanismType.values)
    wanted = {
        "prague-process",
        "budapest-process",
        "almaty-process",
        "eap-panel",
        "marri",
        "ibc-large-movements",
        "eu",
        "cis",
        "eaeu",
    }
    assert set(Mechanism.objects.values_list("code", flat=True)) >= wanted
    assert set(Mechanism.objects.values_list("record__visibility", flat=True)) == {Visibility.INTERNAL}
    assert Membership.objects.count() > 600


def test_every_place_is_known_and_every_fact_has_its_source() -> None:
    known = set(Place.objects.values_list("code", flat=True))
    register = read_register()
    for one in register.mechanisms:
        assert {line.who for line in one.lines if line.is_place} <= known, one.code
        assert all(line.source.strip() for line in one.lines), one.code
        assert any(line.what == "fact" and line.word == "region" for line in one.lines) or one.state == "ended", (
            one.code
        )
        named = any(line.what == "member" for line in one.lines)
        assert named != (one.code in SILENT_ON_MEMBERS), one.code


def test_what_is_doubtful_is_marked() -> None:
    load_mechanisms()
    for code, place in (("prague-process", "RUS"), ("prague-process", "BLR"), ("sco", "KAZ"), ("csto", "UZB")):
        row = Membership.objects.current().get(mechanism__code=code, place__code=place, source__isnull=False)
        assert "to be checked" in row.note, code


def test_kosovo_is_named_with_its_resolution() -> None:
    for one in read_register().mechanisms:
        for line in one.lines:
            for text in (line.text, line.note):
                assert "Kosovo" not in text or "UNSCR 1244" in text, (one.code, text)
            if line.who == "XKX":
                assert "State" not in line.text or line.text == "participating State", (one.code, line.text)


def test_each_territory_takes_part_somewhere() -> None:
    load_mechanisms()
    hana = cast()["hana"]
    for place in Place.objects.filter(is_territory=True):
        assert of_country(place, hana), place.code


def test_where_sources_differ_both_are_kept() -> None:
    load_mechanisms()
    founded = CardFact.objects.filter(mechanism__code="budapest-process", field="established")
    assert set(founded.values_list("value", flat=True)) == {"1993", "1991"}
    rows = Membership.objects.filter(mechanism__code="marri", place__code="XKX").exclude(since="")
    assert set(rows.values_list("since", flat=True)) == {"2014-06-10", "2015-06-10"}
    tkm = conclusion(Membership.objects.filter(mechanism__code="almaty-process", place__code="TKM"))
    assert tkm is not None
    assert (tkm.part, tkm.disagrees) == (Part.OBSERVER, True)


def test_members_and_chairs_are_what_sources_say() -> None:
    load_mechanisms()
    coe = Mechanism.objects.get(code="council-of-europe")
    assert len(members(coe)) == 46
    assert len(members(Mechanism.objects.get(code="osce"))) == 57
    assert len(members(Mechanism.objects.get(code="unece"))) == 56
    assert len(members(Mechanism.objects.get(code="ufm"))) == 42
    assert [term.name for term in chair_of(Mechanism.objects.get(code="budapest-process"))] == ["Türkiye", "Hungary"]
    assert {term.name for term in chair_of(Mechanism.objects.get(code="ibc-large-movements"))} == {
        "IOM",
        "UNHCR",
        "UNDP",
    }


def test_loading_again_writes_nothing_and_asks_one_question(django_assert_num_queries: Any) -> None:
    done = load_mechanisms()
    assert (done.changed, done.added > 1000, done.superseded) == (True, True, 0)
    before = JournalEntry.objects.count()
    with django_assert_num_queries(3):  # one question, in a transaction
        again = load_mechanisms()
    assert (again.changed, again.mechanisms) == (False, done.mechanisms)
    assert JournalEntry.objects.count() == before


def test_a_changed_row_is_superseded_and_the_others_are_left_alone(home: Path) -> None:
    load_mechanisms(home=home)
    standing = set(CardFact.objects.values_list("pk", "recorded_at"))
    rewrite(home / "consultation.toml", '["established", "1991", "iscm-2017"]', '["established", "1992", "iscm-2017"]')
    done = load_mechanisms(home=home)
    assert (done.added, done.superseded) == (1, 1)
    old = CardFact.objects.get(mechanism__code="budapest-process", value="1991")
    assert old.superseded_at is not None
    assert set(CardFact.objects.values_list("pk", "recorded_at")) > standing
    rewrite(home / "consultation.toml", '["established", "1992", "iscm-2017"]', '["established", "1991", "iscm-2017"]')
    assert load_mechanisms(home=home).added == 1
    assert CardFact.objects.current().filter(mechanism__code="budapest-process", value="1991").count() == 1


def test_what_the_office_added_changed_or_withdrew_stays(home: Path) -> None:
    load_mechanisms(home=home)
    prague = Mechanism.objects.get(code="prague-process")
    CardFact.objects.create(mechanism=prague, field="history", value="Ours", source="The office")
    Mechanism.objects.filter(pk=prague.pk).update(website="https://example.org/", revision=2)
    Chair.objects.filter(mechanism=prague, source__contains="handing over").supersede()
    rewrite(
        home / "consultation.toml", 'website = "https://www.pragueprocess.eu/"', 'website = "https://new.example.org/"'
    )
    done = load_mechanisms(home=home)
    assert (done.added, done.superseded) == (0, 0)
    prague.refresh_from_db()
    assert prague.website == "https://example.org/"
    assert CardFact.objects.current().filter(mechanism=prague, value="Ours").exists()
    assert not Chair.objects.current().filter(mechanism=prague, source__contains="handing over").exists()


def test_a_mechanism_that_the_office_added_first_keeps_its_head() -> None:
    own = mechanism("marri", title="Our own MARRI", type="initiative")
    load_mechanisms()
    own.refresh_from_db()
    assert (own.record.title, own.type, own.shipped) == ("Our own MARRI", "initiative", "")
    assert own.memberships.count() >= 6
    assert load_mechanisms().changed is False


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('["established", "1991", "iscm-2017"]', '["established", "1991", "nobody"]', "nobody"),
        ('["established", "1991", "iscm-2017"]', '["founded", "1991", "iscm-2017"]', "founded"),
        ('since = { BLR = "2010-12" }', 'since = { BLR = "2010-13" }', "2010-13"),
        ('bodies = "eu-commission icmpd"', 'bodies = "nato"', "nato"),
        ('successor = "eap-panel"', 'successor = "nothing"', "nothing"),
        ('code = "marri"', 'code = "gfmd"', "gfmd"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_the_reason(home: Path, was: str, now: str, said: str) -> None:
    rewrite(home / "consultation.toml", was, now)
    with pytest.raises(RegisterFault, match=said):
        load_mechanisms(home=home)
    assert not Mechanism.objects.exists()


def test_only_people_who_keep_the_register_load_it() -> None:
    people = cast()
    for name in ("ana", "galina", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            load_mechanisms(by=people[name])
    assert load_mechanisms(by=people["fatos"]).changed
