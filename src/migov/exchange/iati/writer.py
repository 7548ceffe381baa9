"""New activities into the database, in batches."""

from __future__ import annotations

from migov.exchange.iati.tables import NAMES, Rows
from migov.foundation.bulk import BulkTable, BulkWriter

ROWS_PER_FLUSH = 20_000


class ActivityWriter:
    """Collects the rows of new activities and writes them when enough have come together."""

    def __init__(self, writer: BulkWriter, tables: dict[str, BulkTable]) -> None:
        self._writer = writer
        self._tables = [(name, tables[name]) for name in NAMES]
        self._waiting = 0

    def add(self, rows: Rows) -> None:
        """Queue the rows of an activity."""
        for name, table in self._tables:
            fresh = getattr(rows, name)
            if fresh:
                table.rows.extend(fresh)
                self._waiting += len(fresh)
        if self._waiting >= ROWS_PER_FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write all that waits."""
        self._writer.flush()
        self._waiting = 0
