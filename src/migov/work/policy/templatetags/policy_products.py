"""The documents of a release, for the page on which the government reads it."""

from __future__ import annotations

from typing import Any

from django import template

from migov.work.policy.models import Release
from migov.work.policy.products import queries
from migov.work.policy.review.table import Concordance

register = template.Library()


@register.inclusion_tag("policy/products/released.html", takes_context=True)
def released_documents(context: template.Context, release: Release, table: Concordance) -> dict[str, Any]:
    """The documents of a release and its statement of conformity. table: of the release, as the page has it already."""
    return {
        "offers": queries.offers(release.review, released=True, viewer=context["request"].user),
        "statement": queries.statement(queries.edition_of(release, table)),
    }
