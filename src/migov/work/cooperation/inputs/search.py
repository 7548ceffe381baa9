"""What the search page finds among inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell import formats
from migov.foundation.shell.search import Hit
from migov.work.cooperation.inputs import queries


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Inputs whose title, request, meeting or mechanism holds every word. One query and those of the roles."""
    for one in queries.asked(user, queries.Asked(queries.ALL, query))[:limit]:
        said = [
            str(one.get_type_display()),
            str(one.get_state_display()),
            formats.day(one.delivered_on) if one.delivered_on else "",
        ]
        yield Hit(one.record.title, url_of(one.record), _("Inputs"), " · ".join(filter(None, said)))
