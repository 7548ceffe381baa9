"""The structure of a framework: read from a document with a preview, and changed by hand."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.files.formats import NotAccepted
from migov.work.governance.models import CooperationFramework, Part, PartJudgement, PartKind
from migov.work.governance.unsdcf.actions import framework as frameworks
from migov.work.governance.unsdcf.actions import parts as actions
from migov.work.governance.unsdcf.actions.ground import WRITE, Conflict, UnsdcfError
from migov.work.governance.unsdcf.forms import PartForm, ReadForm
from migov.work.governance.unsdcf.queries import judging
from migov.work.governance.unsdcf.reading import sources
from migov.work.governance.unsdcf.reading.draft import UNDER, Draft
from migov.work.governance.unsdcf.reading.sources import Unreadable
from migov.work.governance.unsdcf.views.page import framework_or_404

KEPT_SECONDS = 3600
KEEPABLE = (".docx", ".pdf", ".xlsx")


def writable(request: HttpRequest, pk: int) -> CooperationFramework:
    """The framework, for those who write its structure. Raises PermissionDenied, Http404."""
    found = framework_or_404(request, pk)
    access.require(request.user, WRITE, found.record)
    return found


@require_safe
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """All parts, each with what can be done with it."""
    found = writable(request, pk)
    tree = judging.tree(found)
    context = {
        "part": "unsdcf", "found": found, "record": found.record, "tree": tree,
        "unread": sum(not part.checked for _depth, part in tree),
    }  # fmt: skip
    return render(request, "governance/unsdcf/parts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int, part: int | None = None) -> HttpResponse:
    """Add a part, or change one. ?under= names the part that a new one stands under."""
    found = writable(request, pk)
    row = _part_or_404(found, part) if part is not None else None
    if request.method != "POST":
        return _form(request, found, PartForm(of=found, part=row, initial=_begin(request, found, row)), row)
    form = PartForm(request.POST, of=found, part=row)
    if not form.is_valid():
        return _form(request, found, form, row, 422)
    try:
        made = actions.write(found, form.said(), by=person(request), part=row, seen=form.cleaned_data["seen"])
    except UnsdcfError as refused:
        clash = isinstance(refused, Conflict)
        if clash and row is not None:
            sent = request.POST.copy()
            sent["seen"] = str(_part_or_404(found, row.pk).revision)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, found, form, row, 409 if clash else 422)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('governance:unsdcf-parts', args=[pk])}#part-{made.pk}")


def _begin(request: HttpRequest, found: CooperationFramework, row: Part | None) -> dict[str, Any]:
    if row is not None:
        names = ("kind", "number", "text", "baseline", "target", "source")
        return {name: getattr(row, name) for name in names} | {"parent": row.parent_id, "seen": row.revision}
    under = request.GET.get("under", "")
    above = found.parts.filter(pk=int(under)).first() if under.isdecimal() and len(under) < 18 else None
    kinds = [kind for kind, over in UNDER.items() if above is not None and above.kind in over]
    return {"kind": kinds[0] if kinds else PartKind.OUTCOME, "parent": above.pk if above else None}


def _form(
    request: HttpRequest, found: CooperationFramework, form: PartForm, row: Part | None, status: int = 200
) -> HttpResponse:
    context = {"part": "unsdcf", "found": found, "record": found.record, "form": form, "row": row}
    return render(request, "governance/unsdcf/part_form.html", context, status=status)


def _part_or_404(found: CooperationFramework, key: int) -> Part:
    try:
        row = found.parts.filter(pk=key).first()
    except OverflowError:
        row = None
    if row is None:
        raise Http404(_("There is no such part. Somebody may have removed it meanwhile."))
    return row


@require_POST
def deed(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a part, remove it, or mark it as read: do is "up-12", with the key of the part."""
    found = writable(request, pk)
    asked, _dash, key = request.POST.get("do", "").partition("-")
    row = _part_or_404(found, int(key) if key.isdecimal() and len(key) < 18 else 0)
    by = person(request)
    here = reverse("governance:unsdcf-parts", args=[pk])
    try:
        if asked in ("up", "down"):
            actions.move(row, -1 if asked == "up" else 1, by=by)
        elif asked == "read":
            actions.mark_read(found, [row.pk], by=by)
        elif asked == "remove":
            gone = actions.remove(row, by=by)
            messages.success(request, ngettext("%d part was removed.", "%d parts were removed.", gone) % gone)
            return redirect(here)
        else:
            raise Http404(_("This cannot be done with a part."))
    except UnsdcfError as refused:
        messages.error(request, str(refused))
    return redirect(f"{here}#part-{row.pk}")


@require_POST
def read_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a person read all parts."""
    found = writable(request, pk)
    done = actions.mark_read(found, by=person(request))
    messages.success(request, ngettext("%d part is marked as read.", "%d parts are marked as read.", done) % done)
    return redirect("governance:unsdcf-parts", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what the structure is read from, then see what was found."""
    found = writable(request, pk)
    if request.method != "POST":
        return _read_form(request, found, ReadForm())
    form = ReadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _read_form(request, found, form, 422)
    said = form.cleaned_data
    upload = said.get("file")
    name = upload.name if upload else _("pasted text")
    try:
        draft = sources.read_file(upload.file, name, upload.size or 0) if upload else sources.read_text(said["text"])
    except Unreadable as refused:
        form.add_error("file" if upload else "text", str(refused))
        return _read_form(request, found, form, 422)
    if upload and said["keep"] and name.lower().endswith(KEEPABLE):
        try:
            frameworks.keep_document(found, upload, by=person(request))
            messages.success(request, _("“%(name)s” is kept among the documents.") % {"name": name})
        except NotAccepted as refused_file:
            messages.warning(request, _("The file was read but not kept: %(why)s") % {"why": refused_file})
    token = uuid.uuid4().hex
    kept = {"person": person(request).pk, "framework": found.pk, "draft": draft, "name": name[:200]}
    cache.set(_kept(token), kept, KEPT_SECONDS)
    return _preview(request, found, draft, name, token)


@require_POST
def keep(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Keep the chosen parts of a preview."""
    found = writable(request, pk)
    user = person(request)
    kept = cache.get(_kept(token)) if len(token) == len(uuid.uuid4().hex) else None
    # It is spent before anything is kept: of two clicks at once only one keeps the parts.
    if not kept or kept["person"] != user.pk or kept["framework"] != found.pk or not cache.delete(_kept(token)):
        messages.error(request, _("This preview is no longer kept. Choose the file once more."))
        return redirect("governance:unsdcf-read", pk=pk)
    draft: Draft = kept["draft"]
    chosen = {int(text) for text in request.POST.getlist("keep") if text.isdecimal() and len(text) < 6}
    replace = request.POST.get("way") == "replace"
    try:
        number = actions.keep(found, draft.parts, chosen, by=user, replace=replace, came_from=kept["name"])
    except UnsdcfError as refused:
        cache.set(_kept(token), kept, KEPT_SECONDS)
        return _preview(request, found, draft, kept["name"], token, chosen=chosen, problem=str(refused), status=422)
    words = ngettext(
        "%d part was kept. Read it and mark it as read.", "%d parts were kept. Read them and mark them as read.", number
    )
    said = words % number
    if there := len(chosen) - number:
        more = ngettext("%d was there already.", "%d were there already.", there)
        said = f"{said} {more % there}"
    messages.success(request, said)
    return redirect("governance:unsdcf-parts", pk=pk)


def _kept(token: str) -> str:
    return f"unsdcf-read-{token}"


def _read_form(request: HttpRequest, found: CooperationFramework, form: ReadForm, status: int = 200) -> HttpResponse:
    context = {"part": "unsdcf", "found": found, "record": found.record, "form": form}
    return render(request, "governance/unsdcf/read.html", context, status=status)


def _preview(
    request: HttpRequest, found: CooperationFramework, draft: Draft, name: str, token: str, *, chosen: set[int] | None = None,
    problem: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    there = found.parts.count()
    context = {
        "part": "unsdcf", "found": found, "record": found.record, "draft": draft, "name": name, "token": token, "problem": problem,
        "rows": [(at, depth, one, chosen is None or at in chosen) for at, depth, one in draft.tree()], "there": there,
        "judged": bool(there) and PartJudgement.objects.filter(part__framework=found).exists(),
    }  # fmt: skip
    return render(request, "governance/unsdcf/preview.html", context, status=status)
