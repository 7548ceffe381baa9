"""Forms: a plan, an action, how it stands, and a file of actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.codelists import names
from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import GOVERNANCE, offices_where
from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Office, User
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.governance.models import PlanActionState, WorkPlan
from migov.work.governance.plans.actions import FIRST_YEAR, FRAMEWORK, LAST_YEAR, Card, Said


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def year(label: Any) -> forms.IntegerField:
    """A field for a year."""
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR)


def money(label: Any, **more: Any) -> forms.DecimalField:
    """A field for an amount."""
    return forms.DecimalField(label=label, min_value=0, max_digits=13, decimal_places=2, required=False, **more)


class PlaceField(forms.ModelChoiceField):
    """A country or area by its name in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class ElementsField(forms.ModelMultipleChoiceField):
    """Objectives by number and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title}"


class CardForm(forms.Form):
    """What the register says of a plan."""

    title = forms.CharField(label=_("Title"), max_length=300)
    network = forms.CharField(
        label=_("Network"), max_length=200, help_text=_("As it names itself: “UN Network on Migration in Moldova”.")
    )
    country = PlaceField(
        Place.objects.filter(is_territory=True),
        label=_("Country or area"),
        required=False,
        empty_label=_("none: the regional network"),
    )
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that keeps it"), required=False, empty_label=None
    )
    starts, ends = year(_("First year")), year(_("Last year"))
    coordinator = forms.CharField(label=_("Coordinator and secretariat"), max_length=200, required=False)
    adopted_on = day(_("Adopted on"), required=False)
    source = forms.CharField(label=_("Source of this entry"), max_length=300, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who follows it here"), required=False, empty_label=_("nobody yet")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, user: User, of: WorkPlan | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
        known = Q(is_active=True, pk__in=working) | Q(pk=(of.record.owner_id if of else None) or 0)
        self._choose("owner", User.objects.filter(known).order_by("last_name", "first_name", "username"))
        if of is not None:
            del self.fields["office"]
            return
        held = offices_where(user, *GOVERNANCE)
        self._choose("office", Office.objects.all() if held is None else Office.objects.filter(pk__in=held))
        self.fields["owner"].initial = user.pk
        self.fields["office"].initial = next((one.office_id for one in user.standing), None)

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def card(self) -> Card:
        """What the form says."""
        left = ("office", "seen")
        return Card(**{name: value for name, value in self.cleaned_data.items() if name not in left})


class ActionForm(forms.Form):
    """An action."""

    text = forms.CharField(label=_("What is to be done"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    code = forms.CharField(label=_("Number in the plan"), max_length=20, required=False)
    result = forms.CharField(
        label=_("What is to come of it"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    lead = forms.CharField(
        label=_("Lead"), max_length=200, required=False, help_text=_("The entity that leads: IOM, UNHCR …")
    )
    support = forms.CharField(label=_("Support"), max_length=300, required=False)
    objectives = ElementsField(
        Element.objects.none(), label=_("Objectives of the Global Compact"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}), help_text=_("Hold Ctrl to choose several."),
    )  # fmt: skip
    starts, due = day(_("Begins"), required=False), day(_("Due"), required=False)
    needed = money(_("Money needed"))
    secured = money(_("Of it secured"))
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    funder = forms.CharField(label=_("Funded by"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        objectives, currency = self.fields["objectives"], self.fields["currency"]
        if isinstance(objectives, forms.ModelMultipleChoiceField) and isinstance(currency, forms.ChoiceField):
            rows = Element.objects.filter(framework__code=FRAMEWORK, kind="objective", retired_at__isnull=True)
            objectives.queryset = rows.select_related("framework").order_by("order")
            currency.choices = [("", "–"), *((code, f"{code} · {name}") for code, name in names("Currency").items())]

    def said(self) -> Said:
        """What the form says."""
        return Said(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class UpdateForm(forms.Form):
    """How an action stands."""

    state = forms.ChoiceField(
        label=_("State"), choices=lambda: [(code, capfirst(str(label))) for code, label in PlanActionState.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = forms.CharField(
        label=_("What happened"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For an action that was stopped: why."),
    )  # fmt: skip
    day = day(_("On"), initial=timezone.localdate)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class FileForm(forms.Form):
    """A file of actions."""

    file = forms.FileField(
        label=_("Excel workbook (XLSX) or CSV"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"})
    )
