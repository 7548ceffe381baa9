"""A few proposals of the demonstration at different stages, one of them in review for the second time. Nothing in them is real.

They are begun, handed in, reviewed and activated by the same actions that people use; only the words come from proposals.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.people.models import Office, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Evidence, Record
from migov.services.clearance import actions as clearance
from migov.services.clearance import rules
from migov.services.notices.models import Notice
from migov.work.proposals import markers, papers
from migov.work.proposals.actions import amendments, life, reporting, writing
from migov.work.proposals.actions.facts import end_of, later
from migov.work.proposals.models import (
    MarkerAnswer,
    PlanCost,
    PlanIndicator,
    PlanLevel,
    PlanResult,
    PlanTarget,
    Proposal,
    Risk,
)

FILE = Path(__file__).parent / "proposals.toml"
SOURCE = "illustrative proposal"
OFFICE, AUTHOR, SPECIALIST = "tirana", "elira", "katarina"
AGREEMENT = "A11"  # IATI document category


@transaction.atomic
def write_proposals(*, today: date | None = None) -> int:
    """Write the proposals, once. Returns how many were written; none where they are there, or their office or author is not."""
    office = Office.objects.filter(code=OFFICE).first()
    author = User.objects.filter(username=AUTHOR).first()
    if office is None or author is None or Record.objects.filter(source__startswith=SOURCE).exists():
        return 0
    rules.load_rules()
    for row in _rows():
        made = _write(row, office, author, today or timezone.localdate())
        if row["stage"] == "review":
            _review(made, author)
        elif row["stage"] == "active":
            _carry_out(made, author)
    # Everybody sees the notices on the desk; loading the demonstration sends no mail.
    Notice.objects.filter(record__source__startswith=SOURCE, mailed_at__isnull=True).update(mailed_at=timezone.now())
    return len(_rows())


@cache
def _rows() -> list[dict[str, Any]]:
    return list(tomllib.loads(FILE.read_text(encoding="utf-8"))["proposals"])


def _write(row: Mapping[str, Any], office: Office, by: User, today: date) -> Proposal:
    starts = later(today.replace(day=1), -row["begins"])
    made = life.start(
        row["title"], office=office, summary=row["summary"], places=list(Place.objects.filter(code__in=row["places"])),
        themes=list(Theme.objects.filter(code__in=row["themes"])), donor=row["donor"], starts=starts, months=row["months"], by=by,
    )  # fmt: skip
    Record.objects.filter(pk=made.pk).update(illustrative=True, source=f"{SOURCE}: {row['key']}")
    Proposal.objects.filter(pk=made.pk).update(
        partners=row.get("partners", ""), government_request=row.get("request", "")
    )
    made.project.record.refresh_from_db()
    if row["stage"] != "idea":
        made = life.move(made, "proposal", by=by)
    for code, text in row.get("sections", {}).items():
        writing.write(made, code, text=text, by=by)
    outputs = _matrix(made, row)
    _money(made, row, outputs)
    if row["stage"] == "review":
        _answer_markers(made)
    return made


def _matrix(made: Proposal, row: Mapping[str, Any]) -> list[PlanResult]:
    if "objective" not in row:
        return []
    outputs: list[PlanResult] = []
    objective = _result(made, None, PlanLevel.OBJECTIVE, row["objective"])
    for outcome in row.get("outcomes", ()):
        above = _result(made, objective, PlanLevel.OUTCOME, outcome["title"], assumptions=outcome["assumptions"])
        _indicators(made, above, outcome["indicators"])
        for output in outcome.get("outputs", ()):
            below = _result(made, above, PlanLevel.OUTPUT, output["title"])
            outputs.append(below)
            _indicators(made, below, output["indicators"])
            for one in output["activities"]:
                _result(
                    made, below, PlanLevel.ACTIVITY, one["title"], first_month=one["first"], last_month=one["last"],
                    responsible=one["responsible"],
                )  # fmt: skip
    return outputs


def _result(made: Proposal, parent: PlanResult | None, level: str, title: str, **fields: Any) -> PlanResult:
    return PlanResult.objects.create(
        proposal=made, parent=parent, level=level, title=title, order=made.results.count(), **fields
    )


def _indicators(made: Proposal, result: PlanResult, rows: list[dict[str, Any]]) -> None:
    starts = made.project.record.starts
    assert starts is not None  # noqa: S101  (for the type checker: every row has a beginning)
    for row in rows:
        indicator = PlanIndicator.objects.create(
            proposal=made, result=result, order=made.indicators.count(), title=row["title"], unit=row["unit"],
            definition=f"{row['title']}, counted once each, at the end of every year.", counts_people=row["people"],
            dimensions=["sex", "age"] if row["people"] else [], across_periods="latest", data_source=row["source"],
            verification=row["verification"], assumptions="Figures are shared in time.", baseline=row["baseline"],
            baseline_date=starts - timedelta(days=1),
        )  # fmt: skip
        for year, value in enumerate(row["targets"]):
            first = later(starts, 12 * year)
            last = end_of(first, 12)
            assert last is not None  # noqa: S101
            PlanTarget.objects.create(indicator=indicator, starts=first, ends=last, value=value)


def _money(made: Proposal, row: Mapping[str, Any], outputs: list[PlanResult]) -> None:
    for order, cost in enumerate(row.get("costs", ())):
        amount = Decimal(cost["amount"])
        PlanCost.objects.create(
            proposal=made, category=cost["category"], title=cost["title"], unit="in all", quantity=1, unit_cost=amount,
            amount=amount, year=cost["year"], order=order, funded_by=cost.get("funded_by", ""),
            output=outputs[cost["output"] - 1] if "output" in cost else None,
        )  # fmt: skip
    Risk.objects.bulk_create(
        Risk(proposal=made, order=order, **risk) for order, risk in enumerate(row.get("risks", ()))
    )


def _answer_markers(made: Proposal) -> None:
    """Answers that vary, so that the levels do; each says where in the proposal it is seen."""
    answers = ("yes", "partly", "yes", "yes")
    MarkerAnswer.objects.bulk_create(
        MarkerAnswer(
            proposal=made, marker=marker.code, question=question.code, answer=answers[place % len(answers)],
            justification="See “Cross-cutting themes” and the activities of both outputs.",
        )
        for marker in markers.markers().values()
        for place, question in enumerate(marker.questions)
    )  # fmt: skip


def _review(made: Proposal, author: User) -> None:
    """Two rounds: the specialist asks for changes, the author answers, changes and hands in again."""
    record = made.project.record
    first = clearance.submit(record, subject="proposal", note="First full version.", by=author)
    seat = first.clearance.reviews.filter(reviewer__username=SPECIALIST, ended_at__isnull=True).first()
    if seat is not None and isinstance(seat.reviewer, User):
        _ask_for_changes(first.clearance.pk, seat, seat.reviewer, author)
    text = papers.paper(papers.PROPOSAL).section("beneficiaries")
    if text is not None:
        section = made.sections.get(code=text.code)
        more = section.text.replace(
            "at least 80 of them women.", "at least 80 of them women and ten of them from night duty."
        )
        writing.write(made, text.code, text=more, by=author)
    evaluation = made.costs.get(title="Independent evaluation")
    PlanCost.objects.filter(pk=evaluation.pk).update(amount=18000, unit_cost=18000)
    clearance.submit(
        record, subject="proposal", seen_round=1, by=author,
        note="Beneficiaries and the evaluation's budget are changed as you asked; your other remark is answered.",
    )  # fmt: skip


def _ask_for_changes(key: int, seat: Any, reviewer: User, author: User) -> None:
    clearance.comment(
        key, round=1, anchor="section:beneficiaries", quote="at least 80 of them women", by=reviewer,
        body="Night duty is where people are found. How many of those you train work at night?",
    )  # fmt: skip
    asked = clearance.comment(
        key, round=1, anchor="section:rationale", quote="are taken for irregular workers and fined", by=reviewer,
        body="Say what the project does about the fines.",
    )  # fmt: skip
    clearance.judge(
        seat,
        round=1,
        opinion="changes",
        note="Good and needed; two places to mend, and the evaluation is too cheap.",
        by=reviewer,
    )
    clearance.reply(
        asked, body="The page of signs tells inspectors when a fine may not be given; see the approach.", by=author
    )


def _carry_out(made: Proposal, author: Actor) -> None:
    """Endorsed, active for some months, with a report that is late and an amendment that is being written."""
    life.follow(made, "submit", by=author)
    life.follow(made, "endorse", by=SYSTEM, reason="Clear, modest and asked for.")
    record = made.project.record
    Evidence.objects.create(
        record=record, title="Agreement with the donor (illustrative)", category=AGREEMENT, source=SOURCE
    )
    active = life.move(made, "activate", by=author)
    reports = reporting.plan(active, every=3, days=30, by=author)
    today = timezone.localdate()
    for report in [one for one in reports if one.due < today][:1]:
        reporting.mark_sent(report, on=report.due - timedelta(days=3), note="By e-mail", by=author)
    amendments.open_amendment(
        active, kinds=["extension", "budget"], reason="Counters open one season later than planned.", by=author,
        new_end=later(active.project.record.ends or today, 6),
    )  # fmt: skip
