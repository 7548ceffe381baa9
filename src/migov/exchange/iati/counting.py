"""A plain count of what a file holds, by walking its elements: what an import is compared with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from migov.exchange.iati.reader import batches, inspect

PATHS = {
    "activities": ".",
    "budgets": "budget",
    "transactions": "transaction",
    "results": "result",
    "indicators": "result/indicator",
    "baselines": "result/indicator/baseline",
    "periods": "result/indicator/period",
    "targets": "result/indicator/period/target",
    "actuals": "result/indicator/period/actual",
    "dimensions": "result/indicator//dimension",
    "sectors": "sector",
    "tags": "tag",
    "policy markers": "policy-marker",
    "participating organisations": "participating-org",
    "related activities": "related-activity",
    "locations": "location",
    "documents": "document-link",
    "documents of results": "result/document-link",
}


def count_elements(path: Path | str) -> Counter[str]:
    """How many of each element the activities of a file hold, every activity counted, loaded or not.

    Raises ImportRefused for a file that cannot be read to its end.
    """
    counts: Counter[str] = Counter()
    path = Path(path)
    with path.open("rb") as source:
        inspect(source, path.name)
        for batch in batches(source, path.name):
            for activity in batch:
                for name, wanted in PATHS.items():
                    found = len(activity.element.findall(wanted)) if wanted != "." else 1
                    if found:
                        counts[name] += found
    return counts
