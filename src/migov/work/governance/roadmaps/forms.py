"""Forms: a roadmap as it is begun and described, its lines, its steps, and a year's follow-up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import is_internal
from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.foundation.shell import formats, typed
from migov.work.governance.models import ActionState, Assessment, Question, Roadmap, RoadmapAction
from migov.work.governance.roadmaps import people, queries
from migov.work.governance.roadmaps.actions.drawing import FIRST_YEAR, LAST_YEAR

LONGEST = 10_000
STATES = [(code, capfirst(str(label))) for code, label in ActionState.choices]


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **more)


def year(label: Any) -> forms.IntegerField:
    """A field for a year."""
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class PlaceField(forms.ModelChoiceField):
    """A country or area by its name in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class AssessmentField(forms.ModelChoiceField):
    """An assessment by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title)


class QuestionField(forms.ModelChoiceField):
    """A question by its code and its few words."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} – {Truncator(obj.short or obj.text).chars(90)}"


class HeadForm(forms.Form):
    """What a roadmap is: years, the assessment that it answers, title and purpose."""

    starts = year(_("First year"))
    ends = year(_("Last year"))
    assessment = AssessmentField(
        Assessment.objects.none(), label=_("Assessment"), required=False, empty_label=_("none"),
        help_text=_("The one whose gaps it answers."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=300, required=False, help_text=_("Empty for the usual one."))
    summary = words(_("Purpose"), required=False, help_text=_("What the country wants to reach, in a few sentences."))

    def clean(self) -> dict[str, Any]:
        """Text without spaces around it."""
        said = super().clean() or self.cleaned_data
        return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


class StartForm(HeadForm):
    """A roadmap as it is begun."""

    country = PlaceField(Place.objects.none(), label=_("Country or area"))
    field_order = ("country", "assessment", "starts", "ends", "title", "summary")

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        country, assessment = self.fields["country"], self.fields["assessment"]
        if isinstance(country, forms.ModelChoiceField) and isinstance(assessment, forms.ModelChoiceField):
            country.queryset = Place.objects.filter(is_territory=True).order_by("short_name")
            assessment.queryset = queries.assessments_of(user)


class DescribeForm(HeadForm):
    """A roadmap as it is described better. seen: the revision that the page showed."""

    title = forms.CharField(label=_("Title"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("title", "assessment", "starts", "ends", "summary")

    def __init__(self, *given: Any, user: User, roadmap: Roadmap, **more: Any) -> None:
        super().__init__(*given, **more)
        assessment = self.fields["assessment"]
        if isinstance(assessment, forms.ModelChoiceField):
            assessment.queryset = queries.assessments_of(user, roadmap.country)


class ActionForm(forms.Form):
    """A line of a roadmap. seen: the revision that the page showed; 0 for a new one."""

    title = forms.CharField(
        label=_("Action"), max_length=300, help_text=_("What will be done: “Adopt by-laws on labour inspection”.")
    )
    text = words(_("What exactly, and why it helps"), required=False)
    question = QuestionField(
        Question.objects.none(), label=_("Gap that it answers"), required=False, empty_label=_("none")
    )
    owner = forms.CharField(
        label=_("Owner"), max_length=200, required=False, help_text=_("Ministry or body that does it.")
    )
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Followed here by"), required=False, empty_label=_("nobody")
    )
    due = day(_("Done by"), required=False)
    cost = forms.CharField(label=_("Cost"), max_length=40, required=False, help_text=_("An estimate: 120,000."))
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, widget=forms.TextInput(attrs={"size": 5, "autocapitalize": "characters"}),
        help_text=_("Three letters: EUR, USD, MDL."),
    )  # fmt: skip
    indicator = words(
        _("Indicator"), rows=2, required=False, help_text=_("How one will see that it is done, or that it helps.")
    )
    baseline = forms.CharField(label=_("Baseline"), max_length=100, required=False)
    target = forms.CharField(label=_("Target"), max_length=100, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(
        self, *given: Any, user: User, roadmap: Roadmap, action: RoadmapAction | None = None, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        question, person = self.fields["question"], self.fields["person"]
        if isinstance(question, forms.ModelChoiceField) and isinstance(person, forms.ModelChoiceField):
            question.queryset = queries.questions_of(roadmap)
            person.queryset = people.colleagues(action.person_id if action else None)
        if roadmap.assessment is None:
            del self.fields["question"]
        if not is_internal(user):
            del self.fields["person"]

    def clean_cost(self) -> Decimal | None:
        """The amount as a number, however its thousands are set apart."""
        said = self.cleaned_data["cost"].strip()
        if not said:
            return None
        try:
            return typed.number(said)
        except typed.Unreadable as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean_currency(self) -> str:
        """In capital letters."""
        return str(self.cleaned_data["currency"]).strip().upper()

    def values(self) -> dict[str, Any]:
        """What the action is asked to keep; fields that the form does not have are left as they are."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def action_initial(action: RoadmapAction) -> dict[str, Any]:
    """What the form of a line begins with."""
    names = ("title", "text", "owner", "due", "currency", "indicator", "baseline", "target")
    found: dict[str, Any] = {name: getattr(action, name) for name in names}
    cost = "" if action.cost is None else f"{action.cost.normalize():f}"
    return found | {"question": action.question_id, "person": action.person_id, "cost": cost, "seen": action.revision}


class AgreeForm(forms.Form):
    """That the government agreed."""

    on = day(_("Agreed on"), initial=timezone.localdate)
    agreed_with = forms.CharField(
        label=_("Agreed with"), max_length=200, help_text=_("Ministry and function, or the decision.")
    )


class CloseForm(forms.Form):
    """The end of a roadmap."""

    on = day(_("Closed on"), initial=timezone.localdate)
    result = words(_("Result"), help_text=_("What changed because of it, and how we know."))


class StateForm(forms.Form):
    """How a line stands."""

    state = forms.ChoiceField(label=_("State"), choices=STATES)
    day = day(_("Done on"), required=False, help_text=_("For what is done; empty for today."))
    reason = words(_("Why it is dropped"), rows=2, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, action: RoadmapAction, to: tuple[str, ...], **more: Any) -> None:
        more.setdefault("initial", {"seen": action.revision, "state": to[0] if to else ""})
        super().__init__(*given, **more)
        choice = self.fields["state"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(code, label) for code, label in STATES if code in to]


class FollowForm(forms.Form):
    """How a line stood in a year. seen: the key of what the page showed as standing."""

    state = forms.ChoiceField(label=_("How it stands"), choices=[("", _("not said")), *STATES], required=False)
    value = forms.CharField(label=_("Value of the indicator"), max_length=100, required=False)
    text = words(_("What happened"), rows=2, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)

    def clean(self) -> dict[str, Any]:
        """A value or words need the state that they speak of."""
        said = super().clean() or self.cleaned_data
        if not said.get("state") and (said.get("value") or said.get("text") or said.get("seen")):
            self.add_error("state", _("Say how the action stands."))
        return said
