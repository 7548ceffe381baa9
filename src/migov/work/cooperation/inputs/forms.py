"""Forms of inputs: what is asked, who writes, which offices contribute, delivery, and filing an earlier position."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.foundation.shell.choices import RowField, RowsField
from migov.services.files.formats import ACCEPT
from migov.services.files.forms import FilesField, FilesInput
from migov.work.cooperation.inputs import people
from migov.work.cooperation.inputs.actions.ground import LONGEST
from migov.work.cooperation.inputs.actions.life import Wanted
from migov.work.cooperation.models import Input, InputType, Mechanism, Meeting


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words(label: Any, *, rows: int = 3, longest: int = LONGEST, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def types() -> list[tuple[str, str]]:
    """The types of input, each beginning with a capital letter."""
    return [(code, capfirst(str(label))) for code, label in InputType.choices]


class MeetingField(RowField):
    """A meeting by its title and day."""

    def label_from_instance(self, obj: Any) -> str:
        when = formats.day(obj.record.starts) if obj.record.starts else obj.dated
        return f"{obj.record.title}, {when}" if when else str(obj.record.title)


class MechanismField(RowField):
    """A mechanism by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title)


class PlaceField(RowField):
    """A country or area by its name in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


def meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """The meetings that the viewer may see, the newest first."""
    seen = Record.objects.visible_to(viewer).standing()
    return Meeting.objects.filter(record__in=seen).select_related("record").order_by("-record__starts", "-dated", "-pk")


def mechanisms(viewer: Viewer) -> QuerySet[Mechanism]:
    """The mechanisms that the viewer may see, by title."""
    seen = Record.objects.visible_to(viewer).standing()
    return Mechanism.objects.filter(record__in=seen).select_related("record").order_by("record__title")


class AboutForm(forms.Form):
    """What an input is for."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("What it is, in a few words: “Statement on labour mobility”.")
    )
    type = forms.ChoiceField(label=_("Type"), choices=types, widget=forms.RadioSelect)
    asked = words(_("What is asked"), rows=4, required=False, help_text=_("What it is for, who speaks, for how long."))
    meeting = MeetingField(Meeting.objects.none(), label=_("Meeting"), required=False, empty_label=_("none"))
    mechanism = MechanismField(
        Mechanism.objects.none(), label=_("Mechanism"), required=False, empty_label=_("that of the meeting, or none")
    )
    place = PlaceField(
        Place.objects.none(), label=_("Country or area"), required=False, empty_label=_("none in particular")
    )
    due = day(_("Needed by"), required=False)
    themes = RowsField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What was said before on these themes is compared."),
    )  # fmt: skip

    def __init__(self, *given: Any, viewer: Viewer, **more: Any) -> None:
        super().__init__(*given, **more)
        self._fill("meeting", meetings(viewer))
        self._fill("mechanism", mechanisms(viewer))
        self._fill("place", Place.objects.filter(is_territory=True))

    def _fill(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = rows

    def wanted(self) -> Wanted:
        """What the form says."""
        said = self.cleaned_data
        return Wanted(
            title=said["title"], type=said["type"], asked=said.get("asked", ""), meeting=said["meeting"],
            mechanism=said["mechanism"], place=said["place"], due=said.get("due"), themes=said["themes"],
        )  # fmt: skip


class RequestForm(AboutForm):
    """A new request. begin: who asks writes it; only for those who may."""

    begin = forms.BooleanField(label=_("I write it myself"), required=False)

    def __init__(self, *given: Any, may_take: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not may_take:
            del self.fields["begin"]


class ChangeForm(AboutForm):
    """What may be changed of an input. revision: that of the page."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(paper: Input, themes: list[Theme]) -> dict[str, Any]:
        """What stands."""
        record = paper.record
        return {
            "title": record.title, "type": paper.type, "asked": record.summary, "meeting": paper.meeting_id,
            "mechanism": paper.mechanism_id, "place": paper.place_id, "due": paper.due, "themes": themes, "revision": paper.revision,
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the form says, without the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class FilingForm(AboutForm):
    """An earlier position as it was delivered."""

    on = day(_("Delivered on"))
    function = forms.CharField(
        label=_("Delivered by"),
        max_length=200,
        required=False,
        help_text=_("Function of who spoke or sent it, not the name."),
    )
    text = words(_("Text"), rows=12, longest=100_000, required=False, help_text=_("An empty line begins a paragraph."))
    file = FilesField(
        label=_("Documents"), required=False, widget=FilesInput(attrs={"accept": ACCEPT, "class": "drop"}),
        help_text=_("Instead of the text, or with it: PDF, DOCX, TXT, MD, HTML."),
    )  # fmt: skip
    became = words(_("What became of it"), required=False)
    field_order: Sequence[str] = (
        "title",
        "type",
        "on",
        "function",
        "meeting",
        "mechanism",
        "place",
        "themes",
        "text",
        "file",
        "became",
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        del self.fields["asked"], self.fields["due"]
        self.fields["type"].initial = InputType.STATEMENT


class CorrectForm(FilingForm):
    """What is corrected of something that was delivered; only what may be. revision: that of the page."""

    reason = words(_("What was wrong"), rows=2)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order: Sequence[str] = (*FilingForm.field_order, "reason")

    def __init__(self, *given: Any, may: Collection[str], **more: Any) -> None:
        super().__init__(*given, **more)
        for name in set(self.fields) - {*may, "reason", "revision"}:
            del self.fields[name]
        if "text" not in may:
            self.fields["function"].required = True

    @staticmethod
    def initial_of(paper: Input, themes: list[Theme], text: str) -> dict[str, Any]:
        """What stands."""
        about = ChangeForm.initial_of(paper, themes)
        return {**about, "on": paper.delivered_on, "function": paper.delivered_by, "text": text}

    def values(self) -> dict[str, Any]:
        """What the form says, without the reason and the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "revision")}


class TakeForm(forms.Form):
    """Who writes an input that is taken on."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Written by"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["owner"].queryset = people.colleagues()  # type: ignore[attr-defined]


class AuthorsForm(forms.Form):
    """Who answers for an input, and who writes with them."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Answers for it"))
    authors = RowsField(User.objects.none(), label=_("Write with them"), required=False)

    def __init__(self, *given: Any, paper: Input, **more: Any) -> None:
        super().__init__(*given, **more)
        known = people.colleagues(*(one.pk for one in people.writers(paper)))
        for name in ("owner", "authors"):
            self.fields[name].queryset = known  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """Which country offices are asked, what, and until when."""

    offices = RowsField(Office.objects.none(), label=_("Offices"), widget=forms.CheckboxSelectMultiple)
    question = words(_("What you need from them"), rows=3)
    due = day(_("Needed by"), required=False)

    def __init__(self, *given: Any, paper: Input, **more: Any) -> None:
        super().__init__(*given, **more)
        known = paper.asked.values("office")
        self.fields["offices"].queryset = people.country_offices().exclude(pk__in=known)  # type: ignore[attr-defined]


class DeliverForm(forms.Form):
    """When and by whom an input was delivered."""

    on = day(_("Delivered on"))
    function = forms.CharField(
        label=_("Delivered by"), max_length=200, help_text=_("Function of who spoke or sent it, not the name.")
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.initial.setdefault("on", timezone.localdate())


class BecameForm(forms.Form):
    """What became of a delivered input."""

    text = words(
        _("What became of it"), help_text=_("Taken up, in which words; opposed, by whom; what to do next time.")
    )
    on = day(_("As of"), required=False)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = words(_("Why"), rows=2)
