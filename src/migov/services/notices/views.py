"""A person's notices, and how they want to be told."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people.models import User
from migov.services.notices import actions, queries
from migov.services.notices.models import Mailing

ROWS = 50


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """All notices of the person who asks, newest first."""
    person = cast(User, request.user)
    found = Paginator(queries.notices_of(person).select_related("record"), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": found, "unread": queries.unread(person), "mailing": queries.mailing_of(person), "ways": Mailing.choices,
    }  # fmt: skip
    return render(request, "notices/list.html", context)


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where a notice leads, which marks it as read."""
    person = cast(User, request.user)
    notice = get_object_or_404(queries.notices_of(person), pk=pk)
    actions.read(person, [notice.pk])
    return redirect(notice.url or "notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    number = actions.read(cast(User, request.user))
    messages.success(
        request, ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", number) % {"n": number}
    )
    return redirect("notices:list")


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Choose how to be mailed."""
    try:
        actions.prefer(cast(User, request.user), request.POST.get("mailing", ""))
    except ValueError:
        messages.error(request, _("Choose one of the three ways."))
    else:
        messages.success(request, _("Saved."))
    return redirect("notices:list")
