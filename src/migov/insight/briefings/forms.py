"""The form of a briefing book."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.foundation.shell.choices import RowField, RowsField
from migov.insight.briefings import queries
from migov.work.cooperation.models import Meeting, MeetingState


class PlacesField(RowsField):
    """Countries and areas by their names in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class MeetingField(RowField):
    """Meetings by title and day."""

    def label_from_instance(self, obj: Any) -> str:
        when = formats.period(obj.record.starts, obj.record.ends) if obj.record.starts else obj.dated
        return f"{obj.record.title} · {when}" if when else str(obj.record.title)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class BookForm(forms.Form):
    """What a book is about."""

    title = forms.CharField(label=_("Title"), max_length=300)
    meeting = MeetingField(
        Meeting.objects.none(),
        label=_("Meeting"),
        required=False,
        help_text=_("Its agenda, who comes, what was said last time."),
    )
    places = PlacesField(
        Place.objects.none(), label=_("Countries and areas"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("One chapter for each."),
    )  # fmt: skip
    themes = RowsField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Projects, lessons and positions on these themes only; all where none is chosen."),
    )  # fmt: skip
    starts = _day(_("From"), help_text=_("What happened since then; empty for how things stand now."))
    ends = _day(_("Until"))
    parts = forms.MultipleChoiceField(
        label=_("Parts of each country"), required=False, widget=forms.CheckboxSelectMultiple
    )
    meeting_parts = forms.MultipleChoiceField(
        label=_("Parts of the meeting"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("First words"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the book is for, and what to watch. They stand on its first page."),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, keep: Meeting | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        seen = Record.objects.visible_to(viewer).standing()
        meetings = Meeting.objects.filter(record__in=seen).exclude(state=MeetingState.CANCELLED)
        coming = meetings.filter(record__ends__gte=timezone.localdate())
        if keep is not None:
            coming = meetings.filter(pk=keep.pk) | coming
        self.fields["meeting"].queryset = coming.select_related("record").order_by("record__starts")  # type: ignore[attr-defined]
        self.fields["places"].queryset = Place.objects.filter(is_territory=True)  # type: ignore[attr-defined]
        of_countries, of_meeting = queries.part_choices()
        self.fields["parts"].choices = of_countries  # type: ignore[attr-defined]
        self.fields["meeting_parts"].choices = of_meeting  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts") and data.get("ends") and data["ends"] < data["starts"]:
            self.add_error("ends", _("The period ends before it starts."))
        if "places" in data and not data["places"] and not data.get("meeting"):
            self.add_error("places", _("Choose countries, or a meeting."))
        if not data.get("parts") and not data.get("meeting_parts"):
            self.add_error("parts", _("Choose at least one part."))
        return data

    def asked(self) -> dict[str, Any]:
        """What the book asks for, as the actions take it."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("revision", "meeting_parts")}
        kept = [*data["parts"], *(self.cleaned_data["meeting_parts"] if data["meeting"] else [])]
        return data | {"places": list(data["places"]), "themes": list(data["themes"]), "parts": kept}
