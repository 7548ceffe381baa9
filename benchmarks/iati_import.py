"""How long an import takes, beside the fastest walk that lxml can make over the same file.

    python benchmarks/iati_import.py [folder]

`folder` holds real IATI files (unhcr/unhcr-2016-2025-rebuilt.xml.gz, usaid/usaid-merged.xml.gz); default ../shared/data/iati/real.
Each measurement runs in a process of its own: a fresh SQLite file and, where DATABASE_URL names a PostgreSQL server, a fresh
database there that is dropped afterwards. The ratio is import time to the mean of walks over the same file in the same process, two
before and two after, so that other load on the machine weighs on both alike.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

FILES = {"UNHCR": "unhcr/unhcr-2016-2025-rebuilt.xml.gz", "USAID": "usaid/usaid-merged.xml.gz"}
ROOT = Path(__file__).resolve().parents[1]


def walk(path: str) -> float:
    """Seconds of a bare iterparse walk that clears behind itself."""
    from lxml import etree

    began = time.perf_counter()
    for _event, element in etree.iterparse(path, tag="iati-activity"):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return time.perf_counter() - began


def measure(path: str) -> None:
    """In a process of its own: prepare a database, walk, import; print the figures as JSON."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from migov.exchange.iati.load import load_file
    from migov.foundation.frameworks.actions import load_shipped
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.places.actions import load_places

    load_places()
    load_shipped()
    walks = [walk(path) for _ in range(2)]
    began, cpu = time.perf_counter(), time.process_time()
    summary = load_file(path, by=SYSTEM)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    walks += [walk(path) for _ in range(2)]
    began = time.perf_counter()
    again = load_file(path, by=SYSTEM)
    figures = {
        "database": connection.vendor,
        "bare": sum(walks) / len(walks),
        "import": seconds,
        "cpu": cpu,
        "again": time.perf_counter() - began,
        "activities": summary.activities,
        "rows": sum(summary.rows.values()),
        "unchanged": again.unchanged,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def run(path: Path, database: str = "") -> dict[str, float | str]:
    """The figures of one file on one database, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="migov-bench-") as home:
        environment = os.environ | {"MIGOV_HOME": home, "DJANGO_SETTINGS_MODULE": "migov.site.settings"}
        environment.pop("DATABASE_URL", None)
        if database:
            environment["DATABASE_URL"] = database
        done = subprocess.run(
            [sys.executable, __file__, "--measure", str(path)],
            env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def on_postgresql(path: Path, server: str) -> dict[str, float | str]:
    """The same on a database made for this run."""
    import psycopg

    name = f"migov_benchmark_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            return run(path, urlsplit(server)._replace(path=f"/{name}").geturl())
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def report(label: str, figures: dict[str, float | str]) -> None:
    """One line per figure."""
    name = f"{label} {figures['database']}"
    print(f"{name} activities: {figures['activities']}")
    print(f"{name} rows written: {figures['rows']}")
    print(f"{name} bare walk: {figures['bare']:.2f} s")
    print(f"{name} import: {figures['import']:.2f} s (processor of the client {figures['cpu']:.2f} s)")
    print(f"{name} ratio: {float(figures['import']) / float(figures['bare']):.1f}")
    print(f"{name} second import, nothing changed: {figures['again']:.2f} s")
    print(f"{name} peak memory: {figures['rss']:.0f} MB")


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "iati" / "real"
    server = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="migov-bench-") as scratch:
        for label, name in FILES.items():
            packed = folder / name
            if not packed.is_file():
                print(f"{label}: not measured, {packed} is missing")
                continue
            plain = Path(scratch) / packed.stem
            with gzip.open(packed) as source, plain.open("wb") as target:
                shutil.copyfileobj(source, target)
            report(label, run(plain))
            if server.startswith("postgres"):
                report(label, on_postgresql(plain, server))
            plain.unlink()


if __name__ == "__main__":
    main()
