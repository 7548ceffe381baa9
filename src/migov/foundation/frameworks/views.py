"""Pages of frameworks: the list, one framework as a tree, one element, and downloads."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from migov.foundation.frameworks import exports, queries
from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.frameworks.panels import panels_for
from migov.foundation.people import access

UNFOLDED = 60  # trees with no more elements than this are shown unfolded


@require_safe
def frameworks(request: HttpRequest) -> HttpResponse:
    """All frameworks that work can be aligned to."""
    access.require(request.user, "frameworks.see")
    return render(request, "frameworks/list.html", {"found": queries.frameworks()})


@require_safe
def framework(request: HttpRequest, code: str) -> HttpResponse:
    """One framework as a tree, filtered by words and, where it makes a difference, by what migration work touches."""
    access.require(request.user, "frameworks.see")
    found = get_object_or_404(Framework, code=code)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    migration_only = request.GET.get("migration") == "1"
    nodes = queries.tree(found, words=words, migration_only=migration_only)
    shown = [node for top in nodes for node in top.walk()]
    context = {
        "framework": found,
        "nodes": nodes,
        "words": words,
        "migration_only": migration_only,
        "has_others": found.elements.filter(migration=False).exists(),
        "matches": sum(node.matches for node in shown),
        "filtered": bool(words or migration_only),
        "unfold": bool(words) or len(shown) <= UNFOLDED,
    }
    return render(request, "frameworks/framework.html", context)


@require_safe
def element(request: HttpRequest, code: str, element_code: str) -> HttpResponse:
    """One element: what belongs to it, what it is linked to, and what other rooms know about it."""
    access.require(request.user, "frameworks.see")
    try:
        found = queries.element_by(code, element_code)
    except Element.DoesNotExist as missing:
        raise Http404 from missing
    before, after = queries.beside(found)
    context = {
        "element": found,
        "framework": found.framework,
        "ancestors": queries.ancestors(found),
        "below": [e for e in queries.descendants(found) if e.parent_id == found.pk],
        "neighbours": queries.by_framework(queries.neighbours(found)),
        "panels": panels_for(request, found),
        "before": before,
        "after": after,
    }
    return render(request, "frameworks/element.html", context)


@require_safe
def framework_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The framework's elements as CSV."""
    access.require(request.user, "frameworks.see")
    found = get_object_or_404(Framework, code=code)
    response = StreamingHttpResponse(exports.csv_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return response


@require_safe
def framework_skos(request: HttpRequest, code: str) -> JsonResponse:
    """The framework and its links as SKOS in JSON-LD."""
    access.require(request.user, "frameworks.see")
    found = get_object_or_404(Framework, code=code)
    response = JsonResponse(
        exports.skos(found, request.build_absolute_uri("/")),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = f'attachment; filename="{found.code}.jsonld"'
    return response
