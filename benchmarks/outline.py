"""How fast the structure of a law is found: python -m benchmarks.outline [FILE] [--times N]

Without a file a law of 180 kB is made up: chapters, articles, paragraphs, points. The yardstick is splitting the same text into words and
counting them in the same run, so that the ratio says the same on any machine.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZE = 180_000
LIMIT = 2.0  # seconds


def made_up(size: int = SIZE) -> str:
    """A law of about so many characters, with a table of contents and references at the beginning of lines."""
    sentence = "The competent authority shall decide within thirty days on an application of a foreigner under Article 7 of this Law"
    lines = ["LAW ON FOREIGN WORKERS"]
    number = 0
    while sum(map(len, lines)) < size:
        if number % 10 == 0:
            lines += [f"Chapter {number // 10 + 1}", f"Matters of kind {number // 10 + 1}"]
        number += 1
        lines.append(f"Article {number} – Matter {number}")
        for paragraph in range(1, 5):
            lines.append(f"{paragraph}. {sentence}, and in particular:")
            lines += [f"({letter}) {sentence.lower()};" for letter in "abcd"]
            lines.append("Article 3 of the Law on Residence applies to the rest.")
    contents = [f"Article {one} – Matter {one} .... {one}" for one in range(1, number + 1)]
    return "\n".join([lines[0], "Contents", *contents, *lines[1:]])


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Seconds (the middle of several runs) and the last answer."""
    taken, answer = [], None
    for _run in range(times):
        began = time.perf_counter()
        answer = work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), answer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    from migov.work.policy.texts.outline import outline
    from migov.work.policy.texts.sources import outline_of_path

    text = given.file.read_text(errors="replace") if given.file else made_up()
    yardstick, _counts = timed(lambda: Counter(re.findall(r"\w+", text)), given.times)
    taken, found = timed(lambda: outline_of_path(given.file) if given.file else outline(text), given.times)
    articles = [one.number for one in found.articles()]
    if not given.file:
        assert articles == [str(one) for one in range(1, len(articles) + 1)], "every article, none twice"
        assert len(articles) == text.count("–") / 2
    print(
        f"text                  {len(text):>10,} characters   {len(articles)} articles, {sum(1 for _one in found.walk()):,} provisions"
    )
    print(f"words counted         {yardstick:10.3f} s")
    print(f"structure found       {taken:10.3f} s   ratio {taken / yardstick:.1f}")
    assert taken < LIMIT * max(len(text) / SIZE, 1), f"expected less than {LIMIT} s for {SIZE:,} characters"


if __name__ == "__main__":
    main()
