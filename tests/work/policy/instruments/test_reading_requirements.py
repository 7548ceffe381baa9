"""Files of requirements are read strictly: each fault is told with its file, its entry, its field and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from migov.work.policy.instruments.refusal import LoadRefused
from migov.work.policy.instruments.requirement_files import Known, Stated, read_requirements

KNOWN = Known(
    articles={("icrmw", "16"): 1, ("icrmw", "17"): 2},
    weights={"icrmw": "binding", "udhr": "political"},
    themes={"protection": 5},
    elements={("gcm", "13"): 7},
    guidance={"cmw-gc2": 9},
)
GOOD = """
[[requirement]]
article = "16"
paragraph = "4"
text = "No arbitrary arrest or detention"
type = "shall"
addressee = "authority"
terms = ["detention", "arrest"]
themes = ["protection"]
elements = ["gcm:13"]
guidance = ["cmw-gc2:23-28"]
"""


def read(folder: Path, *entries: str, instrument: str = "icrmw") -> list[Stated]:
    (folder / "icrmw.toml").write_text(f'instrument = "{instrument}"\n' + "\n".join(entries), encoding="utf-8")
    return read_requirements(folder, KNOWN)


def faults(folder: Path, *entries: str, instrument: str = "icrmw") -> str:
    with pytest.raises(LoadRefused) as refused:
        read(folder, *entries, instrument=instrument)
    return str(refused.value)


def test_an_entry_becomes_a_requirement_with_what_it_points_at(tmp_path: Path) -> None:
    (made,) = read(tmp_path, GOOD)
    assert (made.code, made.article, made.paragraph, made.addressee) == ("icrmw-16.4", 1, "4", "authority")
    assert (made.themes, made.elements, dict(made.guidance)) == ({5}, {7}, {9: "23-28"})
    assert made.weight == "binding"


def test_several_requirements_of_one_paragraph_get_letters(tmp_path: Path) -> None:
    assert [one.code for one in read(tmp_path, GOOD, GOOD, GOOD)] == ["icrmw-16.4", "icrmw-16.4-b", "icrmw-16.4-c"]


def test_a_code_of_its_own_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, f'{GOOD}code = "icrmw-detention"\n')[0].code == "icrmw-detention"


@pytest.mark.parametrize(
    ("wrong", "field", "expected"),
    [
        ('article = "16"|article = "99"', "article", "an article of icrmw, found “99”"),
        ('type = "shall"|type = "must"', "type", "shall | may"),
        ('addressee = "authority"|addressee = "police"', "addressee", "state | legislator"),
        ('themes = ["protection"]|themes = ["safety"]', "themes", "protection, found “safety”"),
        ('elements = ["gcm:13"]|elements = ["gcm:99"]', "elements", "framework:element"),
        ('guidance = ["cmw-gc2:23-28"]|guidance = ["cmw-gc9"]', "guidance", "code or code:paragraphs"),
        ('paragraph = "4"|paragraph = 4', "paragraph", "a text"),
        ('text = "No arbitrary arrest or detention"|text = " "', "text", "a text"),
        ('terms = ["detention", "arrest"]|terms = "detention"', "terms", "a list of texts"),
        ('type = "shall"|kind = "shall"', "kind", "a field that is known"),
    ],
)
def test_a_fault_names_file_entry_and_field(tmp_path: Path, wrong: str, field: str, expected: str) -> None:
    right, _bar, bad = wrong.partition("|")
    said = faults(tmp_path, GOOD, GOOD.replace(right, bad))
    assert f"icrmw.toml, entry 2, {field}: expected" in said
    assert expected in said


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    said = faults(tmp_path, GOOD.replace('"16"', '"98"'), GOOD.replace('"shall"', '"must"'))
    assert "entry 1, article" in said
    assert "entry 2, type" in said


def test_a_code_stands_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(f'instrument = "icrmw"\n{GOOD}code = "x"\n', encoding="utf-8")
    assert "it stands in a.toml, 1" in faults(tmp_path, f'{GOOD}code = "x"\n')


def test_an_unknown_instrument_and_broken_toml_are_refused(tmp_path: Path) -> None:
    assert "the code of an instrument, found “xyz”" in faults(tmp_path, GOOD, instrument="xyz")
    assert "well-formed TOML" in faults(tmp_path, "[[[")
    assert "at least one [[requirement]]" in faults(tmp_path)


def test_the_weight_is_that_of_the_instrument_unless_stated(tmp_path: Path) -> None:
    known = Known({("udhr", "13"): 1}, KNOWN.weights, KNOWN.themes, KNOWN.elements, KNOWN.guidance)
    entry = '[[requirement]]\narticle = "13"\ntext = "Everyone may leave"\n'
    (tmp_path / "u.toml").write_text(f'instrument = "udhr"\n{entry}{entry}weight = "binding"\n', encoding="utf-8")
    assert [one.weight for one in read_requirements(tmp_path, known)] == ["political", "binding"]
