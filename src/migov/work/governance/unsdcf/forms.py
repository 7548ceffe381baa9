"""Forms: the card of a framework, a part, what structure is read from, and what became of a wording."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import GOVERNANCE, offices_where
from migov.foundation.people.models import Office, User
from migov.foundation.people.queries import colleagues
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.services.files.models import Document
from migov.work.governance.models import CooperationFramework, Part, PartKind, Uptake
from migov.work.governance.unsdcf.actions.framework import FIRST_YEAR, LAST_YEAR, Card
from migov.work.governance.unsdcf.actions.parts import Said, in_order
from migov.work.governance.unsdcf.reading.draft import LONGEST
from migov.work.governance.unsdcf.reading.sources import MOST_TEXT, SUFFIXES


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def year(label: Any) -> forms.IntegerField:
    """A field for a year."""
    return forms.IntegerField(label=label, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class PlaceField(forms.ModelChoiceField):
    """A country or area by its name in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class DocumentField(forms.ModelChoiceField):
    """A document by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title)


def offices_for(user: User) -> Any:
    """The offices that a person adds work for."""
    held = offices_where(user, *GOVERNANCE)
    return Office.objects.all() if held is None else Office.objects.filter(pk__in=held)


class CardForm(forms.Form):
    """What the register says of a Cooperation Framework."""

    country = PlaceField(Place.objects.filter(is_territory=True), label=_("Country or area"), empty_label=_("choose"))
    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("Office that keeps it"), required=False, empty_label=None
    )
    starts, ends = year(_("First year")), year(_("Last year"))
    status = forms.ChoiceField(
        label=_("State"), choices=lambda: [(code, capfirst(str(label))) for code, label in CooperationFramework.Status.choices],
        initial=CooperationFramework.Status.SIGNED,
    )  # fmt: skip
    signed_on = day(_("Signed on"), required=False)
    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        required=False,
        help_text=_("As it is printed; empty for one made of country and years."),
    )
    language = forms.RegexField(
        r"^[a-z]{2,3}$", label=_("Language of its text"), initial="en", help_text=_("Two letters, such as en or ru."),
        error_messages={"invalid": _("Write the language as two letters, such as en or ru.")},
    )  # fmt: skip
    url = forms.URLField(
        label=_("Address where it is published"), max_length=1000, required=False, assume_scheme="https"
    )
    source = forms.CharField(label=_("Source of this entry"), max_length=300, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who leads the check"), required=False, empty_label=_("nobody yet")
    )
    document = DocumentField(
        Document.objects.none(), label=_("Its text, among the documents"), required=False, empty_label=_("none")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, user: User, of: CooperationFramework | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.of = of
        self._choose("owner", colleagues(of.record.owner_id if of else None))
        if of is None:
            del self.fields["document"]
            self._choose("office", offices_for(user))
            self.fields["owner"].initial = user.pk
            self.fields["office"].initial = next((one.office_id for one in user.standing), None)
            return
        for name in ("country", "office"):
            del self.fields[name]
        self._choose("document", Document.objects.standing().filter(of=of.record).select_related("record"))

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def card(self) -> Card:
        """What the form says."""
        said = self.cleaned_data
        return Card(
            country=self.of.country if self.of else said["country"], starts=said["starts"], ends=said["ends"],
            status=said["status"], title=said["title"], signed_on=said["signed_on"], language=said["language"], url=said["url"],
            source=said["source"], owner=said["owner"], document=said.get("document"),
        )  # fmt: skip


class PartForm(forms.Form):
    """A part of the structure."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=lambda: [(code, capfirst(str(label))) for code, label in PartKind.choices]
    )
    number = forms.CharField(label=_("Number"), max_length=20, required=False, help_text=_("As it is printed: 1.2"))
    text = forms.CharField(label=_("Words"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    parent = forms.TypedChoiceField(label=_("Stands under"), required=False, coerce=int, empty_value=None)
    baseline = forms.CharField(label=_("Baseline (indicators)"), max_length=200, required=False)
    target = forms.CharField(label=_("Target (indicators)"), max_length=200, required=False)
    source = forms.CharField(label=_("Source (indicators)"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, of: CooperationFramework, part: Part | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = [
            (one.pk, f"{'– ' * depth}{one.get_kind_display()} {one.number} {one.text[:80]}")
            for depth, one in in_order(of.parts.exclude(kind=PartKind.INDICATOR))
            if part is None or one.pk != part.pk
        ]
        field = self.fields["parent"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("nothing: it stands on top")), *rows]

    def said(self) -> Said:
        """What the form says."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return Said(**given)


class ReadForm(forms.Form):
    """What the structure is read from: a file, or pasted text."""

    file = forms.FileField(
        label=_("File"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES), "class": "drop"}),
        help_text=_("DOCX, PDF, XLSX or CSV: the framework itself, or its results matrix."),
    )  # fmt: skip
    keep = forms.BooleanField(
        label=_("Keep the file among the documents of this framework"), required=False, initial=True,
        help_text=_("DOCX, PDF and XLSX are kept."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or paste text"), required=False, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Lines that begin with “Outcome 1.2:”, or rows copied from a spreadsheet with their headings."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Either a file or text."""
        said = super().clean() or self.cleaned_data
        if not self.errors and not said.get("file") and not said.get("text"):
            self.add_error("file", _("Choose a file, or paste text below."))
        if said.get("file") and said.get("text"):
            self.add_error("text", _("Choose a file or paste text, not both."))
        return said


class UptakeForm(forms.Form):
    """What became of a wording."""

    taken = forms.ChoiceField(
        label=_("What became of it"), choices=lambda: [(code, capfirst(str(label))) for code, label in Uptake.Taken.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    day = day(_("On"), initial=timezone.localdate)
    note = forms.CharField(
        label=_("Where it can be seen, or why not"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConclusionForm(forms.Form):
    """The conclusion of the check."""

    summary = forms.CharField(
        label=_("Conclusion"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the check found, in a few sentences. It opens the brief."),
    )  # fmt: skip
    was = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
