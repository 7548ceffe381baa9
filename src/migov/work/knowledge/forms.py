"""Forms: a lesson, a decision on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.work.knowledge import wording
from migov.work.knowledge.actions import offices_for
from migov.work.knowledge.drafts import LONGEST, LONGEST_STATEMENT, Draft
from migov.work.knowledge.models import KIND, Cycle, LessonKind
from migov.work.knowledge.queries import lessons_for


class Places(forms.ModelMultipleChoiceField):
    """Countries and areas by the names of tables."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


class LessonForm(forms.Form):
    """A lesson as it is written."""

    statement = forms.CharField(
        label=_("The lesson"), max_length=LONGEST_STATEMENT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences that somebody elsewhere understands."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=LessonKind.choices, widget=forms.RadioSelect)
    advice = forms.CharField(
        label=_("What to do"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the next project should do, or not do."),
    )  # fmt: skip
    context = forms.CharField(
        label=_("Where it was learnt"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, for whom, and what happened. No names of migrants."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Learnt from"), required=False,
        help_text=_("The reference of the project or evaluation, such as MG-0202."),
    )  # fmt: skip
    source_text = forms.CharField(
        label=_("Source in words"), required=False, max_length=500,
        help_text=_("For a source outside migov: title, author, year."),
    )  # fmt: skip
    source_link = forms.CharField(label=_("Link"), required=False, max_length=1000)
    source_page = forms.CharField(label=_("Page"), required=False, max_length=20)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), empty_label=None)
    places = Places(
        Place.objects.none(), label=_("Countries and areas"), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cycle = forms.ChoiceField(label=_("Helps most at"), choices=Cycle.choices, initial=Cycle.ANY)
    sections = forms.MultipleChoiceField(
        label=_("Parts of a proposal"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("It is offered first beside these parts."),
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=_("Who may see it once validated"), choices=Visibility.choices, initial=Visibility.INTERNAL
    )
    review_by = forms.DateField(
        label=_("Look at it again by"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    supersedes = forms.CharField(
        label=_("Takes the place of"), required=False,
        help_text=_("The reference of an older lesson, such as L-12. It is retired when this one is validated."),
    )  # fmt: skip
    stands = forms.CharField(required=False, widget=forms.HiddenInput)
    looked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, before: Draft | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user: Viewer = user
        self.before = before
        offices = {office.pk for office in offices_for(user)} | ({before.office} if before and before.office else set())
        mine = before.places if before else frozenset()
        self.fields["office"].queryset = Office.objects.filter(pk__in=offices)  # type: ignore[attr-defined]
        self.fields["places"].queryset = Place.objects.filter(Q(is_territory=True) | Q(pk__in=mine))  # type: ignore[attr-defined]
        codes = dict(wording.SECTIONS) | {
            code: wording.section_title(code) for code in (before.sections if before else ()) if code not in wording.SECTIONS
        }  # fmt: skip
        self.fields["sections"].choices = list(codes.items())  # type: ignore[attr-defined]

    def clean_source(self) -> int | None:
        """The primary key of the record that is named by its reference, or by # and its number."""
        records = Record.objects.visible_to(self.user).standing().exclude(kind=KIND)
        return self._named("source", records, str(_("There is no work with this reference, or you may not see it.")))

    def clean_supersedes(self) -> int | None:
        """The primary key of the lesson that is named."""
        lessons = Record.objects.filter(pk__in=lessons_for(self.user).values("pk"))
        return self._named(
            "supersedes", lessons, str(_("There is no lesson with this reference, or you may not see it."))
        )

    def _named(self, name: str, records: Any, wrong: str) -> int | None:
        text = self.cleaned_data[name].strip().replace("\x00", "")
        if not text:
            return None
        standing: int | None = getattr(self.before, name) if self.before else None
        number = text.removeprefix("#")
        if text.startswith("#") and number.isascii() and number.isdigit() and len(number) < 18:
            if int(number) == standing:
                return standing  # it stays, also where this person does not see it
            found = records.filter(pk=int(number))
        else:
            found = records.filter(reference__iexact=text)
        keys = list(found.values_list("pk", flat=True)[:2])
        if not keys:
            raise forms.ValidationError(wrong)
        if standing in keys:
            return standing
        if len(keys) > 1:
            raise forms.ValidationError(
                _("Several have this reference. Write # and the number that is in the page's address.")
            )
        return int(keys[0])

    @property
    def draft(self) -> Draft:
        """What was written. Only after is_valid."""
        given = self.cleaned_data
        same = (
            "statement", "kind", "advice", "context", "source", "source_text", "source_link", "source_page", "cycle",
            "audience", "review_by", "supersedes",
        )  # fmt: skip
        return Draft(
            **{name: given[name] for name in same},
            office=given["office"].pk,
            places=frozenset(place.pk for place in given["places"]),
            themes=frozenset(theme.pk for theme in given["themes"]),
            sections=frozenset(given["sections"]),
        )


def initial(draft: Draft, user: Viewer) -> dict[str, Any]:
    """A draft as the form shows it. One query."""
    keys = [key for key in (draft.source, draft.supersedes) if key]
    references = (
        dict(Record.objects.visible_to(user).filter(pk__in=keys).values_list("pk", "reference")) if keys else {}
    )

    def named(key: int | None) -> str:
        return "" if key is None else references.get(key) or f"#{key}"

    return {
        "statement": draft.statement, "kind": draft.kind, "advice": draft.advice, "context": draft.context,
        "source": named(draft.source), "source_text": draft.source_text, "source_link": draft.source_link,
        "source_page": draft.source_page, "office": draft.office, "places": list(draft.places),
        "themes": list(draft.themes), "cycle": draft.cycle, "sections": list(draft.sections),
        "audience": draft.audience, "review_by": draft.review_by, "supersedes": named(draft.supersedes),
    }  # fmt: skip
