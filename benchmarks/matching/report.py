"""All figures of the matcher as Markdown: python -m benchmarks.matching.report [--write docs/matching.md]

--write puts them between the two marks in that file and leaves the rest of it alone.
"""

from __future__ import annotations

import argparse
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.matching import gcm, sdg
from benchmarks.matching.systems import arguments, run

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def placed(document: str, figures: str) -> str:
    """The document with the figures between its marks. Raises ValueError unless each mark stands in it once, in order."""
    if document.count(BEGIN) != 1 or document.count(END) != 1 or document.index(BEGIN) > document.index(END):
        raise ValueError(f"Expected the marks {BEGIN} and {END}, once each.")
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}\n\n{figures}\n\n{END}{rest.split(END)[1]}"


def measure(data: Path, named: list[str], given: argparse.Namespace) -> str:
    """Both benchmarks, one below the other. Raises MissingData, LeaksFound."""
    made = f"Measured on {datetime.now(UTC):%d %B %Y}, Python {platform.python_version()}, by `python -m benchmarks.matching.report`."
    figures = "\n\n".join([made, sdg.measure(data, named, given), gcm.measure(data, named, given)])
    if given.write:
        try:
            document = placed(given.write.read_text(encoding="utf-8"), figures)
        except (OSError, ValueError) as fault:
            print(figures)
            sys.exit(f"{given.write}: {fault}")
        given.write.write_text(document, encoding="utf-8")
    return figures


def main() -> None:
    parser = arguments(str(__doc__).split(":")[0])
    parser.add_argument("--write", type=Path, help="Markdown file with the two marks")
    run(parser, measure)


if __name__ == "__main__":
    main()
