"""What an engine costs: python -m benchmarks.matching.cluster [--chunks N]

Runs the same chunks of texts through a plain pool of processes, Dask and Ray on this machine with two workers each, in order and with a
few chunks under way at a time, and prints one line per figure. The work of a chunk is next to nothing (its words are counted), so what
is seen is the engine; its answer is as large as the matcher's. The yardstick is the same loop in one process. An engine that is not
installed is named and left out; each runs in a process of its own. Needs nothing of migov: it can be run from any environment.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

WORKERS, UNDER_WAY, CHUNK = 2, 6, 1000
ENGINES = {"one": "", "processes": "", "dask": "distributed", "ray": "ray"}
SENTENCE = "The project trains border police and labour inspectors to identify people who may have been trafficked. "


def chunks(count: int) -> Iterator[list[tuple[str, str]]]:
    """Chunks of 1,000 texts of about 90 words, each text different."""
    for number in range(count):
        yield [(f"{number}-{row}", f"{number} {row} " + SENTENCE * 5) for row in range(CHUNK)]


def count_words(chunk: list[tuple[str, str]]) -> bytes:
    """As little work as there can be for an answer of the matcher's size: 17 elements with a reason each, about 2,000 bytes a text."""
    lines = []
    for key, text in chunk:
        words = text.count(" ")
        lines.append(f'{{"id": "{key}", "words": {words}}}'.ljust(2000))
    return "\n".join(lines).encode()


def in_order(submit: Callable[[Any], Any], result: Callable[[Any], bytes], given: Iterable[Any]) -> Iterator[bytes]:
    """The answers in the order of the chunks, with at most UNDER_WAY chunks handed out."""
    waiting: deque[Any] = deque()
    for chunk in given:
        waiting.append(submit(chunk))
        if len(waiting) == UNDER_WAY:
            yield result(waiting.popleft())
    while waiting:
        yield result(waiting.popleft())


def measured(answers: Iterator[bytes], began: float) -> dict[str, float]:
    """Seconds until the first answer, texts per second after it, bytes of all answers."""
    size = len(next(answers))
    first = time.perf_counter()
    count = 0
    for answer in answers:
        size += len(answer)
        count += CHUNK
    taken = time.perf_counter() - first
    return {"first": first - began, "rate": count / taken, "bytes": size}


def run_one(count: int) -> dict[str, float]:
    return measured((count_words(chunk) for chunk in chunks(count)), time.perf_counter())


def run_processes(count: int) -> dict[str, float]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    began = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        return measured(in_order(lambda c: pool.submit(count_words, c), lambda f: f.result(), chunks(count)), began)


def run_dask(count: int) -> dict[str, float]:
    from distributed import Client, LocalCluster  # type: ignore[import-not-found,unused-ignore]

    began = time.perf_counter()
    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        submit = lambda chunk: client.submit(count_words, chunk, pure=False)  # noqa: E731
        figures = measured(in_order(submit, lambda future: future.result(), chunks(count)), began)
        figures["memory"] = _resident(os.getpid())
        return figures


def run_ray(count: int) -> dict[str, float]:
    import ray  # type: ignore[import-not-found,unused-ignore]

    began = time.perf_counter()
    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, logging_level="error")
    try:
        remote = ray.remote(count_words)
        figures = measured(in_order(remote.remote, ray.get, chunks(count)), began)
        figures["memory"] = _resident(os.getpid())
        return figures
    finally:
        ray.shutdown()


def _resident(top: int) -> float:
    """Megabytes that a process and all below it hold, counting shared pages once each (PSS); 0 where the system does not say."""
    below: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            below.setdefault(int(status.read_text().rpartition(")")[2].split()[1]), []).append(int(status.parent.name))
        except OSError:
            continue
    held, waiting = 0, [top]
    while waiting:
        process = waiting.pop()
        waiting += below.get(process, [])
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        held += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / 1024


RUNS = {"one": run_one, "processes": run_processes, "dask": run_dask, "ray": run_ray}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chunks", type=int, default=60)
    parser.add_argument("--engine", choices=list(RUNS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        figures = RUNS[given.engine](given.chunks)
        figures.setdefault("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(json.dumps(figures))
        return
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "0", "DO_NOT_TRACK": "1"}
    plain = 0.0
    for name, package in ENGINES.items():
        if package and importlib.util.find_spec(package) is None:
            print(f"{name:10} not installed, not measured")
            continue
        began = time.perf_counter()
        words = [sys.executable, "-m", "benchmarks.matching.cluster", "--engine", name, "--chunks", str(given.chunks)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        figures = json.loads(done.stdout.splitlines()[-1])
        whole = time.perf_counter() - began
        plain = plain or figures["rate"]
        ratio = figures["rate"] / plain
        print(
            f"{name:10} first chunk after {figures['first']:5.2f} s, whole run {whole:5.1f} s, {figures['memory']:5.0f} MB"
        )
        print(f"{name:10} {figures['rate']:9,.0f} texts/s, ratio {ratio:4.2f}")


if __name__ == "__main__":
    main()
