"""How fast the contribution report answers over a large portfolio: python -m benchmarks.contributions [--projects N] [--requests N]

Prints one line per figure. Every request is cold: a fresh process asks over HTTP (Django's own client, no network) with all caches
of the process empty and a question not asked before. The yardstick of the same run is one plain SQL sum over all measurements.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ASKED = (
    "reports/contributions/migof/", "reports/contributions/gcm/", "reports/contributions/sdg/?from=2023",
    "reports/contributions/gcm/?from=2023&to=2025", "reports/contributions/gcm/?subregion=SEE", "reports/contributions/gcm/?country=MDA",
    "reports/contributions/migof/?theme=protection&from=2024", "reports/contributions/strategy-2020-2024/",
    "reports/contributions/gcm/element/10/", "reports/contributions/gcm/rows/?figure=budget&element=10",
)  # fmt: skip


def build(projects: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.portfolio import make
    from migov.foundation.frameworks.actions import load_shipped
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.people.actions import load_themes
    from migov.foundation.people.models import User
    from migov.foundation.places.actions import load_places
    from migov.insight.contributions.figures import refresh

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    load_places()
    load_themes()
    load_shipped(by=SYSTEM)
    began = time.perf_counter()
    counts = make(projects)
    print(f"portfolio made        {time.perf_counter() - began:8.2f} s   {counts}")
    User.objects.get_or_create(username="bench", is_superuser=True)
    began = time.perf_counter()
    refresh()
    print(f"figures made          {time.perf_counter() - began:8.2f} s")
    if connection.vendor == "postgresql":  # what its own housekeeping does within minutes of a large import
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def ask(address: str) -> None:
    """One cold request in a process that is set up as the server is; prints seconds and queries as JSON."""
    from django.db import connection
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext

    import migov.site.wsgi  # noqa: F401
    from migov.foundation.people.models import User

    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(User.objects.get(username="bench"), backend="django.contrib.auth.backends.ModelBackend")
        client.get("/frameworks/")  # routes, templates and middleware are loaded; no figure has been asked for
        began = time.perf_counter()
        response = client.get(f"/{address}")
        taken = time.perf_counter() - began
        assert response.status_code == 200, response.status_code
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/{address}")
    print(json.dumps({"seconds": taken, "queries": len(queries)}))


def yardstick() -> None:
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(
            "SELECT kind, SUM(value), COUNT(*) FROM results_measurement WHERE superseded_at IS NULL GROUP BY kind"
        )
        cursor.fetchall()
        print(json.dumps({"seconds": time.perf_counter() - began}))


def run(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contributions", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=5000)
    parser.add_argument("--requests", type=int, default=3, help="cold requests for each page")
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    parser.add_argument("--yardstick", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    if given.ask:
        return ask(given.ask)
    if given.yardstick:
        return yardstick()
    keep = os.environ.get("MIGOV_HOME")
    os.environ["MIGOV_HOME"] = keep or tempfile.mkdtemp(prefix="migov-bench-")
    if not (Path(os.environ["MIGOV_HOME"]) / "built").exists():
        build(given.projects)
        (Path(os.environ["MIGOV_HOME"]) / "built").touch()
    plain = statistics.median(run("--yardstick")["seconds"] for _ in range(3))
    print(f"plain SQL sum         {plain:8.3f} s")
    times: list[float] = []
    for address in ASKED:
        answers = [run("--ask", address) for _ in range(given.requests)]
        times += [answer["seconds"] for answer in answers]
        middle = statistics.median(answer["seconds"] for answer in answers)
        print(f"{middle:8.3f} s  ratio {middle / plain:5.2f}  {answers[0]['queries']:3.0f} queries  /{address}")
    ordered = sorted(times)
    print(f"p95 of {len(ordered)} cold requests {ordered[max(0, round(len(ordered) * 0.95) - 1)]:8.3f} s")
    return None


if __name__ == "__main__":
    main()
