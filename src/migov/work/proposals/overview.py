"""A proposal at a glance: how far each part is, what is missing, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Stage
from migov.work.proposals import budget_rules, conditions, matrix_checks, stages
from migov.work.proposals.conditions import Missing
from migov.work.proposals.findings import MUST, SHOULD, Finding, ordered
from migov.work.proposals.models import Proposal
from migov.work.proposals.queries import markers, risks, schedule, writing
from migov.work.proposals.queries.outline import outline

EARLY = (Stage.IDEA, Stage.CONCEPT)
OF_A_CONCEPT = ("header", "text")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the proposal with what was found in it. url: where it is written."""

    code: str
    label: str | Promise
    url: str
    findings: tuple[Finding, ...]

    @property
    def must(self) -> int:
        return sum(one.hinders for one in self.findings)

    @property
    def should(self) -> int:
        return len(self.findings) - self.must

    @property
    def words(self) -> str:
        """How it stands, in a few words."""
        if self.must:
            return ngettext("%s thing to mend", "%s things to mend", self.must) % self.must
        if self.should:
            return ngettext("%s thing to look at", "%s things to look at", self.should) % self.should
        return _("complete")

    @property
    def tone(self) -> str:
        return "warn" if self.must else "quiet" if self.should else "good"


LABELS: dict[str, tuple[str | Promise, str]] = {
    "header": (gettext_lazy("The project"), "proposals:header"),
    "text": (gettext_lazy("Text"), "proposals:text"),
    "matrix": (gettext_lazy("Results matrix"), "proposals:matrix"),
    "budget": (gettext_lazy("Budget"), "proposals:budget"),
    "plan": (gettext_lazy("Work plan"), "proposals:plan"),
    "risks": (gettext_lazy("Risks"), "proposals:risks"),
    "markers": (gettext_lazy("Markers"), "proposals:markers"),
}


def parts(proposal: Proposal) -> list[Part]:
    """Every part that the present stage asks for, with its findings, what must be mended first. A fixed number of queries.

    An idea and a concept note are asked for their first page and text only.
    """
    early = proposal.project.record.stage in EARLY
    plan = [] if early else outline(proposal)
    found: dict[str, Callable[[], Sequence[Finding]]] = {
        "header": lambda: header_findings(proposal),
        "text": lambda: writing.findings(proposal),
        "matrix": lambda: matrix_checks.named_checks_of(proposal),
        "budget": lambda: budget_rules.findings(proposal, rows=plan),
        "plan": lambda: schedule.findings(proposal, rows=plan),
        "risks": lambda: risks.findings(proposal),
        "markers": lambda: markers.findings(proposal),
    }
    return [
        Part(code, label, reverse(name, args=[proposal.pk]), tuple(ordered(found[code]())))
        for code, (label, name) in LABELS.items()
        if code in OF_A_CONCEPT or not early
    ]


def header_findings(proposal: Proposal) -> list[Finding]:
    """What is missing on the first page. Two queries."""
    record = proposal.project.record
    url = reverse("proposals:header", args=[proposal.pk])
    checks: tuple[tuple[bool, str, Callable[[], str], str], ...] = (
        (not record.places.filter(superseded_at__isnull=True).exists(), "header-places",
         lambda: _("Say in which countries and areas it is carried out."), MUST),
        (not record.record_themes.filter(superseded_at__isnull=True).exists(), "header-themes",
         lambda: _("Say which themes it belongs to: reviewers are found by them."), MUST),
        (not proposal.donor.strip(), "header-donor", lambda: _("Name the donor."), MUST),
        (record.starts is None, "header-starts", lambda: _("Say when it should start."), SHOULD),
        (not proposal.partners.strip(), "header-partners", lambda: _("Name the partners, or say that there are none."), SHOULD),
        (not proposal.government_request.strip(), "header-request",
         lambda: _("Name the letter or decision by which the government asks for it."), SHOULD),
    )  # fmt: skip
    return [
        Finding(code, severity, text(), "header", url)  # type: ignore[arg-type]
        for missing, code, text, severity in checks
        if missing
    ]


AMENDED = frozenset({"matrix", "budget", "plan"})  # the rest was agreed, and is not asked for again


def amended_parts(proposal: Proposal) -> list[Part]:
    """The parts that an amendment is checked for."""
    return [part for part in parts(proposal) if part.code in AMENDED]


def hindering(proposal: Proposal, *, amendment: bool = False) -> list[Finding]:
    """What stands in the way of handing the proposal, or its open amendment, in."""
    checked = amended_parts(proposal) if amendment else parts(proposal)
    return [one for part in checked for one in part.findings if one.hinders]


@dataclass(frozen=True, slots=True)
class Next:
    """A step that leads on from here, and what stands in its way. may: whether the viewer is allowed to take it.

    first: whether it is the usual next step, the one that is offered before all others.
    """

    step: stages.Step
    may: bool
    missing: tuple[Missing, ...]
    first: bool = False

    @property
    def ready(self) -> bool:
        return self.may and not self.missing


# Steps that clearance takes but that begin on the proposal's own pages.
SHOWN = frozenset({"submit"})


def next_steps(proposal: Proposal, user: Viewer) -> list[Next]:
    """The steps from here for a viewer, those that go forward first, with what is missing.

    Steps that nobody takes by a button are left out.
    """
    record = proposal.project.record
    found = [
        Next(
            step, access.allowed(user, step.permission, record),
            tuple(conditions.why_not(proposal, step.needs)) if step.code not in SHOWN else (),
        )
        for step in sorted(stages.steps_from(record.stage), key=lambda one: not one.forward)
        if not step.by_clearance or step.code in SHOWN
    ]  # fmt: skip
    usual = next((one for one in found if one.ready and one.step.forward and not one.step.reason), None)
    return [replace(one, first=one is usual) for one in found]
