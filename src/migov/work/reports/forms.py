"""Forms: to start a report, and to change its period, due day and owner."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer
from migov.foundation.people.models import User
from migov.foundation.people.queries import colleagues
from migov.work.projects.models import Project
from migov.work.proposals.models import DonorReport
from migov.work.reports import queries
from migov.work.reports.models import ReportType


class DayField(forms.DateField):
    """A day, typed or chosen."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class OwedField(forms.ModelChoiceField):
    """A line of the donor's schedule by its kind, period and due day."""

    def label_from_instance(self, obj: DonorReport) -> str:
        return _("%(kind)s, %(starts)s – %(ends)s, due %(due)s") % {
            "kind": obj.get_kind_display(), "starts": obj.starts.isoformat(), "ends": obj.ends.isoformat(), "due": obj.due.isoformat(),
        }  # fmt: skip


class StartForm(forms.Form):
    """What a new report on a project needs. owed: only where its donor is owed reports."""

    type = forms.ChoiceField(label=_("Type"), choices=ReportType.choices)
    starts = DayField(label=_("Period from"))
    ends = DayField(label=_("Period to"), help_text=_("The figures will be those of this day."))
    due = DayField(label=_("Due"), required=False)
    owed = OwedField(
        label=_("Answers the donor's schedule"), queryset=DonorReport.objects.none(), required=False, empty_label=_("none of it"),
        help_text=_("When the report is delivered, this line is marked as sent."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Written by"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: Viewer, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        self._fill("owner", colleagues())
        self.initial.setdefault("owner", user.pk)
        owed = queries.owed_without_report(project)
        if owed:
            self._fill("owed", DonorReport.objects.filter(pk__in=[one.pk for one in owed]))
        else:
            del self.fields["owed"]

    def _fill(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = rows


class ChangeForm(forms.Form):
    """What may be changed of a report while it is written."""

    title = forms.CharField(label=_("Title"), max_length=300)
    starts = DayField(label=_("Period from"))
    ends = DayField(label=_("Period to"), help_text=_("The figures are those of this day."))
    due = DayField(label=_("Due"), required=False)
    owner = forms.ModelChoiceField(label=_("Written by"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, owner: int | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = colleagues(owner)


class DeliverForm(forms.Form):
    """When and how a report was delivered."""

    on = DayField(label=_("Delivered on"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("To whom and how: letter, mail, portal."),
    )  # fmt: skip
