"""Forms of rounds, reports and what is asked for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.files.models import Document
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.outline import Outline
from migov.work.governance.models import GcmReport, Invitation, ReviewRound, RoundKind


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words(label: Any, *, rows: int = 3, longest: int = 4000, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def line(label: Any, longest: int = 300, **more: Any) -> forms.CharField:
    """A field for one line; not required unless it is said."""
    return forms.CharField(label=label, max_length=longest, **{"required": False, **more})


def address(label: Any, **more: Any) -> forms.CharField:
    """A field for an address of the web."""
    widget = forms.URLInput(attrs={"placeholder": "https://"})
    check = URLValidator(
        schemes=["http", "https"], message=_("This is no address of the web. It begins with https://.")
    )
    return forms.CharField(label=label, max_length=1000, required=False, widget=widget, validators=[check], **more)


class PlaceField(forms.ModelChoiceField):
    """A country or area of the office, by its name in tables and its code in the form."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(
            Place.objects.filter(is_territory=True), label=label, to_field_name="code", **{"required": False, **more}
        )

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class RoundField(forms.ModelChoiceField):
    """A round of review by title and year."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(ReviewRound.objects.all(), label=label, to_field_name="code", **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.year})"


class TitleField(forms.ModelChoiceField):
    """A piece of work or a document by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title if isinstance(obj, Document) else obj.title)[:120]


class RoundForm(forms.Form):
    """A round of the calendar."""

    title = line(_("Title"), 200, required=True)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(code, capfirst(str(name))) for code, name in RoundKind.choices])
    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    starts = day(_("First day"), required=False)
    ends = day(_("Last day"), required=False)
    inputs_due = day(_("National reports awaited by"), required=False)
    region = line(_("Region"), 200)
    venue = line(_("Venue"), 200)
    note = words(_("Note"), required=False, longest=2000)
    source = words(_("Source"), required=False, rows=2, longest=1000)
    to_check = forms.BooleanField(label=_("To be checked against the official announcement"), required=False)


class StartForm(forms.Form):
    """A report that is begun."""

    round = RoundField(_("Round"))
    country = PlaceField(_("Country or area"), empty_label=_("The region as a whole"))
    title = line(_("Title"), help_text=_("Left empty, it is made from country and round."))
    draw = forms.BooleanField(
        label=_("Draw it from what is known at once"), required=False, initial=True,
        help_text=_("Pledges, practices, projects, laws and figures that its readers may see."),
    )  # fmt: skip


class ChangeForm(forms.Form):
    """What a report is called."""

    title = line(_("Title"), required=True)
    summary = words(_("In a few words"), required=False, longest=2000)


class EvidenceForm(forms.Form):
    """What stands behind a paragraph."""

    record = TitleField(
        Record.objects.none(), label=_("Piece of work in migov"), required=False, empty_label=_("None"),
        help_text=_("Those that all readers of the report may see."),
    )  # fmt: skip
    document = TitleField(
        Document.objects.none(), label=_("Document of this report"), required=False, empty_label=_("None")
    )
    title = line(_("Title"), help_text=_("Left empty, that of the work or document."))
    place = line(_("Where in it"), 200, help_text=_("An article, a page."))
    url = address(_("Address"))
    source = line(_("Source"), help_text=_("Who published it, or who says so."))
    as_of = day(_("Day of the figure or statement"), required=False)

    def __init__(self, data: Any = None, *, report: GcmReport, seen: Any, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix)
        mine = ground.citable(report).exclude(pk=report.pk).filter(pk__in=seen).exclude(kind__in=["document", "result"])
        self.fields["record"].queryset = mine.distinct().order_by("title")  # type: ignore[attr-defined]
        held = Document.objects.standing().filter(of=report.pk, record__in=seen).select_related("record")
        held = held.filter(record__visibility__in=ground.audience(report))
        self.fields["document"].queryset = held.order_by("record__title")  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Who is asked to contribute, to what, until when."""

    body = line(
        _("Body"), 200, required=True, help_text=_("Ministry, authority, organisation or group, as it names itself.")
    )
    group = forms.ChoiceField(
        label=_("Kind"), choices=[(code, capfirst(str(name))) for code, name in Invitation.Group.choices]
    )
    person = line(_("Addressed to"), 200, help_text=_("A person by function."))
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("The link is mailed there. Without one you pass it on yourself.")
    )
    deadline = day(_("Deadline"))
    parts = forms.MultipleChoiceField(label=_("Parts that are asked"), widget=forms.CheckboxSelectMultiple)
    message = words(_("Message"), required=False, help_text=_("Read above the questions and in the mail."))

    def __init__(self, data: Any = None, *, whole: Outline) -> None:
        super().__init__(data)
        self.fields["parts"].choices = [  # type: ignore[attr-defined]
            (group.title, [(part.code, part.label) for part in group.parts]) for group in whole.groups
        ]


class DeadlineForm(forms.Form):
    """The day of a new link."""

    deadline = day(_("Deadline"))


class SubmitForm(forms.Form):
    """How a report reached its round."""

    day = day(_("Submitted on"))
    note = words(_("Note"), required=False, rows=2, longest=1000, help_text=_("How, and to whom."))
