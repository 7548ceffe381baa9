"""What can be wrong with a pack: where it is, what was expected, what was found."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one place. `row` counts as a spreadsheet does: the header is row 1."""

    file: str
    row: int | None
    field: str
    expected: str
    found: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += ", " + _("row %(row)s") % {"row": self.row}
        if self.field:
            where += f", {self.field}"
        said = _("%(where)s: expected %(expected)s") % {"where": where, "expected": self.expected}
        if self.found:
            said += ", " + _("found “%(found)s”") % {"found": shortened(self.found)}
        return said


class PackRefused(ValueError):
    """A pack was refused as a whole; nothing was changed. `faults` holds the first 50, `total` counts them all."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults[:SHOWN]
        self.total = len(faults)
        lines = [_("The pack “%(name)s” was refused; nothing was changed.") % {"name": name}, *map(str, self.faults)]
        if self.total > SHOWN:
            lines.append(_("… and %(count)s more.") % {"count": self.total - SHOWN})
        super().__init__("\n".join(lines))


def shortened(words: str, length: int = 80) -> str:
    """The words on one line, cut at a word's end with an ellipsis when they are longer than `length` characters."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    head = line[: length - 1]
    if " " in head[length // 2 :]:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:.") + "…"
