"""What a proposal says: every part with its places, in a fixed number of queries; and putting rows back as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from reversion.models import Revision

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.clearance.content import Rows, Text, as_json, from_json
from migov.work.proposals import content, freezing, papers
from migov.work.proposals.models import Edition, MarkerAnswer, PlanIndicator, PlanResult, PlanTarget, Proposal, Section
from tests.factories import element
from tests.work.proposals.complete import complete, fill


def queries(of: Proposal) -> int:
    fresh = Proposal.objects.select_related("project__record__office", "project__record__owner").get(pk=of.pk)
    with CaptureQueriesContext(connection) as captured:
        content.content(fresh)
    return len(captured)


def test_every_part_has_its_place(db: None) -> None:
    made = complete(places=("MDA", "UKR"))
    alignment.declare(made.project.record, element("10"), by=SYSTEM)
    said = content.content(made)
    anchors = [part.anchor for part in said.parts]
    sections = [part.anchor for part in papers.paper(papers.PROPOSAL).sections]
    assert anchors == ["header", *sections, "matrix", "budget", "plan", "risks", "markers", "alignments", "documents"]
    places = said.anchors()
    assert len(places) == sum(1 + (len(part.lines) if isinstance(part, Rows) else 0) for part in said.parts), (
        "an anchor is there once"
    )
    for model, name in ((PlanResult, "result"), (PlanIndicator, "indicator")):
        for row in model.objects.filter(proposal=made):
            assert f"{name}:{row.pk}" in places
    parts = {part.anchor: part for part in said.parts}
    header = {line.label: line.values["value"] for line in parts["header"].lines}  # type: ignore[union-attr]
    assert header["Donor"] == "A donor"
    assert "MDA" in header["Countries and areas"] or "Moldova" in header["Countries and areas"]
    assert [line.values["code"] for line in parts["alignments"].lines] == ["10"]  # type: ignore[union-attr]
    assert sum(line.values["amount"] for line in parts["budget"].lines) == Decimal(95000)  # type: ignore[union-attr, misc]
    assert isinstance(parts["section:rationale"], Text)
    assert parts["section:rationale"].text.startswith("Border guards")


def test_it_survives_being_frozen(db: None) -> None:
    said = content.content(complete())
    again = from_json(as_json(said))
    assert again.digest == said.digest
    assert again.anchors() == said.anchors()


def test_the_number_of_queries_does_not_grow(db: None) -> None:
    small, large = complete(), complete()
    for _more in range(4):
        fill_more(large)
    assert queries(small) == queries(large)


def fill_more(made: Proposal) -> None:
    Section.objects.filter(proposal=made).delete()
    MarkerAnswer.objects.filter(proposal=made).delete()
    fill(made)


def keep(made: Proposal) -> Revision:
    with transaction.atomic():
        revision = freezing.keep(made, by=SYSTEM)
    assert revision is not None
    return revision


def said_by(made: Proposal) -> str:
    fresh = Proposal.objects.select_related("project__record__office", "project__record__owner").get(pk=made.pk)
    return content.content(fresh).digest


def test_rows_come_back_as_they_were(db: None) -> None:
    made = complete()
    before, revision = said_by(made), keep(made)
    output = PlanResult.objects.filter(proposal=made, level="output").first()
    assert output is not None
    PlanResult.objects.filter(pk=output.pk).update(title="Changed", description="Changed")
    added = PlanResult.objects.create(proposal=made, parent=output.parent, level="output", title="New output", order=50)
    gone = PlanIndicator.objects.filter(proposal=made).first()
    assert gone is not None
    PlanIndicator.objects.filter(pk=gone.pk).update(removed_at=made.created_at)
    PlanTarget.objects.filter(indicator__proposal=made).exclude(indicator=gone).update(value=7)
    made.costs.update(amount=1)
    made.risks.update(likelihood=5)
    made.marker_answers.update(justification="Changed")
    Section.objects.filter(proposal=made, code="rationale").update(text="Changed", revision=2)
    Proposal.objects.filter(pk=made.pk).update(donor="Another", months=3)
    assert said_by(made) != before

    with transaction.atomic():
        freezing.restore(revision, made, by=SYSTEM)

    assert said_by(made) == before
    added.refresh_from_db()
    assert added.removed_at is not None, "what came later is taken out, not deleted"
    section = Section.objects.get(proposal=made, code="rationale")
    assert section.revision > 2, "who has the section open is told"
    assert Edition.objects.get(section=section, revision=2).text == "Changed", "the text that was replaced is kept"


def test_the_summary_comes_back_to_the_record(db: None) -> None:
    made = complete()
    revision = keep(made)
    was = Record.objects.get(pk=made.pk).summary
    Record.objects.filter(pk=made.pk).update(summary="Changed")
    with transaction.atomic():
        freezing.restore(revision, Proposal.objects.get(pk=made.pk), by=SYSTEM)
    assert Record.objects.get(pk=made.pk).summary == was


@pytest.mark.parametrize(("risks", "text"), [(False, True), (True, False)])
def test_parts_can_be_left_as_they_are(db: None, risks: bool, text: bool) -> None:
    made = complete()
    revision = keep(made)
    made.risks.update(title="Changed")
    Section.objects.filter(proposal=made, code="rationale").update(text="Changed", revision=2)
    with transaction.atomic():
        freezing.restore(revision, made, by=SYSTEM, risks=risks, text=text)
    assert made.risks.get().title == ("Staff leave" if risks else "Changed")
    kept = Section.objects.get(proposal=made, code="rationale").text
    assert (kept == "Changed") is not text
