"""How long an export takes, beside the fastest walk that lxml can make over the file it writes; and whether the file says what was loaded.

    python benchmarks/iati_export.py [folder] [--compare]

`folder` holds real IATI files (unhcr/unhcr-2016-2025-rebuilt.xml.gz, usaid/usaid-merged.xml.gz); default ../shared/data/iati/real.
Each file is measured in a process of its own, on a fresh SQLite file. The ratio is export time to the mean of walks over the written
file in the same process, two before and two after. With --compare every activity is also compared before and after
(tests/exchange/iati/saying.py), the written file is loaded over what stands, and, where the official assets are at hand, checked.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

FILES = {"UNHCR": "unhcr/unhcr-2016-2025-rebuilt.xml.gz", "USAID": "usaid/usaid-merged.xml.gz"}
ROOT = Path(__file__).resolve().parents[1]


def walk(path: Path) -> float:
    """Seconds of a bare iterparse walk that clears behind itself."""
    from lxml import etree

    began = time.perf_counter()
    for _event, element in etree.iterparse(str(path), tag="iati-activity"):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return time.perf_counter() - began


def measure(path: Path, compare: bool) -> None:
    """In a process of its own: load a file, write it, walk what was written; print the figures as JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from migov.exchange.iati.export import export_activities
    from migov.exchange.iati.export_choice import Choice
    from migov.exchange.iati.load import load_file
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.places.actions import load_places

    load_places()
    loaded = load_file(path, by=SYSTEM)
    out = Path(os.environ["MIGOV_HOME"]) / "activities.xml"
    export_activities(Choice(others=True), out)
    walks = [walk(out) for _ in range(2)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    summary = export_activities(Choice(others=True), out)
    figures: dict[str, Any] = {
        "export": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "activities": summary.activities,
        "loaded": loaded.created,
        "bytes": out.stat().st_size,
        "rss growth": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }
    walks += [walk(out) for _ in range(2)]
    figures["walk"] = sum(walks) / len(walks)
    tracemalloc.start()
    export_activities(Choice(others=True), os.devnull)
    figures["python peak"] = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    if compare:
        figures |= compared(path, out)
    print(json.dumps(figures))


def compared(path: Path, out: Path) -> dict[str, Any]:
    """How many activities differ, and what a second import of the written file changes."""
    sys.path.insert(0, str(ROOT))
    from tests.exchange.iati import saying

    from migov.exchange.iati.check import check_file
    from migov.exchange.iati.load import load_file
    from migov.foundation.people.access import SYSTEM

    standard = path.parents[2] / "standard"
    schemas = standard / "schemas-2.03"
    allowed: Any = saying.children_by_schema(schemas) if schemas.is_dir() else saying.by_order()
    with gzip.open(path) as file:
        before = {identifier: hash(told) for identifier, told in saying.activities(file, allowed)}
    after = {identifier: hash(told) for identifier, told in saying.activities(str(out), allowed)}
    different = sorted(key for key in before if before[key] != after.get(key))
    for key in different:
        print(f"differs: {key}", file=sys.stderr)
    again = load_file(out, by=SYSTEM)
    figures: dict[str, Any] = {
        "different": len(different), "missing": len(before.keys() - after.keys()), "updated again": again.updated,
        "unchanged again": again.unchanged,
    }  # fmt: skip
    if schemas.is_dir():
        began = time.perf_counter()
        report = check_file(out, standard)
        figures |= {"check": time.perf_counter() - began, "invalid": len(report.invalid), "errors": report.errors}
    return figures


def run(path: Path, compare: bool) -> dict[str, Any]:
    """The figures of one file, from a process of its own."""
    with tempfile.TemporaryDirectory(prefix="migov-bench-") as home:
        environment = os.environ | {"MIGOV_HOME": home, "DJANGO_SETTINGS_MODULE": "migov.site.settings"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, __file__, "--measure", str(path), *(["--compare"] if compare else [])]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(label: str, figures: dict[str, Any]) -> None:
    """One line per figure."""
    print(f"{label} activities written: {figures['activities']} of {figures['loaded']} loaded")
    print(f"{label} written: {figures['bytes'] / 1e6:.1f} MB")
    print(f"{label} bare walk: {figures['walk']:.2f} s")
    print(f"{label} export: {figures['export']:.2f} s (processor {figures['cpu']:.2f} s)")
    print(f"{label} ratio: {figures['export'] / figures['walk']:.1f}")
    print(
        f"{label} peak of Python's memory: {figures['python peak']:.0f} MB; growth of the process {figures['rss growth']:.0f} MB"
    )
    if "different" in figures:
        print(f"{label} activities that say something else: {figures['different']}, missing: {figures['missing']}")
        print(f"{label} second import: {figures['updated again']} updated, {figures['unchanged again']} unchanged")
    if "check" in figures:
        print(f"{label} check: {figures['check']:.2f} s, {figures['invalid']} not valid, {figures['errors']} errors")


def main() -> None:
    arguments = [one for one in sys.argv[1:] if not one.startswith("--")]
    compare = "--compare" in sys.argv
    if "--measure" in sys.argv:
        measure(Path(arguments[0]), compare)
        return
    folder = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data" / "iati" / "real"
    for label, name in FILES.items():
        if not (folder / name).is_file():
            print(f"{label}: not measured, {folder / name} is missing")
            continue
        report(label, run(folder / name, compare))


if __name__ == "__main__":
    main()
