"""Whether an installation is sound: asked by `migov check`, before and after an update.

A room says what must hold among its rows in a module `integrity.py` with one function, ``findings()``, that yields one clear sentence for
each thing found wrong. Rooms need nothing from here; their modules are found by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.core import checks as framework
from django.db import DatabaseError, connection
from django.utils.module_loading import module_has_submodule

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.models import Membership, Role, Theme
from migov.foundation.places.models import Place
from migov.site.preparing import pending_migrations

TERRITORIES = 20


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be. part: what was looked at."""

    part: str
    text: str


def settings_in_order() -> Iterator[str]:
    """What Django's own checks say; in an installation behind HTTPS also those for deployment."""
    for message in framework.run_checks(include_deployment_checks=settings.SECURE):
        if message.level >= framework.WARNING:
            yield f"{message.msg} ({message.id})"


def database_in_order() -> Iterator[str]:
    """Reachable, able to write, and with the tables of this version."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        yield f"The database cannot be reached: {str(problem).strip()}."
        return
    pending = pending_migrations()
    if pending:
        yield f"{pending} migrations have not been applied. Run: migov setup"


def reference_data_in_order() -> Iterator[str]:
    """The 20 territories, themes and frameworks are there, and somebody can administer."""
    territories = Place.objects.filter(is_territory=True).count()
    if territories != TERRITORIES:
        yield f"{territories} of the {TERRITORIES} territories are in the database. Run: migov setup"
    if not Theme.objects.exists():
        yield "No themes of expertise are in the database. Run: migov setup"
    if not Framework.objects.exists():
        yield "No frameworks are in the database. Run: migov setup"
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if not administrators.exists():
        yield "Nobody can administer migov. Run: migov user add NAME --role administrator …"


def rooms() -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    """The integrity checks of the rooms, by the name of the room."""
    for config in apps.get_app_configs():
        if config.name.startswith("migov.") and config.module and module_has_submodule(config.module, "integrity"):
            yield config.name.removeprefix("migov."), import_module(f"{config.name}.integrity").findings


def run(say: Callable[..., None] = lambda *args: None) -> tuple[list[str], list[Finding]]:
    """Run all checks. Returns the names of what was looked at, and the findings. Stops early when there are no tables to ask."""
    parts: list[tuple[str, Callable[[], Iterable[str]]]] = [
        ("settings", settings_in_order),
        ("database", database_in_order),
        ("reference data", reference_data_in_order),
        *rooms(),
    ]
    looked_at: list[str] = []
    findings: list[Finding] = []
    for number, (part, look) in enumerate(parts):
        say(number, len(parts), part)
        found = [Finding(part, text) for text in look()]
        looked_at.append(part)
        findings += found
        if part == "database" and found:
            break
    return looked_at, findings
