"""Forms of texts: add one, a version, describe, correct."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.themes import themes_of
from migov.work.policy.models import LegalText, ProvisionKind, TextKind, TextStatus
from migov.work.policy.texts.actions import LONGEST_REASON, Details
from migov.work.policy.texts.sources import SUFFIXES

ACCEPT = ",".join(suffix for suffix in SUFFIXES if suffix not in (".xhtml", ".akn"))
FILE_HELP = _(
    "DOCX, PDF, HTML, Markdown, plain text or Akoma Ntoso (XML). Chapters, articles and paragraphs are found in it."
)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class DescribeForm(forms.Form):
    """What a text is."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("As it stands on the text, in English where there is one.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=TextKind.choices)
    status = forms.ChoiceField(label=_("Status"), choices=TextStatus.choices)
    citation = forms.CharField(
        label=_("Short name for tables"),
        max_length=120,
        required=False,
        help_text=_("With its number, such as Law 24/2018."),
    )
    language = forms.RegexField(
        r"^[a-z]{2,3}$", label=_("Language of the file"), initial="en", max_length=3, help_text=_("Two letters, such as en or sq."),
        error_messages={"invalid": _("Write the language as two letters, such as en or sq.")},
    )  # fmt: skip
    adopted_on = _day(_("Adopted on"))
    in_force_on = _day(_("In force from"))
    url = forms.URLField(label=_("Where the official text is"), required=False, max_length=500, assume_scheme="https")
    summary = forms.CharField(
        label=_("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    shared = forms.BooleanField(
        label=_("The government of its country may see it here"), required=False,
        help_text=_("Reviews of it stay confidential until they are released."),
    )  # fmt: skip

    def details(self) -> Details:
        """What the form says."""
        said = self.cleaned_data
        names = (
            "title",
            "kind",
            "status",
            "citation",
            "language",
            "summary",
            "url",
            "adopted_on",
            "in_force_on",
            "shared",
            "themes",
        )
        return Details(**{name: said[name] for name in names})

    @staticmethod
    def of(text: LegalText) -> dict[str, Any]:
        """What the form shows of a text as it is."""
        record = text.record
        return {
            "title": record.title, "kind": text.kind, "status": text.status, "citation": text.citation, "language": text.language,
            "adopted_on": text.adopted_on, "in_force_on": text.in_force_on, "url": text.url, "summary": record.summary,
            "shared": record.visibility in ("partners", "public"), "themes": themes_of(record),
        }  # fmt: skip


class RemoveForm(forms.Form):
    """Why a text is removed."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is removed.")},
    )  # fmt: skip


class VersionForm(forms.Form):
    """The file of a version."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "drop"}), help_text=FILE_HELP,
        error_messages={"required": _("Choose the file of the text."), "empty": _("The file is empty.")},
    )  # fmt: skip
    label = forms.CharField(
        label=_("What this version is called"), max_length=120, required=False, help_text=_("Such as: second reading.")
    )
    dated = _day(_("Day of the version"))


class AddForm(DescribeForm, VersionForm):
    """A text with its first version."""

    country = forms.ModelChoiceField(
        label=_("Country or area"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("none: of several States, or regional"),
    )
    field_order = (
        "title", "kind", "country", "status", "citation", "language", "file", "label", "dated", "adopted_on", "in_force_on", "url",
        "summary", "themes", "shared",
    )  # fmt: skip

    def __init__(self, *given: Any, with_file: bool = True, **more: Any) -> None:
        super().__init__(*given, **more)
        places: Any = self.fields["country"]
        places.queryset = Place.objects.filter(is_territory=True).order_by("short_name")
        if not with_file:
            del self.fields["file"]


class CorrectForm(forms.Form):
    """What a provision is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProvisionKind.choices)
    number = forms.CharField(
        label=_("Number"), max_length=40, required=False, help_text=_("Without brackets: 12 bis, z^1.")
    )
    heading = forms.CharField(label=_("Heading"), max_length=1000, required=False)
    application = forms.CharField(
        label=_("Applies from, or on condition"), max_length=200, required=False,
        help_text=_("Such as: from accession to the European Union."),
    )  # fmt: skip


class SplitForm(forms.Form):
    """Where a provision is cut in two."""

    at = forms.CharField(label=_("The second part begins with the words"), max_length=300)
    number = forms.CharField(label=_("Its number"), max_length=40, required=False)
