"""How many texts a second: python -m benchmarks.matching.throughput [--framework CODE] [--texts N] [--sentences N]

Prints one line per figure: the matcher alone, in one process, on chunks of 1,000 texts; and the whole batch command, from a file to a
file on all cores, started as from a shell and with everything that costs (Python, packs, the base model). The texts are of about 90
words, made from the examples that migov ships. Rates are texts per second of processor time, which other load on the machine hardly
touches, and ratios are to the yardstick of the same run: a plain regex that cuts the same texts into words. The time that somebody waits
for the command is told beside it. With the sentence model, where it is installed, fewer texts are read: it is some hundred times the work.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from itertools import count, cycle, islice
from pathlib import Path

WORDS = 90
WORD = re.compile(r"\w+(?:['’-]\w+)*")


def examples() -> Iterator[str]:
    """The words of all examples that migov ships, one after another, without end."""
    folder = Path(str(files("migov.services.matching") / "knowledge"))
    texts = [
        json.loads(line)["text"]
        for file in sorted(folder.rglob("*.examples.jsonl"))
        for line in file.read_text().splitlines()
        if line.strip()
    ]
    yield from cycle(texts)


def made() -> Iterator[str]:
    """Texts of about 90 words without end, no two alike: an example and as much of the next as is needed, with a number."""
    words: list[str] = []
    given = examples()
    for number in count(1):
        while len(words) < WORDS:
            words += next(given).split()
        yield f"Measure {number}. " + " ".join(words[:WORDS])
        words = words[WORDS:]


def taken(supply: Iterator[str], number: int) -> list[str]:
    """Texts that nobody has read before: what was read is remembered for a while, and would come out too fast."""
    return list(islice(supply, number))


def tokenised(texts: list[str]) -> float:
    """Texts per second of the yardstick."""
    began = time.process_time()
    for text in texts:
        WORD.findall(text.lower())
    return len(texts) / (time.process_time() - began)


def report(label: str, rate: float, plain: float, more: str = "") -> None:
    print(f"{label:44} {rate:10,.1f} texts/s   ratio {rate / plain:7.4f}{more}", flush=True)


def matched(
    framework: str, supply: Iterator[str], number: int, *, sentences: bool, reasons: bool, plain: float
) -> None:
    """The matcher alone."""
    from threadpoolctl import threadpool_limits

    from migov.services.matching import Matcher
    from migov.site.recipes import chosen_from

    chosen, _recipe = chosen_from(framework, None, not sentences)
    first, texts = taken(supply, 10), taken(supply, number)
    began = time.process_time()
    matcher = Matcher((chosen,), sentence_model=sentences)
    with threadpool_limits(1):
        matcher.match_many(first, framework, reasons=reasons)  # loads all that is loaded once
        ready = time.process_time() - began
        began = time.process_time()
        for start in range(0, len(texts), 1000):
            matcher.match_many(texts[start : start + 1000], framework, reasons=reasons)
        used = time.process_time() - began
    label = f"{framework} match_many{' + sentences' if sentences else ''}{'' if reasons else ', no reasons'}"
    report(label, number / used, plain, f"   ready after {ready:4.2f} s")


def commanded(
    framework: str, texts: list[str], *, sentences: bool, form: str, plain: float, folder: Path, reasons: bool = True
) -> None:
    """The whole command."""
    source, target = folder / f"in.{form}", folder / f"out.{form}"
    rows = [{"id": number, "text": text} for number, text in enumerate(texts)]
    if form == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), source)
    else:
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = [sys.executable, "-m", "migov.site.cli", "match", "batch", str(source), "--framework", framework]
    words += ["--out", str(target), "--json", *([] if sentences else ["--no-sentences"])]
    words += [] if reasons else ["--no-reasons"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    waited = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        sys.exit(done.stderr)
    size = target.stat().st_size / len(texts)
    label = f"{framework} match batch {form}{' + sentences' if sentences else ''}{'' if reasons else ', no reasons'}"
    report(label, len(texts) / used, plain, f"   waited {waited:5.1f} s for {len(texts):,}, {size:,.0f} bytes a text")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--framework", action="append", help="may be repeated; default: sdg and gcm")
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--sentences", type=int, default=200, help="texts with the sentence model; 0: without")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
    with tempfile.TemporaryDirectory(prefix="migov-bench-") as scratch:
        os.environ["MIGOV_HOME"] = f"{scratch}/home"  # nothing set up: the shipped packs and base models are measured
        from migov.services.matching.batch import cores
        from migov.services.matching.encoder import is_installed

        supply = made()
        texts = taken(supply, given.texts)
        with_sentences = given.sentences if is_installed() else 0
        if given.sentences and not with_sentences:
            print("the sentence model is not installed, not measured")
        tokenised(texts[:1000])
        first = tokenised(texts)
        words = sum(len(WORD.findall(text)) for text in texts[:500]) / 500
        print(f"{len(texts):,} texts of {words:.0f} words on {cores()} cores")
        report("yardstick: words by a regex, one process", first, first)
        for framework in given.framework or ["sdg", "gcm"]:
            few = max(1000, len(texts) // 5)
            matched(framework, supply, few, sentences=False, reasons=False, plain=first)
            matched(framework, supply, few, sentences=False, reasons=True, plain=first)
            commanded(framework, texts, sentences=False, form="jsonl", plain=first, folder=Path(scratch))
            commanded(framework, texts, sentences=False, form="jsonl", plain=first, folder=Path(scratch), reasons=False)
            commanded(framework, texts, sentences=False, form="parquet", plain=first, folder=Path(scratch))
            if with_sentences:
                matched(framework, supply, with_sentences, sentences=True, reasons=False, plain=first)
                matched(framework, supply, with_sentences, sentences=True, reasons=True, plain=first)
                some = taken(supply, with_sentences)
                commanded(framework, some, sentences=True, form="jsonl", plain=first, folder=Path(scratch))
        report("yardstick again", tokenised(texts), first)
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest process of a command: {largest:.0f} MB")


if __name__ == "__main__":
    main()
