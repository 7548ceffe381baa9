"""The rules by which reviewers are asked: as sentences, to change, and to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.shell import formats
from migov.services.clearance import actions
from migov.services.clearance import views_frame as frame
from migov.services.clearance.forms import RuleForm, TryForm
from migov.services.clearance.models import ReviewRule
from migov.services.clearance.rules import FLAGS, Needed, explain
from migov.services.clearance.subjects import Concerns, Refused, subjects

CHANGE = "clearance.rules"


@dataclass(frozen=True)
class Said:
    """A rule in words."""

    rule: ReviewRule
    sentence: str


def sentence(rule: ReviewRule) -> str:
    """A rule as a person would say it."""
    who = _("%(role)s for %(theme)s") if rule.theme else "%(role)s"
    words = {"who": who % {"role": rule.get_role_display(), "theme": rule.theme}, "when": _when(rule)}
    days = ngettext("%d working day", "%d working days", rule.days) % rule.days
    waits = _("The decision waits for it.") if rule.required else _("The decision does not wait for it.")
    return f"{_('Asked: %(who)s, %(when)s.') % words} {waits} {_('Time: %s.') % days}"


def _when(rule: ReviewRule) -> str:
    """The conditions of a rule, in words."""
    found = []
    if rule.theme:
        found.append(_("the work is about that theme"))
    if rule.place:
        found.append(_("it is carried out in %s") % formats.place(rule.place))
    if rule.donor:
        names = [part.strip() for part in rule.donor.split("|") if part.strip()]
        found.append(_("the donor's name has “%s”") % _("” or “").join(names))
    if rule.at_least is not None:
        found.append(_("the budget is %s or more") % formats.money(rule.at_least, settings.MIGOV_REPORTING_CURRENCY))
    if rule.flag:
        found.append(_(FLAGS[rule.flag]) if rule.flag in FLAGS else rule.flag.replace("-", " "))
    return _("where %s") % _(" and ").join(found) if found else _("always")


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All rules, and the form to try them."""
    user = frame.staff(request)
    tried, needed = _tried(request)
    by_subject: dict[str, list[Said]] = {one.code: [] for one in subjects()}
    for rule in ReviewRule.objects.select_related("theme", "place"):
        by_subject.setdefault(rule.subject, []).append(Said(rule, sentence(rule)))
    labels = {one.code: str(one.label) for one in subjects()}
    groups: Sequence[tuple[str, list[Said]]] = [(labels.get(code, code), rows) for code, rows in by_subject.items()]
    context: dict[str, Any] = {
        "groups": [(label, rows) for label, rows in groups if rows], "may_change": access.allowed(user, CHANGE),
        "form": tried, "needed": needed, "currency": settings.MIGOV_REPORTING_CURRENCY,
    }  # fmt: skip
    return render(request, "clearance/rules.html", context)


def _tried(request: HttpRequest) -> tuple[TryForm, list[Needed] | None]:
    """The form, and who would be asked; None when nothing was tried."""
    if "subject" not in request.GET:
        return TryForm(initial=request.GET.dict()), None
    form = TryForm(request.GET)
    if not form.is_valid():
        return form, None
    said = form.cleaned_data
    concerns = Concerns(
        themes=frozenset(theme.code for theme in said["theme"]), places=frozenset(place.code for place in said["place"]),
        donors=(said["donor"],) if said["donor"] else (), budget=said["budget"], flags=frozenset(said["flag"]),
    )  # fmt: skip
    return form, explain(concerns, said["subject"])


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    user = frame.staff(request)
    access.require(user, CHANGE)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen()
        try:
            made = actions.add_rule(code=_code(chosen["subject"], chosen["seat"]), by=user, **chosen)
        except (Refused, ValidationError) as refused:
            _say(form, refused)
        else:
            messages.success(
                request, _("The rule “%s” was added. It holds for what is handed in from now on.") % made.seat
            )
            return redirect("clearance:rules")
    return _form(request, form, None)


def _code(subject: str, seat: str) -> str:
    """A code that no rule has."""
    beginning = slugify(f"{subject}-{seat}")[:50] or subject
    taken = set(ReviewRule.objects.filter(code__startswith=beginning).values_list("code", flat=True))
    return next(
        code for n in range(1, len(taken) + 3) if (code := beginning if n == 1 else f"{beginning}-{n}") not in taken
    )


def _say(form: RuleForm, refused: Refused | ValidationError) -> None:
    """What the action refused, beside the field where there is one."""
    if isinstance(refused, ValidationError) and hasattr(refused, "error_dict"):
        for name, faults in refused.message_dict.items():
            form.add_error(name if name in form.fields else None, faults)
    else:
        form.add_error(None, " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change a rule."""
    user = frame.staff(request)
    access.require(user, CHANGE)
    rule = get_object_or_404(ReviewRule, pk=key)
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_rule(rule.pk, by=user, **form.chosen())
        except (Refused, ValidationError) as refused:
            _say(form, refused)
        else:
            messages.success(request, _("The rule was changed. Reviews that stand keep the seats they have."))
            return redirect("clearance:rules")
    return _form(request, form, rule)


def _form(request: HttpRequest, form: RuleForm, rule: ReviewRule | None) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "clearance/rule.html", {"form": form, "rule": rule}, status=status)


@require_POST
def switch(request: HttpRequest, key: int) -> HttpResponse:
    """Switch a rule on or off."""
    user = frame.staff(request)
    access.require(user, CHANGE)
    rule = get_object_or_404(ReviewRule, pk=key)
    active = request.POST.get("active") == "yes"
    actions.switch_rule(rule, active=active, by=user)
    words = _("“%s” is asked for again.") if active else _("“%s” is no longer asked for.")
    messages.success(request, words % rule.seat)
    return redirect("clearance:rules")


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/new/", add, name="rule-add"),
    path("rules/<int:key>/", change, name="rule"),
    path("rules/<int:key>/switch/", switch, name="rule-switch"),
]
