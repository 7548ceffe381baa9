"""Pages of documents: those of a record, one with its facts and alignments, its text, its file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment_actions
from migov.services.alignment.access import person
from migov.services.alignment.errors import AlignmentError
from migov.services.alignment.models import Alignment, Status
from migov.services.alignment.panel import page_of
from migov.services.files import actions, panel, queries, work
from migov.services.files.actions import About
from migov.services.files.formats import BY_TYPE, NotAccepted
from migov.services.files.forms import AddForm, DescribeForm, VersionForm
from migov.services.files.models import Document

PASSAGES = 30  # on one page of the reader: some ten pages of a document
SANDBOX = "sandbox; default-src 'none'"


def _record(request: HttpRequest, pk: int) -> Record:
    """The record that documents belong to, when the user may see it; otherwise it is not found."""
    return get_object_or_404(Record.objects.visible_to(request.user).standing().filter(parent__isnull=True), pk=pk)


def _document(request: HttpRequest, pk: int) -> Document:
    try:
        return queries.document_for(request.user, pk)
    except (Document.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such document, or you may not see it.")) from None


def _latest(request: HttpRequest, pk: int) -> Document:
    """A document that may be changed: the latest version, by people who keep it."""
    document = _document(request, pk)
    access.require(request.user, "files.change", document.record)
    if document.record.removed_at is not None:
        raise Http404(_("There is a newer version of this document; change that one."))
    return document


@require_http_methods(["GET", "HEAD", "POST"])
def of_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The documents of a record; with POST, files that are added to it. A file that is refused does not hold up the others."""
    record = _record(request, pk)
    if request.method != "POST":
        return render(request, "files/of.html", {**panel.context(request, record), "record_url": page_of(record)})
    access.require(request.user, "files.add", record)
    form = AddForm(request.POST, request.FILES)
    if form.is_valid():
        added = _add_all(request, record, form)
        if added:
            one_or_more = ngettext("%(number)s document was added.", "%(number)s documents were added.", len(added))
            messages.success(request, one_or_more % {"number": len(added)})
        if form.is_valid():
            return redirect("files:page", pk=added[0].pk) if len(added) == 1 else redirect("files:of", pk=pk)
    context = {**panel.context(request, record, form), "record_url": page_of(record)}
    return render(request, "files/of.html", context, status=422)


def _add_all(request: HttpRequest, record: Record, form: AddForm) -> list[Document]:
    """Add every file that is accepted; the form says of the others why not."""
    added = []
    for file in form.cleaned_data["file"]:
        try:
            document = actions.add(record, file, by=person(request), about=form.about())
        except NotAccepted as refused:
            form.add_error("file", str(refused))
            continue
        work.read_soon(document, by=person(request))
        added.append(document)
    return added


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it is, its versions, what it is aligned with."""
    return _page(request, _document(request, pk))


def _page(request: HttpRequest, document: Document, status: int = 200, **forms: Any) -> HttpResponse:
    record = document.record
    latest = record.removed_at is None
    may_change = latest and access.allowed(request.user, "files.change", document.record)
    about = {"title": record.title, "kind": document.kind, "date": document.date, "language": document.language}
    context = {
        "document": document,
        "record": record,
        "latest": latest,
        "of_url": page_of(document.of),
        "format": BY_TYPE.get(document.content_type),
        "versions": queries.versions(document, request.user),
        "may_change": may_change,
        "describe_form": forms.get("describe_form") or (DescribeForm(initial=about) if may_change else None),
        "version_form": forms.get("version_form") or (VersionForm() if may_change else None),
        "opened": next(iter(forms), ""),
    }
    return render(request, "files/document.html", context, status=status)


@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a document as it was read, some passages at a time, with the words that speak for its alignments marked.

    ?passage= opens the part that holds a passage and marks it.
    """
    document = _document(request, pk)
    internal = access.is_internal(request.user)
    asked = _number(request.GET.get("passage", ""))
    paginator = Paginator(document.passages.order_by("number"), PASSAGES)
    wanted = request.GET.get("page") or (str((asked - 1) // PASSAGES + 1) if asked else "1")
    shown = paginator.get_page(wanted)
    speaking = queries.speaks(document.record) if internal and document.record.removed_at is None else []
    marked = queries.marks_of(speaking)
    found = queries.pieces(document, list(shown), marked)
    rows = {one.alignment.pk: one.alignment for one in speaking}
    for piece in found:
        piece.elements = [rows[key] for key in marked.get(piece.passage or 0, {})]
    context = {
        "document": document, "record": document.record, "pieces": found, "page": shown, "asked": asked,
        "marked": sorted(marked), "of_url": page_of(document.of), "latest": document.record.removed_at is None,
    }  # fmt: skip
    return render(request, "files/text.html", context)


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was added: always to be saved, never to be shown or run by the browser."""
    document = _document(request, pk)
    try:
        file = document.file.open("rb")
    except FileNotFoundError:
        raise Http404(_("The stored file is not there any more.")) from None
    response = FileResponse(file, as_attachment=True, filename=document.name, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a document is."""
    document = _latest(request, pk)
    form = DescribeForm(request.POST)
    if not form.is_valid():
        return _page(request, document, 422, describe_form=form)
    actions.describe(document, form.about(), by=person(request))
    messages.success(request, _("Saved."))
    return redirect("files:page", pk=pk)


@require_POST
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a new version in the place of a document."""
    document = _latest(request, pk)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        about = About(kind=document.kind, language=document.language)
        try:
            made = actions.add(
                document.of, form.cleaned_data["file"], by=person(request), about=about, replaces=document
            )
        except NotAccepted as refused:
            form.add_error("file", str(refused))
        else:
            work.read_soon(made, by=person(request))
            messages.success(request, _("Version %(number)s was added.") % {"number": made.version})
            return redirect("files:page", pk=made.pk)
    return _page(request, document, 422, version_form=form)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a document again."""
    document = _latest(request, pk)
    job = work.read_soon(document, by=person(request))
    if job is not None:
        return redirect("jobs:page", pk=job.pk)
    return redirect("files:page", pk=pk)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document from the register."""
    document = _latest(request, pk)
    actions.remove(document, by=person(request))
    messages.success(
        request, _("“%(title)s” was removed. Its file and its history are kept.") % {"title": document.record}
    )
    return redirect("files:of", pk=document.of_id)


@require_POST
def declare(request: HttpRequest, pk: int, alignment: int) -> HttpResponse:
    """Declare for a record what one of its documents is confirmed to speak for, with a note that says which."""
    record = _record(request, pk)
    access.require(request.user, "alignment.declare", record)
    keys = queries.documents_of(record, request.user).order_by().values("pk")
    rows = Alignment.objects.current().filter(record__in=keys, status=Status.CONFIRMED)
    row = get_object_or_404(rows.select_related("element__framework", "record"), pk=alignment)
    note = _("From the document “%(title)s”.") % {"title": row.record}
    try:
        alignment_actions.declare(record, row.element, significance=row.significance, note=note, by=person(request))
        messages.success(request, _("%(element)s was declared.") % {"element": row.element})
    except AlignmentError as error:
        messages.error(request, f"{row.element}: {error}")
    return redirect(page_of(record))
