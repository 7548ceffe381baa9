"""Forms: add documents, a new version, say what a document is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from migov.services.files.actions import LONGEST_TITLE, About
from migov.services.files.formats import ACCEPT
from migov.services.files.models import DocumentKind

MOST_AT_ONCE = 20


class FilesInput(forms.ClearableFileInput):
    """A field that takes several files; they may also be dropped on it."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, in the order in which they were chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > MOST_AT_ONCE:
            raise forms.ValidationError(_("Add at most %(most)s files at once.") % {"most": MOST_AT_ONCE})
        return given


class AddForm(forms.Form):
    """Files to add, with what they are. What each file is, is judged by the action, file by file."""

    file = FilesField(
        label=_("Files"),
        widget=FilesInput(attrs={"accept": ACCEPT, "class": "drop"}),
        error_messages={"required": _("Choose at least one file.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices, initial=DocumentKind.OTHER.value)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        most = f"{settings.MIGOV_DOCUMENT_MAX_BYTES / 1024**2:g}"
        words = _(
            "Choose files, or drop them on the field. PDF, DOCX, XLSX, PPTX, TXT, MD, HTML, CSV, PNG, JPEG; %(most)s MB each at most."
        )
        self.fields["file"].help_text = words % {"most": most}

    def about(self) -> About:
        """What the form says of each of the files."""
        return About(kind=self.cleaned_data["kind"])


class VersionForm(forms.Form):
    """The file of a new version."""

    file = forms.FileField(
        label=_("File of the new version"),
        widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "drop"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class DescribeForm(forms.Form):
    """What a document is."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    date = forms.DateField(
        label=_("Date on the document"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.RegexField(
        r"^[a-z]{2,3}$", label=_("Language"), required=False, help_text=_("Two letters, such as en or sq."),
        error_messages={"invalid": _("Write the language as two letters, such as en or sq.")},
    )  # fmt: skip

    def about(self) -> About:
        """What the form says."""
        given = self.cleaned_data
        return About(given["title"], given["kind"], given["date"], given["language"])
