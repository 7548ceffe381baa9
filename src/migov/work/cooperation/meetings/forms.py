"""Forms of a meeting: entered from its invitation, changed, moved on; and the agenda that is pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation import partial_dates
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.foundation.shell.choices import RowField
from migov.services.files.formats import ACCEPT
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.actions.entering import Details
from migov.work.cooperation.meetings.agenda_text import Line
from migov.work.cooperation.meetings.conditions import mechanisms_for
from migov.work.cooperation.meetings.life import Step
from migov.work.cooperation.meetings.months import FIRST_YEAR, LAST_YEAR
from migov.work.cooperation.meetings.people import colleagues
from migov.work.cooperation.models import Mechanism, Meeting, MeetingKind

LONGEST = 20_000


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    ends = {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"}
    widget = forms.DateInput(attrs={"type": "date", **ends}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def words(label: Any, *, rows: int = 3, longest: int = LONGEST, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def hour(label: Any, **more: Any) -> forms.TimeField:
    """A field for an hour of the day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False, **more)


def colleague(label: Any, **more: Any) -> forms.ModelChoiceField:
    """A field for a person of the office; its people are set by the form."""
    return forms.ModelChoiceField(
        User.objects.none(), label=label, required=False, empty_label=_("nobody named"), **more
    )


class PlaceField(forms.ModelChoiceField):
    """A country or area by its name in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class MechanismField(RowField):
    """A mechanism by its whole name, with the short one."""

    def label_from_instance(self, obj: Any) -> str:
        title = str(obj.record)
        return f"{title} ({obj.short_name})" if obj.short_name and obj.short_name not in title else title


def capitals(choices: Any) -> list[tuple[str, str]]:
    """Choices that begin with a capital letter."""
    return [(code, capfirst(str(label))) for code, label in choices]


def kept_back(form: forms.Form, held: Any, *names: str) -> dict[str, Any]:
    """Leave out of a form what stands already and this person may not see; it stays as it is. Returns field → what stands."""
    kept = {}
    for name in names:
        field, now = form.fields[name], getattr(held, f"{name}_id", None)
        rows = getattr(field, "queryset", None)
        if now is not None and rows is not None and not rows.filter(pk=now).exists():
            kept[name] = getattr(held, name)
            del form.fields[name]
    return kept


class MeetingForm(forms.Form):
    """What an invitation says."""

    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("As the invitation names it."))
    mechanism = MechanismField(Mechanism.objects.none(), label=_("Mechanism"), required=False, empty_label=_("none"))
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [("", _("choose")), *capitals(MeetingKind.choices)])
    starts = day(_("First day"), required=False)
    ends = day(_("Last day"), required=False, help_text=_("Empty for one day."))
    dated = forms.CharField(
        label=_("Month or year only"), max_length=10, required=False,
        validators=[partial_dates.check], help_text=_("Where no day is known: 2027-05 or 2027."),
    )  # fmt: skip
    from_time = hour(_("Begins at"))
    to_time = hour(_("Ends at"), help_text=_("On the last day."))
    zone = forms.ChoiceField(label=_("On the clocks of"), choices=when.zones, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    country = PlaceField(Place.objects.none(), label=_("Country or area"), required=False, empty_label=_("none"))
    online = forms.BooleanField(label=_("Online, or also online"), required=False)
    link = forms.CharField(
        label=_("Link to join"), max_length=1000, required=False, validators=[URLValidator(schemes=["https", "http"])],
        widget=forms.URLInput, help_text=_("Seen on this page only; calendar feeds do not hold it."),
    )  # fmt: skip
    host = forms.CharField(
        label=_("Host"), max_length=200, required=False, help_text=_("Ministry, chair or secretariat.")
    )
    invited_on = day(_("Invited on"), required=False)
    inputs_due = day(_("Inputs due"), required=False, help_text=_("When contributions have to be with the office."))
    attends = colleague(_("Who attends for the office"), help_text=_("Is told, and reminded of inputs."))
    about = words(_("What it is about"), rows=4, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=1000, required=False,
        help_text=_("Publication or address, where it was not an invitation."),
    )  # fmt: skip
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, viewer: Viewer, meeting: Meeting | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        querysets: dict[str, Any] = {
            "mechanism": mechanisms_for(viewer),
            "country": Place.objects.filter(kind="country"),
            "attends": colleagues(meeting.attends_id if meeting else None),
        }
        for name, rows in querysets.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        self.kept = kept_back(self, meeting, "mechanism")
        zone = self.fields["zone"]
        if meeting is not None and meeting.zone and isinstance(zone, forms.ChoiceField):
            known = when.zones()
            if meeting.zone not in dict(known):
                zone.choices = [*known, (meeting.zone, meeting.zone)]

    def details(self) -> Details:
        """What the form says."""
        said = {name: value for name, value in self.cleaned_data.items() if name in Details.__slots__}
        return Details(**said | {"themes": tuple(said["themes"])} | self.kept)


class NewMeetingForm(MeetingForm):
    """A meeting as it is entered, with the invitation itself, and what is taken over from the meeting before it."""

    invitation = forms.FileField(
        label=_("Invitation"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "drop"})
    )
    carry = forms.MultipleChoiceField(
        label=_("Take over from the meeting before"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("agenda", _("Agenda")), ("delegations", _("Delegations, as invited"))],
    )  # fmt: skip

    def __init__(self, *given: Any, after: Meeting | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        if after is None:
            del self.fields["carry"]


class EditMeetingForm(MeetingForm):
    """A meeting described better. seen: the revision that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(meeting: Meeting) -> dict[str, Any]:
    """What the form begins with for a meeting that is there, but its themes."""
    record, zone = meeting.record, when.zone_of(meeting)
    one_day = record.ends == record.starts
    return {
        "title": record.title, "mechanism": meeting.mechanism_id, "kind": meeting.kind, "starts": record.starts,
        "ends": None if one_day else record.ends, "dated": meeting.dated,
        "from_time": meeting.starts_at.astimezone(zone).time() if meeting.starts_at else None,
        "to_time": meeting.ends_at.astimezone(zone).time() if meeting.ends_at else None,
        "zone": meeting.zone or zone.key, "city": meeting.city, "country": meeting.country_id, "online": meeting.online,
        "link": meeting.link, "host": meeting.host, "invited_on": meeting.invited_on, "inputs_due": meeting.inputs_due,
        "attends": meeting.attends_id, "about": record.summary, "source": meeting.source, "seen": meeting.revision,
    }  # fmt: skip


STEP_FIELDS: dict[str, Any] = {
    "outcome": lambda: words(_("What came of it"), rows=4, help_text=_("In a few sentences; it can be said later.")),
    "why": lambda: words(_("Why"), rows=2),
}


class StepForm(forms.Form):
    """What a step asks. Its fields are named in the table of steps."""

    def __init__(self, *given: Any, step: Step, meeting: Meeting, **more: Any) -> None:
        if step.code == "hold":
            more.setdefault("initial", {"outcome": meeting.outcome})
        super().__init__(*given, **{"auto_id": f"id_{step.code}_%s", **more})
        self.step = step
        for name, needed in step.asks:
            field = STEP_FIELDS[name]()
            field.required = needed
            self.fields[name] = field


class PasteForm(forms.Form):
    """The agenda as it stands in the invitation."""

    text = words(
        _("Agenda"), rows=14, longest=60_000,
        help_text=_("Paste it whole. Numbers, hours and bullets begin an item; lines without are notes of the item before."),
    )  # fmt: skip


class LineForm(forms.Form):
    """An item that was read from a pasted agenda, to be corrected before it is added."""

    keep = forms.BooleanField(label=_("Take"), required=False)
    number = forms.CharField(label=_("No."), max_length=10, required=False)
    time = forms.CharField(label=_("Time"), max_length=40, required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    note = words(_("Note"), rows=1, required=False)
    ours = forms.BooleanField(label=_("We speak"), required=False)

    def clean(self) -> dict[str, Any]:
        """A title for each item that is taken."""
        said = super().clean() or self.cleaned_data
        if said.get("keep") and not str(said.get("title") or "").strip():
            self.add_error("title", _("Say what the item is."))
        return said

    def line(self) -> tuple[Line, bool]:
        """The item, with whether the office speaks."""
        said = self.cleaned_data
        return Line(said["title"], said["number"], said["time"], said["note"]), said["ours"]


LinesFormSet = forms.formset_factory(LineForm, extra=0, max_num=200, validate_max=True)
