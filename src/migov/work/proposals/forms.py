"""Forms: begin a proposal, its head, an amendment, reports to the donor, handing in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from migov.foundation.codelists import names
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.people.queries import colleagues
from migov.foundation.places.models import Place
from migov.foundation.records.models import Visibility
from migov.work.proposals import donors
from migov.work.proposals.actions import facts, header
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.actions.header import Value
from migov.work.proposals.models import AmendmentKind, DonorReport, Proposal

DAY = {"type": "date"}


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **more)


def offices_for(user: Viewer) -> QuerySet[Office]:
    """The offices for which a user may begin proposals."""
    keys = access.offices_where(user, *access.PROPOSERS)
    return Office.objects.all() if keys is None else Office.objects.filter(pk__in=keys)


class StartForm(forms.Form):
    """What is needed to begin; everything but the title can wait."""

    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("A working title; it can be changed."))
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    summary = forms.CharField(
        label=_("The idea in a few sentences"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    places = forms.ModelMultipleChoiceField(
        Place.objects.filter(is_territory=True), label=_("Countries and areas"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Reviewers are found by them."),
    )  # fmt: skip
    donor = forms.CharField(label=_("Donor"), max_length=255, required=False)
    starts = day(_("First day"), required=False)
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120, required=False)

    def __init__(self, *args: Any, user: Viewer, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = offices_for(user)
        countries = {office.place_id for office in field.queryset}
        if len(countries) == 1:
            self.initial.setdefault("places", [key for key in countries if key])

    def clean_starts(self) -> date | None:
        starts: date | None = self.cleaned_data["starts"]
        try:
            facts.check_start(starts)
        except ProposalError as refused:
            raise forms.ValidationError(str(refused)) from refused
        return starts


class Named(forms.ModelMultipleChoiceField):
    """People by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class HeaderForm(forms.Form):
    """The head of a proposal. For each field it sends along what the page showed, so that two people do not undo each other."""

    title = forms.CharField(label=_("Title"), max_length=300)
    office = forms.ChoiceField(label=_("Office"))
    places = forms.ModelMultipleChoiceField(
        Place.objects.all(), to_field_name="code", label=_("Countries and areas"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), to_field_name="code", label=_("Themes"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Reviewers are found by them."),
    )  # fmt: skip
    donor = forms.CharField(label=_("Donor"), max_length=255, required=False)
    rules = forms.ChoiceField(label=_("Rules of the donor"), required=False)
    currency = forms.ChoiceField(label=_("Currency of the budget"))
    starts = day(_("First day"), required=False)
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120, required=False)
    partners = forms.CharField(label=_("Partners"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    government_request = forms.CharField(
        label=_("Request of the government"), required=False, max_length=255,
        help_text=_("The letter or decision that asks for the project."),
    )  # fmt: skip
    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("nobody"))
    authors = Named(User.objects.none(), label=_("Other authors"), required=False)

    def __init__(self, *args: Any, proposal: Proposal, user: Viewer, **more: Any) -> None:
        self.stands = {name: header.value_of(proposal, name) for name in header.LABELS}
        super().__init__(*args, **more)
        self.initial = {name: _initial(value) for name, value in self.stands.items()}
        self._choices(proposal, user)
        self.order_fields(list(header.LABELS))

    def _choices(self, proposal: Proposal, user: Viewer) -> None:
        record = proposal.project.record
        offices = list(offices_for(user))
        if record.office and record.office not in offices:
            offices.insert(0, record.office)
        self.fields["office"].choices = [(one.code, one.name) for one in offices]  # type: ignore[attr-defined]
        self.fields["rules"].choices = [("", _("none chosen")), *donors.choices()]  # type: ignore[attr-defined]
        self.fields["currency"].choices = [(code, f"{code} · {name}") for code, name in names("Currency").items()]  # type: ignore[attr-defined]
        mine = set(_several(self.stands["places"]))
        territories = Place.objects.filter(is_territory=True) | Place.objects.filter(code__in=mine)
        self.fields["places"].queryset = territories  # type: ignore[attr-defined]
        people = colleagues() | User.objects.filter(pk__in=[record.owner_id or 0, *_several(self.stands["authors"])])
        for name in ("owner", "authors"):
            self.fields[name].queryset = people.distinct()  # type: ignore[attr-defined]

    def now(self, field: str) -> Value:
        """What was chosen, as `change_header` takes it."""
        given = self.cleaned_data.get(field)
        match field:
            case "places" | "themes":
                return tuple(sorted(one.code for one in given or ()))
            case "authors":
                return tuple(sorted(one.pk for one in given or ()))
            case "owner":
                return given.pk if given else None
        return given


def _several(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _initial(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def packed(value: Value) -> str:
    """A value of the head as the page sends it along."""
    if isinstance(value, tuple):
        return "|".join(str(one) for one in value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def unpacked(field: str, text: str) -> Value:
    """The value that `packed` packed. Raises ValueError for a text that it did not make."""
    match field:
        case "places" | "themes":
            return tuple(one for one in text.split("|") if one)
        case "authors":
            return tuple(int(one) for one in text.split("|") if one)
        case "owner" | "months":
            return int(text) if text else None
        case "starts":
            return date.fromisoformat(text) if text else None
    return text


class AmendmentForm(forms.Form):
    """What an amendment asks for."""

    kinds = forms.MultipleChoiceField(
        label=_("What is to be changed"), choices=AmendmentKind.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}))
    new_end = day(_("New last day"), required=False, help_text=_("For an extension."))


class ScheduleForm(forms.Form):
    """How often the donor wants a report."""

    every = forms.TypedChoiceField(
        label=_("A report every"), coerce=int, initial=6,
        choices=[(3, _("3 months")), (6, _("6 months")), (12, _("12 months"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[one for one in DonorReport.Kind.choices if one[0] != DonorReport.Kind.FINAL],
        initial=DonorReport.Kind.BOTH,
    )  # fmt: skip
    days = forms.IntegerField(label=_("Due, days after its period"), initial=30, min_value=0, max_value=366)
    days_final = forms.IntegerField(
        label=_("Final report due, days after the end"), initial=90, min_value=0, max_value=366
    )


class ReportForm(forms.Form):
    """One report that is owed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DonorReport.Kind.choices)
    starts = day(_("From"))
    ends = day(_("Until"))
    due = day(_("Due"))


class SentForm(forms.Form):
    """When a report was sent."""

    on = day(_("Sent on"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
