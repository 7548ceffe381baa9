"""Forms: putting a gap into a roadmap, and beginning a concept note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.codelists import names
from migov.foundation.people.models import Office, User
from migov.work.governance.models import Roadmap
from migov.work.proposals.forms import offices_for

NEW = "new"


class PlanForm(forms.Form):
    """A gap as a line of a roadmap. roadmap: one that may be written, or a new one."""

    title = forms.CharField(label=_("Action"), max_length=300, help_text=_("What will be done about it."))
    owner = forms.CharField(
        label=_("Owner"), max_length=200, required=False, help_text=_("Ministry or body that does it.")
    )
    due = forms.DateField(
        label=_("Done by"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    roadmap = forms.ChoiceField(label=_("Roadmap"))

    def __init__(self, *given: Any, roadmaps: list[Roadmap], may_start: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known = {str(one.pk): one for one in roadmaps}
        choices: list[tuple[str, Any]] = [(key, one.record.title) for key, one in self.known.items()]
        if may_start:
            choices.append((NEW, _("a new one, for this year and the two after it")))
        field = self.fields["roadmap"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def chosen(self) -> Roadmap | None:
        """The roadmap that was chosen; None for a new one."""
        return self.known.get(self.cleaned_data["roadmap"])


class NoteForm(forms.Form):
    """A concept note as it is begun from a line of a roadmap."""

    title = forms.CharField(label=_("Title"), max_length=300)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    currency = forms.CharField(label=_("Currency of the budget"), max_length=3, help_text=_("Three letters: EUR, USD."))

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        office = self.fields["office"]
        if isinstance(office, forms.ModelChoiceField):
            office.queryset = offices_for(user)

    def clean_currency(self) -> str:
        """One that is known, in capital letters."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code not in names("Currency"):
            raise forms.ValidationError(_("Write the three letters of a currency: EUR, USD, MDL."))
        return code
