"""What is wrong with a file that was to be loaded: all of it is told at once, and nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import SHOWN, Fault


class LoadRefused(ValueError):
    """A file was refused as a whole; nothing was changed. `faults` holds the first 50, `total` counts them all."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.name = name
        self.faults = list(faults[:SHOWN])
        self.total = len(faults)
        super().__init__("\n".join([_("%(name)s was refused; nothing was changed.") % {"name": name}, *self.lines]))

    @property
    def lines(self) -> list[str]:
        """The faults in words, and how many more there are."""
        said = [str(fault) for fault in self.faults]
        if self.total > SHOWN:
            said.append(_("… and %(count)s more.") % {"count": self.total - SHOWN})
        return said


def entry_fault(file: str, entry: int, field: str, expected: str, found: object = "") -> Fault:
    """What is wrong with one entry of a TOML or JSON file; entries are counted from 1."""
    return Fault(f"{file}, {_('entry %(entry)s') % {'entry': entry}}", None, field, expected, str(found))
