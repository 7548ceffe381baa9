"""Correcting the structure of a version by hand; every form works without scripts."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.work.policy.models import Provision
from migov.work.policy.texts import actions, corrections
from migov.work.policy.texts.addresses import provision_url
from migov.work.policy.texts.errors import Conflict, TextError
from migov.work.policy.texts.forms import CorrectForm, SplitForm
from migov.work.policy.texts.views_versions import version_or_404

PLAIN = {"join": corrections.join, "in": corrections.move_in, "out": corrections.move_out}


def _seen(request: HttpRequest) -> int | None:
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, number: int, provision: int) -> HttpResponse:
    """One provision with all that can be corrected about it."""
    version = version_or_404(request, pk, number)
    access.require(request.user, actions.WRITE, version.text.record)
    try:
        found = version.provisions.select_related("parent").get(pk=provision)
    except (Provision.DoesNotExist, OverflowError):
        raise Http404(_("There is no such provision any more.")) from None
    initial = {"kind": found.kind, "number": found.number, "heading": found.heading, "application": found.application}
    forms: dict[str, CorrectForm | SplitForm] = {"rename": CorrectForm(initial=initial), "split": SplitForm()}
    status = 200
    problem = ""
    if request.method == "POST":
        what = request.POST.get("what", "")
        form: CorrectForm | SplitForm | None = None
        if what == "rename":
            form = forms[what] = CorrectForm(request.POST, initial=initial)
        elif what == "split":
            form = forms[what] = SplitForm(request.POST)
        elif what not in PLAIN:
            raise Http404(_("There is no such correction."))
        if form is None or form.is_valid():
            if what == "rename" and form is not None:
                change = corrections.rename(**form.cleaned_data)
            elif what == "split" and form is not None:
                change = corrections.split(**form.cleaned_data)
            else:
                change = PLAIN[what]()
            try:
                corrections.correct(
                    version, found.pk, change, by=cast(User, request.user), verb=what, seen=_seen(request)
                )
            except Conflict as conflict:
                problem, status = str(conflict), 409
            except TextError as refused:
                status = 422
                if form is not None and refused.field in form.fields:
                    form.add_error(refused.field, str(refused))
                else:
                    problem = str(refused)
            else:
                return _done(request, version.pk, found)
        else:
            status = 422
    context = {
        "part": "texts", "version": version, "text": version.text, "record": version.text.record, "one": found, "rename": forms["rename"],
        "split": forms["split"], "problem": problem,
    }  # fmt: skip
    return render(request, "policy/texts/correct.html", context, status=status)


def _done(request: HttpRequest, version: int, found: Provision) -> HttpResponse:
    """Back to the provision, or to what stands before it now."""
    messages.success(request, _("Corrected: %(label)s.") % {"label": found.label})
    after = Provision.objects.filter(version=version)
    now = after.filter(pk=found.pk).first() or after.filter(order__lt=found.order).order_by("-order").first()
    where = found.version
    return redirect(provision_url(where, now.eid if now else ""))


@require_POST
def check(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say that the structure was looked at and is right."""
    version = version_or_404(request, pk, number)
    try:
        corrections.mark_checked(version, by=cast(User, request.user), seen=_seen(request))
    except TextError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The structure is marked as checked."))
    return redirect("policy:text-version", pk, number)
