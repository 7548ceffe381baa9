"""Pages of lists, bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import AfterValidator, AwareDatetime

LARGEST = 200
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="The page, from 1.")]
Size = Annotated[int, Query(ge=1, le=LARGEST, description="How many on a page.")]


def _plausible(moment: datetime) -> datetime:
    if (
        not 1900 <= moment.year < 3000
    ):  # databases cannot turn the first and last days of the calendar into other time zones
        raise ValueError(_("a moment from 1900 to 2999 was expected"))
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]


def page_of(
    found: QuerySet[Any], number: int, size: int, shown: Callable[[Sequence[Any]], list[Any]]
) -> dict[str, Any]:
    """A page of what was found, each as `shown` says. Raises Http404 beyond the last page."""
    paginator = Paginator(found, size)
    try:
        page = paginator.page(number)
    except EmptyPage:
        raise Http404(_("There is no such page: the last one is %d.") % paginator.num_pages) from None
    return {"items": shown(list(page)), "page": number, "pages": paginator.num_pages, "total": paginator.count}
