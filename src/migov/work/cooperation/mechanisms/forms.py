"""Forms of this part: a mechanism, what a source says of it, who takes part, who chairs, and contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.partial_dates import check
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place, PlaceKind
from migov.foundation.shell import formats
from migov.work.cooperation.models import (
    Body,
    CardFact,
    Chair,
    Contact,
    Field,
    Mechanism,
    MechanismState,
    MechanismType,
    Membership,
    Part,
)

PARTIAL = gettext_lazy("A year, a month or a day: 2018, 2018-05 or 2018-05-13.")


class PartialDate(forms.CharField):
    """A year, a month or a day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10, "validators": [check], "required": False, "help_text": PARTIAL, **kwargs})


class HeadForm(forms.Form):
    """A mechanism itself."""

    title = forms.CharField(max_length=300, label=gettext_lazy("Name"))
    short_name = forms.CharField(max_length=60, required=False, label=gettext_lazy("Short name"))
    type = forms.ChoiceField(choices=MechanismType.choices, label=gettext_lazy("Type"))
    state = forms.ChoiceField(choices=MechanismState.choices, label=gettext_lazy("State"))
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), required=False, to_field_name="code", widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Themes")
    )  # fmt: skip
    website = forms.URLField(max_length=500, required=False, assume_scheme="https", label=gettext_lazy("Website"))
    our_role = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}), label=gettext_lazy("Our role"),
        help_text=gettext_lazy("What the office does in it."),
    )  # fmt: skip
    successor = forms.ModelChoiceField(
        Mechanism.objects.select_related("record"), required=False, to_field_name="code", label=gettext_lazy("Became"),
        help_text=gettext_lazy("The mechanism that took its place."),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SourceFields(forms.Form):
    """Where a row comes from."""

    source = forms.CharField(
        max_length=1000, label=gettext_lazy("Source"), help_text=gettext_lazy("Publication or address."),
    )  # fmt: skip
    as_of = PartialDate(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("To which date the source speaks: 2018, 2018-05 or 2018-05-13."),
    )
    note = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Note"))

    def clean_as_of(self) -> str:
        """Not after today."""
        text: str = self.cleaned_data["as_of"]
        if text and text > timezone.localdate().isoformat():
            raise ValidationError(_("This day is in the future."))
        return text


class FactForm(SourceFields):
    """What a source says of one field of the card."""

    field = forms.ChoiceField(choices=Field.choices, label=gettext_lazy("Field"))
    value = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), label=gettext_lazy("What the source says")
    )
    field_order = ["field", "value", "source", "as_of", "note"]

    def row(self, mechanism: Mechanism, instead_of: CardFact | None = None) -> CardFact:
        """The row that the form states."""
        return CardFact(mechanism=mechanism, order=instead_of.order if instead_of else 99, **self.cleaned_data)


class WhoForm(SourceFields):
    """A country or organisation, by a source."""

    who = forms.ChoiceField(required=False, label=gettext_lazy("Country or organisation"))
    new_body = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("Organisation that is not in the list"),
        help_text=gettext_lazy("Its full name; leave the list above empty."),
    )  # fmt: skip
    since = PartialDate(label=gettext_lazy("Since"))
    until = PartialDate(label=gettext_lazy("Until"), help_text=gettext_lazy("Empty: still, as far as the source says."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["who"]
        field.choices = who_choices()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("who")) == bool(data.get("new_body", "").strip()) and "who" not in self.errors:
            self.add_error("who", _("Choose from the list, or name an organisation below: one of the two."))
        return data

    def party(self, new_body: Body | None) -> dict[str, Any]:
        """The country or organisation that was chosen."""
        chosen: str = self.cleaned_data["who"]
        if new_body is not None:
            return {"body": new_body}
        if chosen.startswith("p:"):
            return {"place": Place.objects.get(code=chosen[2:])}
        return {"body": Body.objects.get(code=chosen[2:])}

    def said(self) -> dict[str, Any]:
        """When, and who says so."""
        return {name: self.cleaned_data[name] for name in ("since", "until", "source", "as_of", "note")}


class MemberForm(WhoForm):
    """That a country or organisation takes part."""

    part = forms.ChoiceField(choices=Part.choices, label=gettext_lazy("Takes part as"))
    wording = forms.CharField(max_length=100, required=False, label=gettext_lazy("In the words of the source"))
    field_order = ["who", "new_body", "part", "wording", "since", "until", "source", "as_of", "note"]

    def row(self, mechanism: Mechanism, new_body: Body | None = None) -> Membership:
        """The row that the form states."""
        words = {name: self.cleaned_data[name] for name in ("part", "wording")}
        return Membership(mechanism=mechanism, **self.party(new_body), **words, **self.said())


class ChairForm(WhoForm):
    """Who chairs, and when."""

    role = forms.ChoiceField(choices=Chair.Role.choices, label=gettext_lazy("Role"))
    field_order = ["who", "new_body", "role", "since", "until", "source", "as_of", "note"]

    def row(self, mechanism: Mechanism, new_body: Body | None = None) -> Chair:
        """The row that the form states."""
        return Chair(mechanism=mechanism, role=self.cleaned_data["role"], **self.party(new_body), **self.said())


class ContactForm(forms.ModelForm[Contact]):
    """Whom to write to, by function."""

    who = forms.ChoiceField(
        required=False, label=gettext_lazy("On whose side"), help_text=gettext_lazy("Empty: of the mechanism itself.")
    )

    class Meta:
        model = Contact
        fields = ("function", "unit", "email", "phone", "note", "checked_on")
        labels = {
            "function": gettext_lazy("Function"), "unit": gettext_lazy("Unit or authority"), "email": gettext_lazy("E-mail"),
            "phone": gettext_lazy("Telephone"), "note": gettext_lazy("Note"), "checked_on": gettext_lazy("Last checked on"),
        }  # fmt: skip
        help_texts = {"function": gettext_lazy("The function, not a person: “National coordinator”.")}
        widgets = {"checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    field_order = ["function", "who", "unit", "email", "phone", "checked_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["who"]
        field.choices = who_choices()

    def clean_checked_on(self) -> Any:
        """A day that can have been."""
        day = self.cleaned_data["checked_on"]
        if day is not None and day.year < 1951:
            raise ValidationError(_("This year is mistyped."))
        return day

    def contact(self, mechanism: Mechanism) -> Contact:
        """The contact that the form states, not yet kept."""
        made = self.save(commit=False)
        chosen: str = self.cleaned_data["who"]
        made.mechanism = mechanism
        made.place = Place.objects.get(code=chosen[2:]) if chosen.startswith("p:") else None
        made.body = Body.objects.get(code=chosen[2:]) if chosen.startswith("b:") else None
        return made


class WithdrawForm(forms.Form):
    """Why a row no longer stands."""

    why = forms.CharField(max_length=500, label=gettext_lazy("Why it no longer stands"))


def who_choices() -> list[Any]:
    """Territories, other countries, organisations. Two queries."""
    places = list(Place.objects.filter(kind=PlaceKind.COUNTRY).order_by("short_name"))
    own = [(f"p:{place.code}", formats.place(place)) for place in places if place.is_territory]
    others = [(f"p:{place.code}", formats.place(place)) for place in places if not place.is_territory]
    bodies = [
        (f"b:{body.code}", f"{body.short_name}: {body.name}" if body.short_name else body.name)
        for body in Body.objects.all()
    ]
    return [
        ("", "–"), (_("Countries of the office"), own), (_("Organisations"), bodies), (_("Other countries"), others),
    ]  # fmt: skip


def who_of(row: Membership | Chair | Contact) -> str:
    """The value in the list for the country or organisation of a row."""
    if row.place is not None:
        return f"p:{row.place.code}"
    return f"b:{row.body.code}" if row.body is not None else ""
