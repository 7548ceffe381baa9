"""Texts in, answers out, as files: JSON Lines (also gzipped) and Parquet, read and written in pieces.

Memory does not grow with the file. A row that cannot be read is told with its place and what was expected, and the rows around it are kept.
What is written stands under its final name only when it is whole.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from pyarrow import Array, Schema

    from migov.services.matching.answers import Answer, Match

Key = str | int
Row = tuple[Key, str]
Form = Literal["jsonl", "parquet"]
FORMS = ".jsonl, .ndjson, .jsonl.gz, .ndjson.gz or .parquet"
MAX_TEXT = 1_000_000  # characters: some 500 pages; more is a mistake, or a document for `migov match file`
MAX_LINE = 8 * MAX_TEXT  # bytes
SHOWN = 80
_quoted = json.encoder.encode_basestring  # leaves letters of all alphabets as they are
_number = float.__repr__  # as the json library writes it


class FileRefused(ValueError):
    """A file cannot be read or written at all. The text says why."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out. row: from 1; in JSON Lines the number of the line."""

    file: str
    row: int
    field: str
    expected: str
    found: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" + (f", {self.field}" if self.field else "")
        return f"{place}: expected {self.expected}" + (f", found “{self.found}”" if self.found else "")


def form_of(path: Path) -> Form:
    """How a file of this name is written. Raises FileRefused for a name that does not say."""
    names = path.name.lower().removesuffix(".gz")
    if names.endswith((".jsonl", ".ndjson")):
        return "jsonl"
    if path.name.lower().endswith(".parquet"):
        return "parquet"
    raise FileRefused(f"{path.name}: expected a name that ends in {FORMS}")


def need_parquet() -> None:
    """Raises FileRefused where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise FileRefused("Parquet needs the package pyarrow, which is not installed here.") from None


def read(path: Path, *, at_once: int = 1000) -> Iterator[Row | BadRow]:
    """The rows of a file in order. What kind of file it is, its first bytes say.

    at_once: rows decoded at a time (Parquet). Raises FileRefused for a file that cannot be read at all, OSError.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PAR1":
        need_parquet()
        yield from _parquet(path, at_once)
    elif head[:2] == b"\x1f\x8b":
        with gzip.open(path, "rb") as lines:
            yield from _lines(path.name, lines)
    else:
        with path.open("rb") as plain:
            yield from _lines(path.name, plain)


def count(path: Path) -> int | None:
    """How many rows there are, where the file says so without being read (Parquet)."""
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return None
    need_parquet()
    with _opened(path) as table:
        return int(table.metadata.num_rows)


def has_whole_numbers(path: Path) -> bool:
    """Whether the ids are the whole numbers of a Parquet column, which an answer in Parquet then keeps."""
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return False
    need_parquet()
    import pyarrow as arrow

    with _opened(path) as table:
        kinds = {field.name: field.type for field in table.schema_arrow}
        return "id" in kinds and arrow.types.is_integer(kinds["id"]) and kinds["id"] != arrow.uint64()


def _lines(name: str, lines: IO[bytes] | gzip.GzipFile) -> Iterator[Row | BadRow]:
    number = 0
    while True:
        number += 1
        try:
            line = lines.readline(MAX_LINE + 1)
            if len(line) > MAX_LINE:
                _skip_line(lines)
        except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
            yield BadRow(name, number, "", "the rest of the gzipped file", str(problem))
            return
        if not line:
            return
        if len(line) > MAX_LINE:
            yield BadRow(name, number, "", f"a line of at most {MAX_LINE:,} bytes")
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield _row(name, number, line)


def _skip_line(lines: IO[bytes] | gzip.GzipFile) -> None:
    while True:
        rest = lines.readline(MAX_LINE)
        if not rest or rest.endswith(b"\n"):
            return


def _row(name: str, number: int, line: bytes) -> Row | BadRow:
    try:
        words = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as problem:
        return BadRow(name, number, "", "text in UTF-8", _short(line[max(problem.start - 10, 0) :].decode("latin-1")))
    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        return BadRow(name, number, "", "a JSON object with id and text on one line", _short(words))
    if not isinstance(value, dict):
        return BadRow(name, number, "", "a JSON object with id and text", _short(words))
    missing = [field for field in ("id", "text") if field not in value]
    if missing:
        return BadRow(name, number, missing[0], "a field of this name", _short(", ".join(value) or "none"))
    return _checked(name, number, value["id"], value["text"])


def _checked(name: str, number: int, key: Any, text: Any) -> Row | BadRow:
    whole = isinstance(key, int) and not isinstance(key, bool)
    if not whole and not (isinstance(key, str) and key.strip()):
        return BadRow(name, number, "id", "a text or a whole number", _short(_plain(key)))
    if not isinstance(text, str) or not text.strip():
        return BadRow(name, number, "text", "a text that is not empty", _short(_plain(text)))
    if len(text) > MAX_TEXT:
        return BadRow(name, number, "text", f"at most {MAX_TEXT:,} characters", f"{len(text):,}")
    for field, words in (("id", key), ("text", text)):
        if isinstance(words, str) and not _is_sound(words):
            return BadRow(name, number, field, "text without halves of characters")
    return key, text


def _is_sound(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _short(words: str) -> str:
    words = " ".join(words.encode(errors="replace").decode().split())
    return words if len(words) <= SHOWN else words[: SHOWN - 1].rstrip() + "…"


def _opened(path: Path) -> Any:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        # Not ahead and not the whole column at once: memory stays where it is for a row group of any size.
        return parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except (arrow.ArrowException, OSError) as problem:
        raise FileRefused(f"{path.name} is not a Parquet file that can be read: {_short(str(problem))}") from None


def _parquet(path: Path, at_once: int) -> Iterator[Row | BadRow]:
    import pyarrow as arrow

    with _opened(path) as table:
        kinds = {field.name: field.type for field in table.schema_arrow}
        for column in ("id", "text"):
            if column not in kinds:
                known = _short(", ".join(kinds) or "none")
                raise FileRefused(f"{path.name}: expected a column “{column}”, found {known}")
        number = 0
        try:
            for batch in table.iter_batches(at_once, columns=["id", "text"], use_threads=False):
                for key, text in zip(_values(batch.column("id")), _values(batch.column("text")), strict=True):
                    number += 1
                    yield _checked(path.name, number, key, text)
        except (arrow.ArrowException, OSError) as problem:
            yield BadRow(path.name, number + 1, "", "the rest of the Parquet file", _short(str(problem)))


def _values(column: Array[Any]) -> list[Any]:
    """The cells of a column; those that are not text although they should be, as bytes."""
    try:
        return column.to_pylist()
    except UnicodeDecodeError:
        return [_value(cell) for cell in column]


def _value(cell: Any) -> Any:
    try:
        return cell.as_py()
    except UnicodeDecodeError:
        return cell.as_buffer().to_pybytes()


def packed(keys: Sequence[Key], answers: Sequence[Answer], form: Form, *, whole_numbers: bool = False) -> Any:
    """Answers, each with the id of its text, as a block that a writer of this form takes: bytes of JSON Lines, or a record batch.

    whole_numbers: ids are integers in Parquet (else text).
    """
    if form == "jsonl":
        return "".join(map(_json, keys, answers)).encode()
    import pyarrow as arrow

    rows = [
        {
            "id": key if whole_numbers else str(key),
            "matches": [_plain_match(match) for match in answer.matches],
            "language": answer.language,
            "note": answer.note,
        }
        for key, answer in zip(keys, answers, strict=True)
    ]
    return arrow.RecordBatch.from_pylist(rows, schema=_schema(whole_numbers))


def _plain_match(match: Match) -> dict[str, Any]:
    return {
        "code": match.code,
        "score": match.score,
        "probability": match.probability,
        "suggested": match.suggested,
        "reasons": [{"start": r.start, "end": r.end, "text": r.text, "weight": r.weight} for r in match.reasons],
    }


def _json(key: Key, answer: Answer) -> str:
    """An answer as a line. Put together here: through values of the json library it takes three times as long."""
    line = f'{{"id":{_quoted(key) if isinstance(key, str) else key},"matches":[{",".join(map(_json_match, answer.matches))}]'
    if answer.language != "en":
        line += f',"language":{_quoted(answer.language)}'
    if answer.note:
        line += f',"note":{_quoted(answer.note)}'
    return line + "}\n"


def _json_match(match: Match) -> str:
    reasons = ",".join([
        f'{{"start":{r.start},"end":{r.end},"text":{_quoted(r.text)},"weight":{_number(r.weight)}}}' for r in match.reasons
    ])  # fmt: skip
    return (
        f'{{"code":{_quoted(match.code)},"score":{_number(match.score)},"probability":{_number(match.probability)},'
        f'"suggested":{"true" if match.suggested else "false"},"reasons":[{reasons}]}}'
    )


def _schema(whole_numbers: bool) -> Schema:
    import pyarrow as arrow

    reason = [("start", arrow.int32()), ("end", arrow.int32()), ("text", arrow.string()), ("weight", arrow.float64())]
    match = [
        ("code", arrow.string()),
        ("score", arrow.float64()),
        ("probability", arrow.float64()),
        ("suggested", arrow.bool_()),
        ("reasons", arrow.list_(arrow.struct(reason))),
    ]
    return arrow.schema(
        [
            ("id", arrow.int64() if whole_numbers else arrow.string()),
            ("matches", arrow.list_(arrow.struct(match))),
            ("language", arrow.string()),
            ("note", arrow.string()),
        ]
    )


class Whole:
    """A file that is written aside and put in its place when the body of the `with` has ended well; else nothing is left of it."""

    def __init__(self, path: Path, *, whole_numbers: bool = False) -> None:
        """whole_numbers: ids are integers in Parquet. Raises FileRefused for a name or place that cannot be written."""
        self.path = path
        self.form = form_of(path)
        self.whole_numbers = whole_numbers
        if self.form == "parquet":
            need_parquet()
        if path.exists() and not path.is_file():
            raise FileRefused(f"{path} is not a file that can be replaced.")
        self._aside = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Self:
        try:
            self._file = self._aside.open("wb", buffering=1 << 18)
        except OSError as problem:
            raise FileRefused(f"{self.path} cannot be written: {problem.strerror}.") from None
        self._writer: Any = self._file
        if self.form == "parquet":
            import pyarrow.parquet as parquet

            self._writer = parquet.ParquetWriter(self._file, _schema(self.whole_numbers), compression="zstd")
        elif self.path.name.lower().endswith(".gz"):
            self._writer = gzip.GzipFile("", "wb", compresslevel=6, fileobj=self._file, mtime=0)
        return self

    def write(self, block: Any) -> None:
        """Add what `packed` made. Raises FileRefused when the disk does not take it."""
        try:
            self._writer.write(block)
        except OSError as problem:
            raise self._failed(problem) from None

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        except OSError as failed:
            raise self._failed(failed) from None
        finally:
            for part in (self._writer, self._file):  # in this order, so that neither writes into a closed file later
                with suppress(OSError):
                    part.close()
            self._aside.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self._writer is not self._file:
            self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._aside.replace(self.path)

    def _failed(self, problem: OSError) -> FileRefused:
        return FileRefused(f"{self.path} could not be written: {problem.strerror or problem}.")
