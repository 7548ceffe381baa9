"""Forms of the rows of an evaluation: criteria, findings, recommendations, the response, answers, actions, what became of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.models import Office, User
from migov.foundation.people.queries import colleagues
from migov.work.evaluations.forms import chosen, day, words
from migov.work.evaluations.models import (
    Criterion,
    CriterionCode,
    Evaluation,
    Finding,
    FindingKind,
    Priority,
    Rating,
    ResponseForm,
    Verdict,
)


class RowForm(forms.Form):
    """A form of one row. Its fields are those of the row; what they begin with is read from it."""

    def __init__(self, *given: Any, evaluation: Evaluation, row: Any = None, **more: Any) -> None:
        if row is not None:
            more["initial"] = {name: getattr(row, name, None) for name in self.base_fields} | more.get("initial", {})
        super().__init__(*given, **more)
        self.evaluation, self.row = evaluation, row
        self._people("owner", "person", "coordinator")
        self._rows("office", Office.objects.all())
        self._rows("criterion", Criterion.objects.filter(evaluation=evaluation))

    def _people(self, *fields: str) -> None:
        for name in fields:
            self._rows(name, colleagues(getattr(self.row, f"{name}_id", None)))

    def _rows(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Text without spaces around it."""
        said = super().clean() or self.cleaned_data
        return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


def _office() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False, empty_label=_("none"))


def _person(label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(User.objects.none(), label=label, required=False, empty_label=_("nobody named"))


def _criterion() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(Criterion.objects.none(), label=_("Criterion"), required=False, empty_label=_("none"))


class CriterionForm(RowForm):
    """A criterion with its question; after completion its rating."""

    code = forms.ChoiceField(label=_("Criterion"), choices=CriterionCode.choices)
    name = forms.CharField(label=_("Name of a criterion of your own"), max_length=120, required=False)
    question = words(_("Question"), required=False)
    rating = chosen(_("Rating"), Rating.choices)
    justification = words(_("Justification of the rating"), required=False)


class FindingForm(RowForm):
    """A finding or conclusion."""

    kind = forms.ChoiceField(label=_("Kind"), choices=FindingKind.choices)
    text = words(_("Text"))
    criterion = _criterion()

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        if self.row is not None:
            del self.fields["kind"]  # its number belongs to its kind


class RecommendationForm(RowForm):
    """A recommendation."""

    text = words(_("Recommendation"))
    priority = chosen(_("Priority"), Priority.choices)
    addressee = words(_("Recommendation to"), rows=2, required=False, help_text=_("In the words of the report."))
    office = _office()
    person = _person(_("Person"))
    criterion = _criterion()
    findings = forms.ModelMultipleChoiceField(
        Finding.objects.none(), label=_("Follows from"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        row = more.get("row")
        if row is not None:
            more["initial"] = {"findings": [one.pk for one in row.findings.all()]}
        super().__init__(*given, **more)
        self._rows("findings", Finding.objects.filter(evaluation=self.evaluation, removed_at__isnull=True))


class ResponseHeadForm(RowForm):
    """The head of the management response."""

    form = forms.ChoiceField(label=_("Form"), choices=ResponseForm.choices)
    coordinator = _person(_("Coordinator"))
    coordinator_name = forms.CharField(
        label=_("Name of the coordinator"),
        max_length=255,
        required=False,
        help_text=_("Where there is no account here."),
    )
    coordinator_function = forms.CharField(label=_("Function"), max_length=255, required=False)
    date = day(_("Date"), required=False)
    comment = words(_("Overall comment on the evaluation"), required=False)


class AnswerForm(RowForm):
    """Management's answer to a recommendation."""

    verdict = forms.ChoiceField(label=_("Management response"), choices=Verdict.choices)
    comment = words(_("Comment"), rows=2, required=False, help_text=_("A rejection needs a reason."))
    responsible = words(_("Responsible unit(s)"), rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        """A rejection needs a reason."""
        said = super().clean()
        if said.get("verdict") == Verdict.REJECT and not said.get("comment"):
            self.add_error("comment", _("A rejection needs a reason."))
        return said


class ActionForm(RowForm):
    """A key action."""

    text = words(_("Key action"), rows=2)
    owner = _person(_("Owner"))
    office = _office()
    responsible = words(_("Responsible individual or unit, in words"), rows=2, required=False)
    due = day(_("Due"), required=False)
    time_frame = forms.CharField(
        label=_("Time frame"), max_length=255, required=False, help_text=_("Where no day can be said: “continuous”.")
    )
    needs_funds = forms.BooleanField(label=_("Depends on funds that are not there yet"), required=False)


class StatusForm(RowForm):
    """What became of an action."""

    status = forms.ChoiceField(label=_("Status"))
    text = words(
        _("Comment or action taken"), rows=2, required=False, help_text=_("Needed where the action is given up.")
    )
    on = day(_("Since"), required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        more["row"] = None  # every report is a new note
        super().__init__(*given, **more)
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)  # noqa: S101  (for the type checker)
        made = getattr(self.evaluation, "management_response", None)
        status.choices = [(one.value, one.label) for one in made.statuses] if made else []


class CloseForm(StatusForm):
    """The final status of a recommendation."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["status"].label = _("Final status")
        self.fields["text"].label = _("Final comment")
        self.fields["text"].required = True
        self.fields["text"].help_text = _("One sentence says what became of it.")
