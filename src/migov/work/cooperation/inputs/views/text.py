"""The sections of an input: each on a page of its own (services/writing), with guidance, facts and earlier words beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.writing import prose
from migov.services.writing.answers import number
from migov.services.writing.errors import NoSection, Unwritable
from migov.services.writing.pages import SECTION, Pages
from migov.services.writing.standing import Standing
from migov.work.cooperation.inputs import facts, queries, reading, templates
from migov.work.cooperation.inputs.actions import ground, writing
from migov.work.cooperation.inputs.actions.writing import DESK
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.inputs.templates import Part
from migov.work.cooperation.inputs.views import frame
from migov.work.cooperation.models import Input, PulledFact


def _around(request: HttpRequest, paper: Input, standing: Standing[Part]) -> Mapping[str, Any]:
    groups = facts.offered(facts.context_of(paper, standing.text), request.user)
    pulled = queries.pulled(paper, standing.part.code)
    here = {one.key for one in pulled}
    return {
        "groups": [(group, [(fact, fact.key in here) for fact in group.facts]) for group in groups], "pulled": pulled,
        "newer": reading.newer(reading.in_text(pulled, {standing.part.code: standing.text}), facts.by_key(groups)),
        "spoken": _spoken(paper),
    }  # fmt: skip


def _spoken(paper: Input) -> str:
    """How long all of it is that is spoken or handed out."""
    inside = {one.code for one in templates.parts_of(paper) if one.internal}
    words = sum(prose.count(text) for code, text in paper.sections.values_list("code", "text") if code not in inside)
    return queries.spoken(words, paper.type)


def _title(paper: Input, code: str) -> str:
    part = templates.part_of(paper, code)
    return part.title if part else templates.title_of(code)


PAGES = Pages(
    desk=DESK, room="cooperation", frame="cooperation/inputs/frame.html", beside="cooperation/inputs/beside.html",
    find=frame.input_or_404, show=frame.show, standing=reading.section_of,
    neighbours=lambda paper, code: queries.neighbours(templates.parts_of(paper), code), title_of=_title,
    may_write=queries.may_write, around=_around,
)  # fmt: skip


def _offered(request: HttpRequest, paper: Input, code: str, key: str) -> Offered:
    """A fact that is offered now. Raises Http404 for one that is not any more."""
    standing = reading.section_of(paper, code)
    words = standing.text if standing else ""
    found = facts.by_key(facts.offered(facts.context_of(paper, words), request.user)).get(key)
    if found is None:
        raise Http404(_("This fact is not known any more."))
    return found


def _do(request: HttpRequest, pk: int, code: str, said: str, do: Callable[[], Any]) -> HttpResponse:
    try:
        do()
    except NoSection as error:
        raise Http404(str(error)) from None
    except Unwritable as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, said)
    return redirect("cooperation:section", pk=pk, code=code)


@require_POST
def pull(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put a fact into the text."""
    paper = frame.input_or_404(request, pk)
    access.require(request.user, ground.WRITE, paper.record)
    fact = _offered(request, paper, code, request.POST.get("key", ""))
    try:
        made = writing.pull(paper, code, fact, at=_at(request), seen=number(request, "revision"), by=person(request))
    except NoSection as error:
        raise Http404(str(error)) from None
    except Unwritable as error:
        messages.warning(request, str(error))
        return redirect("cooperation:section", pk=pk, code=code)
    messages.success(request, _("The fact stands in the text, with the number of its source."))
    return redirect(f"{reverse('cooperation:section', args=[pk, code])}?at={made.details['ends']}")


def _at(request: HttpRequest) -> int | None:
    """Where the cursor stood; None where nobody says it, as without a script."""
    said = request.POST.get("at", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None


def _pulled(paper: Input, code: str, key: int) -> PulledFact:
    found = PulledFact.objects.current().filter(input=paper, section=code, pk=key).first()
    if found is None:
        raise Http404(_("This fact was changed or taken out meanwhile."))
    return found


@require_POST
def renew(request: HttpRequest, pk: int, code: str, fact: int) -> HttpResponse:
    """Put the newer value of a fact into the text, or (keep) say that the text is right with it."""
    paper = frame.input_or_404(request, pk)
    access.require(request.user, ground.WRITE, paper.record)
    old = _pulled(paper, code, fact)
    now = _offered(request, paper, code, old.key)
    if "keep" in request.POST:
        said = _("Noted: the text stands with the newer value.")
        return _do(request, pk, code, said, lambda: writing.keep(old, now, by=person(request)))
    return _do(request, pk, code, _("The newer value stands."), lambda: writing.renew(old, now, by=person(request)))


@require_POST
def drop(request: HttpRequest, pk: int, code: str, fact: int) -> HttpResponse:
    """Take a fact from the list of sources."""
    paper = frame.input_or_404(request, pk)
    access.require(request.user, ground.WRITE, paper.record)
    old = _pulled(paper, code, fact)
    said = _("The source was taken out. The sentence stands as it is.")
    return _do(request, pk, code, said, lambda: writing.drop(old, by=person(request)))


urlpatterns: list[URLPattern | URLResolver] = [
    path("inputs/", include(PAGES.urlpatterns())),
    path(f"inputs/{SECTION}pull/", pull, name="section-pull"),
    path(f"inputs/{SECTION}facts/<int:fact>/renew/", renew, name="section-renew"),
    path(f"inputs/{SECTION}facts/<int:fact>/drop/", drop, name="section-drop"),
]
