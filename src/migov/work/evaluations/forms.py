"""Forms: the upload of the published register, an evaluation, and a step of its life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from migov.foundation.codelists import names
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Role, Theme, User
from migov.foundation.people.queries import colleagues
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace, RecordTheme, Visibility
from migov.work.evaluations.actions.register import LABEL_FIELDS, OWN_FIELDS, RECORD_FIELDS, code_or_reference
from migov.work.evaluations.models import (
    CLOSED,
    Commissioner,
    Coverage,
    CrossCutting,
    Evaluation,
    EvaluationLevel,
    EvaluatorType,
    Scope,
    Timing,
)
from migov.work.evaluations.published.meaning import FIRST_YEAR, LAST_YEAR
from migov.work.evaluations.published.reading import RegisterRefused, read


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words(label: Any, *, rows: int = 3, longest: int = 20_000, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def chosen(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    """A choice that may be left open."""
    return forms.ChoiceField(label=label, choices=[("", _("not said")), *choices], required=False, **more)


def offices_for(user: Viewer, *also: int | None) -> QuerySet[Office]:
    """The offices for which a user may register evaluations, and those that are named already."""
    keys = access.offices_where(user, Role.MANDE, Role.DEVELOPER)  # the roles of the permission "evaluations.start"
    if keys is None:
        return Office.objects.all()
    return Office.objects.filter(pk__in=[*keys, *(pk for pk in also if pk)])


class ImportForm(forms.Form):
    """A file of the published register, and who may see its new evaluations. The file is judged by what is in it."""

    file = forms.FileField(
        label=_("Register"), help_text=_("CSV as it is exported from the published register, not changed."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label=_("Who may see new evaluations"), choices=Visibility.choices, initial=Visibility.PUBLIC.value
    )

    def clean_file(self) -> UploadedFile:
        """Refuse at once what is not the register, naming the columns that are missing."""
        upload: UploadedFile = self.cleaned_data["file"]
        try:
            read(b"".join(upload.chunks()))
        except RegisterRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        finally:
            upload.seek(0)
        return upload


class EvaluationForm(forms.Form):
    """What the register says of an evaluation. Everything but the title can wait."""

    title = words(_("Title"), rows=2, longest=1000)
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)
    summary = words(_("Purpose in a few sentences"), required=False)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False, empty_label=_("none yet"))
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("nobody yet"),
        help_text=_("Is reminded of the management response and of what is late."),
    )  # fmt: skip
    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)
    projects = words(
        _("Projects evaluated"), rows=2, required=False, help_text=_("References or project codes, one in a line.")
    )
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(), label=_("Countries and areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    timing = chosen(_("Timing"), Timing.choices)
    evaluator_type = chosen(_("Type of evaluator"), EvaluatorType.choices)
    level = chosen(_("Level"), EvaluationLevel.choices)
    coverage = chosen(_("Coverage"), Coverage.choices)
    scope = forms.MultipleChoiceField(
        label=_("Scope"), choices=Scope.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    commissioner = forms.MultipleChoiceField(
        label=_("Commissioned by"), choices=Commissioner.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    cross_cutting = forms.MultipleChoiceField(
        label=_("Cross-cutting themes"),
        choices=CrossCutting.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    planned_start = day(_("Planned start"), required=False)
    planned_end = day(_("Planned end"), required=False)
    budget = forms.DecimalField(label=_("Budget"), min_value=0, max_digits=14, decimal_places=2, required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    evaluators = words(
        _("Evaluators"), rows=2, required=False, help_text=_("Authors of the report: a firm or persons.")
    )
    donors = words(_("Donors"), rows=2, required=False, help_text=_("One in a line."))
    languages = words(_("Languages"), rows=2, required=False, help_text=_("One in a line."))
    period_from = day(_("Period evaluated, from"), required=False)
    period_to = day(_("Period evaluated, to"), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    published_on = day(_("Date of the report"), required=False)
    pages = forms.IntegerField(label=_("Pages without annexes"), min_value=1, max_value=30_000, required=False)
    response_due = day(_("Management response due"), required=False)

    def __init__(self, *given: Any, user: Viewer, evaluation: Evaluation | None = None, **more: Any) -> None:
        if evaluation is not None:
            more["initial"] = initial_of(evaluation) | more.get("initial", {})
        super().__init__(*given, **more)
        record = evaluation.record if evaluation else None
        self._queryset("office", offices_for(user, record.office_id if record else None))
        self._queryset("owner", colleagues(record.owner_id if record else None))
        there = RecordPlace.objects.current().filter(record=record).values("place_id") if record else []
        self._queryset("places", Place.objects.filter(Q(is_territory=True) | Q(pk__in=there)))
        currency = self.fields["currency"]
        assert isinstance(currency, forms.ChoiceField)  # noqa: S101  (for the type checker)
        currency.choices = [("", "–"), *((code, f"{code} {name}") for code, name in names("Currency").items())]
        if evaluation is None:
            del self.fields["year"], self.fields["published_on"], self.fields["pages"], self.fields["response_due"]
            self.fields["visibility"].initial = Visibility.INTERNAL

    def _queryset(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Beginnings before ends, and a currency for a budget."""
        said: dict[str, Any] = super().clean() or {}
        for first, last in (("period_from", "period_to"), ("planned_start", "planned_end")):
            if said.get(first) and said.get(last) and said[last] < said[first]:
                self.add_error(last, _("The end is before the beginning."))
        if said.get("budget") is not None and not said.get("currency"):
            self.add_error("currency", _("Say in which currency."))
        return said

    def values(self) -> dict[str, Any]:
        """What was said, as the actions take it."""
        said = dict(self.cleaned_data)
        for name in ("projects", "donors", "languages"):
            said[name] = [line.strip()[:300] for line in said[name].splitlines() if line.strip()]
        return said


def initial_of(evaluation: Evaluation) -> dict[str, Any]:
    """What the register says of an evaluation, as its form shows it. Four queries."""
    record = evaluation.record
    found: dict[str, Any] = {name: getattr(record, name) for name in RECORD_FIELDS}
    found |= {name: getattr(evaluation, name) for name in OWN_FIELDS}
    labels: dict[str, list[str]] = {}
    for label in evaluation.labels.all():
        labels.setdefault(label.kind, []).append(label.value)
    for name, kind in LABEL_FIELDS.items():
        values = labels.get(kind, [])
        found[name] = values if kind in CLOSED else "\n".join(values)
    found["places"] = list(RecordPlace.objects.current().filter(record=record).values_list("place_id", flat=True))
    found["themes"] = list(RecordTheme.objects.current().filter(record=record).values_list("theme_id", flat=True))
    found["projects"] = "\n".join(
        code_or_reference(one) for one in evaluation.projects.select_related("project__record")
    )
    return found
