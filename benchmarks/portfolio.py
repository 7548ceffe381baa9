"""Makes a large portfolio for benchmarks: by default 5,000 projects, 50,000 indicators and 1,000,000 measurements.

The figures mean nothing; the shape is that of a real portfolio: several years, currencies, countries and results to a project,
slices by sex and age, late values, alignments with several frameworks. The same seed gives the same rows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from migov.foundation.bulk import BulkWriter
from migov.foundation.frameworks.models import Element
from migov.foundation.money.models import ExchangeRate
from migov.foundation.people.models import Office, OfficeKind, Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordPlace, RecordState, RecordTheme
from migov.services.alignment.models import Alignment
from migov.work.projects.models import Budget, Organisation, Participation, Project, Transaction
from migov.work.results.models import Indicator, Measurement, Period, Result, Slice, StandardIndicator

YEARS = (2022, 2023, 2024, 2025)
CURRENCIES = ("USD", "USD", "USD", "EUR", "EUR", "CHF", "NOK")
RATES = {"EUR": "1.08", "CHF": "1.1", "NOK": "0.095"}
STAGES = ("active",) * 5 + ("closed",) * 3 + ("closing", "proposal")


def make(
    projects: int = 5000, indicators_each: int = 10, progress: Callable[[int], None] | None = None
) -> dict[str, int]:
    """Fill the database. Each indicator gets 20 measurements (4 years: target, actual, and slices by sex and age for some)."""
    dice = random.Random(20261122)
    offices = _offices()
    themes = list(Theme.objects.values_list("pk", flat=True))
    places = list(Place.objects.filter(is_territory=True).values_list("pk", flat=True))
    elements: dict[int, list[int]] = {}
    for pk, framework in Element.objects.filter(migration=True, children__isnull=True).values_list(
        "pk", "framework_id"
    ):
        elements.setdefault(framework, []).append(pk)
    for currency, rate in RATES.items():
        ExchangeRate.objects.get_or_create(
            currency=currency,
            valid_from=date(2015, 1, 1),
            defaults={"valid_to": date(2026, 12, 31), "rate": rate, "source": "benchmark"},
        )
    standards = [
        StandardIndicator.objects.get_or_create(
            code=f"bench-{n}", defaults={"title": f"Standard {n}", "across_periods": "sum"}
        )[0].pk
        for n in range(12)
    ]
    donors = [Organisation.objects.get_or_create(name=f"Donor {n}", ref=f"D{n}", kind="10")[0].pk for n in range(60)]
    slices = [
        Slice.objects.get_or_create(key=key, defaults={"family": family, "parts": [], "sex": sex})[0].pk
        for key, family, sex in (("sex=female", "sex", "f"), ("sex=male", "sex", "m"), ("age=0-17", "age", ""))
    ]
    counts: dict[str, int] = {}
    for start in range(0, projects, 500):
        with transaction.atomic():
            _batch(dice, range(start, min(projects, start + 500)), indicators_each, locals(), counts)
        if progress:
            progress(start)
    return counts


def _offices() -> list[int]:
    root, _ = Office.objects.get_or_create(
        code="bench-ro", defaults={"name": "Regional office", "kind": OfficeKind.REGIONAL}
    )
    return [
        Office.objects.get_or_create(
            code=f"bench-{n}", defaults={"name": f"Country office {n}", "kind": OfficeKind.COUNTRY, "parent": root}
        )[0].pk
        for n in range(20)
    ]


def _batch(
    dice: random.Random, numbers: range, indicators_each: int, given: dict[str, Any], counts: dict[str, int]
) -> None:
    writer = BulkWriter()
    now = writer.moment(datetime(2026, 1, 15, tzinfo=UTC))
    record = writer.table(
        Record,
        [
            "id",
            "kind",
            "reference",
            "title",
            "summary",
            "office",
            "parent",
            "stage",
            "visibility",
            "starts",
            "ends",
            "illustrative",
            "source",
            "created_at",
            "changed_at",
            "revision",
        ],
    )
    project = writer.table(
        Project, ["record", "content_hash", "language", "default_currency", "status", "scope", "published"]
    )
    state = writer.table(RecordState, ["id", "record", "office", "stage", "starts", "ends", "recorded_at"])
    place = writer.table(RecordPlace, ["id", "record", "place", "share", "recorded_at"])
    theme = writer.table(RecordTheme, ["id", "record", "theme", "recorded_at"])
    part = writer.table(Participation, ["id", "project", "organisation", "role", "order"])
    budget = writer.table(
        Budget,
        [
            "id",
            "project",
            "kind",
            "status",
            "starts",
            "ends",
            "amount",
            "currency",
            "value_date",
            "order",
            "recorded_at",
        ],
    )
    spent = writer.table(
        Transaction,
        [
            "id",
            "project",
            "kind",
            "date",
            "amount",
            "currency",
            "value_date",
            "ref",
            "description",
            "order",
            "recorded_at",
        ],
    )
    alignment = writer.table(
        Alignment,
        [
            "id",
            "record",
            "element",
            "origin",
            "significance",
            "status",
            "note",
            "source",
            "recorded_at",
        ],
    )
    evidence = writer.table(
        Evidence, ["id", "record", "title", "url", "format", "category", "language", "source", "recorded_at"]
    )
    result = writer.table(Result, ["record", "project", "level", "order"])
    indicator = writer.table(
        Indicator,
        [
            "id",
            "result",
            "project",
            "standard",
            "order",
            "title",
            "definition",
            "unit",
            "measure",
            "ascending",
            "across_periods",
            "counts_people",
            "counts_people_because",
        ],
    )
    period = writer.table(Period, ["id", "indicator", "starts", "ends", "order"])
    measured = writer.table(
        Measurement,
        [
            "id",
            "indicator",
            "period",
            "kind",
            "value",
            "words",
            "slice",
            "location_ref",
            "comment",
            "order",
            "recorded_at",
        ],
    )
    journal = writer.table(JournalEntry, ["id", "at", "by_name", "record_id", "kind", "reference", "verb", "detail"])  # fmt: skip
    key = {table.model: writer.ids(table.model) for table in (
        record, state, place, theme, part, budget, spent, alignment, evidence, indicator, period, measured, journal
    )}  # fmt: skip
    for number in numbers:
        pk, office = next(key[Record]), dice.choice(given["offices"])
        first = dice.choice((2021, 2022, 2023))
        starts, ends = f"{first}-03-01", f"{first + 3}-02-28"
        stage, currency = dice.choice(STAGES), dice.choice(CURRENCIES)
        reference = f"BENCH-{number:06}"
        record.rows.append(
            (
                pk,
                "project",
                reference,
                f"Benchmark project {number}",
                "",
                office,
                None,
                stage,
                "internal",
                starts,
                ends,
                False,
                "benchmark",
                now,
                now,
                1,
            )
        )
        project.rows.append((pk, "", "en", currency, "2", "", json.dumps({})))
        state.rows.append((next(key[RecordState]), pk, office, stage, starts, ends, now))
        chosen = dice.sample(given["places"], dice.choice((1, 1, 1, 2, 3)))
        for one in chosen:
            place.rows.append((next(key[RecordPlace]), pk, one, f"{100 / len(chosen):.4f}", now))
        theme.rows.append((next(key[RecordTheme]), pk, dice.choice(given["themes"]), now))
        part.rows.append((next(key[Participation]), pk, dice.choice(given["donors"]), "1", 0))
        for order, year in enumerate(range(first, first + 4)):
            amount = f"{dice.randrange(20_000, 900_000)}.00"
            day = f"{year}-03-01"
            budget.rows.append(
                (
                    next(key[Budget]),
                    pk,
                    "1",
                    "2",
                    day,
                    f"{year + 1}-02-28",
                    amount,
                    currency,
                    day,
                    order,
                    now,
                )
            )
            for quarter in range(2):
                when = (date(year, 4, 1) + timedelta(days=120 * quarter)).isoformat()
                spent.rows.append(
                    (
                        next(key[Transaction]),
                        pk,
                        "4",
                        when,
                        f"{dice.randrange(5_000, 300_000)}.00",
                        currency,
                        when,
                        "",
                        "",
                        order,
                        now,
                    )
                )
        for _framework, pool in given["elements"].items():
            for element in dice.sample(pool, min(len(pool), dice.choice((1, 2, 2, 3)))):
                alignment.rows.append(
                    (
                        next(key[Alignment]),
                        pk,
                        element,
                        "declared",
                        dice.choice(("principal", "significant")),
                        dice.choice(("confirmed",) * 9 + ("proposed",)),
                        "",
                        "",
                        now,
                    )
                )
        for n in range(2):
            evidence.rows.append(
                (next(key[Evidence]), pk, f"Report {n}", "https://example.org/", "", "A01", "en", "", now)
            )
        journal.rows.append((next(key[JournalEntry]), now, "benchmark", pk, "project", reference, "created", "{}"))
        results = []
        for order in range(4):
            rpk = next(key[Record])
            results.append(rpk)
            record.rows.append(
                (
                    rpk,
                    "result",
                    "",
                    f"Result {order}",
                    "",
                    office,
                    pk,
                    "",
                    "internal",
                    None,
                    None,
                    False,
                    "benchmark",
                    now,
                    now,
                    1,
                )
            )
            result.rows.append((rpk, pk, "outcome" if order == 0 else "output", order))
        for n in range(indicators_each):
            ipk = next(key[Indicator])
            people = n == 0
            standard = dice.choice(given["standards"]) if n in (0, 1) else None
            indicator.rows.append(
                (
                    ipk,
                    results[n % 4],
                    pk,
                    standard,
                    n,
                    f"Number of people in measure {n}",
                    "",
                    "people",
                    "number",
                    True,
                    "sum" if n % 3 else "latest",
                    people,
                    "benchmark" if people else "",
                )
            )
            for order, year in enumerate(YEARS):
                ppk = next(key[Period])
                period.rows.append((ppk, ipk, f"{year}-01-01", f"{year}-12-31", order))
                target = dice.randrange(10, 4000)
                actual = round(target * dice.choice((0.3, 0.7, 0.9, 1.0, 1.1, 1.4)))
                values: list[tuple[str, int, int | None]] = [("t", target, None)]
                if dice.random() > 0.1:
                    women = actual * dice.randrange(30, 70) // 100
                    values += [
                        ("a", actual, None),
                        ("a", women, given["slices"][0]),
                        ("a", actual - women, given["slices"][1]),
                    ]
                    values.append(("a", actual // 3, given["slices"][2]))
                else:
                    values += [("t", target // 2, given["slices"][0])] * 4
                for at, (kind, value, slice_) in enumerate(values):
                    measured.rows.append(
                        (
                            next(key[Measurement]),
                            ipk,
                            ppk,
                            kind,
                            str(value),
                            "",
                            slice_,
                            "",
                            "",
                            at,
                            now,
                        )
                    )
    writer.flush()
    for table in (record, indicator, measured, alignment, budget, spent):
        counts[table.model.__name__] = counts.get(table.model.__name__, 0) + table.written
