"""Reading pack folders: what is read, and how each thing that can be wrong is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migov.foundation.frameworks.faults import PackRefused, shortened
from migov.foundation.frameworks.packs import read_pack
from tests.foundation.frameworks.packing import ELEMENTS, TOML, write_pack

# A loaded machine is slow, not wrong.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HEADER = "code,parent,kind,title,scope,terms,exclude,migration,source,certainty\n"


def refused(folder: Path, strict: bool = True) -> list[str]:
    with pytest.raises(PackRefused) as caught:
        read_pack(folder, strict=strict)
    return [str(fault) for fault in caught.value.faults]


def test_a_good_pack_is_read_whole(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, toml=TOML + "valid_from = 2018-12-19\n"))
    assert pack.code == "tiny"
    assert pack.given["valid_from"] == date(2018, 12, 19)
    assert pack.given["certainty"] == "ours"
    first, target, second = pack.elements
    assert (first.terms, first.exclude, first.migration) == (("one", "two words"), ("misleading",), True)
    assert (target.parent, target.scope, target.terms, target.migration) == ("1", None, None, False)
    assert second.certainty == "to-check"


def test_only_four_columns_are_needed(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, "code,parent,kind,title\n1,,goal,First\n"))
    assert pack.elements[0].migration is None and pack.elements[0].certainty is None


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("separator", [",", ";"])
def test_what_spreadsheets_save_is_understood(tmp_path: Path, lead: bytes, separator: str) -> None:
    words = ELEMENTS.replace(",", separator).replace("\n", "\r\n").encode()
    assert len(read_pack(write_pack(tmp_path, lead + words)).elements) == 3


def test_parents_may_follow_their_children(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, "code,parent,kind,title\n1.1,1,target,T\n1,,goal,G\n"))
    assert [element.code for element in pack.elements] == ["1.1", "1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("3,9,goal,T,,,,1,ours,ours", "row 2, parent: expected a code of an element of this pack, found “9”"),
        ("3,3,goal,T,,,,1,ours,ours", "row 2, parent: expected a tree without circles, found “3 → 3”"),
        ("a b,,goal,T,,,,1,ours,ours", "row 2, code: expected a code of letters"),
        (",,goal,T,,,,1,ours,ours", "row 2, code: expected a code of letters"),
        ("3,,,T,,,,1,ours,ours", "row 2, kind: expected a kind"),
        ("3,,goal,,,,,1,ours,ours", "row 2, title: expected a title or a text"),
        (f"3,,goal,{'x' * 801},,,,1,ours,ours", "row 2, title: expected at most 800 characters"),
        ("3,,goal,T,,,,yes,ours,ours", "row 2, migration: expected 1 | 0, found “yes”"),
        ("3,,goal,T,,,,1,ours,sure", "row 2, certainty: expected official | to-check | ours, found “sure”"),
        ("3,,goal,T", "row 2: expected 10 cells, found “4”"),
        ('3,,goal,"T,,,,1,ours,ours', "expected well-formed CSV"),
    ],
)
def test_a_faulty_row_is_named_with_its_field(tmp_path: Path, row: str, said: str) -> None:
    folder = write_pack(tmp_path, HEADER + row + "\n" + "1,,goal,G,,,,1,ours,ours\n")
    assert any(said in fault for fault in refused(folder)), refused(folder)


def test_a_circle_over_several_rows_is_found(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, "code,parent,kind,title\n1,2,goal,A\n2,3,goal,B\n3,1,goal,C\n4,,goal,D\n")
    assert len(refused(folder)) == 3


def test_a_tree_of_eleven_levels_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n - 1 if n else ''},goal,T\n" for n in range(11))
    assert "at most 10 levels" in refused(write_pack(tmp_path, "code,parent,kind,title\n" + rows))[0]


def test_a_missing_column_a_doubled_one_and_an_empty_file_are_told(tmp_path: Path) -> None:
    assert "row 1, parent: expected a column" in refused(write_pack(tmp_path, "code,kind,title\n1,goal,T\n"))[0]
    assert "row 1, kind: expected one column" in refused(write_pack(tmp_path, "code,parent,kind,kind,title\n"))[0]
    assert "expected a header" in refused(write_pack(tmp_path, ""))[0]
    assert "at least one element" in refused(write_pack(tmp_path, HEADER))[0]


def test_an_unknown_column_is_told_but_no_fault(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, "code,parent,kind,title,colour\n1,,goal,T,red\n"))
    assert "colour" in pack.notes[0]


def test_other_encodings_are_refused_with_the_row(tmp_path: Path) -> None:
    latin = write_pack(tmp_path / "a", (HEADER + "1,,goal,Santé,,,,1,ours,ours\n").encode("latin-1"))
    assert "elements.csv, row 2: expected text saved as UTF-8" in refused(latin)[0]
    wide = write_pack(tmp_path / "b", HEADER.encode("utf-16"))
    assert "found “UTF-16”" in refused(wide)[0]


def test_a_doubled_code_refuses_a_strict_pack_and_is_left_out_of_another(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, ELEMENTS + "1,,goal,Another first,,,,1,ours,ours\n")
    assert "row 5, code: expected a code that no other row has; row 2 has it already, found “1”" in refused(folder)[0]
    pack = read_pack(folder, strict=False)
    assert [element.title for element in pack.elements] == ["First goal", "First target", "Second goal"]
    assert [fault.row for fault in pack.left_out] == [5]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("code = ", "well-formed TOML"),
        (TOML.replace('"tiny"', '"Tiny One"'), "code: expected lower-case letters"),
        (TOML.replace('title = "A tiny framework"', ""), ", title: expected a text"),
        (
            TOML.replace('["goal"]', '["wish"]'),
            "main_level: expected kinds of element that elements.csv uses, found “wish”",
        ),
        (TOML.replace('["goal"]', "[1]"), "main_level: expected a list"),
        (TOML + 'valid_from = "2018"\n', "valid_from: expected a date"),
        (TOML + "valid_from = 2018-01-01\nvalid_to = 2017-01-01\n", "valid_to: expected a day after valid_from"),
        (TOML.replace("order = 3", "order = -1"), "order: expected a whole number"),
        (
            TOML.replace('source_certainty = "ours"', 'source_certainty = "maybe"'),
            "source_certainty: expected official",
        ),
    ],
)
def test_a_faulty_framework_file_is_told(tmp_path: Path, toml: str, said: str) -> None:
    assert any(said in fault for fault in refused(write_pack(tmp_path, toml=toml)))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9,exact,gcm,1,ours,x", "row 2, code"),
        ("1,same,gcm,1,ours,x", "row 2, relation: expected exact | close | broad | narrow | related, found “same”"),
        ("1,exact,,1,ours,x", "row 2, target_framework"),
        ("1,exact,tiny,1,ours,x", "row 2, target: expected another element"),
        ("1,exact,tiny,2,ours,x\n2,exact,tiny,1,ours,x", "row 3, target: expected each link once"),
    ],
)
def test_a_faulty_link_is_told(tmp_path: Path, row: str, said: str) -> None:
    folder = write_pack(tmp_path, crosswalk=f"code,relation,target_framework,target,source,reason\n{row}\n")
    assert any(said in fault for fault in refused(folder))


def test_all_faults_are_told_at_once_up_to_fifty(tmp_path: Path) -> None:
    rows = "".join(f"{n},,,T,,,,1,ours,ours\n" for n in range(60))
    folder = write_pack(tmp_path, HEADER + rows, toml=TOML.replace('main_level = ["goal"]', ""))
    with pytest.raises(PackRefused) as caught:
        read_pack(folder)
    assert (len(caught.value.faults), caught.value.total) == (50, 60)
    assert "and 10 more" in str(caught.value) and "nothing was changed" in str(caught.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "expected a folder" in refused(tmp_path / "nowhere")[0]
    (tmp_path / "empty").mkdir()
    assert len(refused(tmp_path / "empty")) == 2


@calmly
@given(st.text(max_size=400), st.integers(10, 200))
def test_shortened_words_never_exceed_their_length(words: str, length: int) -> None:
    cut = shortened(words, length)
    assert len(cut) <= length and "\n" not in cut


@calmly
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_never_crash(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = write_pack(tmp_path_factory.mktemp("pack"), b"code,parent,kind,title\n" + content)
    try:
        read_pack(folder, strict=False)
    except PackRefused as refusal:
        assert refusal.faults
