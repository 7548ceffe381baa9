"""How long the pages of a large proposal take on the server.

It has 4 outcomes, 12 outputs, 24 activities, 80 indicators with targets and 200 budget lines.

The yardstick is the page that lists projects, with as many requests in the same process; the ratio does not depend on the machine.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
HOME = tempfile.TemporaryDirectory(prefix="migov-matrix-bench-")
os.environ["MIGOV_HOME"] = HOME.name
os.environ["MIGOV_HOSTS"] = "testserver"
LIMIT_MS = 400
ROUNDS = 15


def main() -> None:
    """Print one line for each figure."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from migov.site.preparing import collect_static, load_reference_data, migrate

    migrate()
    load_reference_data()
    collect_static()
    owner, key, indicator = fill()
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    cell = f"/proposals/{key}/matrix/indicator/{indicator}/set/"
    yardstick = median(lambda: client.get("/portfolio/"))
    for name in ("matrix", "budget", "plan"):
        page = f"/proposals/{key}/{name}/"
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        queries = len(asked)  # the log is emptied by the next request
        packed = client.get(page, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        times = median(lambda page=page: client.get(page))
        print(
            f"{name} page: {times:.0f} ms (limit {LIMIT_MS} ms); {times / yardstick:.1f} times the list of projects ({yardstick:.0f} ms)"
        )
        print(f"  {queries} queries, {len(answer.content) // 1024} KB, {len(packed.content) // 1024} KB compressed")
    units = iter(["people", "officers"] * ROUNDS)
    stands = [""]

    def save() -> Any:
        now = next(units)
        done = client.post(cell, {"field": "unit", "was": stands[0], "now": now}, HTTP_HX_REQUEST="true")
        stands[0] = now
        return done

    print(f"one cell of the matrix saved, with all checks: {median(save):.0f} ms")
    section = f"/proposals/{key}/text/rationale/"
    words, revision, taken = "The problem is large and grows. " * 80, 0, []
    for number in range(1, 51):
        sent = {"text": f"{words} {number}", "revision": str(revision), "token": "page", "number": str(number)}
        begun = time.perf_counter()
        revision = client.post(f"{section}save/", sent).json()["revision"]
        taken.append((time.perf_counter() - begun) * 1000)
    slow = sorted(taken)[47]
    print(
        f"a section saved, 95 of 100 within {slow:.0f} ms (limit 150 ms); {slow / yardstick:.1f} times the list of projects"
    )


def median(deed: Any) -> float:
    """Milliseconds of the middle one of several runs."""
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        assert deed().status_code == 200
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def fill() -> tuple[Any, int, int]:
    """A proposal with a full matrix and budget: its owner, its key, the key of one indicator."""
    from migov.foundation.people.models import Membership, Office, Role, User
    from migov.foundation.records.models import Record
    from migov.work.projects.models import Project
    from migov.work.proposals.models import PlanCost, PlanIndicator, PlanResult, PlanTarget, Proposal

    office = Office.objects.create(code="bench", name="Bench", kind="regional")
    owner = User.objects.create(username="bench", email="bench@example.org")
    Membership.objects.create(user=owner, office=office, role=Role.DEVELOPER)
    record = Record.objects.create(
        kind="project", title="Large", office=office, owner=owner, stage="proposal", starts=date(2026, 1, 1)
    )
    paper = Proposal.objects.create(project=Project.objects.create(record=record), months=36)

    def add(level: str, number: int, parent: Any) -> Any:
        return PlanResult.objects.create(
            proposal=paper,
            level=level,
            parent=parent,
            order=number,
            title=f"Officers of place {number} apply what they know",
        )

    objective = add("objective", 0, None)
    outputs = [add("output", o, add("outcome", n, objective)) for n in range(4) for o in range(3)]
    for output in outputs:
        for number in range(2):
            add("activity", number, output)
    for number in range(80):
        one = PlanIndicator.objects.create(
            proposal=paper, result=outputs[number % 12], order=number, title=f"Number of officers in place {number}",
            data_source="Register of the ministry", baseline=0,
        )  # fmt: skip
        for year in (2026, 2027, 2028):
            PlanTarget.objects.create(indicator=one, starts=date(year, 1, 1), ends=date(year, 12, 31), value=year)
    PlanCost.objects.bulk_create(
        PlanCost(
            proposal=paper, category="operational" if number % 4 else "staff", output=outputs[number % 12] if number % 4 else None,
            order=number, title=f"Workshop for officers of place {number}", quantity=2, unit_cost=1500, amount=3000, year=2027,
        )
        for number in range(200)
    )  # fmt: skip
    return owner, record.pk, one.pk


if __name__ == "__main__":
    main()
