"""What was written for the demonstration is marked as not real, and recognised again by its source."""

from __future__ import annotations

from migov.foundation.records.models import Record


class Marks:
    """The records of one part of the demonstration. source: begins what their records say of where they came from."""

    def __init__(self, source: str) -> None:
        self.source = source

    def name(self, key: str) -> str:
        """What the record of a piece says of where it came from."""
        return f"{self.source}: {key}"

    def mark(self, record: Record, key: str) -> None:
        """Say that a record is illustrative, and which piece it is."""
        Record.objects.filter(pk=record.pk).update(illustrative=True, source=self.name(key))

    def there(self, key: str) -> bool:
        """Whether a piece was written already."""
        return Record.objects.filter(source=self.name(key)).exists()
