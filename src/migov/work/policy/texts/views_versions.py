"""Pages of a version: its structure and words, the comparison with another, Akoma Ntoso."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.work.policy.models import Provision, TextVersion, VersionState
from migov.work.policy.models.texts import CONTAINERS
from migov.work.policy.texts import actions, akn, comparing, markup, queries, storing, work
from migov.work.policy.texts.errors import TextError
from migov.work.policy.texts.markup import Entry
from migov.work.policy.texts.views import TONES, say_version, text_or_404

STATES = {
    "unchanged": gettext_lazy("unchanged"), "changed": gettext_lazy("changed"), "moved": gettext_lazy("moved"),
    "renumbered": gettext_lazy("renumbered"), "new": gettext_lazy("new"), "dropped": gettext_lazy("dropped"),
}  # fmt: skip
STATE_TONES = {"changed": "warn", "new": "good", "dropped": "bad"}


def version_or_404(request: HttpRequest, pk: int, number: int) -> TextVersion:
    """The version that the address names. Raises PermissionDenied for who does not enter policy support, Http404 where it is not seen."""
    access.require(request.user, "policy.enter")
    try:
        return queries.version_for(request.user, pk, number)
    except (TextVersion.DoesNotExist, OverflowError):
        raise Http404(_("There is no such version, or you may not see it.")) from None


def correct_at(version: TextVersion) -> str:
    """Address where provisions of a version are corrected, the key of the provision still to be put behind it."""
    return reverse("policy:text-correct", args=[version.text_id, version.number, 0]).removesuffix("0/")


def contents_of(provisions: list[Provision]) -> list[Entry]:
    """The parts, chapters and articles of a version as a tree; of a text without them, whatever stands highest."""
    roots: list[Entry] = []
    known: dict[int, Entry] = {}
    for one in provisions:
        if one.kind not in CONTAINERS and one.kind != "article" and (one.parent_id is not None or not one.heading):
            continue
        entry = known[one.pk] = Entry(one)
        above = known.get(one.parent_id or 0)
        (above.children if above else roots).append(entry)
    return roots


@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version: its structure beside its words."""
    version = version_or_404(request, pk, number)
    provisions = queries.outline(version)
    text = version.text
    numbers = list(text.versions.order_by("number").values_list("number", flat=True))
    may_write = access.allowed(request.user, actions.WRITE, text.record)
    reading = work.at_work(version)
    state = VersionState.FAILED if version.state == VersionState.READING and not reading else version.state
    context = {
        "part": "texts", "version": version, "text": text, "record": text.record, "tones": TONES,
        "entries": markup.contents(contents_of(provisions)),
        "shown": markup.words(provisions, correct_at(version) if may_write else ""),
        "doubts": version.found.get("doubts", []), "earlier": [one for one in numbers if one < number][-1:],
        "internal": access.is_internal(request.user), "may_write": may_write,
        "counts": Counter(one.kind for one in provisions), "reading": reading, "state": state,
    }  # fmt: skip
    return render(request, "policy/texts/version.html", context)


@require_POST
def read(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Find the structure of a version anew."""
    version = version_or_404(request, pk, number)
    access.require(request.user, actions.WRITE, version.text.record)
    try:
        work.structure_soon(version, by=cast(User, request.user))
    except TextError as refused:
        messages.error(request, str(refused))
    else:
        version.refresh_from_db()
        say_version(request, version)
    return redirect("policy:text-version", pk, number)


def _number(request: HttpRequest, name: str, usual: int, known: list[int]) -> int:
    said = request.GET.get(name, "")
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and len(said) < 6 and int(said) in known):
        raise Http404(_("There is no such version."))
    return int(said)


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each article from one version to another; the last two where the address names none."""
    text = text_or_404(request, pk)
    versions = {one.number: one for one in text.versions.order_by("number")}
    known = list(versions)
    if len(known) < 2:
        raise Http404(_("There is only one version; nothing can be compared."))
    later = _number(request, "to", known[-1], known)
    earlier = _number(request, "from", max((one for one in known if one < later), default=known[0]), known)
    changes = comparing.compare(versions[earlier], versions[later])
    counts: Counter[str] = Counter(change.state for change in changes)
    all_shown = request.GET.get("show") == "all"
    context: dict[str, Any] = {
        "part": "texts", "text": text, "record": text.record, "versions": list(versions.values()), "before": versions[earlier],
        "after": versions[later], "counts": [(code, word, counts[code]) for code, word in STATES.items() if counts[code]],
        "changes": [change for change in changes if all_shown or change.state != "unchanged"], "states": STATES,
        "state_tones": STATE_TONES, "all_shown": all_shown, "unchanged": counts["unchanged"],
    }  # fmt: skip
    return render(request, "policy/texts/compare.html", context)


@require_safe
def akoma_ntoso(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as Akoma Ntoso."""
    version = version_or_404(request, pk, number)
    text = version.text
    provisions = queries.outline(version)
    if not provisions:
        raise Http404(_("No structure was found in this version yet."))
    about = akn.About(
        title=text.record.title, kind="bill" if text.kind == "bill" else "act", country=text.country.iso2 if text.country else "",
        language=text.language, dated=version.dated or text.adopted_on, number=f"text-{text.pk}-{version.number}", label=version.label,
        made=timezone.localdate(version.added_at),
    )  # fmt: skip
    content = akn.write(storing.outline_of(version, provisions), about)
    answer = HttpResponse(content, content_type="application/xml; charset=utf-8")
    name = slugify(text.record.title)[:60] or "text"
    answer["Content-Disposition"] = f'attachment; filename="{name}-v{version.number}.xml"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
