"""What is shipped: instruments, articles, guidance, requirements; loading them again changes nothing, and loses nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.records.models import JournalEntry
from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.shipped import DATA, load_instruments
from migov.work.policy.instruments.standing import Status, standing_of
from migov.work.policy.models import Article, Guidance, Instrument, Requirement, TreatyAction
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db

UN = {
    "IV-2", "IV-3", "IV-4", "IV-5", "IV-8", "IV-9", "IV-9-b", "IV-11", "IV-11-c", "IV-12", "IV-13", "IV-15", "IV-16", "V-2", "V-3",
    "V-4", "V-5", "XVIII-12", "XVIII-12-a", "XVIII-12-b", "XVIII-4",
}  # fmt: skip
ILO = {"C029", "C097", "C105", "C111", "C118", "C143", "C181", "C189", "C190", "P029"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The shipped files, to be changed."""
    shutil.copytree(str(DATA), tmp_path / "data")
    return tmp_path / "data"


def cut(file: Path, needle: str) -> None:
    """Take the entry with a text out of a file of requirements."""
    head, *entries = file.read_text(encoding="utf-8").split("[[requirement]]")
    kept = [entry for entry in entries if needle not in entry]
    file.write_text("[[requirement]]".join([head, *kept]), encoding="utf-8")


def test_the_instruments_of_the_field_are_there(db: None) -> None:
    load_instruments()
    assert Instrument.objects.count() >= 55
    numbers = set(Instrument.objects.values_list("number", flat=True))
    assert numbers >= UN | ILO
    assert Instrument.objects.filter(body="eu", celex="32003L0109", kind="directive").exists()
    icrmw = Instrument.objects.get(code="icrmw")
    assert (str(icrmw.adopted_on), str(icrmw.in_force_on)) == ("1990-12-18", "2003-07-01")
    protocol = Instrument.objects.get(code="smuggling-protocol")
    assert protocol.to is not None
    assert protocol.to.code == "untoc"
    replaced = Instrument.objects.get(code="eu-2009-50").replaced_by
    assert replaced is not None
    assert replaced.code == "eu-2021-1883"


@pytest.mark.parametrize(
    ("code", "number"),
    [("icrmw", 93), ("ilo-c143", 24), ("1951-convention", 46), ("crc", 54), ("iccpr", 53), ("cets-197", 47), ("eu-2003-109", 28)],
)  # fmt: skip
def test_articles_are_as_many_as_the_instrument_has(db: None, code: str, number: int) -> None:
    load_instruments()
    assert Article.objects.filter(instrument__code=code).count() == number


def test_requirements_point_at_articles_elements_and_guidance(db: None) -> None:
    done = load_instruments()
    assert done.requirements == Requirement.objects.filter(retired_at__isnull=True).count() >= 200
    assert not Requirement.objects.filter(obligation="").exists()
    assert Requirement.objects.filter(elements__framework__code="gcm").exists()
    assert Guidance.objects.filter(requirements__isnull=False).exists()


def test_loading_again_is_one_question_and_changes_nothing(db: None, django_assert_max_num_queries: Any) -> None:
    load_instruments()
    before = list(Requirement.objects.values_list("pk", "code"))
    entries = JournalEntry.objects.count()
    with django_assert_max_num_queries(4):
        again = load_instruments()
    assert not again.changed
    assert list(Requirement.objects.values_list("pk", "code")) == before
    assert JournalEntry.objects.count() == entries


def test_a_requirement_that_vanished_is_retired_and_comes_back_as_itself(db: None, home: Path) -> None:
    load_instruments(home=home)
    one = Requirement.objects.filter(article__instrument__code="icrmw").order_by("order")[0]
    kept = (home / "requirements" / "icrmw.toml").read_text(encoding="utf-8")
    cut(home / "requirements" / "icrmw.toml", one.obligation)
    assert one.code in load_instruments(home=home).retired
    one.refresh_from_db()
    assert one.retired_at is not None
    (home / "requirements" / "icrmw.toml").write_text(kept, encoding="utf-8")
    load_instruments(home=home)
    one.refresh_from_db()
    assert one.retired_at is None


def test_a_new_version_keeps_loaded_texts(db: None, home: Path) -> None:
    load_instruments(home=home)
    Article.objects.filter(instrument__code="crc", number="22").update(text="States Parties shall …")
    words = (home / "instruments.toml").read_text(encoding="utf-8")
    (home / "instruments.toml").write_text(words.replace('"CRPD"', '"Disability Convention"'), encoding="utf-8")
    assert load_instruments(home=home).changed
    assert Article.objects.get(instrument__code="crc", number="22").text == "States Parties shall …"
    assert Instrument.objects.get(code="crpd").short_title == "Disability Convention"


def test_a_file_with_a_fault_changes_nothing(db: None, home: Path) -> None:
    load_instruments(home=home)
    file = home / "requirements" / "icrmw.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('article = "16"', 'article = "160"', 1), encoding="utf-8")
    (home / "guidance.toml").write_text(
        (home / "guidance.toml").read_text(encoding="utf-8").replace("General comment No. 1 on", "Comment on"),
        encoding="utf-8",
    )
    with pytest.raises(LoadRefused, match=r"icrmw.toml, entry \d+, article"):
        load_instruments(home=home)
    assert not Guidance.objects.filter(title__startswith="Comment on").exists()


def test_kosovo_applies_directly_what_its_constitution_names(db: None) -> None:
    load_instruments()
    kosovo = PlaceFactory(code="XKX")
    for code in ("udhr", "echr", "iccpr", "ets-157", "icerd", "cedaw", "crc", "cat"):
        found = standing_of(Instrument.objects.get(code=code), kosovo)
        assert found.status == Status.APPLIED, code
        assert found.preferred is not None
        assert "Article 22" in found.preferred.source
    assert standing_of(Instrument.objects.get(code="icrmw"), kosovo).status == Status.OUTSIDE


def test_no_act_precedes_the_adoption_of_its_instrument(db: None) -> None:
    PlaceFactory(code="XKX")
    PlaceFactory(code="RUS")
    load_instruments()
    acts = TreatyAction.objects.exclude(date=None).select_related("instrument")
    assert acts
    assert [act for act in acts if act.instrument.adopted_on and act.date < act.instrument.adopted_on] == []


@pytest.mark.parametrize("who", ["ana", "ion", "jan", "nobody"])
def test_others_may_not_load(people: Any, who: str) -> None:
    with pytest.raises(PermissionDenied):
        load_instruments(by=people[who])
