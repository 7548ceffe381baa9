"""`migov governance`: scores from a file of answers, shares from published categories, refusals in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from migov.site import cli
from migov.work.governance.indicator.definition import subcategories
from tests.work.governance.series.published import files

Command = Callable[..., tuple[int, str, str]]
HEAD = "country,year,domain,subcategory,answer\n"


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


@pytest.fixture
def answers(tmp_path: Path) -> Callable[..., Path]:
    def write(country: str = "ALB", ones: int = 30, *more: str) -> Path:
        rows = [
            f"{country},2023,{one.domain},{one.number},{1 if place < ones else 0}"
            for place, one in enumerate(subcategories().values())
        ]
        file = tmp_path / "answers.csv"
        file.write_text(HEAD + "\n".join([*rows, *more]) + "\n")
        return file

    return write


@pytest.mark.parametrize("country", ["ALB", "al", "8", "008", "Albania", "albania "])
def test_a_country_is_printed_by_its_code(migov: Command, answers: Callable[..., Path], country: str) -> None:
    status, out, _err = migov("governance", "score-10-7-2", answers(country, 24), "--json")
    said = json.loads(out)
    assert (status, said["complete"], said["errors"], said["notes"]) == (0, True, [], [])
    (one,) = said["countries"]
    assert (one["country"], one["year"]) == ("ALB", 2023)
    assert one["alldomains"] == {"score": 80.0, "category": 3, "category_label": "meets", "answered": 30, "missing": []}
    assert [one["domains"][f"domain{n}"]["category"] for n in range(1, 7)] == [4, 4, 4, 4, 3, 1]
    assert said["region"][0] == {"year": 2023, "domain": "alldomains", "countries": 1, "meeting": 1, "share": 100.0}
    assert len(said["region"]) == 7


def test_without_json_a_table_is_for_reading(migov: Command, answers: Callable[..., Path]) -> None:
    status, out, _err = migov("governance", "score-10-7-2", answers("XKX", 12))
    assert status == 0
    assert "40.0 (2)" in out and "partially meets" in out
    assert "Kosovo (UNSCR 1244)" in out and "1244 (1999)" in out


def test_what_is_missing_is_named(migov: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text((HEAD + "Moldova,2023,1,1,no\n").replace(",", "\t"))
    status, out, err = migov("governance", "score-10-7-2", file)
    assert status == 0
    assert "domain1: no answer for 1.2, 1.3, 1.4, 1.5" in out
    assert "MDA" in out and "not in the list" not in err


def test_a_file_with_faults_is_refused_whole_with_every_fault(migov: Command, answers: Callable[..., Path]) -> None:
    file = answers("ALB", 30, "ALB,2023,1,1,0", "ALB,2023,9,1,yes")
    status, out, err = migov("governance", "score-10-7-2", file, "--json")
    said = json.loads(out)
    assert (status, said["complete"], said["countries"]) == (1, False, [])
    assert [(one["row"], one["column"]) for one in said["errors"]] == [(32, "answer"), (33, "domain")]
    assert said["errors"][1]["message"] == "row 33, domain: expected one of the domains 1 to 6, found “9”"
    assert "answers.csv, row 33, domain" in err and "2 to correct" in err


def test_an_unknown_country_is_printed_as_given_and_noted(migov: Command, answers: Callable[..., Path]) -> None:
    status, out, _err = migov("governance", "score-10-7-2", answers("Testland"), "--json")
    said = json.loads(out)
    assert (status, said["countries"][0]["country"]) == (0, "Testland")
    assert "Testland" in said["notes"][0]


def test_a_file_that_is_not_there_is_wrong_usage(migov: Command, tmp_path: Path) -> None:
    status, _out, err = migov("governance", "score-10-7-2", tmp_path / "none.csv")
    assert status == 2
    assert "none.csv" in err


def test_shares_of_published_categories(migov: Command, tmp_path: Path) -> None:
    file = tmp_path / "sg.csv"
    file.write_text(
        "geo_area,nature,policy_domains,units,year,sg_cpa_migrs\n8,c,domain1,number,2019,3\n498,c,domain1,number,2019,2\n16,c,domain1,number,2019,N\n"
    )
    status, out, _err = migov("governance", "regional-share", file, "--json")
    expected = {"year": 2019, "domain": "domain1", "countries": 2, "meeting": 1, "share": 50.0}
    assert (status, json.loads(out)["shares"]) == (0, [expected])
    status, out, _err = migov("governance", "regional-share", file, "--country", "MDA", "--json")
    assert json.loads(out)["shares"][0]["share"] == 0.0
    status, out, _err = migov("governance", "regional-share", file)
    assert "50.0 (1/2)" in out


@pytest.mark.parametrize(
    "row",
    [
        "8,c,domain1,number,2019,5",
        "8,c,domain9,number,2019,1",
        "8,c,domain1,number,19,1",
        "8,c,domain1,number,2019,",
        "8,c,domain1,number,2019,2\n8,c,domain1,number,2019,2",
    ],
)
def test_published_categories_with_a_fault_are_refused(migov: Command, tmp_path: Path, row: str) -> None:
    file = tmp_path / "sg.csv"
    file.write_text("geo_area,nature,policy_domains,units,year,sg_cpa_migrs\n" + row + "\n")
    status, out, err = migov("governance", "regional-share", file, "--json")
    assert (status, len(json.loads(out)["errors"])) == (1, 1)
    assert "sg.csv, row" in err


def test_scoring_needs_no_database_and_no_django() -> None:
    rooms = "migov.site.governance, migov.work.governance.indicator.countries, migov.work.governance.indicator.answers"
    code = f"import sys, {rooms}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.django_db
def test_the_official_series_is_loaded_from_a_folder(migov: Command, tmp_path: Path) -> None:
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    status, out, _err = migov("import", "sdg-10-7-2", tmp_path, "--as-of", "2024-07-01", "--json")
    said = json.loads(out)
    assert (status, said["new"], said["not_covered"]) == (0, 35, ["Channel Islands"])
    status, out, _err = migov("import", "sdg-10-7-2", tmp_path)
    assert status == 0 and "unchanged: 35" in out
    (tmp_path / "sg_cpa_migrs.csv").write_text("geo_area,policy_domains,year,sg_cpa_migrs\n8,domain1,2019,7\n")
    status, out, err = migov("import", "sdg-10-7-2", tmp_path, "--json")
    assert (status, json.loads(out)["complete"]) == (1, False)
    assert "sg_cpa_migrs.csv, row 2, sg_cpa_migrs" in err
    assert migov("import", "sdg-10-7-2", tmp_path, "--as-of", "soon")[0] == 2
