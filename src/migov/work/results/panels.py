"""What results add to the pages of projects: the tab with the matrix, a fact of the overview, a column of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.services.documents.listing import LIST_FORMATS
from migov.work.projects.models import Project
from migov.work.projects.panels import ListColumn, Panel
from migov.work.results import queries


def render_matrix(request: HttpRequest, project: Project) -> str:
    """The results matrix as the tab of a project."""
    rows = [row for top in queries.matrix(project) for row in top.walk()]
    states = dict.fromkeys(queries.STATES, 0)
    for row in rows:
        for indicator in row.indicators:
            states[indicator.state] += 1
    context = {
        "project": project,
        "rows": rows,
        "states": [
            (queries.state_words(state), number, queries.TONES[state]) for state, number in states.items() if number
        ],
        "formats": [name for name in LIST_FORMATS if name == "xlsx"],
        "may_report": access.allowed(request.user, "results.report", project.record),
    }
    return render_to_string("results/matrix.html", context, request=request)


def summary(project: Project) -> Sequence[tuple[str, str, str]]:
    """How many indicators of the project are on track."""
    track = queries.on_track([project.pk]).get(project.pk)
    if track is None:
        return [(_("Results on track"), "–", _("no indicator"))]
    late = track.states["late"]
    return [(_("Results on track"), track.words, _("%(number)s late") % {"number": late} if late else "")]


def read_column(keys: Sequence[int]) -> Mapping[int, tuple[str, Mapping[str, int]]]:
    """Results on track of many projects."""
    return {
        key: (track.words, {"results_on_track": track.on_track, "results_measured": track.measured})
        for key, track in queries.on_track(keys).items()
    }


MATRIX = Panel("results", gettext_lazy("Results"), 10, render_matrix, summary)
ON_TRACK = ListColumn(
    "on_track",
    gettext_lazy("Results on track"),
    read_column,
    (
        ("results_on_track", gettext_lazy("Indicators on track")),
        ("results_measured", gettext_lazy("Indicators measured")),
    ),
)
