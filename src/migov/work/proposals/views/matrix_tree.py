"""What the page of the matrix, and the tree alone, are made of."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import format_html

from migov.work.proposals import matrix_checks
from migov.work.proposals.models import Proposal, TargetStep
from migov.work.proposals.queries import matrix as queries
from migov.work.proposals.queries import papers
from migov.work.proposals.views.matrix_cards import Maker, furnish, summary


def context(request: HttpRequest, proposal: Proposal, focus: str = "") -> dict[str, Any]:
    """The tree as cards, with what the checks found. focus: anchor of the row whose title gets the cursor."""
    tree = queries.matrix_of(proposal)
    findings = matrix_checks.checks_of(proposal, tree)
    writes = papers.may_write(request.user, proposal)
    cards = Maker(tree, matrix_checks.beside(findings), writes, focus).cards()
    furnish(cards, request)
    csrf = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return {
        "matrix": tree, "cards": cards, "summary": summary(findings, cards), "may_write": writes,
        "steps": TargetStep.choices, "csrf": csrf,
    }  # fmt: skip
