"""The form of a new key."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.exchange.api.actions import MOST_DAYS
from migov.exchange.api.models import Scope


class KeyForm(forms.Form):
    """A key as it is asked for."""

    name = forms.CharField(
        label=_("What uses it"), max_length=80, help_text=_("A name by which you know it later, such as “Kobo export”.")
    )
    scope = forms.ChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.RadioSelect, initial=Scope.READ
    )
    days = forms.IntegerField(label=_("How many days it lasts"), min_value=1, max_value=MOST_DAYS, initial=90)
