"""Forms of this part: one act of a State, and a file of acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.places.models import Place
from migov.work.policy.instruments.queries import territories
from migov.work.policy.instruments.treaties.own import LONGEST_SOURCE, LONGEST_TEXT, MAX_BYTES, MAY_LACK_DAY
from migov.work.policy.instruments.treaties.stated import When, read_when
from migov.work.policy.models import ActionKind, Instrument


class DayField(forms.CharField):
    """A day or a year as people write it."""

    def clean(self, value: Any) -> When:
        text = super().clean(value)
        try:
            found = read_when(text)
        except ValueError:
            raise ValidationError(
                _("“%(text)s” is not a date. Write 2018-12-19, 19 Dec 2018 or 2018.") % {"text": text[:40]}
            ) from None
        if found.day and found.day > timezone.localdate():
            raise ValidationError(_("This day is in the future."))
        return found


class ActForm(forms.Form):
    """One act of one State, from one source."""

    instrument = forms.ModelChoiceField(
        Instrument.objects.all(), label=gettext_lazy("Instrument"), to_field_name="code"
    )
    place = forms.ModelChoiceField(
        Place.objects.filter(is_territory=True), label=gettext_lazy("Country"), to_field_name="code"
    )
    kind = forms.ChoiceField(choices=ActionKind.choices, label=gettext_lazy("Act"))
    date = DayField(
        required=False,
        max_length=40,
        label=gettext_lazy("Date"),
        help_text=gettext_lazy("2018-12-19, 19 Dec 2018, or a year alone."),
    )
    source = forms.CharField(
        max_length=LONGEST_SOURCE,
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Who says so: UN Treaty Collection, NORMLEX …"),
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The day up to which the source knew; mostly the day on which it was read."),
    )
    text = forms.CharField(
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Text of the reservation or declaration"),
    )  # fmt: skip
    note = forms.CharField(required=False, max_length=500, label=gettext_lazy("Note"))
    url = forms.URLField(
        required=False, max_length=500, assume_scheme="https", label=gettext_lazy("Address of the source")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["place"]
        field.choices = [("", "–"), *((place.code, f"{place.short_name}") for place in territories())]

    def clean_as_of(self) -> Any:
        """Not after today."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        when = data.get("date")
        if isinstance(when, When) and when.day is None and data.get("kind") not in MAY_LACK_DAY:
            self.add_error("date", _("Give a date or a year."))
        return data


class FileForm(forms.Form):
    """A file of acts."""

    file = forms.FileField(label=gettext_lazy("File (CSV or JSON)"), max_length=200)

    def clean_file(self) -> Any:
        """Of a bearable size."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."))
        return file
