"""The steps of an input's life: taken on, declined, offices asked and answering, opened again, delivered, followed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from migov.services.alignment.access import person
from migov.services.writing.answers import number
from migov.services.writing.errors import Unwritable
from migov.work.cooperation.inputs import forms
from migov.work.cooperation.inputs.actions import life, offices
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.views import clearance, frame
from migov.work.cooperation.inputs.views.page import show_page
from migov.work.cooperation.models import Input, OfficeAsked

Show = Callable[..., HttpResponse]


def _step(
    request: HttpRequest, paper: Input, form: django_forms.Form, name: str, do: Callable[..., Any], said: str, show: Show = show_page,
    to: str = "cooperation:input",
) -> HttpResponse:  # fmt: skip
    """Check a form and take the step; where it cannot be taken, the page with what was typed. name: of the form on the page."""
    refusal = ""
    if form.is_valid():
        try:
            do(paper, by=person(request), **form.cleaned_data)
        except Unwritable as refused:
            field = getattr(refused, "field", "")
            if field in form.fields:
                form.add_error(field, str(refused))
            else:
                refusal = str(refused)  # of the page: after a stale form the page may have no such form any more
        else:
            messages.success(request, said)
            return redirect(to, pk=paper.pk)
    again = frame.input_or_404(request, paper.pk)
    return show(request, again, status=422, **{name: form, "refusal": refusal})


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an input on, or give it to a colleague."""

    def do(paper: Input, *, owner: Any, revision: int, by: Any) -> None:
        life.take(paper, owner=owner, seen=revision, by=by)

    paper = frame.input_or_404(request, pk)
    return _step(
        request, paper, forms.TakeForm(request.POST), "take_form", do, _("Taken on. Its sections wait to be written.")
    )


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an input is not written, and why."""
    paper = frame.input_or_404(request, pk)
    said = _("Declined. Who asked was told why.")
    return _step(request, paper, forms.ReasonForm(request.POST), "decline_form", life.decline, said)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask country offices for their contribution."""

    def do(paper: Input, *, by: Any, **said: Any) -> None:
        asked = said.pop("offices")
        offices.ask(paper, asked, by=by, **said)

    paper = frame.input_or_404(request, pk)
    return _step(request, paper, forms.AskForm(request.POST, paper=paper), "ask_form", do, _("The offices were asked."))


def _asked(paper: Input, key: int) -> OfficeAsked:
    found = paper.asked.select_related("office").filter(pk=key).first()
    if found is None:
        raise Http404(_("This office is not asked any more."))
    return found


@require_POST
def answer(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """An office answers."""
    paper = frame.input_or_404(request, pk)
    row, text = _asked(paper, asked), request.POST.get("answer", "")
    try:
        offices.answer(row, text=text, seen=number(request, "revision"), by=person(request))
    except InputRefused as refused:
        more = {"answering": row.pk, "typed_answer": text, "answer_error": str(refused)}
        return show_page(request, frame.input_or_404(request, pk), status=422, **more)
    messages.success(request, _("Your contribution was sent."))
    return redirect(f"{reverse('cooperation:input', args=[pk])}#asked-{asked}")


@require_POST
def withdraw(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """Ask an office no longer."""
    paper = frame.input_or_404(request, pk)
    try:
        offices.withdraw(_asked(paper, asked), by=person(request))
    except InputRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The office is not asked any more."))
    return redirect("cooperation:input", pk=pk)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Write on an input that was cleared."""
    paper = frame.input_or_404(request, pk)
    form, said = forms.ReasonForm(request.POST), _("Open again. It has to be cleared anew.")
    return _step(request, paper, form, "reopen_form", life.reopen, said, clearance.show_page)


@require_POST
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when and by whom an input was delivered."""
    paper = frame.input_or_404(request, pk)
    form, said = forms.DeliverForm(request.POST), _("Noted. It is in the library of past positions now.")
    return _step(request, paper, form, "deliver_form", life.deliver, said, clearance.show_page)


@require_POST
def became(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what became of an input."""
    paper = frame.input_or_404(request, pk)
    return _step(request, paper, forms.BecameForm(request.POST), "became_form", life.tell_what_became, _("Noted."))


urlpatterns: list[URLPattern] = [
    path("inputs/<int:pk>/take/", take, name="input-take"),
    path("inputs/<int:pk>/decline/", decline, name="input-decline"),
    path("inputs/<int:pk>/ask/", ask, name="input-ask"),
    path("inputs/<int:pk>/asked/<int:asked>/answer/", answer, name="input-answer"),
    path("inputs/<int:pk>/asked/<int:asked>/withdraw/", withdraw, name="input-withdraw"),
    path("inputs/<int:pk>/reopen/", reopen, name="input-reopen"),
    path("inputs/<int:pk>/deliver/", deliver, name="input-deliver"),
    path("inputs/<int:pk>/became/", became, name="input-became"),
]
