"""What a roll-up is asked for: the filter of the portfolio, the time, and the day on which it was known. Read from an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.history import end_of_day
from migov.foundation.people.access import Viewer
from migov.foundation.shell import typed
from migov.work.projects.filters import BadFilter, PortfolioFilter, read_filter
from migov.work.results.rollups.wholes import Window

UNTIL, AS_OF, BY = "until", "as_of", "by"
OWN = (UNTIL, AS_OF, BY)


@dataclass(frozen=True)
class RollUpQuestion:
    """errors: parameter → what is wrong with it; then nothing may be answered."""

    filter: PortfolioFilter
    window: Window
    as_of: date | None
    until: date | None
    errors: dict[str, str]

    @property
    def kept(self) -> str:
        """The own parameters as a query string."""
        pairs = ((UNTIL, self.until), (AS_OF, self.as_of))
        return "&".join(f"{name}={value.isoformat()}" for name, value in pairs if value)

    @property
    def query(self) -> str:
        """The whole question as a query string."""
        return "&".join(part for part in (self.filter.to_query(), self.kept) if part)

    def words(self) -> str:
        """The question in one line, for the file that it is exported to."""
        parts = [self.filter.words(), _("values of periods that ended by %s") % self.window.until.isoformat()]
        if self.as_of:
            parts.append(_("as reported on %s") % self.as_of.isoformat())
        return "; ".join(parts)


def read(data: QueryDict, viewer: Viewer, today: date | None = None) -> RollUpQuestion:
    """The question of an address. From year and to year bound the periods too; `until` is a day, `as_of` the day of the knowledge."""
    today = today or timezone.localdate()
    plain = data.copy()
    given = {name: (plain.pop(name, [""]) or [""])[-1] for name in OWN}
    errors: dict[str, str] = {}
    try:
        filter = read_filter(plain, viewer)
    except BadFilter as wrong:
        filter, errors = wrong.filter, wrong.errors
    days: dict[str, date | None] = {}
    for name in (UNTIL, AS_OF):
        try:
            days[name] = typed.day(given[name])
        except typed.Unreadable as unreadable:
            days[name], errors[name] = None, str(unreadable)
    if (as_of := days[AS_OF]) and as_of > today:
        errors[AS_OF] = _("Nobody knows yet what will be known on %s.") % as_of.isoformat()
    last = date(filter.to_year, 12, 31) if filter.to_year else as_of or today
    window = Window(
        until=days[UNTIL] or last,
        since=date(filter.from_year, 1, 1) if filter.from_year else None,
        known=end_of_day(as_of) if as_of and AS_OF not in errors else None,
    )
    return RollUpQuestion(filter, window, as_of, days[UNTIL], errors)
