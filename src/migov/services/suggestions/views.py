"""Having the matcher read one record, from its panel of alignments."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment import panel
from migov.services.alignment.access import person
from migov.services.suggestions import actions, answering, matcher, sources, work
from migov.services.suggestions.actions import NothingToRead, Reading
from migov.services.suggestions.reading import READABLE


@require_POST
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the matcher read the record, for one framework or for all that are open; the panel again for htmx."""
    visible = Record.objects.visible_to(request.user).standing().select_related("office", "parent")
    found = get_object_or_404(visible, pk=pk)
    access.require(request.user, "alignment.declare", found)
    framework = request.POST.get("framework", "").strip()
    readings: Sequence[Reading] = ()
    wrong = False
    chosen = [framework] if framework else None
    try:
        if _is_long(found):
            work.ask_to_read_one(found, chosen, by=person(request))
            words = _(
                "It is long, so it is read in the background. Jobs shows how far it is; the suggestions appear here."
            )
        else:
            readings = actions.suggest(found, chosen, by=person(request))
            words = said(readings)
    except NothingToRead as error:
        words, wrong = str(error), True
    if getattr(request, "htmx", False):
        context = panel.context(request, found, words=words, wrong=wrong, readings=readings)
        return render(request, "alignment/panel.html", context)
    (messages.error if wrong else messages.success)(request, words)
    return redirect("alignment:record", pk=found.pk)


def _is_long(record: Record) -> bool:
    wording = sources.wordings([record]).get(record.pk) if sources.by_passage(record.kind) else None
    return wording is not None and answering.is_long(matcher.current(), wording)


def said(readings: Sequence[Reading]) -> str:
    """What the matcher made of a record, in a sentence or two."""
    if not readings:
        return _("Everything is decided here already. Choose one framework to have it read again.")
    proposed = sum(len(reading.proposed) for reading in readings)
    withdrawn = sum(len(reading.withdrawn) for reading in readings)
    unread = [reading for reading in readings if not reading.fits and reading.answer.language not in READABLE]
    nothing = [reading.framework.short_title for reading in readings if not reading.fits and reading not in unread]
    words = []
    if proposed:
        one_or_more = ngettext("%(number)s element is proposed.", "%(number)s elements are proposed.", proposed)
        words.append(one_or_more % {"number": proposed})
    elif any(reading.fits for reading in readings):
        words.append(_("Nothing new: what fits is proposed or decided already."))
    if withdrawn:
        one_or_more = ngettext(
            "%(number)s earlier suggestion was withdrawn.", "%(number)s earlier suggestions were withdrawn.", withdrawn
        )
        words.append(one_or_more % {"number": withdrawn})
    if unread:
        words.append(unread[0].answer.note)
    if nothing:
        words.append(_("Nothing fits in: %(frameworks)s.") % {"frameworks": ", ".join(nothing)})
    return " ".join(words)
