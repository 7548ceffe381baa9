"""Pages of texts: the list, a text with its versions, adding and describing. Those of one version are in `views_versions`."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.files import File
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.records.themes import themes_of
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document
from migov.work.policy.models import AssistanceRequest, LegalText, TextVersion, VersionState
from migov.work.policy.texts import actions, beside, queries, sheets
from migov.work.policy.texts.errors import TextError
from migov.work.policy.texts.forms import AddForm, DescribeForm, RemoveForm, VersionForm

TONES = {"reading": "warn", "read": "", "checked": "good", "failed": "bad"}
LONGEST_TEXT = 200


def text_or_404(request: HttpRequest, pk: int) -> LegalText:
    """The text that the address names. Raises PermissionDenied for who does not enter policy support, Http404 where it is not seen."""
    access.require(request.user, "policy.enter")
    try:
        return queries.text_for(request.user, pk)
    except (LegalText.DoesNotExist, OverflowError):
        raise Http404(_("There is no such text, or you may not see it.")) from None


def filter_of(request: HttpRequest) -> tuple[queries.TextFilter, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message. One query at most."""
    said = {name: " ".join(request.GET.get(name, "").split()) for name in ("q", "country", "kind", "status")}
    errors = {
        name: _("“%(text)s” is not known here.") % {"text": said[name][:60]}
        for name, known in (("kind", dict(queries.KINDS)), ("status", dict(queries.STATUSES)))
        if said[name] and said[name] not in known
    }
    if "\x00" in said["q"] or len(said["q"]) > LONGEST_TEXT:
        errors["q"] = _("Write at most %(most)s characters of plain text.") % {"most": LONGEST_TEXT}
    place = (
        Place.objects.filter(code=said["country"]).first()
        if said["country"] and "\x00" not in said["country"]
        else None
    )
    if said["country"] and place is None:
        errors["country"] = _("“%(text)s” is not known here.") % {"text": said["country"][:60]}
    given = {name: "" if name in errors else said[name] for name in ("q", "kind", "status")}
    return queries.TextFilter(country=place, **given), errors


@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """The texts that the viewer may see, filtered and sorted as the address says."""
    access.require(request.user, "policy.enter")
    filter, errors = filter_of(request)
    sort = request.GET.get("sort", "")
    found = queries.listed(queries.matching(filter, request.user), sort) if not errors else LegalText.objects.none()
    page = Paginator(found, queries.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "part": "texts", "filter": filter, "errors": errors, "typed": request.GET, "page": page, "rows": list(page), "sort": sort,
        "query": "&".join(f"{name}={value}" for name, value in filter.params().items()), "tones": TONES,
        "states": dict(VersionState.choices), "kinds": queries.KINDS, "statuses": queries.STATUSES,
        "countries": queries.countries(request.user), "formats": LIST_FORMATS, "internal": access.is_internal(request.user),
        "may_add": access.allowed(request.user, "texts.add"), "any": bool(filter.params()) or bool(page.paginator.count),
    }  # fmt: skip
    return render(request, "policy/texts/list.html", context)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    access.require(request.user, "policy.enter")
    filter, errors = filter_of(request)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    found = queries.listed(queries.matching(filter, request.user), request.GET.get("sort", ""))
    try:
        return list_response(sheets.texts_report(found, filter, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def _came_with(request: HttpRequest) -> tuple[AssistanceRequest | None, Document | None]:
    """The request, and the document of it, that the address names to be taken in as a text. Raises Http404 where they are not seen."""
    said, document = request.GET.get("request", ""), request.GET.get("document", "")
    if not said and not document:
        return None, None
    if not (said.isascii() and said.isdigit() and (not document or (document.isascii() and document.isdigit()))):
        raise Http404(_("There is no such request."))
    seen = Record.objects.visible_to(request.user).standing()
    try:
        found = (
            AssistanceRequest.objects.select_related("record", "country")
            .filter(record__in=seen)
            .filter(pk=int(said))
            .first()
        )
        if found is None:
            raise Http404(_("There is no such request, or you may not see it."))
        if not document:
            return found, None
        file = (
            Document.objects.visible_to(request.user)
            .standing()
            .select_related("record")
            .filter(of_id=found.pk, pk=int(document))
            .first()
        )
    except OverflowError:
        file = None
    if file is None or not actions.suffix_of(file):
        raise Http404(_("There is no such document, or no text can be read from it."))
    return found, file


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a text with its first version. ?request= and &document= take in a document that came with a request."""
    access.require(request.user, "policy.enter")
    access.require(request.user, "texts.add")
    came_with, document = _came_with(request)
    if request.method != "POST":
        place = Place.objects.filter(code=request.GET.get("country", "")[:12], is_territory=True).first()
        initial: dict[str, Any] = {"country": place, "kind": "bill"}
        if came_with is not None:
            initial |= {
                "country": came_with.country, "shared": came_with.country is not None, "themes": themes_of(came_with.record),
            }  # fmt: skip
        if document is not None:
            initial |= {"title": document.record.title, "language": document.language or "en", "dated": document.date}
        return _new(request, AddForm(initial=initial, with_file=document is None), came_with, document)
    form = AddForm(request.POST, request.FILES, with_file=document is None)
    if not form.is_valid():
        return _new(request, form, came_with, document, 422)
    try:
        made, version = _add(request, form, came_with, document)
    except (TextError, NotAccepted) as refused:
        field = refused.field if isinstance(refused, TextError) else "file"
        form.add_error(field if field in form.fields else None, str(refused))
        return _new(request, form, came_with, document, 422)
    say_version(request, version)
    return redirect("policy:text-version", made.pk, version.number)


def _add(
    request: HttpRequest, form: AddForm, came_with: AssistanceRequest | None, document: Document | None
) -> tuple[LegalText, TextVersion]:
    """The text and its first version; where the file is refused, neither."""
    said, details, by = form.cleaned_data, form.details(), cast(User, request.user)
    with transaction.atomic():
        made = actions.add_text(
            title=details.title, kind=details.kind, country=said["country"], by=by, citation=details.citation,
            language=details.language, request=came_with, status=details.status, summary=details.summary, url=details.url,
            adopted_on=details.adopted_on, in_force_on=details.in_force_on, shared=details.shared,
            themes=details.themes,
        )  # fmt: skip
        given = {"by": by, "label": said["label"], "dated": said["dated"]}
        if document is None:
            return made, actions.add_version(made, said["file"], **given)
        with document.file.open("rb") as file:
            return made, actions.add_version(made, File(file, name=document.name), **given)


def _new(
    request: HttpRequest,
    form: AddForm,
    came_with: AssistanceRequest | None,
    document: Document | None,
    status: int = 200,
) -> HttpResponse:
    lost = [file.name for file in request.FILES.getlist("file")] if form.is_bound else []
    context = {"part": "texts", "form": form, "came_with": came_with, "document": document, "lost": lost}
    return render(request, "policy/texts/new.html", context, status=status)


def say_version(request: HttpRequest, version: TextVersion) -> None:
    """Tell the person what was found in a version."""
    if version.state == VersionState.READING:
        return  # its page says so as long as it lasts
    if version.state == VersionState.FAILED:
        messages.warning(request, version.why)
    else:
        number = int(version.found.get("articles", 0))
        words = ngettext("%(number)s article was found.", "%(number)s articles were found.", number)
        messages.success(request, words % {"number": number})


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A text with its versions."""
    return _page(request, text_or_404(request, pk))


def _page(request: HttpRequest, text: LegalText, form: VersionForm | None = None, status: int = 200) -> HttpResponse:
    may_write = access.allowed(request.user, actions.WRITE, text.record)
    context = {
        "part": "texts", "text": text, "record": text.record, "versions": queries.versions(text), "tones": TONES, "may_write": may_write,
        "adding": (form or VersionForm()) if may_write else None, "internal": access.is_internal(request.user),
        "slots": beside.of_text(text, request.user), "shared": text.record.visibility in ("partners", "public"),
        "came_with": text.request if text.request and _sees(request.user, text.request.record) else None,
    }  # fmt: skip
    return render(request, "policy/texts/text.html", context, status=status)


def _sees(user: Any, record: Record) -> bool:
    return access.allowed(user, "requests.see", record)


@require_POST
def add_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a version to a text."""
    text = text_or_404(request, pk)
    access.require(request.user, actions.WRITE, text.record)
    form = VersionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, text, form, 422)
    said = form.cleaned_data
    try:
        version = actions.add_version(
            text, said["file"], by=cast(User, request.user), label=said["label"], dated=said["dated"]
        )
    except (TextError, NotAccepted) as refused:
        form.add_error("file", str(refused))
        return _page(request, text, form, 422)
    say_version(request, version)
    return redirect("policy:text-version", text.pk, version.number)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a text, and say whether its government sees it."""
    text = text_or_404(request, pk)
    access.require(request.user, actions.WRITE, text.record)
    form = DescribeForm(request.POST) if request.method == "POST" else DescribeForm(initial=DescribeForm.of(text))
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe(text, form.details(), by=cast(User, request.user))
        except TextError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("policy:text", text.pk)
    return _edit(request, text, form, RemoveForm(), 422 if form.errors else 200)


def _edit(
    request: HttpRequest, text: LegalText, form: DescribeForm, removing: RemoveForm, status: int = 200
) -> HttpResponse:
    context = {
        "part": "texts", "form": form, "text": text, "record": text.record, "removing": removing, "reviews": queries.reviews_on(text),
    }  # fmt: skip
    return render(request, "policy/texts/edit.html", context, status=status)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a text from the register, with a reason."""
    text = text_or_404(request, pk)
    access.require(request.user, actions.WRITE, text.record)
    removing, title = RemoveForm(request.POST), text.record.title
    describing = DescribeForm(initial=DescribeForm.of(text))
    if not removing.is_valid():
        return _edit(request, text, describing, removing, 422)
    try:
        actions.remove(text, reason=removing.cleaned_data["reason"], by=cast(User, request.user))
    except TextError as refused:
        removing.add_error(refused.field or None, str(refused))
        return _edit(request, text, describing, removing, 409)
    messages.success(request, _("“%(title)s” was removed.") % {"title": title})
    return redirect("policy:texts")
