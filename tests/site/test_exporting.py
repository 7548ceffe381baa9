"""`migov export` and `migov import evaluations`: whole files or none, and what is wrong is said."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from migov.foundation.records.models import Visibility
from migov.site import cli
from migov.work.evaluations.models import Evaluation
from tests.factories import project

pytestmark = pytest.mark.django_db
STANDARD = Path(__file__).parents[3] / "shared/data/iati/standard"


def open_work() -> None:
    """A project that may be published."""
    one = project(title="Open work", summary="What it does.", visibility=Visibility.PUBLIC, places={"ALB": 100})
    one.planned_start = date(2025, 1, 1)
    one.save()


@pytest.fixture
def migov(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["migov", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, " ".join(printed.err.split())

    return run


def test_only_public_projects_are_written(migov: Any, tmp_path: Path, settings: Any) -> None:
    settings.MIGOV_IATI_ORG = "XX-TEST-1"
    open_work()
    project(title="Kept work")
    status, out, _err = migov("export", "iati", "--out", tmp_path / "a.xml", "--json")
    said = json.loads(out)
    assert (status, said["activities"], said["left_out"]) == (0, 1, {"not-public": 1})
    text = (tmp_path / "a.xml").read_text()
    assert "Open work" in text
    assert "Kept work" not in text
    etree.parse(tmp_path / "a.xml")


def test_without_a_reporting_organisation_nothing_is_written(migov: Any, tmp_path: Path, settings: Any) -> None:
    settings.MIGOV_IATI_ORG = ""
    open_work()
    status, _out, err = migov("export", "iati", "--out", tmp_path / "a.xml")
    assert status == 1
    assert "MIGOV_IATI_ORG" in err
    assert not (tmp_path / "a.xml").exists()


def test_a_day_that_is_none_is_refused(migov: Any, tmp_path: Path) -> None:
    status, _out, err = migov("export", "iati", "--out", tmp_path / "a.xml", "--as-of", "yesterday")
    assert status == 1
    assert "“yesterday” is not a day" in err


@pytest.mark.skipif(
    not STANDARD.is_dir(), reason="the official IATI assets are not beside the project (shared/data/iati)"
)
def test_a_file_is_checked_offline_and_its_errors_are_told(migov: Any, tmp_path: Path) -> None:
    file = tmp_path / "broken.xml"
    file.write_text(
        '<iati-activities version="2.03"><iati-activity><iati-identifier>XX-1</iati-identifier></iati-activity></iati-activities>'
    )
    status, _out, err = migov("export", "check", file, "--folder", STANDARD)
    assert status == 1
    assert "broken.xml, line 1, XX-1" in err
    assert "reporting-org" in err


def test_a_file_that_is_no_register_of_evaluations_is_refused(migov: Any, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("Name,Day\nx,y\n")
    status, _out, err = migov("import", "evaluations", file)
    assert status == 1
    assert "Title" in err
    assert not Evaluation.objects.exists()
