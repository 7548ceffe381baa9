"""The heat map: which elements the text treats, where, and what is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from migov.work.policy.review.queries import concordance
from migov.work.policy.review.queries.coverage import spots
from migov.work.policy.review.views import frame


@require_safe
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Elements and articles by how far the text treats them."""
    review = frame.review_or_404(request, pk)
    found = spots(concordance(review))
    context: dict[str, Any] = {
        "groups": [
            {
                "source": source, "spots": those, "treated": sum(bool(one.heat) for one in those),
                "missing": [one for one in those if one.judged and one.heat == 0], "open": sum(not one.judged for one in those),
                "unnamed": sum(one.unnamed for one in those),
            }
            for source, those in found
        ]
    }  # fmt: skip
    return frame.show(request, review, "coverage", "policy/review/coverage.html", **context)


urlpatterns: list[URLPattern] = [path("reviews/<int:pk>/coverage/", coverage, name="review-coverage")]
