"""`migov import mechanisms`: a folder of tables is loaded, faults are told by file, row and field."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migov.site import cli
from migov.work.cooperation.models import Membership

pytestmark = pytest.mark.django_db
Command = Callable[..., tuple[int, str, str]]


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


def test_a_folder_of_mechanisms_is_loaded(migov: Command, tmp_path: Path) -> None:
    (tmp_path / "mechanisms.csv").write_text("code,name,type,source\nNF,New Forum,initiative,Overview\n")
    (tmp_path / "participation.csv").write_text(
        "mechanism,participant,role,as_of,source\nNF,Georgia,member,2024,Overview\n"
    )
    (tmp_path / "meetings.csv").write_text("mechanism,meeting,date,source\n")
    status, out, _err = migov("import", "mechanisms", tmp_path, "--json")
    assert status == 0
    assert {"complete": True, "mechanisms": 1, "participations": 1, "faults": []}.items() <= json.loads(out).items()
    with (tmp_path / "participation.csv").open("a") as file:
        file.write("NF,Atlantis,member,2024,Overview\n")
    status, _out, err = migov("import", "mechanisms", tmp_path)
    assert status == 1
    assert "participation.csv, row 3, participant: “Atlantis”" in err
    assert Membership.objects.filter(mechanism__record__title="New Forum").count() == 1


def test_a_folder_without_the_tables_is_refused(migov: Command, tmp_path: Path) -> None:
    status, _out, err = migov("import", "mechanisms", tmp_path)
    assert status == 1
    assert "mechanisms.csv is not in" in err
