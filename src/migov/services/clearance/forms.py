"""Forms of the clearance pages. They read and check what was typed; who may do it is asked by the actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.models import EXTERNAL_ROLES, Membership, Role, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.services.clearance.models import ReviewRule
from migov.services.clearance.rules import FLAGS
from migov.services.clearance.subjects import subjects


def colleagues(without: Iterable[int] = ()) -> Any:
    """People who work for the office today, by name."""
    working = Membership.objects.valid().exclude(role__in=EXTERNAL_ROLES).values("user_id")
    found = User.objects.filter(is_active=True, pk__in=working).exclude(pk__in=list(without))
    return found.order_by("first_name", "last_name", "username")


class PlacesField(forms.ModelMultipleChoiceField):
    """Places, as they are named everywhere."""

    def label_from_instance(self, obj: Any) -> str:
        return formats.place(obj)


def day_field(**more: Any) -> forms.DateField:
    """A day, asked for with the calendar of the browser."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class AssignForm(forms.Form):
    """One more person to ask."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=_("Choose somebody"))
    seat = forms.CharField(
        label=_("Seat"), max_length=120, required=False, help_text=_("In what capacity: “Legal adviser”.")
    )
    because = forms.CharField(label=_("Why"), max_length=500, required=False)
    due = day_field(label=_("Due on"), required=False)
    required = forms.BooleanField(label=_("The decision waits for this verdict"), required=False)

    def __init__(self, *args: Any, without: Iterable[int] = (), **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "ask")
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = colleagues(without)  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """Somebody who stands in for some days. person: only for administrators; others speak for themselves."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who is absent"), empty_label=_("Choose somebody"))
    to = forms.ModelChoiceField(User.objects.none(), label=_("Who stands in"), empty_label=_("Choose somebody"))
    starts = day_field(label=_("First day"))
    ends = day_field(label=_("Last day"))
    note = forms.CharField(label=_("Note"), max_length=255, required=False)

    def __init__(self, *args: Any, user: User, manages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if manages:
            self.fields["person"].queryset = colleagues()  # type: ignore[attr-defined]
            self.fields["person"].initial = user.pk
            self.fields["to"].queryset = colleagues()  # type: ignore[attr-defined]
        else:
            del self.fields["person"]
            self.fields["to"].queryset = colleagues(without=[user.pk])  # type: ignore[attr-defined]
        self.fields["starts"].initial = timezone.localdate


def _flags(now: str = "") -> list[tuple[str, Any]]:
    known = [(code, _(words)) for code, words in FLAGS.items()]
    return [("", "–"), *known, *([(now, now)] if now and now not in FLAGS else [])]


class RuleForm(forms.ModelForm):
    """A rule. subject and code only for a new one."""

    subject = forms.ChoiceField(label=_("What is cleared"))
    flag = forms.ChoiceField(label=_("Only where"), required=False)
    at_least = forms.DecimalField(
        label=_("Budget of at least"), required=False, min_value=0, max_digits=16, decimal_places=2, localize=False,
        help_text=_("In the reporting currency."),
    )  # fmt: skip

    class Meta:
        model = ReviewRule
        fields = [
            "subject",
            "seat",
            "role",
            "theme",
            "place",
            "donor",
            "at_least",
            "flag",
            "required",
            "days",
            "order",
            "why",
        ]
        labels = {
            "seat": _("Name of the seat"), "role": _("Who sits there: a"), "theme": _("Theme"), "place": _("Country or area"),
            "donor": _("Donor"), "required": _("The decision waits for this verdict"), "days": _("Working days"),
            "order": _("Place in the list"), "why": _("Why the office asks for it"),
        }  # fmt: skip
        help_texts = {
            "theme": _("Only work on this theme, reviewed by somebody who has it as expertise."),
            "donor": _("Part of the donor's name; several, separated by |."),
            "days": _("For the review."),
        }
        widgets = {"why": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(one.code, one.label) for one in subjects()]  # type: ignore[attr-defined]
        self.fields["flag"].choices = _flags(self.instance.flag)  # type: ignore[attr-defined]
        internal = [choice for choice in Role.choices if choice[0] not in EXTERNAL_ROLES]
        self.fields["role"].choices = [("", "–"), *internal]  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.filter(is_territory=True)  # type: ignore[attr-defined]
        self.fields["place"].label_from_instance = formats.place  # type: ignore[attr-defined]
        self.fields["theme"].empty_label = self.fields["place"].empty_label = _("any")  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["subject"]

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the actions take it."""
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """Nothing is written into the row here: the actions do it, and check it, with the row locked."""


class TryForm(forms.Form):
    """Work that the rules are tried on."""

    subject = forms.ChoiceField(label=_("What is cleared"))
    theme = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label=_("Themes"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    place = PlacesField(Place.objects.none(), label=_("Countries and areas"), required=False, to_field_name="code")
    budget = forms.DecimalField(label=_("Budget"), required=False, min_value=0, max_digits=16, decimal_places=2)
    donor = forms.CharField(label=_("Donor"), required=False, max_length=120)
    flag = forms.MultipleChoiceField(label=_("Also"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(one.code, one.label) for one in subjects()]  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.filter(is_territory=True)  # type: ignore[attr-defined]
        self.fields["flag"].choices = _flags()[1:]  # type: ignore[attr-defined]
