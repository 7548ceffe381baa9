"""How proposals and amendments are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Actor
from migov.foundation.records.models import Stage
from migov.services.alignment.models import Alignment, Status
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, as_json
from migov.services.clearance.models import Clearance, Submission
from migov.services.clearance.subjects import Concerns, Flag, Refused, Subject
from migov.work.proposals import brief, budget_rules, content, donors, overview, papers
from migov.work.proposals.actions import amendments, life, settling
from migov.work.proposals.actions import matrix as matrix_actions
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.freezing import FROZEN
from migov.work.proposals.models import Amendment, AmendmentState, Proposal
from migov.work.proposals.queries import costs

if TYPE_CHECKING:
    from migov.foundation.people.models import User

PROPOSAL, AMENDMENT = "proposal", "amendment"
# Donors whose rules are those of the European Union, as far as a name tells.
EU_NAMES = ("european union", "european commission", "echo", "eu delegation")
LEGAL = ("legislation", "law", "legal")


def proposal_of(clearance: Clearance) -> Proposal:
    """The proposal that is cleared, or amended. Raises Proposal.DoesNotExist."""
    found = Proposal.objects.select_related("project__record__office", "project__record__owner")
    return found.get(pk=clearance.record_id)


def amendment_of(clearance: Clearance) -> Amendment:
    """The amendment that is cleared. Raises Refused where there is none."""
    found = Amendment.objects.select_related(
        "proposal__project__record__office", "proposal__project__record__owner", "before"
    ).filter(pk=clearance.item or 0, proposal_id=clearance.record_id)
    amendment = found.first()
    if amendment is None:
        raise Refused(_("There is no such amendment."))
    return amendment


def concerns(clearance: Clearance) -> Concerns:
    """Themes, places, donors, the budget in the reporting currency, and what the rules know as flags."""
    proposal = proposal_of(clearance)
    record = proposal.project.record
    themes = record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    places = record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True)
    lines = costs.lines(proposal)
    sums = costs.sums(proposal, lines)
    payers = (proposal.donor, *dict.fromkeys(line.funded_by for line in lines if line.funded_by))
    there = frozenset(places)
    flags = {
        "regional": len(there) > 1,
        "eu-funded": any(_is_eu(name) for name in payers) or proposal.rules.startswith("eu"),
        "legislation": _legal(proposal),
    }
    return Concerns(
        themes=frozenset(themes), places=there, donors=tuple(name for name in payers if name),
        budget=costs.total_in_reporting_currency(proposal, amount=sums.total),
        flags=frozenset(code for code, holds in flags.items() if holds),
    )  # fmt: skip


def _is_eu(name: str) -> bool:
    low = name.casefold()
    return any(word in low for word in EU_NAMES) or "eu" in low.replace("-", " ").split()


def _legal(proposal: Proposal) -> bool:
    """Whether laws are worked on: said in the matrix, or by an alignment with a framework of law."""
    for title in proposal.results.filter(removed_at__isnull=True).values_list("title", flat=True):
        if any(word.strip(".,;:()") in LEGAL for word in title.casefold().split()):
            return True
    confirmed = Alignment.objects.current().filter(record_id=proposal.pk, status=Status.CONFIRMED)
    return confirmed.filter(element__framework__code__in=("directives", "conventions", "acquis")).exists()


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why the proposal cannot be handed in now: its stage, and what must be mended in its parts."""
    proposal = proposal_of(clearance)
    stage = proposal.project.record.stage
    if stage not in (Stage.PROPOSAL, Stage.REVIEW):
        return [_("A project is handed in as a proposal; this one is “%s”.") % Stage(stage).label]
    return [one.text for one in overview.hindering(proposal)]


def amendment_hinders(clearance: Clearance) -> Sequence[str]:
    """Why the amendment cannot be handed in now."""
    amendment = amendment_of(clearance)
    if amendment.state not in amendments.OPEN:
        return [_("This amendment is “%s” already.") % amendment.get_state_display()]
    return [one.text for one in overview.hindering(amendment.proposal, amendment=True)]


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know: that it was changed after it was handed in, and rules of the budget that are broken, in full."""
    proposal = proposal_of(clearance)
    changed = changed_since(clearance) if clearance.pk and clearance.stands else []
    found = (
        [Flag(changed_words(clearance, changed), True, reverse("proposals:review", args=[proposal.pk]))]
        if changed
        else []
    )
    if donors.rules_of(proposal).code == donors.NONE:
        text = _("No rules of a donor were chosen, so that no share of the budget was checked.")
        found.append(Flag(text, False, reverse("proposals:budget", args=[proposal.pk])))
    return found + [Flag(one.text, one.hinders, one.url) for one in budget_rules.findings(proposal)]


def url(clearance: Clearance) -> str:
    return reverse("proposals:page", args=[clearance.record_id])


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where an author changes what stands at an anchor of the content; empty where there is no such place."""
    kind, _colon, key = anchor.partition(":")
    record = clearance.record_id

    def at(name: str, fragment: str = "") -> str:
        return reverse(f"proposals:{name}", args=[record]) + (f"#{fragment}" if fragment else "")

    match kind:
        case "section":
            return reverse("proposals:section", args=[record, key]) if key else at("text")
        case "result" | "indicator":
            return at("matrix", f"{kind}-{key}")
        case "matrix" | "budget" | "plan" | "risks" | "markers" | "header":
            return at(kind, f"activity-{key}" if kind == "plan" and key else "")
        case "cost":
            return at("budget", f"cost-{key}")
        case "risk":
            return at("risks", f"risk-{key}")
        case "marker":
            return at("markers", f"marker-{key}")
        case "element" | "alignments":
            return reverse("projects:panel", args=[record, "alignments"])
        case "document" | "documents":
            return reverse("projects:panel", args=[record, "documents"])
        case "amendment" | "reason":
            return at("running")
    return at("page")


def accept(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a suggested wording in the place of the quote. Raises Refused where that is not a place for words, or they are gone."""
    kind = anchor.partition(":")[0]
    if kind == "section":
        settling.accept_wording(clearance, anchor, quote, wording, by)
    elif kind in ("result", "indicator"):
        try:
            matrix_actions.accept_wording(clearance, anchor, quote, wording, by)
        except ProposalError as error:
            raise Refused(str(error)) from error
    else:
        raise Refused(_("Wording can be accepted in the text and in the results matrix; change this place by hand."))


def _step(clearance: Clearance, code: str, by: Actor) -> None:
    try:
        life.follow(Proposal(pk=clearance.record_id), code, by=by, reason=clearance.reason)
    except ProposalError as refused:
        raise Refused(str(refused)) from refused


def _stage(clearance: Clearance) -> str:
    return proposal_of(clearance).project.record.stage


def submitted(clearance: Clearance, submission: Submission, by: Actor) -> None:
    """Into review; a new round of one that is in review changes no stage."""
    if _stage(clearance) != Stage.REVIEW:
        _step(clearance, "submit", by)


# What stands in a version beside what was agreed: these may change while it is reviewed.
BESIDE = frozenset({"alignments", "documents"})
PEOPLE = frozenset({"header:owner", "header:authors"})


def changed_since(clearance: Clearance) -> list[str]:
    """Titles of the parts in which the work says something else by now than the newest round, which is what reviewers read.

    Owner, authors, alignments and documents may change meanwhile; risks too where an amendment is reviewed: they are looked after all
    the time. Some twenty queries.
    """
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return []
    now, beside = _content_now(clearance)
    then = {part["anchor"]: part for part in kept.content["parts"]}
    stands = {part["anchor"]: part for part in json.loads(json.dumps(as_json(now)))["parts"]}
    for part in (*then.values(), *stands.values()):
        part["lines"] = [line for line in part.get("lines", ()) if line[0] not in PEOPLE]
    parts = {**then, **stands}
    return [
        str(part["title"])
        for anchor, part in parts.items()
        if anchor not in beside and then.get(anchor) != stands.get(anchor)
    ]


def _content_now(clearance: Clearance) -> tuple[Content, frozenset[str]]:
    if clearance.subject == AMENDMENT:
        return content.amendment_content(amendment_of(clearance)), BESIDE | {"risks"}
    return content.content(proposal_of(clearance)), BESIDE


def changed_words(clearance: Clearance, changed: Sequence[str]) -> str:
    """In a sentence, what was changed after the newest round was handed in."""
    given = {"round": clearance.round, "parts": ", ".join(changed)}
    return _("Changed after round %(round)s was handed in, and not read by reviewers: %(parts)s.") % given


def _need_as_handed_in(clearance: Clearance) -> None:
    """Raise Refused where the work was changed after it was handed in: what comes into force is written from the working rows, and it
    has to be what was reviewed."""
    changed = changed_since(clearance)
    if changed:
        advice = _(
            "Let its authors hand it in again, or go back to what they handed in: what is agreed is what was reviewed."
        )
        raise Refused(f"{changed_words(clearance, changed)} {advice}")


def endorsed(clearance: Clearance, by: Actor) -> None:
    """Endorsed as it was handed in."""
    _need_as_handed_in(clearance)
    _step(clearance, "endorse", by)


def approved(clearance: Clearance, by: Actor) -> None:
    """Written into the register as it was handed in."""
    _need_as_handed_in(clearance)
    amended(clearance, AmendmentState.APPROVED, by)


def withdrawn(clearance: Clearance, by: Actor) -> None:
    """Back to the proposal; one that was sent back is there already."""
    if _stage(clearance) == Stage.REVIEW:
        _step(clearance, "take-back", by)


def amended(clearance: Clearance, state: str, by: Actor) -> None:
    try:
        amendments.end(amendment_of(clearance), state, by=by, reason=clearance.reason)
    except ProposalError as refused:
        raise Refused(str(refused)) from refused


PROPOSALS = Subject(
    code=PROPOSAL,
    label=gettext_lazy("Proposal"),
    content=lambda clearance: content.content(proposal_of(clearance)),
    rows=lambda clearance: content.rows(proposal_of(clearance)),
    concerns=concerns,
    url=url,
    place_url=place_url,
    authors=lambda clearance: authors(clearance),
    checklist=papers.checklist(),
    hinders=hinders,
    flags=flags,
    brief=brief.brief,
    accept=accept,
    submitted=submitted,
    returned=lambda clearance, by: _step(clearance, "return", by),
    cleared=endorsed,
    refused=lambda clearance, by: _step(clearance, "refuse", by),
    withdrawn=withdrawn,
)
AMENDMENTS = Subject(
    code=AMENDMENT,
    label=gettext_lazy("Amendment"),
    content=lambda clearance: content.amendment_content(amendment_of(clearance)),
    rows=lambda clearance: [amendment_of(clearance), *content.rows(proposal_of(clearance))],
    concerns=concerns,
    url=lambda clearance: reverse("proposals:running", args=[clearance.record_id]),
    place_url=place_url,
    authors=lambda clearance: authors(clearance),
    checklist=[one for one in papers.checklist() if overview.AMENDED.intersection(one.anchors)],
    hinders=amendment_hinders,
    flags=flags,
    brief=brief.brief,
    accept=accept,
    submitted=lambda clearance, _submission, _by: amendments.to_review(amendment_of(clearance)),
    returned=lambda clearance, _by: amendments.to_draft(amendment_of(clearance)),
    cleared=approved,
    refused=lambda clearance, by: amended(clearance, AmendmentState.REFUSED, by),
    withdrawn=lambda clearance, by: amended(clearance, AmendmentState.WITHDRAWN, by),
)


def authors(clearance: Clearance) -> list[User]:
    """The owner and the authors that were named."""
    return life.people_of(proposal_of(clearance))


def register() -> None:
    """Make both known to clearance; called when the room is loaded."""
    subjects.register(PROPOSALS, *FROZEN)
    subjects.register(AMENDMENTS, *FROZEN)
