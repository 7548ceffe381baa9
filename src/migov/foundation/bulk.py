"""Writing many rows fast, without building a model object for each.

A :class:`BulkWriter` hands out primary keys in blocks, so that rows can point at each other before any of them is written, and writes
plain tuples: many rows per statement on SQLite, ``COPY`` on PostgreSQL. Constraints of the database stay on; signals, `save()` and
model validation are passed by, so whoever writes in bulk answers for the values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import chain, count
from typing import Any, Self

from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models
from django.db.transaction import TransactionManagementError

FIRST_KEYS, MOST_KEYS = 100, 20_000  # on PostgreSQL, per question to the sequence; doubled each time
VARIABLES_PER_STATEMENT = 4000  # on SQLite: longer statements are no faster and take much memory


class BulkTable:
    """Rows waiting to be written to one table. `rows` may be extended directly; each row follows `columns`."""

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        self.model = model
        self.label = model._meta.label
        self.rows: list[tuple[Any, ...]] = []
        self.written = 0
        fields = [_field(model, name) for name in names]
        self.columns = [str(field.column) for field in fields]
        missing = [
            field.name
            for field in model._meta.concrete_fields
            if field not in fields
            and not (field.null or field.has_db_default() or isinstance(field, models.AutoField | models.BigAutoField))
        ]
        if missing:
            raise ValueError(f"{self.label}: rows need a value for {', '.join(missing)}")


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise ValueError(f"{model._meta.label} has no field {name!r}") from error
    if not getattr(field, "concrete", False) or field.many_to_many:
        raise ValueError(f"{model._meta.label}.{name} is not a column")
    return field  # type: ignore[return-value]


class BulkWriter:
    """Writes rows of several tables in the order in which the tables were announced: announce parents first.

    Works only inside a transaction. Values are what the database takes as it is: numbers, text, None, booleans; dates as ISO text,
    decimals as text, JSON as text, moments through :meth:`moment`.

    With `behind`, :meth:`flush` returns at once and the rows are written while the caller makes the next ones. The connection then
    belongs to the writing until :meth:`wait`: call it before any other query. Use the writer as a context manager, so that the writing
    has ended before the transaction does.
    """

    def __init__(self, using: str = "default", *, behind: bool = False) -> None:
        self.connection = connections[using]
        if not self.connection.in_atomic_block:
            raise TransactionManagementError("Bulk writing needs a transaction around it.")
        self._tables: dict[str, BulkTable] = {}
        self._ids: dict[str, Iterator[int]] = {}
        self._pool = ThreadPoolExecutor(1, "bulk-writer") if behind else None
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def wait(self) -> None:
        """Wait for rows that are being written. Raises what the database said of them."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def table(self, model: type[models.Model], names: Sequence[str]) -> BulkTable:
        """Announce a table and the fields that its rows give, in order.

        Raises ValueError for a name that is no column, for a column that must have a value and is not named, and for a table
        announced twice.
        """
        table = BulkTable(model, names)
        if table.label in self._tables:
            raise ValueError(f"{table.label} is announced already")
        self._tables[table.label] = table
        return table

    def ids(self, model: type[models.Model]) -> Iterator[int]:
        """An endless supply of primary keys that nobody else has or will get. Unused ones leave a gap and do no harm."""
        label = model._meta.label
        if label not in self._ids:
            fresh = self._ids_sqlite if self.connection.vendor == "sqlite" else self._ids_postgresql
            self._ids[label] = fresh(model)
        return self._ids[label]

    def _ids_sqlite(self, model: type[models.Model]) -> Iterator[int]:
        # The write lock is ours until the end of the transaction, so nobody counts beside us. sqlite_sequence follows by itself.
        table, column = model._meta.db_table, model._meta.pk.column
        with self.connection.cursor() as cursor:
            cursor.execute(f'SELECT max("{column}") FROM "{table}"')  # noqa: S608  (names from the model's meta)
            highest = cursor.fetchone()[0] or 0
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            given = cursor.fetchone()
        return count(max(highest, given[0] if given else 0) + 1)

    def _ids_postgresql(self, model: type[models.Model]) -> Iterator[int]:
        table, column = model._meta.db_table, model._meta.pk.column
        block = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"

        def blocks() -> Iterator[int]:
            wanted = FIRST_KEYS
            while True:
                self.wait()
                with self.connection.cursor() as cursor:
                    cursor.execute(block, [f'"{table}"', column, wanted])
                    keys = [row[0] for row in cursor.fetchall()]
                yield from keys
                wanted = min(wanted * 2, MOST_KEYS)

        return blocks()

    def moment(self, value: datetime | None) -> Any:
        """A moment as the database takes it. `value` carries its time zone."""
        return None if value is None else self.connection.ops.adapt_datetimefield_value(value)

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return sum(len(table.rows) for table in self._tables.values())

    def written(self) -> dict[str, int]:
        """Rows written so far, by model label."""
        return {label: table.written for label, table in self._tables.items() if table.written}

    def flush(self) -> None:
        """Write what waits. Raises the database's own errors (IntegrityError, DataError), which undo the whole transaction; of rows
        written behind, at the next flush or wait.
        """
        self.wait()
        batch = []
        for table in self._tables.values():
            if table.rows:
                batch.append((table, table.rows))
                table.rows = []
        if not batch:
            return
        if self._pool is None:
            self._write_all(batch)
        else:
            self._pending = self._pool.submit(self._write_all, batch)

    def _write_all(self, batch: list[tuple[BulkTable, list[tuple[Any, ...]]]]) -> None:
        for table, rows in batch:
            self._write(table, rows)
            table.written += len(rows)

    def _write(self, table: BulkTable, rows: list[tuple[Any, ...]]) -> None:
        name = self.connection.ops.quote_name(table.model._meta.db_table)
        columns = ", ".join(self.connection.ops.quote_name(column) for column in table.columns)
        if self.connection.vendor == "sqlite":
            # Past Django's cursor, which would rewrite the placeholders of these long statements each time.
            with self.connection.wrap_database_errors:
                for statement, values in _statements(name, columns, len(table.columns), rows):
                    self.connection.connection.execute(statement, values)
            return
        copying = f"COPY {name} ({columns}) FROM STDIN"
        # The driver's own connection: Django's is tied to the thread that opened it.
        driver = self.connection.connection
        with self.connection.wrap_database_errors, driver.cursor() as cursor, cursor.copy(copying) as copy:
            write = copy.write_row
            for row in rows:
                write(row)


def _statements(
    name: str, columns: str, width: int, rows: Sequence[tuple[Any, ...]]
) -> Iterable[tuple[str, list[Any]]]:
    """INSERT statements of many rows each; one row at a time would look up sqlite_sequence for every row."""
    per_statement = max(1, VARIABLES_PER_STATEMENT // width)
    one = "(" + ", ".join(["?"] * width) + ")"
    full = f"INSERT INTO {name} ({columns}) VALUES " + ", ".join([one] * per_statement)  # noqa: S608
    for start in range(0, len(rows), per_statement):
        part = rows[start : start + per_statement]
        statement = (
            full
            if len(part) == per_statement
            else f"INSERT INTO {name} ({columns}) VALUES " + ", ".join([one] * len(part))  # noqa: S608
        )
        yield statement, list(chain.from_iterable(part))
