"""Steps that a person waits for, each beside a yardstick of the same run: python -m benchmarks.small [--times N]

Two versions of 5,000 words compared (yardstick: difflib on the same words); 3,000 texts searched for copies of 300 (yardstick: cutting
the 3,000 into the five words in a row that are compared); 1,000 provisions ranked for 150 requirements (yardstick: scikit-learn's TF-IDF
and cosine on the same texts); 600 rows frozen for a clearance (yardstick: 600 rows written one at a time).
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

FIELD = ("passport", "detention", "family", "school", "court", "appeal", "worker", "employer", "border", "child")


def median(deed: Callable[[], Any], times: int) -> float:
    """Seconds, the middle of several runs."""
    taken = []
    for _run in range(times):
        began = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def said(name: str, ours: float, yardstick: float, against: str) -> None:
    """One line."""
    print(f"{name:<48} {ours * 1000:8.1f} ms   {ours / yardstick:6.2f} of {against} ({yardstick * 1000:.1f} ms)")


def comparing(times: int) -> None:
    """Versions in which few, many and all words changed."""
    from migov.services.clearance.wording import differences

    for share in (0.02, 0.3, 1.0):
        chance = random.Random(7)
        words = [f"w{int(chance.paretovariate(0.7)) % 3000}" for _ in range(5000)]
        words = [word + (".\n\n" if n % 120 == 119 else ".") if n % 15 == 14 else word for n, word in enumerate(words)]
        other = [f"v{n}" if chance.random() < share / 2 else word for n, word in enumerate(words)]
        if share == 1.0:
            chance.shuffle(other)
        before, after = " ".join(words), " ".join(other)

        def plain(words: list[str] = words, other: list[str] = other) -> Any:
            return difflib.SequenceMatcher(None, words, other, autojunk=False).get_opcodes()

        def ours(before: str = before, after: str = after) -> Any:
            return differences(before, after)

        said(f"5,000 words compared, {share:.0%} changed", median(ours, times), median(plain, 1), "difflib")


def copies(times: int) -> None:
    """Texts that all share one standard sentence."""
    from migov.services.matching.leakage import leaks

    standard = "This activity shows details of the operations for the year and of those that follow it in later years."
    texts = [f"{standard} {' '.join(f'word{number}x{at}' for at in range(30))}" for number in range(3000)]

    def cut() -> Any:
        return [{tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in map(str.split, texts)]

    said(
        "3,000 texts searched for copies of 300",
        median(lambda: leaks(texts[:300], texts), times),
        median(cut, times),
        "cutting",
    )


def ranking(times: int) -> None:
    """A law of 1,000 provisions that share most words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    from migov.work.policy.review.ranking import Asked, Candidate, Ranker

    def word(at: int) -> str:
        return FIELD[at % 10]

    law = [
        Candidate(key, key - key % 5, " ".join(word(key + step) for step in range(80)), word(key))
        for key in range(1000)
    ]
    asked = [Asked(" ".join(word(key + step) for step in range(12))) for key in range(150)]

    def plain() -> Any:
        vectors = TfidfVectorizer()
        held = vectors.fit_transform([one.text for one in law])
        return cosine_similarity(vectors.transform([one.line for one in asked]), held)

    said(
        "1,000 provisions ranked for 150 requirements",
        median(lambda: Ranker(law).rank(asked), times),
        median(plain, times),
        "TF-IDF",
    )


def freezing(times: int) -> None:
    """What a clearance keeps of a large work."""
    import reversion

    from migov.foundation.people.models import Office, User
    from migov.foundation.records.models import Record
    from migov.services.clearance.actions.handing import freeze

    if not reversion.is_registered(Record):
        reversion.register(Record)
    user, office = User.objects.get(username="bench"), Office.objects.first()
    assert office is not None

    def write(kind: str) -> list[Record]:
        return [
            Record.objects.create(kind=kind, title=f"Row {at}", summary="word " * 50, office=office, owner=user)
            for at in range(600)
        ]

    rows = write("project")
    said(
        "600 rows frozen",
        median(lambda: freeze(rows, by=user), times),
        median(lambda: write("project"), 1),
        "writing them",
    )


def main() -> None:
    """Measure in an empty database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as home:
        os.environ["MIGOV_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "migov.site.settings"
        import django

        django.setup()
        from migov.foundation.people.models import Office, OfficeKind, User
        from migov.site.preparing import load_reference_data, migrate

        migrate()
        load_reference_data()
        User.objects.create(username="bench")
        Office.objects.get_or_create(code="bench", defaults={"name": "Bench", "kind": OfficeKind.values[0]})
        comparing(times)
        copies(times)
        ranking(times)
        freezing(times)


if __name__ == "__main__":
    main()
