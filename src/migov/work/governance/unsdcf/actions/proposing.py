"""Having the matcher read the outcomes and outputs: which objectives and targets they may serve, with the words that made it say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.services.jobs import actions as jobs
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobRefused
from migov.work.governance.models import CooperationFramework, Part, PartElement
from migov.work.governance.unsdcf.actions import ground
from migov.work.governance.unsdcf.actions.ground import UnsdcfError
from migov.work.governance.unsdcf.actions.judging import FRAMEWORKS, JUDGED

if TYPE_CHECKING:
    from migov.services.jobs.running import JobContext
    from migov.services.matching import Answer, Match

JOB = "unsdcf-propose"
AT_ONCE = 6  # parts that are read within the request
MOST_FOR_A_PART = 3  # of each framework
MOST_READ = 200
SHOWN_WORDS = 5


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a reading gave: parts read, parts with a proposal, proposals."""

    read: int
    parts: int
    elements: int


def propose(framework: CooperationFramework, *, by: Actor) -> Proposed:
    """Propose objectives of the Global Compact and targets of the SDGs for each outcome and output.

    Earlier proposals that nobody decided give way; what people confirmed or rejected stays. Raises PermissionDenied, UnsdcfError.
    """
    with transaction.atomic():
        home = ground.held(framework.pk, by, ground.JUDGE)
    if not home.language.startswith("en"):
        raise UnsdcfError(_("The matcher reads English only. Choose objectives and targets by hand."))
    parts = list(Part.objects.filter(framework=home, kind__in=JUDGED).order_by("order")[:MOST_READ])
    if not parts:
        raise UnsdcfError(_("There is no outcome or output to read yet."))
    # The reading takes a second or more: nothing is held meanwhile.
    rows = _rows(parts)
    with transaction.atomic():
        home = ground.held(framework.pk, by, ground.JUDGE)
        PartElement.objects.filter(part__in=parts, state=PartElement.State.PROPOSED, by__isnull=True).delete()
        decided = set(PartElement.objects.filter(part__in=parts).values_list("part_id", "element_id"))
        standing = set(Part.objects.filter(pk__in=[part.pk for part in parts]).values_list("pk", flat=True))
        new = [row for row in rows if row.part_id in standing and (row.part_id, row.element_id) not in decided]
        PartElement.objects.bulk_create(new, batch_size=200)
        made = Proposed(len(parts), len({row.part_id for row in new}), len(new))
        journal.write(
            "read by the matcher", by=by, record=home.record, detail={"read": made.read, "proposed": made.elements}
        )
    return made


def ask(framework: CooperationFramework, *, by: Actor) -> Job | Proposed:
    """As `propose`, by a job where there is much to read; the job is returned then. Raises PermissionDenied, UnsdcfError."""
    parts = Part.objects.filter(framework=framework, kind__in=JUDGED).count()
    if parts <= AT_ONCE or not framework.language.startswith("en"):
        return propose(framework, by=by)
    with transaction.atomic():
        home = ground.held(framework.pk, by, ground.JUDGE)
        title = _("Objectives and targets for “%s”") % home.record.title
        return jobs.enqueue(JOB, title=title, by=by, parameters={"framework": home.pk})


def run_propose(context: JobContext) -> dict[str, Any]:
    """The job behind `ask`."""
    framework = CooperationFramework.objects.filter(pk=context.parameters["framework"]).first()
    if framework is None:
        raise JobRefused(_("The Cooperation Framework is no longer there. Nothing was changed."))
    return asdict(propose(framework, by=context.by))


def proposed_page(job: Job) -> str | None:
    """Where the result of the job is seen."""
    return reverse("governance:unsdcf-judge", args=[job.parameters["framework"]])


def _rows(parts: Sequence[Part]) -> list[PartElement]:
    from migov.services.suggestions import matcher

    reads = matcher.current()
    elements = {
        (one.framework.code, one.code): one
        for one in Element.objects.filter(framework__code__in=FRAMEWORKS, retired_at__isnull=True)
        .select_related("framework")
        .defer("text", "scope", "terms", "exclude")
    }
    texts = [part.text for part in parts]
    now, rows = timezone.now(), []
    for code in FRAMEWORKS:
        if code not in reads.frameworks:
            continue
        for part, answer in zip(parts, reads.match_many(texts, code), strict=True):
            for match, element in _chosen(code, answer, elements):
                words = list(dict.fromkeys(reason.text.lower() for reason in match.reasons))[:SHOWN_WORDS]
                rows.append(
                    PartElement(part=part, element=element, score=round(match.probability, 3), words=words, at=now)
                )
    return rows


def _chosen(code: str, answer: Answer, elements: dict[tuple[str, str], Element]) -> list[tuple[Match, Element]]:
    """What an answer suggests. Of a goal the target that lies closest, where there is one."""
    found: dict[int, tuple[Match, Element]] = {}
    for match in answer.suggested[:MOST_FOR_A_PART]:
        below = (elements.get((code, one)) for one in match.narrower)
        target = next((one for one in below if one is not None and one.kind == "target"), None)
        element = target if code == "sdg" and target is not None else elements.get((code, match.code))
        if element is not None:
            found.setdefault(element.pk, (match, element))
    return list(found.values())
