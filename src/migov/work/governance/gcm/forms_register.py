"""Forms of pledges and practices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from migov.services.files.models import Document
from migov.work.governance.gcm import checklist
from migov.work.governance.gcm.forms import PlaceField, RoundField, TitleField, address, day, line, words
from migov.work.governance.models import Pledge, PledgeState, Practice


class PledgeForm(forms.Form):
    """A pledge as it was made."""

    title = line(_("What was pledged"), required=True)
    summary = words(_("In its own words, and how it is measured"), required=False)
    country = PlaceField(_("Country or area"), empty_label=_("None: made by a body"))
    body = line(_("Body"), 200, help_text=_("Who pledged, where it is not the State as such."))
    round = RoundField(_("Made for the round"), required=False, empty_label=_("None"))
    made_on = day(_("Made on"), required=False)
    due = day(_("To be fulfilled by"), required=False)
    responsible = line(_("Who is to carry it out"), 200)
    url = address(_("Address"), help_text=_("Where it was published."))
    source = line(_("Source"))

    def __init__(self, data: Any = None, *, initial: Any = None, own: bool = True) -> None:
        super().__init__(data, initial=initial)
        if not own:  # a government writes for its own country only
            del self.fields["country"]


def pledge_initial(pledge: Pledge) -> dict[str, Any]:
    """The form of a pledge as it stands."""
    return {
        "title": pledge.record.title, "summary": pledge.record.summary, "body": pledge.body, "made_on": pledge.made_on,
        "country": pledge.country.code if pledge.country else "", "round": pledge.round.code if pledge.round else "",
        "due": pledge.due, "responsible": pledge.responsible, "url": pledge.url, "source": pledge.source,
    }  # fmt: skip


class ProgressForm(forms.Form):
    """How a pledge stood on a day."""

    day = day(_("Day"))
    state = forms.ChoiceField(
        label=_("State"), choices=[(code, capfirst(str(name))) for code, name in PledgeState.choices]
    )
    text = words(_("What was done, and how we know"), rows=3)
    url = address(_("Address"))
    document = TitleField(
        Document.objects.none(), label=_("Document of this pledge"), required=False, empty_label=_("None")
    )

    def __init__(self, data: Any = None, *, pledge: Pledge, seen: Any, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        held = Document.objects.standing().filter(of=pledge.pk, record__in=seen).select_related("record")
        self.fields["document"].queryset = held  # type: ignore[attr-defined]


class PracticeForm(forms.Form):
    """A practice in the order of the Network's repository."""

    country = PlaceField(_("Country or area"), empty_label=_("Several, or the region"))
    title = line(_("Title"), required=True, help_text=_("What is done and for whom, in a line."))
    summary = words(_("Summary"), required=False, rows=5, help_text=_("What it is, why it was begun, how it works."))
    starts = day(_("Begun on"), required=False)
    ends = day(_("Ended on"), required=False)
    type = line(_("Type of practice"), 100, help_text=_("Law, policy, programme, tool, project, partnership."))
    scope = line(_("Geographic scope"), 100, help_text=_("Local, national, bilateral, regional, global."))
    implementer = line(_("Who carries it out"))
    partners = words(_("Partners"), required=False, rows=2)
    groups = words(_("Whom it serves"), required=False, rows=2)
    results = words(
        _("Results"), required=False, rows=4, longest=6000, help_text=_("Figures and findings with source and day.")
    )
    challenges = words(_("Challenges"), required=False, longest=6000)
    lessons = words(_("Lessons"), required=False, longest=6000)
    sustainability = words(_("How it lasts"), required=False, longest=6000)
    replication = words(_("What taking it over needs"), required=False, longest=6000)

    def __init__(self, data: Any = None, *, initial: Any = None, new: bool = False) -> None:
        super().__init__(data, initial=initial)
        if not new:
            del self.fields["country"]


def practice_initial(practice: Practice) -> dict[str, Any]:
    """The form of a practice as it stands."""
    record = practice.record
    found = {"title": record.title, "summary": record.summary, "starts": record.starts, "ends": record.ends}
    own = [name for name in PracticeForm.base_fields if name not in (*found, "country")]
    return found | {name: getattr(practice, name) for name in own}


class PublishedForm(forms.Form):
    """Where a practice was published."""

    url = address(_("Address on the Network's site"))


class SubmittedForm(forms.Form):
    """When a practice was submitted."""

    day = day(_("Submitted on"))


def answers_of(data: Any) -> dict[str, tuple[str, str]]:
    """The answers to the checklist in a form that was sent: code → answer and words."""
    return {
        one.code: (data.get(f"answer-{one.code}", ""), data.get(f"words-{one.code}", ""))
        for one in checklist.questions()
        if f"answer-{one.code}" in data or f"words-{one.code}" in data
    }
