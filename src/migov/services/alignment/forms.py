"""What people fill in: a declaration, a decision, the shares of a framework."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.services.alignment.models import Alignment, Significance
from migov.services.alignment.shares import sums_to_whole

LONGEST_NOTE = 2000


class DeclareForm(forms.Form):
    """An element that the record is aligned to."""

    element = forms.ModelChoiceField(
        Element.objects.filter(retired_at__isnull=True).select_related("framework"),
        label=_("Element"),
        error_messages={"required": _("Choose an element."), "invalid_choice": _("Choose an element of the list.")},
    )
    significance = forms.ChoiceField(
        label=_("Role"),
        choices=Significance.choices,
        initial=Significance.SIGNIFICANT,
        help_text=_("Principal: the work would not exist without it. Significant: an important part of the work."),
    )
    note = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The words in the work that show it, for whoever asks later."),
    )


class DecisionForm(forms.Form):
    """A decision about one alignment, or about several."""

    significance = forms.ChoiceField(choices=[("", ""), *Significance.choices], required=False)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)

    def chosen(self) -> dict[str, Any]:
        """The words of the form as the actions take them: an empty note leaves the note that stands."""
        return {name: value or None for name, value in self.cleaned_data.items()}


class SharesForm(forms.Form):
    """One field of percent for each confirmed element of a framework."""

    def __init__(self, confirmed: Iterable[Alignment], data: Any = None) -> None:
        super().__init__(data, prefix="share")
        self.confirmed = list(confirmed)
        for row in self.confirmed:
            self.fields[str(row.element_id)] = forms.DecimalField(
                label=f"{row.element} · {row.element.title}",
                min_value=0,
                max_value=100,
                max_digits=7,
                decimal_places=4,
                initial=row.share.normalize() if row.share is not None else None,
                widget=forms.NumberInput(attrs={"step": "any", "class": "n"}),
                error_messages={"required": _("Give a share; 0 is allowed.")},
            )

    def percents(self) -> dict[int, Decimal]:
        """Element → percent, of a form that is valid."""
        return {int(name): value for name, value in self.cleaned_data.items()}

    @property
    def total(self) -> Decimal:
        """What the fields sum to: as typed in a form that was sent, else as set."""
        if self.is_bound:
            return sum((v for v in getattr(self, "cleaned_data", {}).values() if v is not None), Decimal(0))
        return sum((row.share for row in self.confirmed if row.share is not None), Decimal(0))

    @property
    def is_whole(self) -> bool:
        return sums_to_whole([self.total])
