"""Forms of the library: a standard indicator, a dimension, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element, Framework
from migov.work.results.actions.library import PLAIN, Standard
from migov.work.results.models import AcrossPeriods, AcrossProjects, Dimension, Measure


class StandardForm(forms.Form):
    """A standard indicator as it is written. What can be is judged by the action."""

    title = forms.CharField(label=_("Title"), max_length=300, help_text=_("What is counted, as a reader says it."))
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        required=False,
        help_text=_("Made from the title where empty. It never changes."),
    )
    definition = forms.CharField(
        label=_("Definition"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What counts, and what does not."),
    )  # fmt: skip
    method = forms.CharField(
        label=_("Method"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How it is measured: source, collection, calculation."),
    )  # fmt: skip
    measure = forms.ChoiceField(label=_("Measure"), choices=Measure.choices)
    unit = forms.CharField(label=_("Unit"), max_length=60, required=False)
    across_periods = forms.ChoiceField(label=_("Several periods"), choices=AcrossPeriods.choices, required=False)
    across_projects = forms.ChoiceField(label=_("Several projects"), choices=AcrossProjects.choices, required=False)
    counts_people = forms.BooleanField(label=_("It counts people"), required=False)
    dimensions = forms.ModelMultipleChoiceField(
        Dimension.objects.all(), label=_("Told apart by"), required=False, widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )  # fmt: skip
    elements = forms.CharField(
        label=_("Elements of frameworks"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line for each: framework and code, such as “gcm 10” or “sdg 10.7”."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why it is changed"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    stands = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, changing: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("code",) if changing else ("reason", "stands"):
            del self.fields[name]
        self.fields["measure"].initial = Measure.NUMBER

    def clean_elements(self) -> frozenset[tuple[str, str]]:
        """Framework and code of each line, as the frameworks write them. Two queries."""
        lines = [" ".join(line.replace("\x00", "").split()) for line in self.cleaned_data["elements"].splitlines()]
        frameworks = {one.code.lower(): one.code for one in Framework.objects.all()}
        found: set[tuple[str, str]] = set()
        for line in filter(None, lines):
            name, _space, code = line.partition(" ")
            framework = frameworks.get(name.lower())
            if framework is None:
                raise forms.ValidationError(
                    _now("“%(line)s”: there is no framework “%(name)s”. Known: %(known)s.")
                    % {"line": line[:80], "name": name[:40], "known": ", ".join(sorted(frameworks.values()))}
                )
            found.add((framework, code))
        known = set(
            Element.objects.filter(framework__code__in={f for f, _c in found}).values_list("framework__code", "code")
        )
        if lacking := sorted(found - known):
            raise forms.ValidationError(_now("There is no element %s.") % " ".join(lacking[0])[:80])
        return frozenset(found)

    @property
    def standard(self) -> Standard:
        """What was written. Only after is_valid."""
        given = self.cleaned_data
        return Standard(
            **{name: given[name] for name in PLAIN},
            dimensions=frozenset(one.code for one in given["dimensions"]),
            elements=given["elements"],
        )


def initial(standard: Standard) -> dict[str, Any]:
    """What stands, as the form shows it."""
    return {
        **{name: getattr(standard, name) for name in PLAIN}, "dimensions": sorted(standard.dimensions),
        "elements": "\n".join(" ".join(pair) for pair in sorted(standard.elements)), "stands": standard.digest,
    }  # fmt: skip


class ReasonForm(forms.Form):
    """Why a standard indicator is retired or brought back."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class DimensionForm(forms.Form):
    """A dimension as it is written."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=60, required=False, help_text=_("Made from the name where empty. It never changes.")
    )
    values = forms.CharField(
        label=_("Values"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A line for each: code = label, such as “female = Women and girls”. None: they are free."),
    )  # fmt: skip
    stands = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, changing: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["code" if changing else "stands"]
