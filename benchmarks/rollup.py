"""How fast values become figures: python -m benchmarks.rollup [--projects N] [--file FILE --year YEAR]

First: all standard indicators over all elements of all frameworks, 1,000,000 measurements at the usual size, against the same
aggregation written directly in SQL in the same run; both must say the same. Then, where a file of activities with results is given
(--file), the roll-up of one year of it by programme, office and part, with all that explains it, as a page asks for it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

UNTIL = date(2025, 12, 31)
DIRECT = """
    WITH measured AS (
        SELECT m.indicator_id, p.ends, m.value, ROW_NUMBER() OVER (
            PARTITION BY m.indicator_id, p.ends ORDER BY m.period_id DESC, m."order" DESC, m.id DESC) AS place
        FROM results_measurement m JOIN results_period p ON p.id = m.period_id
        WHERE m.kind = 'a' AND m.superseded_at IS NULL AND m.value IS NOT NULL AND m.slice_id IS NULL AND m.place_id IS NULL
            AND m.location_ref = '' AND p.ends <= %s
    ), whole AS (
        SELECT indicator_id, ends, value, MAX(ends) OVER (PARTITION BY indicator_id) AS last FROM measured WHERE place = 1
    ), figure AS (
        SELECT i.project_id, i.standard_id, i.counts_people OR s.counts_people AS people, CASE i.across_periods
            WHEN 'sum' THEN SUM(w.value) WHEN 'latest' THEN MAX(CASE WHEN w.ends = w.last THEN w.value END) ELSE MAX(w.value) END AS value
        FROM whole w JOIN results_indicator i ON i.id = w.indicator_id JOIN results_standardindicator s ON s.id = i.standard_id
        JOIN records_record r ON r.id = i.project_id
        WHERE i.removed_at IS NULL AND r.removed_at IS NULL AND r.stage NOT IN
            ('idea', 'concept', 'proposal', 'review', 'endorsed', 'submitted', 'withdrawn', 'rejected')
        GROUP BY i.id, i.project_id, i.standard_id, i.counts_people, s.counts_people, i.across_periods
    ), counted AS (
        SELECT project_id, standard_id, MAX(value) AS value FROM figure WHERE people GROUP BY project_id, standard_id
        UNION ALL SELECT project_id, standard_id, SUM(value) FROM figure WHERE NOT people GROUP BY project_id, standard_id
    )
    SELECT a.element_id, c.standard_id, SUM(c.value) FROM counted c JOIN alignment_alignment a ON a.record_id = c.project_id
    WHERE a.status = 'confirmed' AND a.superseded_at IS NULL GROUP BY a.element_id, c.standard_id
"""


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Seconds (the middle of several runs) and the last answer."""
    taken = []
    answer = None
    for _run in range(times):
        began = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), answer


def prepare(home: Path) -> None:
    """An empty database with the reference data."""
    home.mkdir(parents=True, exist_ok=True)
    from django.core.management import call_command

    from migov.foundation.frameworks.actions import load_shipped
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.people.actions import load_themes
    from migov.foundation.people.models import User
    from migov.foundation.places.actions import load_places

    call_command("migrate", verbosity=0)
    load_places()
    load_themes()
    load_shipped(by=SYSTEM)
    User.objects.get_or_create(username="bench", is_superuser=True)


def million(projects: int, times: int) -> None:
    """All elements, against plain SQL."""
    from django.db import connection

    from benchmarks.portfolio import make
    from migov.foundation.people.models import User
    from migov.work.projects.filters import PortfolioFilter
    from migov.work.results.models import Indicator, Measurement, StandardIndicator
    from migov.work.results.rollups.elements import by_element
    from migov.work.results.rollups.questions import ground
    from migov.work.results.rollups.wholes import Window

    if not Indicator.objects.exists():
        make(projects)
        StandardIndicator.objects.update(across_projects="sum")
        for place, standard in enumerate(StandardIndicator.objects.order_by("pk")):
            Indicator.objects.filter(order=place % 10, standard__isnull=True).update(standard=standard)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    viewer = User.objects.get(username="bench")
    print(f"measurements          {Measurement.objects.count():>10,}   indicators {Indicator.objects.count():,}")

    def ours() -> dict[tuple[int, int], float]:
        of = ground(PortfolioFilter(), viewer, Window(UNTIL))
        return {(line.element, line.standard.pk): line.found.value or 0.0 for line in by_element(of)}

    def direct() -> dict[tuple[int, int], float]:
        with connection.cursor() as cursor:
            cursor.execute(DIRECT, [UNTIL.isoformat() if connection.vendor == "sqlite" else UNTIL])
            return {(element, standard): float(value) for element, standard, value in cursor.fetchall()}

    yardstick, plain = timed(direct, times)
    taken, found = timed(ours, times)
    found = {key: value for key, value in found.items() if key in plain or value}
    wrong = [key for key in plain.keys() | found.keys() if abs(plain.get(key, 0) - found.get(key, 0)) > 0.5]
    assert not wrong, (
        f"{len(wrong)} of {len(plain)} figures differ, e.g. {wrong[0]}: {plain.get(wrong[0])} {found.get(wrong[0])}"
    )
    print(f"direct SQL            {yardstick:10.3f} s   {len(plain):,} figures")
    print(
        f"roll-up               {taken:10.3f} s   ratio {taken / yardstick:.2f}   with reasons for all that is left out"
    )


def real(file: Path, year: int, times: int) -> None:
    """One year of a published file: every indicator title as one standard indicator, added up where its publisher allows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from migov.exchange.iati.load import load_file
    from migov.foundation.people.access import SYSTEM
    from migov.foundation.people.models import User
    from migov.work.projects.filters import PortfolioFilter
    from migov.work.results.models import Indicator, StandardIndicator
    from migov.work.results.rollups import questions
    from migov.work.results.rollups.parts import dimensions
    from migov.work.results.rollups.wholes import Window

    if not Indicator.objects.exists():
        load_file(file, by=SYSTEM)
        of_year = Indicator.objects.filter(periods__ends__year=year)
        titles = of_year.order_by("title", "measure").values_list("title", "measure").distinct()
        for number, (title, measure) in enumerate(list(titles)):
            same = Indicator.objects.filter(pk__in=of_year.filter(title=title, measure=measure).values("pk"))
            addable = same.filter(aggregable=True).exists()
            standard = StandardIndicator.objects.create(
                code=f"of-file-{number}", title=title[:300], measure=measure, across_periods="latest",
                across_projects="sum" if addable else "none",
            )  # fmt: skip
            same.update(standard=standard)
    viewer = User.objects.get(username="bench")
    window = Window(date(year, 12, 31), date(year, 1, 1))

    def page() -> Any:
        of = questions.ground(PortfolioFilter(), viewer, window, parts=True)
        found = questions.roll_ups(of)
        for one in found:
            questions.by_programme(one)
            questions.by_office(one)
            dimensions(one.total, of.told, of.overlaps)
        return of, found

    taken, (of, found) = timed(page, times)
    with CaptureQueriesContext(connection) as queries:
        page()
    said = sum(len(one.total.counted) + len(one.total.left) for one in found)
    assert said == len(of.rows), "every indicator counts or is left out with a reason"
    print(f"{file.name}, {year}: {len(of.projects)} projects, {len(of.rows):,} indicators, {len(found)} standards")
    print(
        f"roll-up of all        {taken:10.3f} s   {len(queries)} queries   by programme, office and part, {said:,} sources explained"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=5000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--year", type=int, default=2023)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    home = Path(os.environ.get("MIGOV_HOME") or tempfile.mkdtemp(prefix="migov-bench-"))
    os.environ["MIGOV_HOME"] = str(home / ("file" if given.file else "million"))
    import django

    django.setup()
    prepare(Path(os.environ["MIGOV_HOME"]))
    if given.file:
        real(given.file, given.year, given.times)
    else:
        million(given.projects, given.times)


if __name__ == "__main__":
    main()
