"""What must be true before a step of a project's life, by name. Each function says in one sentence why it is not, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.records.models import Evidence
from migov.services.clearance.models import STANDING, Clearance
from migov.services.files.models import Document, DocumentKind
from migov.work.proposals import closing
from migov.work.proposals.models import DonorReport, Proposal

CONTRACT = "A11"  # IATI document category


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a step cannot be taken yet. url: where it can be put right."""

    code: str
    text: str
    url: str = ""


def named(proposal: Proposal) -> Iterable[str]:
    """It has a title and an office."""
    record = proposal.project.record
    if not record.title.strip():
        yield _("Give the project a title.")
    if record.office_id is None:
        yield _("Say which office it belongs to.")


def complete(proposal: Proposal) -> Iterable[str]:
    """Nothing that must be there is missing; asked again by clearance when it is handed in."""
    from migov.work.proposals.overview import hindering  # it asks every part of the proposal

    number = len(hindering(proposal))
    if number:
        yield ngettext(
            "%(number)s thing must be mended first; the review page lists it.",
            "%(number)s things must be mended first; the review page lists them.", number,
        ) % {"number": number}  # fmt: skip


def no_clearance(proposal: Proposal) -> Iterable[str]:
    """It is not on its way to a decision."""
    if Clearance.objects.filter(record_id=proposal.pk, state__in=STANDING).exists():
        yield _("A review is under way. Take the proposal back from review first.")


def verdicts(proposal: Proposal) -> Iterable[str]:
    """Looked after by clearance, which knows the verdicts of every round."""
    return ()


def donor(proposal: Proposal) -> Iterable[str]:
    """The donor is named."""
    if not proposal.donor.strip():
        yield _("Name the donor.")


def dates(proposal: Proposal) -> Iterable[str]:
    """First and last day are known."""
    record = proposal.project.record
    if record.starts is None or record.ends is None:
        yield _("Say when the project starts and how many months it lasts.")


def agreement(proposal: Proposal) -> Iterable[str]:
    """The agreement with the donor is filed with the project."""
    filed = Document.objects.standing().filter(of_id=proposal.pk, kind=DocumentKind.AGREEMENT)
    linked = Evidence.objects.current().filter(record_id=proposal.pk, category=CONTRACT)
    if not (filed.exists() or linked.exists()):
        yield _("File the signed agreement with the donor among the project's documents, as “agreement or amendment”.")


def no_amendment(proposal: Proposal) -> Iterable[str]:
    """No amendment is being written or reviewed."""
    if proposal.amendments.filter(state__in=("draft", "review")).exists():
        yield _("An amendment is open. Let it be decided, or withdraw it.")


def closure(proposal: Proposal) -> Iterable[str]:
    """Every question of the closure checklist is answered with yes."""
    waiting = [line for line in closing.lines(proposal) if not line.done]
    if waiting:
        yield ngettext(
            "%(number)s point of the closure checklist is not done.",
            "%(number)s points of the closure checklist are not done.", len(waiting),
        ) % {"number": len(waiting)}  # fmt: skip


def reports(proposal: Proposal) -> Iterable[str]:
    """Every report that was due is sent, and the final one."""
    owed = list(proposal.donor_reports.filter(removed_at__isnull=True))
    late = [one for one in owed if one.sent_on is None and one.due < timezone.localdate()]
    if late:
        yield ngettext(
            "%(number)s report to the donor is late.", "%(number)s reports to the donor are late.", len(late)
        ) % {"number": len(late)}  # fmt: skip
    if not any(one.kind == DonorReport.Kind.FINAL and one.sent_on for one in owed):
        yield _("The final report to the donor has not been sent.")


CONDITIONS: dict[str, Callable[[Proposal], Iterable[str]]] = {
    "named": named, "complete": complete, "no-clearance": no_clearance, "verdicts": verdicts, "donor": donor,
    "dates": dates, "agreement": agreement, "no-amendment": no_amendment, "closure": closure, "reports": reports,
}  # fmt: skip
PLACES = {
    "named": "proposals:header", "complete": "proposals:review", "no-clearance": "proposals:review",
    "donor": "proposals:header", "dates": "proposals:header", "no-amendment": "proposals:running",
    "closure": "proposals:running", "reports": "proposals:running",
}  # fmt: skip


def why_not(proposal: Proposal, needs: Iterable[str]) -> list[Missing]:
    """What stands in the way of a step that needs these conditions; empty: nothing. Raises KeyError for one that is unknown."""
    return [Missing(code, text, _place(proposal, code)) for code in needs for text in CONDITIONS[code](proposal)]


def _place(proposal: Proposal, code: str) -> str:
    if code == "agreement":
        return reverse("projects:panel", args=[proposal.pk, "documents"])
    return reverse(PLACES[code], args=[proposal.pk]) if code in PLACES else ""
