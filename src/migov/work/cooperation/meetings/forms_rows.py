"""Forms of the rows of a meeting and of a commitment, and the form of a commitment itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.foundation.shell.choices import RowField
from migov.services.files.formats import ACCEPT
from migov.services.files.models import Document
from migov.work.cooperation.meetings.actions.committing import Promise
from migov.work.cooperation.meetings.conditions import mechanisms_for
from migov.work.cooperation.meetings.forms import (
    LONGEST,
    MechanismField,
    PlaceField,
    capitals,
    colleague,
    day,
    kept_back,
    words,
)
from migov.work.cooperation.meetings.people import colleagues
from migov.work.cooperation.meetings.queries.register import meetings_for
from migov.work.cooperation.models import (
    Body,
    Commitment,
    CommitmentState,
    Delegation,
    Mechanism,
    Meeting,
    Outcome,
)


class RowForm(forms.Form):
    """A form of one row of the page. What its fields begin with is read from the row. holder: the meeting or commitment. viewer: who
    fills it in.
    """

    def __init__(self, *given: Any, holder: Any, viewer: Viewer, row: Any = None, **more: Any) -> None:
        if row is not None:
            read = {name: getattr(row, name, None) for name in self.base_fields}
            more["initial"] = read | more.get("initial", {})
        super().__init__(*given, **more)
        self.holder, self.row = holder, row
        person = self.fields.get("person")
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = colleagues(getattr(row, "person_id", None))


class ItemForm(RowForm):
    """An item of the agenda."""

    number = forms.CharField(label=_("Number"), max_length=10, required=False)
    time = forms.CharField(label=_("Time"), max_length=40, required=False, help_text=_("Such as 10:00–10:45."))
    title = forms.CharField(label=_("Title"), max_length=300)
    note = words(_("Note"), rows=2, required=False)
    ours = forms.BooleanField(label=_("The office speaks, or is asked"), required=False)


def parties() -> list[Any]:
    """States and bodies to choose from: "p12", "b3"."""
    places = [(f"p{place.pk}", formats.place(place)) for place in Place.objects.filter(kind="country")]
    bodies = [(f"b{body.pk}", body.name) for body in Body.objects.all()]
    return [("", _("choose")), (_("Countries and areas"), places), (_("Bodies"), bodies)]


class DelegationForm(RowForm):
    """A delegation."""

    who = forms.ChoiceField(label=_("State or body"), choices=parties, required=False)
    new_body = forms.CharField(label=_("Body that is not in the list"), max_length=200, required=False)
    attendance = forms.ChoiceField(label=_("Attendance"), choices=lambda: capitals(Delegation.Attendance.choices))
    size = forms.IntegerField(label=_("People"), min_value=1, max_value=5000, required=False)
    functions = words(
        _("Functions"), rows=3, longest=4000, required=False,
        help_text=_("One a line: function and authority. No names of persons."),
    )  # fmt: skip

    def __init__(self, *given: Any, row: Any = None, **more: Any) -> None:
        if row is not None:
            more["initial"] = {"who": f"p{row.place_id}" if row.place_id else f"b{row.body_id}"}
        super().__init__(*given, row=row, **more)
        if not access.allowed(more["viewer"], "mechanisms.write"):
            del self.fields["new_body"]

    def clean(self) -> dict[str, Any]:
        """Place or body out of one field."""
        said = super().clean() or self.cleaned_data
        who = said.pop("who", "") or ""
        if who and said.get("new_body"):
            self.add_error("new_body", _("Choose one in the list, or name another here, not both."))
        said["place"] = Place.objects.filter(pk=who[1:]).first() if who.startswith("p") else None
        said["body"] = Body.objects.filter(pk=who[1:]).first() if who.startswith("b") else None
        return said


class DocumentField(RowField):
    """A document by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title)


def documents(meeting_pk: int) -> QuerySet[Document]:
    """The documents of a meeting in their latest version."""
    return (
        Document.objects.standing()
        .filter(of_id=meeting_pk)
        .select_related("record")
        .order_by("-record__created_at", "-pk")
    )


class OutcomeForm(RowForm):
    """An outcome."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: capitals(Outcome.Kind.choices))
    text = words(_("What was decided, declared or recommended"), rows=3)
    document = DocumentField(
        Document.objects.none(), label=_("Document that is here already"), required=False, empty_label=_("none")
    )
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "drop"})
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        document = self.fields["document"]
        if isinstance(document, forms.ModelChoiceField):
            document.queryset = documents(self.holder.pk)

    def clean(self) -> dict[str, Any]:
        """A file or a document, not both."""
        said = super().clean() or self.cleaned_data
        held = getattr(self.row, "document", None)
        if said.get("file") and said.get("document") and said["document"] != held:
            self.add_error("file", _("Choose a document that is here, or add a file, not both."))
        return said


class TaskForm(RowForm):
    """A task."""

    text = forms.CharField(label=_("What is to be done"), max_length=300)
    person = colleague(_("Who"))
    due = day(_("Until"), required=False)
    done_on = day(_("Done on"), required=False)


class OutcomeTextForm(RowForm):
    """What came of a meeting, in a few sentences."""

    outcome = words(_("What came of it"), rows=5, required=False)


class AttendanceForm(RowForm):
    """The attendance of all delegations at once: a field for each, and one for all that are left as they are and said to be invited."""

    others = forms.ChoiceField(
        label=_("All that are left as invited"), required=False, help_text=_("Change the others below first."),
        choices=lambda: [("", _("leave them"))] + [one for one in capitals(Delegation.Attendance.choices) if one[0] != "invited"],
    )  # fmt: skip

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        rows = self.holder.delegations.select_related("place", "body")
        for one in sorted(rows, key=lambda one: (one.place is None, str(one.place or one.body))):
            self.fields[f"at-{one.pk}"] = forms.ChoiceField(
                label=formats.place(one.place) if one.place else str(one.body),
                choices=capitals(Delegation.Attendance.choices), initial=one.attendance,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is said of all others, said of each."""
        said = super().clean() or self.cleaned_data
        others = said.pop("others", "")
        for name, value in said.items() if others else ():
            if name.startswith("at-") and value == Delegation.Attendance.INVITED:
                said[name] = others
        return said


class ProgressForm(RowForm):
    """How a commitment stood on a day."""

    day = day(_("Day"))
    state = forms.ChoiceField(label=_("How it stands"), choices=lambda: capitals(CommitmentState.choices))
    text = words(_("In a sentence"), rows=3)
    source = forms.CharField(label=_("How we know"), max_length=300, required=False)


class MeetingField(RowField):
    """A meeting by title and day."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.record.title} ({formats.day(obj.record.starts)})" if obj.record.starts else str(obj.record.title)


class CommitmentForm(forms.Form):
    """A commitment. seen: the revision that the page showed, of one that is changed."""

    title = forms.CharField(label=_("What was committed to"), max_length=300, help_text=_("In a few words."))
    words = words(_("In full"), rows=4, longest=LONGEST, required=False, help_text=_("As it was said or written."))
    meeting = MeetingField(
        Meeting.objects.none(), label=_("Made in the meeting"), required=False, empty_label=_("none")
    )
    mechanism = MechanismField(
        Mechanism.objects.none(), label=_("Mechanism"), required=False, empty_label=_("that of the meeting")
    )
    place = PlaceField(
        Place.objects.none(), label=_("Country or area that committed"), required=False, empty_label=_("none")
    )
    body = forms.ModelChoiceField(
        Body.objects.all(), label=_("Body that committed"), required=False, empty_label=_("none")
    )
    responsible = forms.CharField(label=_("Authority or unit"), max_length=200, required=False)
    ours = forms.BooleanField(label=_("It is a commitment of our office"), required=False)
    made_on = day(_("Made on"), required=False, help_text=_("Empty for the day of the meeting."))
    due = day(_("Due"), required=False)
    follows = colleague(_("Who follows it up"), help_text=_("Is told, and reminded of commitments of the office."))
    source = forms.CharField(
        label=_("Source"), max_length=1000, required=False, help_text=_("Document, paragraph, address.")
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, viewer: Viewer, commitment: Commitment | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        querysets: dict[str, Any] = {
            "mechanism": mechanisms_for(viewer),
            "meeting": meetings_for(viewer).select_related("record").order_by("-record__starts", "record__title"),
            "place": Place.objects.filter(kind="country"),
            "follows": colleagues(commitment.record.owner_id if commitment else None),
        }
        for name, rows in querysets.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        self.kept = kept_back(self, commitment, "mechanism", "meeting")

    def promise(self) -> Promise:
        """What the form says."""
        said = {name: value for name, value in self.cleaned_data.items() if name in Promise.__slots__}
        return Promise(**said | {"themes": tuple(said["themes"])} | self.kept)


def initial_of(commitment: Commitment) -> dict[str, Any]:
    """What the form begins with for a commitment that is there, but its themes."""
    record = commitment.record
    return {
        "title": record.title, "words": record.summary, "meeting": commitment.meeting_id, "mechanism": commitment.mechanism_id,
        "place": commitment.place_id, "body": commitment.body_id, "responsible": commitment.responsible, "ours": commitment.ours,
        "made_on": commitment.made_on, "due": commitment.due, "follows": record.owner_id, "source": commitment.source,
        "seen": commitment.revision,
    }  # fmt: skip
