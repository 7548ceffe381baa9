"""The migov command: what it prints, where, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from django.db import OperationalError

from migov.foundation.frameworks.models import Framework
from migov.foundation.money.models import ExchangeRate
from migov.foundation.people.models import Office, User
from migov.foundation.records.models import JournalEntry, Record
from migov.services.alignment.models import Alignment
from migov.site import checks, cli, console, preparing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def migov(monkeypatch, capsys):
    """Run the command as from a shell. Returns status, stdout, stderr."""

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
def rates(tmp_path):
    def write(*rows):
        file = tmp_path / "rates.csv"
        file.write_text("\n".join(["currency,valid_from,valid_to,rate,source", *rows]))
        return file

    return write


class TestHowItSpeaks:
    def test_json_is_the_only_thing_on_stdout(self, migov, rates):
        status, out, _err = migov("rates", "load", rates("EUR,2025-01-01,2025-12-31,1.08,test"), "--json")
        assert status == 0
        assert json.loads(out) == {"complete": True, "added": 1, "replaced": 0, "unchanged": 0}

    def test_without_json_the_summary_is_for_reading(self, migov, rates):
        status, out, _err = migov("rates", "load", rates("EUR,2025-01-01,2025-12-31,1.08,test"))
        assert status == 0
        assert "added: 1" in out

    def test_a_refused_file_is_told_by_row_and_field_and_nothing_changes(self, migov, rates):
        file = rates("EUR,2025-01-01,2025-12-31,1.08,test", "EURO,2025-01-01,soon,0,test")
        status, out, err = migov("rates", "load", file)
        assert (status, out) == (1, "")
        for part in ("rates.csv, row 3, currency", "row 3, valid_to", "row 3, rate", "nothing was changed"):
            assert part in err
        assert not ExchangeRate.objects.exists()

    @pytest.mark.parametrize(
        "words",
        [
            ("no-such-command",),
            ("rates", "load"),
            ("rates", "load", "no-such-file.csv"),
            ("serve", "--port", "99999"),
            ("report", "contributions"),
            ("report", "contributions", "--framework", "gcm", "--format", "odt"),
        ],
    )
    def test_wrong_usage_is_two(self, migov, words):
        status, out, err = migov(*words)
        assert (status, out) == (2, "")
        assert "Traceback" not in err

    def test_a_broken_program_is_one_sentence(self, migov, monkeypatch):
        def broken(say):
            raise ZeroDivisionError("division by zero")

        monkeypatch.setattr(preparing, "prepare", broken)
        status, _out, err = migov("setup")
        assert status == 1
        assert err.endswith("(ZeroDivisionError: division by zero). Set MIGOV_DEBUG=1 to see where.")

    @pytest.mark.parametrize(
        ("problem", "told"),
        [
            (OperationalError("database is locked"), "busy"),
            (OperationalError("no such table: records_record"), "Run: migov setup"),
            (OperationalError("connection refused\nIs the server running?"), "cannot be reached: connection refused."),
            (PermissionError(13, "Permission denied", "/data/x"), "/data/x: Permission denied."),
            (KeyboardInterrupt(), "Stopped. What was not finished was not kept."),
        ],
    )
    def test_known_troubles_say_what_to_do(self, migov, monkeypatch, problem, told):
        def broken(say):
            raise problem

        monkeypatch.setattr(preparing, "prepare", broken)
        status, _out, err = migov("setup")
        assert status in (1, 130)
        assert told in err
        assert "Traceback" not in err

    def test_words_from_outside_are_not_taken_for_markup(self, migov):
        status, _out, err = migov("report", "contributions", "--framework", "[red]x[/red]")
        assert status == 1
        assert "“[red]x[/red]”" in err

    def test_help_does_not_load_django(self):
        code = "import sys; from migov.site import cli; print('django' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"

    def test_lines_of_a_summary(self):
        summary = {"created": 1204, "rows": {"results": 2}, "files": ["a", "b"], "none": "", "problems": [{"x": 1}]}
        assert list(console.lines(summary)) == [
            ("created", "1,204"), ("rows, results", "2"), ("files", "a; b"), ("problems", "1"),
        ]  # fmt: skip


class TestSettingUp:
    def test_a_second_time_changes_nothing(self, migov):
        _status, out, _err = migov("setup", "--json")
        first = json.loads(out)
        status, out, _err = migov("setup", "--json")
        assert status == 0
        second = json.loads(out)
        assert (second["migrations_applied"], second["static_files"]) == (0, "unchanged")
        assert second["places"] == first["places"]

    def test_frameworks_are_listed(self, migov):
        factories.FrameworkFactory(code="gcm")
        status, out, _err = migov("frameworks", "list", "--json")
        assert status == 0
        assert "gcm" in [row["code"] for row in json.loads(out)["frameworks"]]

    def test_a_pack_is_loaded(self, migov, tmp_path):
        (tmp_path / "framework.toml").write_text('code = "ours"\ntitle = "Our plan"\nshort_title = "Plan"\n')
        (tmp_path / "elements.csv").write_text("code,parent,kind,title\n1,,goal,Do good\n")
        status, _out, err = migov("frameworks", "load", tmp_path)
        assert (status, err) == (0, "")
        assert Framework.objects.get(code="ours").elements.get().title == "Do good"

    def test_a_broken_pack_is_refused(self, migov, tmp_path):
        (tmp_path / "framework.toml").write_text('code = "ours"\ntitle = "Our plan"\nshort_title = "Plan"\n')
        (tmp_path / "elements.csv").write_text("code,parent,kind,title\n1,9,goal,Do good\n")
        status, _out, err = migov("frameworks", "load", tmp_path)
        assert status == 1
        assert "elements.csv" in err
        assert not Framework.objects.filter(code="ours").exists()


ACTIVITY = """<iati-activities version="2.03"><iati-activity default-currency="EUR">
  <iati-identifier>XX-1</iati-identifier>
  <reporting-org ref="XX" type="10"><narrative>An office</narrative></reporting-org>
  <title><narrative>Border posts</narrative></title>
  <activity-status code="2"/><activity-date type="2" iso-date="2024-01-01"/>
  <recipient-country code="MD" percentage="100"/>
</iati-activity></iati-activities>"""


class TestImport:
    def test_files_are_loaded_whole_or_not_at_all_and_each_is_told(self, migov, tmp_path):
        good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
        good.write_text(ACTIVITY)
        bad.write_text(ACTIVITY[:-40])
        status, out, err = migov("import", "iati", bad, good, "--json")
        assert status == 1
        assert "bad.xml" in err
        told = json.loads(out)
        assert told["complete"] is False
        assert "refused" in told["files"][0]
        assert told["files"][1]["created"] == 1
        assert Record.objects.get(reference="XX-1").title == "Border posts"

    def test_loading_again_changes_nothing_and_is_complete(self, migov, tmp_path):
        file = tmp_path / "good.xml"
        file.write_text(ACTIVITY)
        migov("import", "iati", file)
        status, out, _err = migov("import", "iati", file, "--json")
        assert status == 0
        assert json.loads(out)["files"][0]["created"] == 0


class TestReport:
    @pytest.fixture
    def work(self):
        of = factories.project(title="Border posts", places={"MDA": 100})
        alignment = {"origin": "declared", "status": "confirmed", "significance": "principal"}
        Alignment.objects.create(record=of.record, element=factories.element("11", "gcm"), **alignment)

    def test_a_report_is_written_to_the_file_that_was_named(self, migov, work, tmp_path):
        file = tmp_path / "report.json"
        words = ("--framework", "GCM", "--format", "json", "--out", file, "--country", "mda", "--json")
        status, out, err = migov("report", "contributions", *words)
        assert (status, err) == (0, "")
        assert json.loads(out)["bytes"] == file.stat().st_size
        assert "Border posts" in file.read_text()

    def test_every_wrong_part_of_the_question_is_told(self, migov, work):
        words = ("--framework", "gcm", "--country", "ZZZ", "--as-of", "31.3.2025", "--to", "2020", "--from", "2024")
        status, _out, err = migov("report", "contributions", *words)
        assert status == 1
        for part in ("country: “ZZZ”", "as-of: “31.3.2025”", "to: The last year is before the first."):
            assert part in err

    def test_an_unknown_framework_names_those_that_are_known(self, migov, work):
        status, _out, err = migov("report", "contributions", "--framework", "nope")
        assert status == 1
        assert "gcm" in err

    def test_a_folder_that_is_not_there_is_told(self, migov, work, tmp_path):
        target = tmp_path / "none" / "report.json"
        words = ("--framework", "gcm", "--format", "json", "--out", target)
        status, _out, err = migov("report", "contributions", *words)
        assert status == 1
        assert "No such file or directory" in err


class TestAccounts:
    def user(self, migov, *more, username="maria", password="a long enough phrase", role="developer"):  # noqa: S107
        words = ("--email", f"{username}@example.org", "--role", role, "--office", "ro-vienna", "--password-stdin")
        return migov("user", "add", username, *words, *more, stdin=f"{password}\n")

    def test_the_first_office_and_account_of_an_installation(self, migov):
        assert migov("office", "add", "ro-vienna", "Regional Office, Vienna", "--kind", "regional")[0] == 0
        assert migov("office", "add", "tirana", "Tirana", "--parent", "ro-vienna", "--place", "ALB")[0] == 0
        assert self.user(migov, "--name", "Maria Huber", role="administrator")[0] == 0
        user = User.objects.get(username="maria")
        assert user.check_password("a long enough phrase")
        assert [(m.role, m.office.code) for m in user.memberships.all()] == [("administrator", "ro-vienna")]
        assert Office.objects.get(code="tirana").place.code == "ALB"
        assert JournalEntry.objects.filter(verb="account added").count() == 1

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"password": "short"}, "too short"),
            ({"role": "king"}, "“king”"),
            ({"role": "focal-point"}, "country"),
        ],
    )
    def test_what_cannot_be_added_is_told(self, migov, changes, told):
        factories.OfficeFactory()
        status, _out, err = self.user(migov, **changes)
        assert status == 1
        assert told in err
        assert not User.objects.exists()

    def test_without_a_terminal_the_password_must_come_on_stdin(self, migov):
        words = ("--email", "a@example.org", "--role", "developer", "--office", "x")
        status, _out, err = migov("user", "add", "maria", *words, stdin="")
        assert status == 2
        assert "--password-stdin" in err


class TestCheck:
    def test_a_sound_installation(self, migov):
        factories.person("administrator")
        status, out, err = migov("check", "--json")
        assert (status, err, json.loads(out)["findings"]) == (0, "", [])
        assert "services.jobs" in json.loads(out)["looked_at"]

    def test_nobody_to_administer_is_found(self, migov):
        status, out, _err = migov("check", "--json")
        assert status == 1
        assert "Nobody can administer" in json.loads(out)["findings"][0]["text"]

    def test_what_a_room_finds_is_told(self, migov, monkeypatch):
        factories.person("administrator")
        monkeypatch.setattr(checks, "rooms", lambda: [("work.projects", lambda: ["T-1: a share is missing."])])
        status, _out, err = migov("check")
        assert status == 1
        assert err == "work.projects: T-1: a share is missing."

    def test_missing_tables_end_the_check(self, monkeypatch):
        monkeypatch.setattr(checks, "pending_migrations", lambda: 3)
        looked_at, findings = checks.run()
        assert looked_at[-1] == "database"
        assert "Run: migov setup" in findings[-1].text
