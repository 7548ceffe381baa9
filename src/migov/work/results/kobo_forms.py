"""Forms for exports of forms: a new form, its columns of day and place, a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from migov.foundation.shell import typed
from migov.work.results.actions.kobo import where
from migov.work.results.kobo import By, Kind, Rule
from migov.work.results.kobo_maps import KoboMap
from migov.work.results.models import Dimension, Indicator, Measure
from migov.work.results.shapes import FRACTIONS

ANSWERS = _("A line for each answer; none: any answer.")


def read_pairs(text: str) -> dict[str, str]:
    """Lines "answer = code" as they were typed. Raises ValidationError, naming the line."""
    found: dict[str, str] = {}
    for number, one in enumerate(text.splitlines(), start=1):
        if not one.strip():
            continue
        answer, equals, code = (part.strip() for part in one.rpartition("="))
        if not equals or not answer or not code:
            raise forms.ValidationError(_now("Line %(n)d: write answer = code.") % {"n": number})
        if len(answer) > 200 or len(code) > 60:
            raise forms.ValidationError(_now("Line %(n)d is too long.") % {"n": number})
        found[answer] = code
    return found


def lines_of(pairs: Any) -> str:
    """Pairs as the form has them."""
    return "\n".join(f"{answer} = {code}" for answer, code in pairs)


class ExportForm(forms.Form):
    """A new form of a project, begun with an export of it."""

    name = forms.CharField(label=_("Name of the form"), max_length=120)
    sheet = forms.CharField(
        label=_("Sheet"), max_length=120, required=False, help_text=_("Of a workbook with several; else the first.")
    )
    file = forms.FileField(
        label=_("An export of it (XLSX or CSV)"), help_text=_("Large exports are read faster as CSV.")
    )


def _columns(headings: Sequence[str], none: Any) -> list[tuple[str, Any]]:
    return [("", none), *((name, name if len(name) <= 90 else f"{name[:89]}…") for name in headings)]


class ColumnsForm(forms.Form):
    """Which columns hold the day and the place of a row."""

    date_column = forms.ChoiceField(label=_("Day"), help_text=_("It decides to which period a row belongs."))
    place_column = forms.ChoiceField(
        label=_("Place"), required=False, help_text=_("Values are then kept for each place, too.")
    )
    places = forms.CharField(
        label=_("Places"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line for each: answer = code of the country, such as “Tirana = ALB”."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: KoboMap, **more: Any) -> None:
        first = {
            "date_column": row.date_column, "place_column": row.place_column, "places": lines_of(row.places.items()),
            "seen": row.revision,
        }  # fmt: skip
        super().__init__(*args, **more)
        self.initial = first
        self.fields["date_column"].choices = _columns(row.headings, _("choose a column"))  # type: ignore[attr-defined]
        self.fields["place_column"].choices = _columns(row.headings, _("no place"))  # type: ignore[attr-defined]

    def clean_places(self) -> dict[str, str]:
        return {answer: code.upper() for answer, code in read_pairs(self.cleaned_data["places"]).items()}


class RuleForm(forms.Form):
    """How the rows make the value of one indicator."""

    kind = forms.ChoiceField(label=_("The value is the"), choices=Kind.choices)
    column = forms.ChoiceField(label=_("Column that is summed"), required=False)
    where_column = forms.ChoiceField(label=_("Only rows where"), required=False)
    where_answers = forms.CharField(
        label=_("says"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), help_text=ANSWERS
    )
    of_column = forms.ChoiceField(label=_("Out of the rows where"), required=False)
    of_answers = forms.CharField(
        label=_("says"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), help_text=ANSWERS
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, row: KoboMap, indicator: Indicator, dimensions: Sequence[Dimension], rule: Rule | None, **more: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.initial = {**_initial(rule), "seen": row.revision}
        self.indicator, self.dimensions = indicator, [one for one in dimensions if one.values]
        for name, none in (
            ("column", _("choose a column")),
            ("where_column", _("all rows")),
            ("of_column", _("all rows")),
        ):
            self.fields[name].choices = _columns(row.headings, none)  # type: ignore[attr-defined]
        if indicator.measure in FRACTIONS:
            self.fields["kind"].choices = [(Kind.SHARE.value, Kind.SHARE.label)]  # type: ignore[attr-defined]
            self.fields["where_column"].label = _("Above the line: rows where")
            self.fields["of_column"].label = _("Below the line: rows where")
            self.fields["where_column"].choices = _columns(row.headings, _("choose a column"))  # type: ignore[attr-defined]
            self.fields["where_column"].required = True
            del self.fields["column"]
        else:
            counted = [(Kind.COUNT.value, Kind.COUNT.label), (Kind.SUM.value, Kind.SUM.label)]
            self.fields["kind"].choices = counted  # type: ignore[attr-defined]
            del self.fields["of_column"], self.fields["of_answers"]
        for one in self.dimensions:
            codes = ", ".join(str(code) for code, _label in one.values)
            self.fields[f"by_{one.code}"] = forms.ChoiceField(
                label=_now("%(name)s is in the column") % {"name": one.name}, required=False,
                choices=_columns(row.headings, _("not told apart")),
            )  # fmt: skip
            self.fields[f"answers_{one.code}"] = forms.CharField(
                label=_now("%(name)s: what answers mean") % {"name": one.name}, required=False, max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_now(
                    "A line for each: answer = code. Codes: %(codes)s. Left out: the same words, “f” and “male”, "
                    "a number in an age band."
                )
                % {"codes": codes},
            )  # fmt: skip

    @classmethod
    def can_be_counted(cls, indicator: Indicator) -> bool:
        """Whether rows can make a value of the indicator."""
        return indicator.measure == Measure.NUMBER or indicator.measure in FRACTIONS

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for one in self.dimensions:
            name = f"answers_{one.code}"
            try:
                given[name] = read_pairs(given.get(name, ""))
            except forms.ValidationError as wrong:
                self.add_error(name, wrong)
        return given

    @property
    def rule(self) -> Rule:
        """What was written. Only after is_valid."""
        given = self.cleaned_data
        return Rule(
            self.indicator.pk, given["kind"], given.get("column", "") if given["kind"] == Kind.SUM else "",
            where(given["where_column"], _answers(given["where_answers"])),
            where(given.get("of_column", ""), _answers(given.get("of_answers", ""))),
            tuple(
                By(one.code, given[f"by_{one.code}"], tuple(given[f"answers_{one.code}"].items()))
                for one in self.dimensions
                if given[f"by_{one.code}"]
            ),
        )  # fmt: skip


def _answers(text: str) -> list[str]:
    return [typed.line(one, 200) for one in text.splitlines() if one.strip()]


def _initial(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    first: dict[str, Any] = {"kind": rule.kind, "column": rule.column}
    for name, one in (("where", rule.where), ("of", rule.of)):
        first |= {f"{name}_column": one.column, f"{name}_answers": "\n".join(one.answers)} if one else {}
    for by in rule.by:
        first |= {f"by_{by.dimension}": by.column, f"answers_{by.dimension}": lines_of(by.answers)}
    return first
