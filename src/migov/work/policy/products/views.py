"""Documents of a review to download: for the office from the rows as they stand, for the government from the newest release."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.services.documents import Rendered
from migov.work.policy.products import queries
from migov.work.policy.products.catalogue import DOCUMENTS, Document
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.views import frame


@require_safe
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be made of a review, with the statement of conformity that its judgements bear out."""
    review = frame.review_or_404(request, pk)
    release = review.releases.order_by("-number").first()
    edition = queries.as_judged(review)
    return frame.show(
        request, review, "documents", "policy/products/review.html", offers=queries.offers(review), release=release,
        released=queries.offers(review, released=True) if release else [], table=edition.table,
        statement=queries.statement(edition),
    )  # fmt: skip


@require_safe
def document(request: HttpRequest, pk: int, product: str, fmt: str) -> HttpResponse:
    """A document of the rows as they stand, marked as a draft. For the office."""
    review = frame.review_or_404(request, pk)
    return _made(_asked(product, fmt), queries.as_judged(review, base_url=_base(request)), fmt)


@require_safe
def released(request: HttpRequest, pk: int, product: str, fmt: str) -> HttpResponse:
    """A document of the newest release. For the government it was released to, and the office."""
    release = frame.release_or_404(request, pk)
    asked = _asked(product, fmt)
    if asked.whole_text and not queries.may_read_text(request.user, release.review):
        raise Http404(_("The text was not shared with you."))
    return _made(asked, queries.as_released(release, base_url=_base(request)), fmt)


def _asked(product: str, fmt: str) -> Document:
    found = DOCUMENTS.get(product)
    if found is None:
        raise Http404(_("There is no such document."))
    if fmt not in found.formats:
        made = ", ".join(name.upper() for name in found.formats)
        raise Http404(_("This document is made as %(formats)s.") % {"formats": made})
    return found


def _made(asked: Document, edition: Edition, fmt: str) -> HttpResponse:
    if asked.of_frameworks and not any(source.kind == "framework" for source in edition.table.sources):
        raise Http404(_("The text was not compared with a framework."))
    return _saved(asked.make(edition, fmt))


def _saved(made: Rendered) -> HttpResponse:
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
