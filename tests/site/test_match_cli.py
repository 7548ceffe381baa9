"""`migov match`: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migov.services.suggestions.models import ModelVersion
from migov.site import cli, preparing
from migov.site.matching import percent
from tests import factories

BORDERS = (
    "Border police at two crossing points are trained to screen passengers, check passports with new document readers "
    "and run integrated border management with customs."
)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def migov(monkeypatch, capsys):
    """Run the command as from a shell. Returns status, stdout, stderr on one line."""

    def run(*words, stdin=None):
        monkeypatch.setattr(sys, "argv", ["migov", *map(str, words)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, " ".join(printed.err.split())

    return run


@pytest.fixture
def pack(tmp_path):
    """A pack of three objectives, told apart by their words."""
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "framework.toml").write_text(
        'code = "ours"\ntitle = "Our plan"\nshort_title = "Plan"\nmain_level = ["objective"]\n'
    )
    (folder / "elements.csv").write_text(
        "code,parent,kind,title,terms\n"
        "1,,objective,Integrated border management,border police|crossing point|passport\n"
        "1.1,1,action,Document readers at crossing points,document reader\n"
        "2,,objective,Health of migrants,health care|hospital|vaccination\n"
        "3,,objective,Migrant children in school,school|teacher|enrolment\n"
    )
    return folder


def answer(printed):
    status, out, _err = printed
    assert status == 0
    return json.loads(out)


class TestText:
    def test_the_answer_as_json(self, migov, pack):
        told = answer(migov("match", "text", "--pack", pack, "--top", 2, "--json", "--no-sentences", BORDERS))
        assert (told["complete"], told["framework"], told["language"]) == (True, "ours", "en")
        assert [len(told["matches"]), told["matches"][0]["code"]] == [2, "1"]
        best = told["matches"][0]
        assert best["title"] == "Integrated border management"
        assert 0 <= told["matches"][1]["probability"] <= best["probability"] <= 1
        assert best["reasons"]
        for reason in best["reasons"]:
            assert BORDERS[reason["start"] : reason["end"]] == reason["text"]

    def test_the_answer_for_reading(self, migov, pack):
        status, out, err = migov("match", "text", "--pack", pack, "--no-sentences", BORDERS)
        assert (status, err) == (0, "")
        shown = " ".join(out.split())
        for part in ("Our plan", "Integrated border", "%", "border", "Model:"):
            assert part in shown

    def test_words_of_the_text_are_not_taken_for_markup(self, migov, pack):
        status, out, _err = migov("match", "text", "--pack", pack, "--no-sentences", f"[bold]{BORDERS}[/bold] [/red]")
        assert status == 0
        assert "border" in out

    def test_a_text_from_stdin(self, migov, pack):
        told = answer(migov("match", "text", "--pack", pack, "--json", "--no-sentences", "-", stdin=BORDERS))
        assert told["matches"][0]["code"] == "1"

    def test_nothing_fits_is_an_answer(self, migov, pack):
        words = ("--pack", pack, "--no-sentences", "The recipe asks for two eggs, butter and some sugar.")
        assert answer(migov("match", "text", *words, "--json"))["nothing_fits"] is True
        status, out, _err = migov("match", "text", *words)
        assert status == 0
        assert "Nothing fits well enough to be suggested" in out

    def test_another_language_is_said(self, migov, pack):
        text = "Projekti ndihmon policinë kufitare të kontrollojë pasaportat në pikat e kalimit të kufirit me Kosovën."
        told = answer(migov("match", "text", "--pack", pack, "--json", "--no-sentences", text))
        assert told["language"] == "sq"
        assert told["note"]
        status, out, _err = migov("match", "text", "--pack", pack, "--no-sentences", text)
        assert status == 0
        assert "another language" in out
        assert "the closest are shown" not in out  # a ranking of what was not read would mean nothing

    def test_bytes_that_are_no_text_are_refused(self, migov, pack):
        status, out, err = migov("match", "text", "--pack", pack, "-", stdin="\udcff\udcfe bad")
        assert (status, out) == (1, "")
        assert "UTF-8" in err

    @pytest.mark.parametrize("text", ["", "  \n "])
    def test_an_empty_text_is_refused(self, migov, pack, text):
        status, out, err = migov("match", "text", "--pack", pack, text)
        assert (status, out) == (1, "")
        assert "There is no text to match." in err

    def test_what_is_not_utf_8_is_said(self, migov, pack):
        status, _out, err = migov("match", "text", "--pack", pack, "\udcff border police")
        assert status == 1 and "expected UTF-8" in err

    def test_without_a_framework_it_is_wrong_usage(self, migov):
        status, out, err = migov("match", "text", BORDERS)
        assert (status, out) == (2, "")
        assert "--framework gcm" in err

    @pytest.mark.parametrize(("probability", "shown"), [(0.0, "<1%"), (0.004, "<1%"), (0.62, "62%"), (0.9999, ">99%")])
    def test_no_percentage_claims_to_be_certain(self, probability, shown):
        assert percent(probability) == shown


@pytest.mark.django_db
class TestFrameworks:
    def test_they_come_from_the_database(self, migov):
        assert migov("match", "text", "--framework", "GCM", "--json", "--no-sentences", BORDERS)[0] == 0

    def test_an_unknown_one_names_those_that_are_known(self, migov):
        status, out, err = migov("match", "text", "--framework", "nope", BORDERS, "--json")
        assert status == 1
        assert "There is no framework “nope”; known: " in err
        assert "gcm" in err
        assert "nope" in json.loads(out)["error"]

    def test_without_a_database_they_are_those_that_migov_ships(self, migov, monkeypatch):
        stored = answer(migov("match", "text", "--framework", "gcm", "--json", "--no-sentences", BORDERS))
        monkeypatch.setattr(preparing, "is_new", lambda: True)
        shipped = answer(migov("match", "text", "--framework", "gcm", "--json", "--no-sentences", BORDERS))
        assert shipped == stored

    def test_a_pack_has_only_itself(self, migov, pack):
        status, _out, err = migov("match", "text", "--pack", pack, "--framework", "gcm", BORDERS)
        assert status == 1
        assert "known: ours" in err

    def test_a_broken_pack_is_told(self, migov, pack):
        (pack / "elements.csv").write_text("code,parent,kind,title\n1,9,objective,Borders\n")
        status, _out, err = migov("match", "text", "--pack", pack, BORDERS)
        assert status == 1
        assert "elements.csv, row 2, parent" in err

    def test_a_pack_without_a_main_level_is_told(self, migov, pack):
        (pack / "framework.toml").write_text('code = "ours"\ntitle = "Our plan"\nshort_title = "Plan"\n')
        status, _out, err = migov("match", "text", "--pack", pack, BORDERS)
        assert status == 1
        assert "does not say its main level" in err


class TestFile:
    def test_a_document_is_matched_by_its_passages(self, migov, pack, tmp_path):
        path = tmp_path / "note.md"
        path.write_text(f"# Note\n\nIt was a mild winter.\n\n{BORDERS}\n")
        told = answer(migov("match", "file", path, "--pack", pack, "--json", "--no-sentences"))
        assert told["matches"][0]["code"] == "1"
        passage = told["matches"][0]["passages"][0]
        assert path.read_text()[passage["start"] : passage["end"]] == passage["text"]
        status, out, _err = migov("match", "file", path, "--pack", pack, "--no-sentences")
        assert status == 0
        assert "crossing points" in out

    def test_pages_are_told(self, migov, pack, tmp_path):
        path = tmp_path / "note.txt"
        path.write_text(f"The weather was fine that year.\f{BORDERS}")
        told = answer(migov("match", "file", path, "--pack", pack, "--json", "--no-sentences"))
        assert (told["pages"], told["matches"][0]["passages"][0]["page"]) == (2, 2)
        assert "Pages" in migov("match", "file", path, "--pack", pack, "--no-sentences")[1]

    def test_a_kind_that_is_not_read_is_refused(self, migov, pack, tmp_path):
        path = tmp_path / "note.odt"
        path.write_bytes(b"x")
        status, _out, err = migov("match", "file", path, "--pack", pack)
        assert status == 1
        assert "expected a file that ends in .txt, .md, .html, .docx, .xlsx, .pptx or .pdf" in err


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    rows = [
        {"id": f"t{n}", "text": f"{n}. {BORDERS if n % 2 else 'Children go to school with a new teacher.'}"}
        for n in range(6)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def heed_interrupts() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, and so do all that are started from there: tests too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestBatch:
    def test_texts_in_ranked_matches_out(self, migov, pack, source, tmp_path):
        out = tmp_path / "out.jsonl"
        told = answer(migov("match", "batch", source, "--pack", pack, "--out", out, "--json", "--no-sentences"))
        assert (told["texts"], told["rows_left_out"], told["engine"]) == (6, 0, "processes")
        written = [json.loads(line) for line in out.read_text().splitlines()]
        assert [row["id"] for row in written] == [f"t{n}" for n in range(6)]
        assert [row["matches"][0]["code"] for row in written[:2]] == ["3", "1"]
        assert all({found["code"] for found in row["matches"]} == {"1", "2", "3"} for row in written)

    def test_a_text_has_the_same_answer_alone(self, migov, pack, source, tmp_path):
        out = tmp_path / "out.jsonl"
        migov("match", "batch", source, "--pack", pack, "--out", out, "--no-sentences")
        there = json.loads(out.read_text().splitlines()[1])["matches"]
        text = json.loads(source.read_text().splitlines()[1])["text"]
        here = answer(migov("match", "text", "--pack", pack, "--top", 3, "--json", "--no-sentences", text))["matches"]
        assert [(m["code"], m["probability"]) for m in there] == [(m["code"], m["probability"]) for m in here]

    def test_bad_rows_are_told_and_the_status_is_one(self, migov, pack, source, tmp_path):
        source.write_text(source.read_text() + '{"id": "t6"}\n')
        out = tmp_path / "out.jsonl"
        words = ("match", "batch", source, "--pack", pack, "--out", out, "--json", "--no-sentences")
        status, printed, err = migov(*words)
        assert status == 1
        assert "in.jsonl, row 7, text: expected a field of this name, found “id”" in err
        told = json.loads(printed)
        assert (told["complete"], told["texts"], told["rows_left_out"]) == (False, 6, 1)
        assert told["problems"] == [{"row": 7, "field": "text", "expected": "a field of this name", "found": "id"}]
        out.unlink()
        status, _printed, err = migov(*words, "--strict")
        assert status == 1
        assert "in.jsonl was refused; nothing was written." in err
        assert not out.exists()

    @pytest.mark.parametrize(
        "more",
        [("--out", "out.csv"), ("--out", "o.jsonl", "--engine", "ray"), ("--out", "o.jsonl", "--engine", "dask"),
         ("--out", "o.jsonl", "--engine", "processes", "--cluster", "tcp://127.0.0.1:8786"), ("--out", "o.jsonl", "--workers", "0"), ()],
    )  # fmt: skip
    def test_wrong_usage_is_two(self, migov, pack, source, more):
        status, out, err = migov("match", "batch", source, "--pack", pack, *more)
        assert (status, out) == (2, "")
        assert "Traceback" not in err

    def test_a_cluster_that_cannot_be_had_is_one_sentence(self, migov, pack, source, tmp_path, monkeypatch):
        monkeypatch.setattr("migov.services.matching.cluster.CONNECT_SECONDS", 1)
        out = tmp_path / "out.jsonl"
        words = ("match", "batch", source, "--pack", pack, "--out", out, "--cluster", "tcp://127.0.0.1:9")
        status, _printed, err = migov(*words)
        assert status == 1
        assert "Dask, which is not installed" in err or "No cluster could be reached at tcp://127.0.0.1:9" in err
        assert not out.exists()

    @pytest.mark.parametrize("seconds", [0, 2])
    def test_stopping_it_ends_the_workers_and_leaves_nothing(self, pack, tmp_path, seconds):
        """seconds: how long after it has begun to write; at first its workers are just starting."""
        source = tmp_path / "large.jsonl"
        source.write_text("".join(json.dumps({"id": n, "text": f"{n} {BORDERS * 4}"}) + "\n" for n in range(40_000)))
        folder = tmp_path / "out"
        folder.mkdir()
        words = [sys.executable, "-m", "migov.site.cli", "match", "batch", source, "--pack", pack, "--no-sentences"]
        running = subprocess.Popen(
            [*map(str, words), "--out", str(folder / "out.jsonl"), "--workers", "2"],
            stderr=subprocess.PIPE, start_new_session=True, cwd=tmp_path, text=True, preexec_fn=heed_interrupts,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "migov.site.settings"},
        )  # fmt: skip
        for _ in range(300):
            if list(folder.iterdir()) or running.poll() is not None:
                break
            time.sleep(0.1)
        time.sleep(seconds)
        os.killpg(running.pid, signal.SIGINT)
        _out, err = running.communicate(timeout=30)
        assert running.returncode == 130, err
        assert "Stopped. What was not finished was not kept." in err
        assert "Traceback" not in err
        assert list(folder.iterdir()) == []
        with pytest.raises(ProcessLookupError):
            for _ in range(100):
                os.killpg(running.pid, 0)
                time.sleep(0.1)


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    rows = [
        {"text": BORDERS, "fits": ["1"]},
        {"text": "Nurses vaccinate migrants in the hospital; health care is free.", "fits": ["2"]},
        {"text": "The school has a new teacher, and enrolment of migrant children rises.", "fits": ["3"]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class TestEvaluate:
    def test_the_figures(self, migov, pack, labelled):
        told = answer(migov("match", "evaluate", labelled, "--pack", pack, "--json", "--no-sentences"))
        assert (told["texts"], told["figures"]["p_at_1"]) == (3, 1.0)
        status, out, _err = migov("match", "evaluate", labelled, "--pack", pack, "--no-sentences")
        assert status == 0
        assert "p at 1" in out

    def test_a_code_that_the_framework_does_not_have_is_told(self, migov, pack, labelled):
        labelled.write_text('{"text": "x", "fits": ["99"]}\n')
        status, _out, err = migov("match", "evaluate", labelled, "--pack", pack)
        assert status == 1
        assert "99" in err

    def test_faults_of_the_file_are_told_by_line(self, migov, pack, labelled):
        labelled.write_text('{"text": "", "fits": ["1"]}\n')
        status, _out, err = migov("match", "evaluate", labelled, "--pack", pack)
        assert status == 1
        assert "line 1: text" in err


@pytest.mark.django_db
class TestTrain:
    def test_too_few_decisions_are_refused(self, migov):
        factories.FrameworkFactory(code="gcm")
        status, _out, err = migov("match", "train", "--framework", "gcm")
        assert status == 1
        assert "decisions to learn from; at least 20 are needed" in err
        assert not ModelVersion.objects.exists()

    def test_an_unknown_framework_names_those_that_are_known(self, migov):
        status, _out, err = migov("match", "train", "--framework", "nope")
        assert status == 1
        assert "gcm" in err

    def test_labelled_texts_from_files_are_learned_from(self, migov, tmp_path):
        path = tmp_path / "decided.jsonl"
        words = {
            "11": "border posts, document readers and passport control at crossing point",
            "15": "clinics and basic services in town",
        }
        rows = [
            {"text": f"The project of year {n} supports {text} {n}.", "fits": [code], "not": [other], "complete": False}
            for n in range(30)
            for code, text in words.items()
            for other in words
            if other != code
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        status, out, err = migov("match", "train", path, "--framework", "gcm", "--json")
        version = ModelVersion.objects.get()
        assert version.card["sources"] == ["decided.jsonl"]
        told = json.loads(out)
        assert (told["model"], told["state"]) == (version.number, version.state)
        assert status == (0 if version.state == "active" else 1)
        assert "Traceback" not in err
