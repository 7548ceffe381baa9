"""Forms of assessments: starting one, its head, evidence, consent."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.places.models import Place
from migov.work.governance.models import AnswerEvidence, QuestionSet

DAY = {"type": "date"}


class StartForm(forms.Form):
    """Which country, year and questions."""

    country = forms.ModelChoiceField(
        Place.objects.filter(is_territory=True), to_field_name="code", label=_("Country or area")
    )
    year = forms.IntegerField(label=_("Year"), min_value=1990)
    of = forms.ModelChoiceField(QuestionSet.objects.filter(standing=True), label=_("Questions"))
    due = forms.DateField(
        label=_("Answers due"), required=False, widget=forms.DateInput(attrs=DAY),
        help_text=_("When both sides should have answered."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Title"), required=False, max_length=300, help_text=_("Left empty, it is made from questions, country and year.")
    )  # fmt: skip


class HeadForm(forms.Form):
    """What an assessment is called, when its answers are due, and what the profile says in words."""

    title = forms.CharField(label=_("Title"), max_length=300)
    due = forms.DateField(label=_("Answers due"), required=False, widget=forms.DateInput(attrs=DAY))
    summary = forms.CharField(
        label=_("Summary"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What the profile says, in a few sentences. It is published with it."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class EvidenceForm(forms.Form):
    """A piece of evidence. Which fields are needed depends on its kind; the action says what is missing.

    data-for: the kinds that a field is for; the page shows only those of the kind that is chosen.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=[])
    title = forms.CharField(
        label=_("What it is"), max_length=300, help_text=_("A file without a title keeps its own name."),
        error_messages={"required": _("Say what it is.")},
    )  # fmt: skip
    file = forms.FileField(label=_("File"), required=False)
    place = forms.CharField(
        label=_("Where in it"), max_length=200, required=False, help_text=_("Article, page or table.")
    )
    figure = forms.CharField(label=_("Figure with unit"), max_length=100, required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    as_of = forms.DateField(label=_("As of"), required=False, widget=forms.DateInput(attrs=DAY))
    url = forms.CharField(label=_("Address on the web"), max_length=1000, required=False)
    quote = forms.CharField(label=_("Quotation"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    use_required_attribute = False
    FOR: ClassVar = {
        "file": "document", "place": "article document figure", "figure": "figure", "source": "article document figure",
        "as_of": "article document figure", "quote": "article document link",
    }  # fmt: skip

    def __init__(self, *args: Any, files_allowed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [pair for pair in AnswerEvidence.Kind.choices if pair[0] != AnswerEvidence.Kind.WORK]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        for name, kinds_of in self.FOR.items():
            self.fields[name].widget.attrs["data-for"] = kinds_of
        self.fields["title"].required = not self.files
        if not files_allowed:
            del self.fields["file"]


class ConsentForm(forms.Form):
    """What the government says to publication. For the office also the day and the letter."""

    given = forms.TypedChoiceField(
        label=_("Publication"), choices=[("yes", _("we consent")), ("no", _("we do not consent"))], widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    who = forms.CharField(label=_("Ministry and function"), max_length=200)
    on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs=DAY))
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("A refusal says why.")
    )  # fmt: skip
    file = forms.FileField(label=_("Letter"), required=False)

    def __init__(self, *args: Any, files_allowed: bool, said_by_office: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].required = said_by_office
        if not said_by_office:
            self.fields["on"].help_text = _("Left empty: today.")
        if said_by_office:
            choices = [("yes", _("the government consents")), ("no", _("the government does not consent"))]
            self.fields["given"].choices = choices  # type: ignore[attr-defined]
        if not files_allowed:
            del self.fields["file"]
