"""Pages about the API: what it is, one's own keys."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from ninja.errors import HttpError

from migov.exchange.api import errors, v1
from migov.exchange.api.actions import KeyRefused, make_key, revoke_key
from migov.exchange.api.auth import KeyAuth
from migov.exchange.api.forms import KeyForm
from migov.exchange.api.models import ApiKey
from migov.foundation.people import access
from migov.services.alignment.access import person


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the API offers, address by address."""
    access.require(request.user, "contributions.see")
    routes = [
        (method.upper(), path, operation.get("summary", ""), operation.get("description", ""))
        for path, operations in v1.schema()["paths"].items()
        for method, operation in operations.items()
    ]
    base = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/about.html", {"routes": routes, "base": base})


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API for programs, for who is signed in or has a key."""
    if not request.user.is_authenticated:
        try:
            key = KeyAuth()(request)
        except HttpError:
            key = None
        if key is None:
            return errors.refusal(401, _("Sign in, or send a key: Authorization: Bearer migov_…"))
    return JsonResponse(v1.schema(), json_dumps_params={"indent": 1})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """One's own keys; a new one is shown this once."""
    access.require(request.user, "contributions.see")
    user, form, made = person(request), KeyForm(), None
    status = 200
    if request.method == "POST":
        form, status = KeyForm(request.POST), 422
        if form.is_valid():
            try:
                _key, made = make_key(by=user, **form.cleaned_data)
            except KeyRefused as refused:
                form.add_error(refused.field or None, str(refused))
            else:
                form, status = KeyForm(), 201
    found = ApiKey.objects.filter(person=user)
    return render(request, "api/keys.html", {"form": form, "keys": found, "made": made}, status=status)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a key of one's own."""
    access.require(request.user, "contributions.see")
    if not ApiKey.objects.filter(pk=pk, person=person(request)).exists():
        raise Http404(_("You have no such key."))
    revoke_key(pk, by=person(request))
    messages.success(request, _("The key is revoked: it opens nothing any more."))
    return redirect("api:keys")


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """An address under the API that it does not have."""
    return errors.not_found(request)
