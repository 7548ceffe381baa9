"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from migov.foundation.shell import search as registry

LONGEST_QUERY = 200
FEW, MANY = 8, 100


def search(request: HttpRequest) -> HttpResponse:
    """Everything the viewer may see that matches ?q=, by kind; ?kind= shows one kind in full."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    kind = request.GET.get("kind", "")
    groups = registry.search(query, request.user, MANY if kind else FEW)
    if kind:
        groups = [group for group in groups if group.label == kind]
    return render(
        request,
        "shell/search.html",
        {
            "search_query": query,
            "kind": kind,
            "groups": groups,
            "too_short": len(query) < registry.SHORTEST,
            "found": sum(len(group.hits) for group in groups),
        },
    )
