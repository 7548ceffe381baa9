"""How the command speaks: progress and problems on stderr, a summary or one JSON object on stdout, and its exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

OK, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
Say = Callable[..., None]
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Told(Exception):
    """What was asked for cannot be done; the text is the sentence that the person at the keyboard reads."""


@contextmanager
def at_work(title: str, quiet: bool = False) -> Iterator[Say]:
    """Show progress on stderr while the body runs. Yields say(done, total=None, note="")."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as shown:
        task = shown.add_task(escape(title), total=None)

        def say(done: int, total: int | None = None, note: str = "") -> None:
            text = f"{title}: {note}" if note else title
            shown.update(task, completed=done, total=total, description=escape(text))

        yield say


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside its place and put it there when it is whole. Raises Told when it cannot be written."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists() and not file.is_file():
            raise Told(f"{file} is not a file that can be replaced.")
        aside.write_bytes(content)
        aside.replace(file)
    except OSError as problem:
        aside.unlink(missing_ok=True)
        raise Told(f"{file} could not be written: {problem.strerror}.") from None


def tell(text: str) -> None:
    """A line for the person, on stderr."""
    err.print(escape(text), soft_wrap=True)


def wrong(text: str) -> None:
    """A problem, on stderr."""
    err.print(f"[red]{escape(text)}[/red]", soft_wrap=True)


def finish(summary: Mapping[str, Any], *, as_json: bool, complete: bool = True, title: str = "Done") -> NoReturn:
    """Print the summary, as JSON or as lines, and end: status 0 when everything asked was done, else 1."""
    if as_json:
        sys.stdout.write(json.dumps({"complete": complete, **summary}, default=str, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        out.print(f"[bold]{escape(title)}[/bold]")
        for label, value in lines(summary):
            out.print(f"  {escape(label)}: {escape(value)}", soft_wrap=True)
    raise SystemExit(OK if complete else REFUSED)


def lines(summary: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """The summary as label and value; empty values are left out, lists of words are written out, other lists counted."""
    for key, value in summary.items():
        label = f"{above}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            yield from lines(value, f"{label}, ")
        elif isinstance(value, list | tuple):
            if value and all(isinstance(item, str) for item in value):
                yield label, "; ".join(value)
            elif value:
                yield label, str(len(value))
        elif value not in (None, ""):
            yield label, f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def table(title: str, columns: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    """A small table on stdout."""
    shown = Table(title=title, title_justify="left", show_edge=False, box=None, header_style="bold", pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(cell) for cell in row))
    out.print(shown)


def run_telling(command: Callable[[], None]) -> NoReturn:
    """Run the command; turn whatever goes wrong into one clear sentence and a status. MIGOV_DEBUG=1 shows the traceback."""
    try:
        command()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            wrong("Stopped. What was not finished was not kept.")
        raise
    except Told as told:
        _refuse(str(told))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; nothing more to say
        raise SystemExit(REFUSED) from None
    except Exception as problem:
        if os.environ.get("MIGOV_DEBUG", "0").lower() in {"1", "true", "yes", "on"}:
            raise
        _refuse(_sentence(problem))
    raise SystemExit(OK)


def _refuse(sentence: str) -> NoReturn:
    """Say why nothing was done, with --json as one object as well, and end."""
    wrong(sentence)
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"complete": False, "error": sentence}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    raise SystemExit(REFUSED)


def _sentence(problem: Exception) -> str:
    """One sentence for a problem that no command expected."""
    first = (str(problem).strip().splitlines() or [""])[0]
    kinds = {kind.__name__ for kind in type(problem).__mro__}
    if "OperationalError" in kinds and "locked" in first:
        return "The database is busy with other work; nothing was changed. Try again in a minute."
    if "OperationalError" in kinds and ("no such table" in first or "does not exist" in first):
        return "The database has not been set up. Run: migov setup"
    if "OperationalError" in kinds and "no such column" in first:
        return "The database is of another version. Run: migov setup"
    if "OperationalError" in kinds and "full" in first:
        return "The disk is full; nothing was changed."
    if "OperationalError" in kinds:
        return f"The database cannot be reached: {first}. Check DATABASE_URL and that the server runs."
    if "ProgrammingError" in kinds and "does not exist" in first:
        return "The database has not been set up. Run: migov setup"
    if isinstance(problem, OSError) and problem.filename:
        return f"{problem.filename}: {problem.strerror}."
    return f"migov met an error it did not expect ({type(problem).__name__}: {first}). Set MIGOV_DEBUG=1 to see where."
