"""The upload form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from migov.exchange.iati.reader import inspect, limits
from migov.exchange.iati.refusal import ImportRefused
from migov.foundation.people.access import Viewer, offices_of, works_regionally
from migov.foundation.people.models import Office
from migov.foundation.records.models import Visibility


class ImportForm(forms.Form):
    """A file of IATI activities, and what its new projects get. The file is judged by what is in it, not by its name."""

    file = forms.FileField(
        label=_("IATI file"),
        help_text=_("XML as published, version 2.0x; may be compressed with gzip."),
        widget=forms.FileInput(attrs={"accept": ".xml,.gz"}),
    )
    office = forms.ModelChoiceField(
        label=_("Office of new projects"),
        queryset=Office.objects.none(),
        required=False,
        empty_label=_("none yet"),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see new projects"), choices=Visibility.choices, initial=Visibility.PUBLIC.value
    )

    def __init__(self, *args: Any, user: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Office.objects.all() if works_regionally(user) else Office.objects.filter(pk__in=offices_of(user))
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Refuse at once what can be seen at the beginning of the file; the rest is read by the job."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > limits()[0]:
            raise forms.ValidationError(_("The file is larger than imports may be."))
        try:
            inspect(upload.file, upload.name or "")  # type: ignore[arg-type]
        except ImportRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        finally:
            upload.seek(0)
        return upload
