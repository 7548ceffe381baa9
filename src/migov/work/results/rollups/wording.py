"""Roll-ups in words: the rule behind a figure, why something does not count."""

from __future__ import annotations

from django.utils.translation import gettext as _

from migov.work.results.models import AcrossProjects, StandardIndicator
from migov.work.results.rollups import questions
from migov.work.results.rollups.parts import AGE, FEMALE, MALE, OTHER, SEX
from migov.work.results.rollups.together import (
    MEASURE,
    NO_DENOMINATOR,
    NO_RULE,
    NO_VALUE,
    NOT_LARGEST,
    NOT_LATEST,
    SAME_PEOPLE,
    UNDER,
    UNIT,
)


def rule_of(standard: StandardIndicator) -> str:
    """How the values of several projects make the figure, in a sentence."""
    if standard.across_projects == AcrossProjects.SUM and standard.counts_people:
        return _(
            "Added up over projects. Within a project the largest of several indicators counts, since they mostly count the same people, "
            "unless somebody has declared what they count."
        )
    return {
        AcrossProjects.SUM: _("Added up over the indicators of all projects."),
        AcrossProjects.AVERAGE: _(
            "The average, weighted by the denominators: made anew from the sums of numerators and denominators."
        ),
        AcrossProjects.LATEST: _("The value of the latest period; of several, that of the indicator entered last."),
        AcrossProjects.MAX: _("The largest value: the projects may count the same people."),
        AcrossProjects.NONE: _("No common figure: the values of several projects cannot be put together."),
        AcrossProjects.UNDECLARED: _(
            "No common figure: nobody has declared how the values of several projects go together."
        ),
    }[AcrossProjects(standard.across_projects)]


def why_left(why: str) -> str:
    """Why an indicator does not count."""
    return {
        NO_VALUE: _("no value in this time"),
        MEASURE: _("measures in another way than the standard indicator"),
        UNIT: _("another unit"),
        UNDER: _("a project under it in the programme reports values: its total would count them again"),
        NO_DENOMINATOR: _("no numerator and denominator"),
        SAME_PEOPLE: _("may count the same people as a larger value"),
        NOT_LATEST: _("there is a later value"),
        NOT_LARGEST: _("there is a larger value"),
        NO_RULE: _("values of several projects do not go together here"),
        questions.NOT_ADDABLE: _("its publisher says that it must not be added up"),
        questions.ONLY_PARTS: _("values of parts only, which cannot be added up"),
    }[why]


def dimension_words(name: str) -> str:
    return {SEX: _("Sex"), AGE: _("Age")}.get(name, name[:1].upper() + name[1:])


def value_words(dimension: str, value: str) -> str:
    if dimension == SEX:
        return {FEMALE: _("women and girls"), MALE: _("men and boys"), OTHER: _("other or not said")}.get(value, value)
    return value
