"""The filter bar of the contribution pages. It only shows choices; reading and judging them is scope.py's work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer, own_country
from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place, SubRegion
from migov.work.projects.donors import donors_for


class ScopeForm(forms.Form):
    """Fields named as scope.read_scope reads them."""

    to = forms.CharField(label=_("To year"), required=False)
    as_of = forms.CharField(label=_("As reported on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    subregion = forms.ChoiceField(label=_("Sub-region"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    donor = forms.ChoiceField(label=_("Donor"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {  # "from" is a word of the language, so it cannot be a class attribute
            "from": forms.CharField(label=_("From year"), required=False),
            **self.fields,
        }
        for name in ("from", "to"):
            self.fields[name].widget.attrs.update(inputmode="numeric", maxlength="4", size="6", placeholder=_("any"))
        choices = {
            "subregion": SubRegion.objects.values_list("code", "name"),
            "country": Place.objects.filter(is_territory=True).values_list("code", "short_name"),
            "office": Office.objects.values_list("code", "name"),
            "theme": Theme.objects.values_list("code", "name"),
            "donor": [
                (str(pk), name)
                for pk, name in donors_for(viewer).exclude(name="").order_by("name").values_list("pk", "name")[:300]
            ],
        }
        for name, pairs in choices.items():
            self.fields[name].choices = [("", _("All")), *pairs]  # type: ignore[attr-defined]
        if own_country(viewer) is not None:
            del self.fields["country"], self.fields["subregion"]
