"""Why a whole file was not imported."""

from __future__ import annotations

from django.utils.translation import gettext as _


class ImportRefused(Exception):
    """The file cannot be imported; the database is as it was before. `str()` is a sentence for the person who asked."""

    def __init__(self, name: str, reason: str, *, line: int = 0, column: int = 0, expected: str = "") -> None:
        self.name, self.reason, self.line, self.column, self.expected = name, reason, line, column, expected
        where = _(" (line %(line)d, column %(column)d)") % {"line": line, "column": column} if line else ""
        wanted = _(" Expected: %(expected)s.") % {"expected": expected} if expected else ""
        super().__init__(f"{name}{where}: {reason}.{wanted} " + _("Nothing was changed."))


class ImportStopped(Exception):
    """The person who asked stopped the import; the database is as it was before."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s: stopped. Nothing was changed.") % {"name": name})
