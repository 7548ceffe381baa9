"""Forms of reviews: starting one, changing it, releasing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Framework
from migov.work.policy.models import Instrument


class StartForm(forms.Form):
    """What a version is reviewed against."""

    instruments = forms.ModelMultipleChoiceField(Instrument.objects.all(), to_field_name="code", required=False)
    frameworks = forms.ModelMultipleChoiceField(Framework.objects.all(), to_field_name="code", required=False)
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=300,
        help_text=_("Left empty, it is made from the name of the text."),
    )
    due = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("When the review should be with the government."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        wrong = {"instruments", "frameworks"} & set(self.errors)
        if not (wrong or found.get("instruments") or found.get("frameworks")):
            self.add_error(None, _("Choose at least one instrument or framework."))
        return found


class ChangeForm(forms.Form):
    """What a review is called, and when it is due."""

    title = forms.CharField(label=_("Title"), max_length=300)
    due = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ReleaseForm(forms.Form):
    """How a review is shared with the government."""

    note = forms.CharField(
        label=_("Covering words"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The government reads them above the table."),
    )  # fmt: skip
    answer_by = forms.DateField(
        label=_("Answer asked for by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
