"""`migov import treaties | instrument-texts | guidance`: loaded whole, told in counts, refused in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migov.site import cli
from migov.work.policy.models import Article, Guidance, GuidanceParagraph, TreatyAction
from tests.work.policy.making import instrument, requirement

pytestmark = pytest.mark.django_db
Command = Callable[..., tuple[int, str, str]]
HEAD = "instrument,place,kind,date,source,as_of\n"


@pytest.fixture
def migov(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command as from a shell. Returns status, stdout, stderr on one line."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["migov", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, " ".join(printed.err.split())

    return run


def test_a_folder_of_treaty_status_is_loaded(migov: Command, tmp_path: Path) -> None:
    instrument("icrmw")
    (tmp_path / "a.csv").write_text(HEAD + "icrmw,ALB,accession,2007-06-05,UN,2026-01-01\n")
    (tmp_path / "b.csv").write_text(HEAD + "icrmw,MDA,none,,UN,2026-01-01\n")
    (tmp_path / "readme.txt").write_text("not read")
    status, out, _err = migov("import", "treaties", tmp_path, "--json")
    assert status == 0
    assert {"complete": True, "rows": 2, "new": 2}.items() <= json.loads(out).items()
    status, out, _err = migov("import", "treaties", tmp_path / "a.csv", "--json")
    assert (status, json.loads(out)["unchanged"]) == (0, 1)


def test_faults_are_told_by_file_row_and_field(migov: Command, tmp_path: Path) -> None:
    instrument("icrmw")
    (tmp_path / "a.csv").write_text(HEAD + "icrmw,ALB,joined,2007,UN,2026-01-01\n")
    status, out, err = migov("import", "treaties", tmp_path, "--json")
    assert status == 1
    assert "a.csv, row 2, kind: expected signature" in err
    assert json.loads(out)["complete"] is False
    assert not TreatyAction.objects.filter(source="UN").exists()


def test_an_empty_folder_is_refused(migov: Command, tmp_path: Path) -> None:
    status, _out, err = migov("import", "treaties", tmp_path)
    assert status == 1
    assert "CSV or JSON files" in err


def test_texts_of_instruments_are_loaded(migov: Command, tmp_path: Path) -> None:
    requirement(instrument("crc"), "22")
    articles = [{"number": "22", "heading": "", "chapter": "", "text": "1. A child seeking refugee status …"}]
    (tmp_path / "crc.json").write_text(json.dumps({"slug": "crc_1989", "title": "", "articles": articles}))
    status, out, _err = migov("import", "instrument-texts", tmp_path, "--json")
    assert (status, json.loads(out)["changed"]) == (0, 1)
    assert Article.objects.get(instrument__code="crc", number="22").text.startswith("1. A child")


def test_guidance_is_loaded_and_a_broken_file_is_told(migov: Command, tmp_path: Path) -> None:
    Guidance.objects.create(code="cmw-gc2", title="General comment No. 2", committee="CMW")
    (tmp_path / "Annotated_CMW_GC2.json").write_text(json.dumps([{"ID": 1, "Text": "One."}]))
    status, out, _err = migov("import", "guidance", tmp_path, "--json")
    assert (status, json.loads(out)["paragraphs"]) == (0, 1)
    (tmp_path / "Annotated_CMW_GC2.json").write_text("[")
    status, _out, err = migov("import", "guidance", tmp_path)
    assert status == 1
    assert "well-formed JSON" in err
    assert GuidanceParagraph.objects.count() == 1
