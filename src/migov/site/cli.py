"""The `migov` command: set up, serve, load, report, check.

Django is imported when a command needs it, so that help and mistakes in typing answer at once. Exit status: 0 when everything asked
was done, 1 when some of it was refused, 2 for wrong usage.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from migov.site import console, cooperation_imports, policy_imports
from migov.site.console import Told, at_work, finish, wrong
from migov.site.exporting import exports
from migov.site.governance import governance
from migov.site.governance import register as register_series
from migov.site.matching import match
from migov.site.policy import policy
from migov.site.reporting import reports

WEB_PROCESSES = min(4, max(2, os.cpu_count() or 2))

plain: dict[str, Any] = {"pretty_exceptions_enable": False, "no_args_is_help": True, "rich_markup_mode": None}
app = typer.Typer(help="migov: the working platform of a migration regional office.", add_completion=False, **plain)
imports = typer.Typer(help="Load published data.", **plain)
frameworks = typer.Typer(help="Policy frameworks.", **plain)
rates = typer.Typer(help="Exchange rates.", **plain)
users = typer.Typer(help="Accounts.", **plain)
offices = typer.Typer(help="Offices.", **plain)
for name, group in (
    ("import", imports),
    ("frameworks", frameworks),
    ("rates", rates),
    ("report", reports),
    ("user", users),
    ("office", offices),
    ("match", match),
    ("export", exports),
    ("policy", policy),
    ("governance", governance),
):
    app.add_typer(group, name=name)
policy_imports.register(imports)
cooperation_imports.register(imports)
register_series(imports)

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
ExistingFiles = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)]


def django() -> None:
    """Load settings and rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    import django

    django.setup()


def data(quiet: bool = False) -> None:
    """Load settings and rooms, and set up a database that is new, so that the first command of all just works."""
    django()
    from migov.site import preparing

    if preparing.is_new():
        with at_work("Setting up", quiet) as say:
            preparing.prepare_data(say)


@app.command()
def setup(as_json: AsJson = False) -> None:
    """Bring the database, reference data and static files to this version."""
    django()
    from migov.site import preparing

    with at_work("Setting up", as_json) as say:
        done = preparing.prepare(say)
    finish(done, as_json=as_json, title="migov is set up")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.", min=1, max=64)] = WEB_PROCESSES,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Also run the worker for jobs.")] = True,
) -> None:
    """Serve migov, and run the worker for jobs beside it."""
    django()
    from migov.site import preparing, serving

    serving.require_free(host, port)
    if not preparing.in_order():
        with at_work("Setting up") as say:
            preparing.prepare(say)
    if preparing.is_demo() and host not in {"127.0.0.1", "localhost", "::1"}:
        wrong("This is the demonstration: anybody who reaches this address can sign in with the public password.")
    serving.serve(host=host, port=port, workers=workers, with_worker=worker)


@app.command()
def demo(
    port: Port = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load the demonstration and end.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Remove the demonstration first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load the illustrative portfolio and serve it on this machine only."""
    os.environ["MIGOV_DEMO"] = "1"
    django()
    from django.conf import settings

    from migov.site import preparing, serving

    if not no_serve:
        serving.require_free("127.0.0.1", port)
    if reset:
        preparing.reset_demo()
    with at_work("Preparing the demonstration", as_json) as say:
        done = preparing.prepare(say)
        done |= preparing.load_demo(say)
        accounts = preparing.open_demo_accounts(settings.MIGOV_DEMO_PASSWORD)
    if as_json:
        done["accounts"] = [account[0] for account in accounts]
    else:
        console.table("Demonstration accounts", ["Username", "Name", "Role", "Office"], accounts)
        console.out.print(
            f"The password of every account is {settings.MIGOV_DEMO_PASSWORD}. Use them for the demonstration only.\n"
        )
    if no_serve:
        finish(done, as_json=as_json, title="The demonstration is ready")
    serving.serve_afresh(port=port, workers=2)


@app.command()
def worker(
    batch: Annotated[bool, typer.Option("--batch", help="End when no job waits.")] = False,
    with_parent: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Run jobs (imports and other long work) until told to end."""
    django()
    from migov.services.jobs import worker as jobs

    if with_parent:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # the server speaks for both
        jobs.end_with_parent(with_parent)
    jobs.work(batch=batch)


@app.command()
def remind(as_json: AsJson = False) -> None:
    """Send what is due today: reminders, escalations and digests. The worker does it by itself; asking twice says nothing twice."""
    data(as_json)
    from migov.services.notices import reminders

    finish(reminders.remind(), as_json=as_json, title="Reminded")


@app.command()
def figures(
    anew: Annotated[bool, typer.Option("--anew", help="Drop all figures first.")] = False, as_json: AsJson = False
) -> None:
    """Make the figures of reports ahead, for projects that have changed. Reports do it themselves when nobody has."""
    data(as_json)
    from migov.insight.contributions.figures import drop, refresh

    if anew:
        drop()
    with at_work("Making figures", as_json) as say:
        made = refresh(progress=say)
    finish({"projects": made}, as_json=as_json, title="Figures")


@imports.command("evaluations")
def import_evaluations(file: ExistingFile, as_json: AsJson = False) -> None:
    """Load the public register of evaluations as it is exported (CSV). Every row is kept; what is unclear is told."""
    data(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.evaluations.published.loading import load_register
    from migov.work.evaluations.published.reading import RegisterRefused

    try:
        with at_work(file.name, as_json) as say:
            summary = load_register(file, by=SYSTEM, name=file.name, progress=say)
    except RegisterRefused as refused:
        raise Told(str(refused)) from refused
    finish(summary.to_json(), as_json=as_json, title="The register of evaluations is loaded")


@imports.command("iati")
def import_iati(files: ExistingFiles, as_json: AsJson = False) -> None:
    """Load IATI activity files (XML, or gzipped XML). Each file is loaded whole or not at all."""
    data(as_json)
    from migov.exchange.iati.load import load_file
    from migov.exchange.iati.refusal import ImportRefused
    from migov.foundation.people.access import SYSTEM
    from migov.insight.contributions.work import ask_for_figures

    loaded: list[dict[str, Any]] = []
    complete = True
    for file in files:
        try:
            with at_work(file.name, as_json) as say:
                summary = load_file(file, name=file.name, by=SYSTEM, progress=say)
        except ImportRefused as refused:
            wrong(str(refused))
            loaded.append({"name": file.name, "refused": str(refused)})
            complete = False
            continue
        for problem in summary.problems:
            wrong(
                f"{file.name}, line {problem.line}, {problem.xpath}: {problem.identifier} was not loaded; "
                f"{problem.field} is “{problem.value}”, expected {problem.expected}"
            )
        complete = complete and not summary.broken
        loaded.append(summary.to_json())
    if any(file.get("created") or file.get("updated") for file in loaded):
        ask_for_figures(by=SYSTEM)  # by the worker, when one runs
    if as_json:
        finish({"files": loaded}, as_json=True, complete=complete)
    counts = ("activities", "created", "updated", "unchanged", "broken", "warning_counts", "seconds")
    brief = {f["name"]: "refused" if "refused" in f else {key: f.get(key) for key in counts} for f in loaded}
    finish(brief, as_json=False, complete=complete, title="Import")


@frameworks.command("load")
def frameworks_load(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)], as_json: AsJson = False
) -> None:
    """Load a framework pack: a folder with framework.toml, elements.csv and perhaps crosswalk.csv."""
    data(as_json)
    from migov.foundation.frameworks.actions import load_pack
    from migov.foundation.frameworks.faults import PackRefused
    from migov.foundation.people.access import SYSTEM

    try:
        with at_work(f"Loading {folder.name}", as_json):
            summary = load_pack(folder, by=SYSTEM)
    except PackRefused as refused:
        raise Told(str(refused)) from None
    for left_out in summary.left_out:
        wrong(left_out)
    finish(vars(summary), as_json=as_json, complete=not summary.left_out, title=f"Framework {summary.framework}")


@frameworks.command("list")
def frameworks_list(as_json: AsJson = False) -> None:
    """List the frameworks in the database."""
    django()
    from django.db.models import Count

    from migov.foundation.frameworks.models import Framework

    rows = list(Framework.objects.annotate(count=Count("elements")).order_by("order", "title"))
    if as_json:
        fields = ("code", "title", "version", "certainty")
        listed = [{**{field: getattr(row, field) for field in fields}, "elements": row.count} for row in rows]
        finish({"frameworks": listed}, as_json=True)
    lines = [(row.code, row.title, row.version, f"{row.count:,}") for row in rows]
    console.table("Frameworks", ["Code", "Title", "Version", "Elements"], lines)


@rates.command("load")
def rates_load(file: ExistingFile, as_json: AsJson = False) -> None:
    """Load dated exchange rates (CSV: currency, valid_from, valid_to, rate, source)."""
    data(as_json)
    from migov.foundation.money.actions import RatesRefused, load_rates
    from migov.foundation.people.access import SYSTEM

    try:
        summary = load_rates(file, by=SYSTEM)
    except RatesRefused as refused:
        for problem in refused.problems[:50]:
            wrong(problem)
        raise Told(f"{file.name} was refused: {len(refused.problems)} problems; nothing was changed.") from None
    finish(vars(summary), as_json=as_json, title="Exchange rates")


@app.command()
def check(as_json: AsJson = False) -> None:
    """Check settings, database, migrations, reference data and the integrity of the records."""
    django()
    from migov.site import checks

    with at_work("Checking", as_json) as say:
        looked_at, findings = checks.run(say)
    if not as_json:
        for finding in findings:
            wrong(f"{finding.part}: {finding.text}")
    summary = {"looked_at": looked_at, "findings": [vars(finding) for finding in findings]}
    finish(summary, as_json=as_json, complete=not findings, title="All is well" if not findings else "Found wrong")


@offices.command("add")
def office_add(
    code: str,
    name: str,
    kind: Annotated[str, typer.Option(help="regional, country or sub.")] = "country",
    parent: Annotated[str | None, typer.Option(help="Code of the office above it.")] = None,
    place: Annotated[str | None, typer.Option(help="Its country or area (ISO alpha-3).")] = None,
    as_json: AsJson = False,
) -> None:
    """Add an office. The regional office comes first."""
    django()
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.people.actions import NotAdded, add_office

    try:
        add_office(code, name, kind=kind, by=SYSTEM, parent=parent, place=place)
    except NotAdded as problem:
        raise Told(str(problem)) from None
    finish({"code": code, "name": name, "kind": kind}, as_json=as_json, title="Office added")


@users.command("add")
def user_add(
    username: str,
    email: Annotated[str, typer.Option(help="Address for messages and for signing in.")],
    role: Annotated[str, typer.Option(help="Such as developer, mande, administrator.")],
    office: Annotated[str, typer.Option(help="Code of the office.")],
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    theme: Annotated[list[str] | None, typer.Option(help="Theme of expertise; may be repeated.")] = None,
    country: Annotated[str | None, typer.Option(help="For a focal point: the country it is held to.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add an account with one role in one office."""
    if not password_stdin and not sys.stdin.isatty():
        raise typer.BadParameter("no terminal to ask for the password; give it with --password-stdin.")
    django()
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.people.actions import NotAdded, add_user

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        add_user(
            username, email=email, role=role, office=office, by=SYSTEM, name=name, themes=theme or [], country=country,
            password=password,
        )  # fmt: skip
    except NotAdded as problem:
        raise Told(str(problem)) from None
    finish({"username": username, "role": role, "office": office}, as_json=as_json, title="Account added")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def manage(context: typer.Context) -> None:
    """Run a command of Django's, such as `migov manage dbshell`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["migov manage", *context.args])


def _version(asked: bool) -> None:
    if asked:
        from migov import __version__

        console.out.print(f"migov {__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the whole command."""


def main() -> None:
    """Entry point of the `migov` command."""
    console.run_telling(app)


if __name__ == "__main__":
    main()
