"""Bringing a MIGOV_HOME and its database to the state that this version needs. Every step costs next to nothing when it is done."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from migov.foundation.frameworks.actions import load_shipped
from migov.foundation.people.actions import load_themes
from migov.foundation.places.actions import load_places
from migov.services.clearance.rules import load_rules
from migov.site.console import Say
from migov.work.cooperation.mechanisms.shipped import load_mechanisms
from migov.work.governance.assess.shipped import load_question_sets
from migov.work.governance.gcm.shipped import load_rounds
from migov.work.policy.instruments.shipped import load_instruments
from migov.work.results.library import load_indicators


def pending_migrations() -> int:
    """How many migrations the database has not seen yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Apply what is pending. Returns how many migrations that were."""
    pending = pending_migrations()
    if pending:
        call_command("migrate", interactive=False, verbosity=0)
    if str(settings.CACHES["default"]["BACKEND"]).endswith("DatabaseCache"):
        call_command("createcachetable", verbosity=0)
    return pending


def load_reference_data() -> dict[str, int]:
    """Places, themes of expertise, the shipped frameworks and rules of review. Returns counts of what there is."""
    places, themes = load_places(), load_themes()
    packs = load_shipped()
    instruments = load_instruments()
    questions = load_question_sets()
    return {
        "places": places,
        "themes": themes,
        "frameworks": len(packs),
        "review_rules": load_rules(),
        "indicators": load_indicators(),
        "instruments": instruments.instruments,
        "requirements": instruments.requirements,
        "mechanisms": load_mechanisms().mechanisms,
        "governance_questions": questions.questions,
        "review_rounds": load_rounds(),
    }


def collect_static() -> bool:
    """Gather, compress and name static files for serving, when they have changed. Returns whether they had."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            seen.update(f"{path}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    note = Path(settings.MIGOV_HOME) / "static-state"
    if note.exists() and note.read_text() == seen.hexdigest() and Path(settings.STATIC_ROOT).is_dir():
        return False
    note.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(seen.hexdigest())
    return True


def prepare_data(say: Say) -> None:
    """What commands need that load or report: tables and reference data."""
    say(0, 2, "database tables")
    migrate()
    say(1, 2, "reference data")
    load_reference_data()


def prepare(say: Say) -> dict[str, Any]:
    """Everything an installation needs before it serves: tables, reference data, static files."""
    say(0, 3, "database tables")
    migrations = migrate()
    say(1, 3, "reference data")
    reference = load_reference_data()
    say(2, 3, "static files")
    static = collect_static()
    say(3, 3)
    return {"migrations_applied": migrations, **reference, "static_files": "collected" if static else "unchanged"}


def is_new() -> bool:
    """Whether the database has no tables at all: a MIGOV_HOME that nobody has used yet."""
    return "django_migrations" not in connection.introspection.table_names()


def in_order() -> bool:
    """Whether `migov setup` has nothing to do before serving: tables are there and static files collected."""
    return pending_migrations() == 0 and (Path(settings.MIGOV_HOME) / "static-state").exists()


# The demonstration


def _demo_note() -> Path:
    return Path(settings.MIGOV_HOME) / "demo.json"


def is_demo() -> bool:
    """Whether this MIGOV_HOME holds the demonstration, with accounts whose password everybody knows."""
    return _demo_note().exists()


def _portfolio_state() -> str:
    seen = hashlib.sha256()
    for file in sorted((Path(__file__).parent / "demo").rglob("*")):
        if file.suffix in {".toml", ".csv", ".py"}:
            seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()


def load_demo(say: Say) -> dict[str, Any]:
    """Load the illustrative portfolio once, and again when a new version brings another one. Raises Told for a home with real records."""
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.records.models import Record
    from migov.site.console import Told

    note, state = _demo_note(), _portfolio_state()
    if note.exists() and json.loads(note.read_text()).get("portfolio") == state:
        return {"portfolio": "unchanged"}
    real = Record.objects.filter(illustrative=False).exclude(mechanism__shipped__gt="")  # the register comes with migov
    if not note.exists() and real.exists():
        raise Told(
            f"{settings.MIGOV_HOME} holds real records; the demonstration would mix with them. "
            "Choose another folder with MIGOV_HOME."
        )
    from migov.site.demo.cooperation import write_cooperation
    from migov.site.demo.governance import write_governance
    from migov.site.demo.learning import write_learning
    from migov.site.demo.loader import load
    from migov.site.demo.policy import write_policy
    from migov.site.demo.proposals import write_proposals
    from migov.site.demo.reading import PortfolioRefused

    try:
        loaded = load(by=SYSTEM, progress=say)
    except PortfolioRefused as refused:
        raise Told(str(refused)) from None
    suggested = suggest_for_demo(say)
    written = write_proposals()
    policy = write_policy()
    learning = write_learning()
    governance, cooperation = write_governance(), write_cooperation()
    note.write_text(json.dumps({"portfolio": state}))
    return {
        "portfolio": loaded.to_json(),
        "suggestions": suggested,
        "proposals": written,
        "policy": policy,
        "learning": learning,
        "governance": governance,
        "cooperation": cooperation,
    }


# What the matcher reads while the demonstration is loaded: enough to see it at work, in a second or two.
DEMO_FRAMEWORKS = ("migof", "gcm", "mcof")


def suggest_for_demo(say: Say) -> dict[str, int]:
    """Have the matcher read the illustrative projects where nothing is confirmed in DEMO_FRAMEWORKS. Other frameworks, and
    results, are left for whoever tries the backlog. What was read before is passed over.
    """
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.records.models import Record
    from migov.services.suggestions.many import suggest_many

    keys = list(
        Record.objects.filter(illustrative=True, kind__in=("project", "document"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    tally = suggest_many(keys, DEMO_FRAMEWORKS, by=SYSTEM, progress=lambda done, total: say(done, total, "suggestions"))
    return tally.to_json()


def open_demo_accounts(password: str) -> list[tuple[str, str, str, str]]:
    """Give every account of the demonstration the public password. Returns username, name, role, office of each."""
    import tomllib

    from django.contrib.auth.hashers import check_password, make_password

    from migov.foundation.people.models import User

    rows = tomllib.loads((Path(__file__).parent / "demo" / "portfolio" / "people.toml").read_text(encoding="utf-8"))
    names = [person["username"] for people in rows.values() for person in people]
    users = User.objects.filter(username__in=names).prefetch_related("memberships__office").order_by("username")
    known = {user.password for user in users}
    # One hash for all: the password is public, and hashing it eleven times would cost the first start three seconds.
    if len(known) != 1 or not check_password(password, known.pop()):
        users.update(password=make_password(password))
    shown = []
    for user in users:
        held = user.memberships.all()
        roles = ", ".join(m.get_role_display() for m in held)
        shown.append((user.username, str(user), roles, ", ".join(str(m.office) for m in held)))
    return shown


def reset_demo() -> None:
    """Remove the demonstration: database, files, caches. Raises Told where that could remove anything else."""
    from migov.site.console import Told

    if connection.vendor != "sqlite":
        raise Told("--reset removes a SQLite database only; on PostgreSQL drop and create the database yourself.")
    database = Path(settings.DATABASES["default"]["NAME"])
    if database.exists() and not is_demo():
        raise Told(f"{settings.MIGOV_HOME} does not hold the demonstration; nothing was removed.")
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    for folder in ("cache", "files", "jobs", "uploads"):
        shutil.rmtree(Path(settings.MIGOV_HOME) / folder, ignore_errors=True)
    _demo_note().unlink(missing_ok=True)
