"""Forms: a request as it is filed and described, the steps of its life, and the rows of its page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import own_country
from migov.foundation.people.models import Theme, User
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.services.files.formats import ACCEPT
from migov.services.files.forms import FilesField, FilesInput
from migov.work.policy.models import AssistanceRequest, ProductKind, RequestKind
from migov.work.policy.requests import sharing
from migov.work.policy.requests.filters import SEVERAL
from migov.work.policy.requests.life import Step
from migov.work.policy.requests.people import colleagues

LONGEST = 20_000
FILES_HELP = _("PDF, DOCX, XLSX, PPTX, TXT, MD, HTML, CSV, PNG, JPEG; %(most)s MB each at most.")


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words(label: Any, *, rows: int = 3, longest: int = LONGEST, **more: Any) -> forms.CharField:
    """A field for text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def colleague(label: Any, **more: Any) -> forms.ModelChoiceField:
    """A field for a person of the office; its people are set by the form."""
    return forms.ModelChoiceField(User.objects.none(), label=label, **more)


def files(label: Any, **more: Any) -> FilesField:
    """A field for several files."""
    return FilesField(label=label, widget=FilesInput(attrs={"accept": ACCEPT, "class": "drop"}), **more)


def files_help() -> str:
    """Which files are kept."""
    return str(FILES_HELP) % {"most": f"{settings.MIGOV_DOCUMENT_MAX_BYTES / 1024**2:g}"}


class PlacesField(forms.ModelMultipleChoiceField):
    """Countries and areas by their names in tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


def kinds() -> list[tuple[str, str]]:
    """The kinds of help, each beginning with a capital letter."""
    return [(code, capfirst(str(label))) for code, label in RequestKind.choices]


class DocumentField(forms.ModelChoiceField):
    """A document by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.record.title)


class DetailsForm(forms.Form):
    """What is asked, by whom and until when."""

    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        help_text=_("What is asked, in a few words: “Review of the draft Law on Foreigners”."),
    )
    kind = forms.ChoiceField(label=_("Kind of help"), choices=kinds, widget=forms.RadioSelect)
    asked = words(
        _("What is asked"), rows=5, required=False,
        help_text=_("What the help is for, and what the government expects. Name no migrants or beneficiaries."),
    )  # fmt: skip
    sender = forms.CharField(label=_("Ministry or body that asks"), max_length=200, help_text=_("As it names itself."))
    letter = forms.CharField(label=_("Number or date of the letter"), max_length=100, required=False)
    received_on = day(_("Received on"), required=False, help_text=_("Empty for today."))
    due = day(_("Answer needed by"), required=False)
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        """Text without spaces around it."""
        said = super().clean() or self.cleaned_data
        return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


class FilingForm(DetailsForm):
    """A request as it comes in. A government files for its own country; a colleague says whose it is."""

    country = forms.ChoiceField(label=_("Country or area that asks"))
    places = PlacesField(
        Place.objects.none(), label=_("States that ask together"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("All that are named read the request and what is handed over for it."),
    )  # fmt: skip
    file = files(_("Documents"), required=False)
    field_order = (
        "country",
        "places",
        "sender",
        "letter",
        "received_on",
        "title",
        "kind",
        "asked",
        "due",
        "themes",
        "file",
    )

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        self.external = bool(own_country(user))
        self.fields["file"].help_text = _("The letter, the draft, annexes. %(files)s") % {"files": files_help()}
        if self.external:
            for name in ("country", "places", "received_on"):
                del self.fields[name]
            self.fields["letter"].help_text = _("Where there is one.")
            return
        self._territories = {place.code: place for place in Place.objects.filter(is_territory=True)}
        names = [(code, formats.place(place)) for code, place in self._territories.items()]
        country, places = self.fields["country"], self.fields["places"]
        if isinstance(country, forms.ChoiceField) and isinstance(places, forms.ModelMultipleChoiceField):
            country.choices = [("", _("choose")), *names, (SEVERAL, _("several States together"))]
            places.queryset = Place.objects.filter(is_territory=True)

    def clean(self) -> dict[str, Any]:
        """Either one country, or at least two. country: the place, None where several States ask."""
        said = super().clean()
        if self.external:
            return said
        code, places = said.get("country"), list(said.get("places") or ())
        said["country"] = self._territories.get(code or "")
        if code == SEVERAL and len(places) < 2:
            self.add_error("places", _("Name at least two."))
        elif code and code != SEVERAL and places:
            self.add_error("places", _("Name one country above, or several here, not both."))
        return said


class EditForm(DetailsForm):
    """A request described better, with who leads the work."""

    lead = colleague(_("Who leads the work"), required=False, empty_label=_("nobody yet"))
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("title", "kind", "asked", "sender", "letter", "received_on", "due", "lead", "themes")

    def __init__(self, *given: Any, lead: int | None, may_assign: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["lead"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues(lead)
        field.disabled = not may_assign


STEP_FIELDS: dict[str, Any] = {
    "lead": lambda: colleague(_("Who leads the work"), empty_label=_("choose a colleague")),
    "due": lambda: day(_("Answer needed by")),
    "plan": lambda: words(_("Plan"), rows=5),
    "planned_hours": lambda: forms.DecimalField(
        label=_("Hours planned"), min_value=0, max_digits=6, decimal_places=1, help_text=_("Colleagues see them only.")
    ),
    "day": lambda: day(_("On")),
    "message": lambda: words(_("Message to the government"), rows=3),
    "result": lambda: words(_("Result"), rows=4),
    "reason": lambda: words(_("Reason"), rows=3),
    "why": lambda: words(_("Why"), rows=2),
}


class StepForm(forms.Form):
    """What a step asks. Its fields are named in the table of steps."""

    def __init__(self, *given: Any, step: Step, request: AssistanceRequest, **more: Any) -> None:
        super().__init__(*given, **{"auto_id": f"id_{step.code}_%s", **more})
        self.step = step
        for place, name in enumerate(step.asks):
            field = STEP_FIELDS[name]()
            field.required = place < step.required
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = colleagues(request.record.owner_id)
            self.fields[name] = field


class RowForm(forms.Form):
    """A form of one row of the page. What its fields begin with is read from the row."""

    def __init__(self, *given: Any, request: AssistanceRequest, row: Any = None, **more: Any) -> None:
        if row is not None:
            read = {name: getattr(row, name, None) for name in self.base_fields}
            more["initial"] = read | more.get("initial", {})
        super().__init__(*given, **more)
        self.request, self.row = request, row
        person = self.fields.get("person")
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = colleagues(getattr(row, "person_id", None))


class PlanForm(RowForm):
    """The plan of a request that has one."""

    plan = words(_("Plan"), rows=6, help_text=_("The government reads it."))
    planned_hours = forms.DecimalField(
        label=_("Hours planned"), min_value=0, max_digits=6, decimal_places=1, required=False,
        help_text=_("Colleagues see them only."),
    )  # fmt: skip
    due = day(_("Answer needed by"), required=False)


class PersonForm(RowForm):
    """A colleague who works on a request."""

    person = colleague(_("Colleague"), empty_label=_("choose a colleague"))
    part = forms.CharField(label=_("What this person does for it"), max_length=200, required=False)


class StepOfPlanForm(RowForm):
    """A step of the plan."""

    text = forms.CharField(label=_("What is to be done"), max_length=300, help_text=_("The government reads it."))
    person = colleague(_("Who"), required=False, empty_label=_("nobody named"))
    due = day(_("Until"), required=False)
    done_on = day(_("Done on"), required=False)


class HoursForm(RowForm):
    """Hours of a colleague on one day."""

    person = colleague(_("Who"), empty_label=None)
    day = day(_("Day"))
    hours = forms.DecimalField(label=_("Hours"), min_value=0.1, max_value=24, max_digits=4, decimal_places=1)
    note = forms.CharField(label=_("What for"), max_length=300, required=False)


class ProductForm(RowForm):
    """Something that is handed over."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProductKind.choices)
    title = forms.CharField(label=_("Title"), max_length=300)
    note = words(_("Words to the government"), rows=2, required=False)
    document = DocumentField(
        sharing.documents(0), label=_("Document that is here already"), required=False, empty_label=_("none"),
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT, "class": "drop"}),
        help_text=_("It stays within the office until the product is handed over."),
    )  # fmt: skip
    people_reached = forms.IntegerField(
        label=_("People reached"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("Of a training or mission."),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        held = getattr(more.get("row"), "document", None)
        if held is not None:  # there may be a newer version by now
            latest = sharing.documents(more["request"].pk).filter(series=held.series).first()
            more["initial"] = {**more.get("initial", {}), "document": latest}
        super().__init__(*given, **more)
        document = self.fields["document"]
        if isinstance(document, forms.ModelChoiceField):
            document.queryset = sharing.documents(self.request.pk)

    def clean(self) -> dict[str, Any]:
        """A file or a document, not both."""
        said = super().clean() or self.cleaned_data
        if said.get("file") and said.get("document") and said["document"] != self.initial.get("document"):
            self.add_error("file", _("Choose a document that is here, or add a file, not both."))
        return said


class NoteForm(RowForm):
    """A message about a request."""

    text = words(_("Message"), rows=3)
    internal = forms.BooleanField(label=_("Keep it within the office"), required=False, initial=True)


class FeedbackForm(RowForm):
    """What the help was worth."""

    score = forms.TypedChoiceField(
        label=_("How useful was it?"), coerce=int, widget=forms.RadioSelect,
        choices=[(5, _("5 – very useful")), (4, "4"), (3, "3"), (2, "2"), (1, _("1 – of no use"))],
    )  # fmt: skip
    text = words(_("In words"), rows=3, required=False)


class DocumentsForm(forms.Form):
    """Documents that are added to a request."""

    file = files(_("Files"), error_messages={"required": _("Choose at least one file.")})
    shared = forms.BooleanField(
        label=_("Share with the government that asked"), required=False,
        help_text=_("Else they stay within the office."),
    )  # fmt: skip

    def __init__(self, *given: Any, internal: bool, **more: Any) -> None:
        super().__init__(*given, **{"auto_id": "id_documents_%s", **more})
        self.fields["file"].help_text = files_help()
        if not internal:
            del self.fields["shared"]
