"""Pages of the learned models: what is in use, the card of each version, training and going back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.services.alignment import reading
from migov.services.alignment.access import decides, person
from migov.services.documents.charts import render_png, render_svg
from migov.services.suggestions import cards, learning, shelf
from migov.services.suggestions.models import ModelVersion


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """Every framework with the model in use and the versions there are."""
    access.require(request.user, "matching.see")
    context = {
        "rows": shelf.in_use(),
        "fewest": learning.FEWEST,
        "fewest_rejected": learning.FEWEST_REJECTED,
        "may_train": access.allowed(request.user, "matching.train"),
        "may_judge": decides(request.user),
    }
    return render(request, "suggestions/models.html", context)


@require_safe
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one version."""
    version = _version(request, pk)
    points = cards.bins(version.card)
    active = learning.active(version.framework)
    context: dict[str, Any] = {
        "version": version,
        "active": active,
        "verdict": cards.verdict(version),
        "rows": cards.rows(version.card),
        "held_out": cards.held_out_decisions(version.card),
        "built_on": cards.built_on(version.card),
        "name": reading.model_words(cards.exact_name(version), version.framework.short_title),
        "exact_name": cards.exact_name(version),
        "miscalibrated": cards.miscalibrated(version.card),
        "aim": cards.promised(version.card),
        "since": version.card.get("since") or {},
        "since_rows": cards.rows(version.card.get("since")),
        "bins": points,
        "sources": version.card.get("sources") or [],
        "may_train": access.allowed(request.user, "matching.train"),
        "previous": shelf.before(version),
        "may_use": version.state == ModelVersion.State.RETIRED,
    }
    return render(request, "suggestions/model.html", context)


@require_safe
def reliability(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The picture of a version's probabilities."""
    version = _version(request, pk)
    points = cards.bins(version.card)
    if fmt not in ("svg", "png") or not points:
        raise Http404(_("There is no such picture."))
    spec = cards.reliability_chart(points)
    if fmt == "svg":
        return HttpResponse(render_svg(spec), content_type="image/svg+xml")
    response = HttpResponse(render_png(spec), content_type="image/png")
    name = f"{version.framework.code}-model-{version.number}-reliability.png"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def train(request: HttpRequest, framework: str) -> HttpResponse:
    """Ask for a training; its job shows how far it is."""
    access.require(request.user, "matching.train")
    found = get_object_or_404(Framework, code=framework)
    try:
        job = learning.ask_to_train(found, by=person(request))
    except learning.CannotLearn as told:
        messages.error(request, f"{found}: {told}")
        return redirect("suggestions:models")
    return redirect("jobs:page", pk=job.pk)


@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a version in use."""
    access.require(request.user, "matching.train")
    version = _version(request, pk)
    try:
        learning.activate(version, by=person(request))
    except learning.CannotLearn as told:
        messages.error(request, str(told))
    else:
        words = _(
            "Model %(number)s of %(framework)s is in use from now on. Proposals that are waiting stay as they are."
        )
        messages.success(request, words % {"number": version.number, "framework": version.framework})
    return redirect("suggestions:model", pk=pk)


@require_POST
def base(request: HttpRequest, framework: str) -> HttpResponse:
    """Go back to the base model of a framework."""
    access.require(request.user, "matching.train")
    found = get_object_or_404(Framework, code=framework)
    if learning.use_none(found, by=person(request)):
        words = _(
            "%(framework)s is matched by the base model from now on. Proposals that are waiting stay as they are."
        )
        messages.success(request, words % {"framework": found})
    else:
        messages.info(request, _("%(framework)s is matched by the base model already.") % {"framework": found})
    return redirect("suggestions:models")


def _version(request: HttpRequest, pk: int) -> ModelVersion:
    access.require(request.user, "matching.see")
    return get_object_or_404(shelf.versions(), pk=pk)
