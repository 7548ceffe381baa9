"""Every verb of proposals asks for its permission: the rest of the table in test_access_matrix.py, and that no verb is missing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Role
from migov.work.proposals import actions
from migov.work.proposals.actions import (
    amendments,
    costs,
    markers,
    matrix,
    matrix_indicators,
    pasting,
    reporting,
    risks,
    schedule,
    settling,
    writing,
)
from migov.work.proposals.markers import markers as all_markers
from migov.work.proposals.models import DonorReport, Edition, Lock, PlanIndicator, PlanResult, Section, SetAside
from migov.work.results.models import StandardIndicator
from tests.factories import UserFactory
from tests.work.proposals.test_access_matrix import HOMES, TABLE, Act, Ground, ground, one, tried

# Parts of other verbs, which ask for the permission before they call these.
PARTS = {
    "amendments.end", "ground.writable", "life.follow", "matrix_rows.note",
}  # fmt: skip
OWN = {"writing.release"}  # gives up one's own lock, and no other
# Verbs whose lines are in the table of test_access_matrix.py.
THERE = {
    "amendments.drop", "amendments.open_amendment", "closing.answer", "costs.change", "header.change_header", "life.move", "life.start",
    "matrix.add_result", "reporting.mark_sent", "reporting.plan", "risks.change", "versions.go_back", "writing.write",
}  # fmt: skip


def section(of: Ground) -> Section:
    return of.proposal.sections.get(code="rationale")


def row(of: Ground, level: str) -> PlanResult:
    found = of.proposal.results.filter(level=level).first()
    assert found is not None
    return found


def indicator(of: Ground) -> PlanIndicator:
    found = of.proposal.indicators.order_by("pk").first()
    assert found is not None
    return found


def removed(of: Ground, remove: Callable[[Any], Any], what: Any) -> Any:
    remove(what)
    what.refresh_from_db()
    return what


def change_amendment(of: Ground, by: Any) -> None:
    made = amendments.open_amendment(of.proposal, kinds=["budget"], reason="Prices", by=SYSTEM)
    amendments.change_amendment(made, kinds=["budget"], reason="Prices rose", by=by)


def add_cost(of: Ground, by: Any) -> None:
    costs.add(of.proposal, category="staff", title="Driver", unit_cost=Decimal(10), by=by)


def add_costs(of: Ground, by: Any) -> None:
    lines = [{"category": "staff", "title": "Driver", "unit_cost": Decimal(10)}]
    costs.add_many(of.proposal, rows=lines, by=by)


def put_cost_back(of: Ground, by: Any) -> None:
    line = removed(of, lambda one: costs.remove(one, by=SYSTEM), of.proposal.costs.get(title="Rent"))
    costs.put_back(line, by=by)


def put_risk_back(of: Ground, by: Any) -> None:
    risk = removed(of, lambda one: risks.remove(one, by=SYSTEM), of.proposal.risks.get())
    risks.put_back(risk, by=by)


def put_row_back(of: Ground, by: Any) -> None:
    gone = removed(of, lambda one: matrix.remove(one, by=SYSTEM), row(of, "activity"))
    matrix.put_back(gone, by=by)


def answer_marker(of: Ground, by: Any) -> None:
    marker = next(iter(all_markers().values()))
    markers.answer(
        of.proposal, marker=marker.code, question=marker.questions[0].code, field="answer", was="yes", now="partly", by=by
    )  # fmt: skip


def add_standard(of: Ground, by: Any) -> None:
    known, _new = StandardIndicator.objects.get_or_create(code="known", defaults={"title": "Known"})
    matrix_indicators.add_standard(row(of, "output"), standard=known, by=by)


def set_target(of: Ground, by: Any) -> None:
    matrix_indicators.set_target(
        indicator(of), starts=date(2026, 1, 1), ends=date(2026, 12, 31), was="50", now="60", by=by
    )


def donor_report(of: Ground) -> DonorReport:
    day = date(2026, 6, 30)
    return reporting.add_report(of.proposal, kind="both", starts=day, ends=day, due=day, by=SYSTEM)


def add_report(of: Ground, by: Any) -> None:
    day = date(2026, 6, 30)
    reporting.add_report(of.proposal, kind="final", starts=day, ends=day, due=day, by=by)


def mark_unsent(of: Ground, by: Any) -> None:
    report = donor_report(of)
    reporting.mark_sent(report, on=date(2026, 7, 1), by=SYSTEM)
    report.refresh_from_db()
    reporting.mark_unsent(report, by=by)


def save(of: Ground, by: Any) -> None:
    text = section(of)
    writing.save(text, text="Other words", revision=text.revision, token="t", by=by)


def settle(of: Ground, by: Any) -> None:
    author = by if by.pk else None
    kept = SetAside.objects.create(section=section(of), text="Mine", based_on=0, by=author, page="p")
    settling.settle(kept, text=None, revision=section(of).revision, by=by)


def restore(of: Ground, by: Any) -> None:
    text = section(of)
    made = Edition.objects.create(section=text, text="Before", revision=0, saved_at=text.saved_at)
    settling.restore(made, by=by)


def accept_text(of: Ground, by: Any) -> None:
    settling.accept_wording(of.clearance, "section:rationale", "Border guards", "Officers", by)  # type: ignore[arg-type]


def accept_row(of: Ground, by: Any) -> None:
    output = row(of, "output")
    matrix.accept_wording(of.clearance, f"result:{output.pk}", output.title, "Another output", by)  # type: ignore[arg-type]


def take_over(of: Ground, by: Any) -> None:
    writing.take_over(section(of), token="t", by=by)


def change_row(of: Ground, by: Any) -> None:
    output = row(of, "output")
    matrix.change(output, field="title", was=output.title, now="Another output", by=by)


def change_result(of: Ground, by: Any) -> None:
    output = row(of, "output")
    matrix.change_result(output, field="title", was=output.title, now="Another output", by=by)


def change_indicator(of: Ground, by: Any) -> None:
    measure = indicator(of)
    matrix.change_indicator(measure, field="title", was=measure.title, now="Another measure", by=by)


def move_result(of: Ground, by: Any) -> None:
    output = row(of, "output")
    matrix.move_result(output, parent=output.parent, position=1, by=by)


def move_indicator(of: Ground, by: Any) -> None:
    matrix_indicators.move_indicator(indicator(of), result=row(of, "output"), position=0, by=by)


def change_currency(of: Ground, by: Any) -> None:
    costs.change_currency(of.proposal, was=of.proposal.currency, now="CHF", confirmed=True, by=by)


def choose_rules(of: Ground, by: Any) -> None:
    costs.choose_rules(of.proposal, was=of.proposal.rules, now="idf", by=by)


def set_months(of: Ground, by: Any) -> None:
    schedule.set_months(row(of, "activity"), was="1–12", now="2–12", by=by)


WRITE, MANAGE = "proposals.write", "projects.manage"
# Verb → what is done, the permission it asks for, the stage, and whether it is handed in.
VERBS: dict[str, tuple[Act, str, str, bool]] = {
    "amendments.change_amendment": (change_amendment, MANAGE, "active", False),
    "costs.add": (add_cost, WRITE, "proposal", False),
    "costs.add_many": (add_costs, WRITE, "proposal", False),
    "costs.move": (lambda of, by: costs.move(of.proposal.costs.get(title="Workshops 2"), steps=-1, by=by), WRITE, "proposal", False),
    "costs.remove": (lambda of, by: costs.remove(of.proposal.costs.get(title="Rent"), by=by), WRITE, "proposal", False),
    "costs.put_back": (put_cost_back, WRITE, "proposal", False),
    "costs.change_currency": (change_currency, WRITE, "proposal", False),
    "costs.choose_rules": (choose_rules, WRITE, "proposal", False),
    "markers.answer": (answer_marker, WRITE, "proposal", False),
    "matrix.accept_wording": (accept_row, WRITE, "proposal", True),
    "matrix.change": (change_row, WRITE, "proposal", False),
    "matrix.change_result": (change_result, WRITE, "proposal", False),
    "matrix.change_indicator": (change_indicator, WRITE, "proposal", False),
    "matrix.move_result": (move_result, WRITE, "proposal", False),
    "matrix.remove": (lambda of, by: matrix.remove(row(of, "activity"), by=by), WRITE, "proposal", False),
    "matrix.put_back": (put_row_back, WRITE, "proposal", False),
    "matrix_indicators.add_indicator": (
        lambda of, by: matrix_indicators.add_indicator(row(of, "output"), title="New", by=by), WRITE, "proposal", False,
    ),
    "matrix_indicators.add_standard": (add_standard, WRITE, "proposal", False),
    "matrix_indicators.duplicate_indicator": (
        lambda of, by: matrix_indicators.duplicate_indicator(indicator(of), by=by), WRITE, "proposal", False,
    ),
    "matrix_indicators.move_indicator": (move_indicator, WRITE, "proposal", False),
    "matrix_indicators.set_periods": (
        lambda of, by: matrix_indicators.set_periods(of.proposal, step="half", by=by), WRITE, "proposal", False,
    ),
    "matrix_indicators.set_target": (set_target, WRITE, "proposal", False),
    "pasting.paste": (lambda of, by: pasting.paste(of.proposal, text="staff\tDriver\tmonth\t1\t10", by=by), WRITE, "proposal", False),
    "reporting.add_report": (add_report, MANAGE, "active", False),
    "reporting.mark_unsent": (mark_unsent, MANAGE, "active", False),
    "reporting.remove_report": (lambda of, by: reporting.remove_report(donor_report(of), by=by), MANAGE, "active", False),
    "risks.add": (lambda of, by: risks.add(of.proposal, title="Floods", by=by), WRITE, "proposal", False),
    "risks.remove": (lambda of, by: risks.remove(of.proposal.risks.get(), by=by), WRITE, "proposal", False),
    "risks.put_back": (put_risk_back, WRITE, "proposal", False),
    "schedule.set_months": (set_months, WRITE, "proposal", False),
    "schedule.set_responsible": (
        lambda of, by: schedule.set_responsible(row(of, "activity"), was="Office", now="Police", by=by), WRITE, "proposal", False,
    ),
    "settling.accept_wording": (accept_text, WRITE, "proposal", True),
    "settling.restore": (restore, WRITE, "proposal", False),
    "settling.settle": (settle, WRITE, "proposal", False),
    "writing.open_section": (
        lambda of, by: writing.open_section(of.proposal, "rationale", token="t", by=by), WRITE, "proposal", False,
    ),
    "writing.save": (save, WRITE, "proposal", False),
    "writing.take_over": (take_over, WRITE, "proposal", False),
}  # fmt: skip


def test_no_verb_is_missing() -> None:
    verbs = set()
    for found in iter_modules(actions.__path__):
        module = import_module(f"{actions.__name__}.{found.name}")
        for name, verb in inspect.getmembers(module, inspect.isfunction):
            own = verb.__module__ == module.__name__ and not name.startswith("_")
            if own and "by" in inspect.signature(verb).parameters:
                verbs.add(f"{found.name}.{name}")
    assert verbs == VERBS.keys() | THERE | PARTS | OWN


def test_nobody_gives_up_the_lock_of_another(db: None) -> None:
    of = ground()
    holder = one(Role.DEVELOPER, HOMES[1])
    writing.take_over(section(of), token="t", by=holder)
    writing.release(section(of), token="t", by=UserFactory())
    assert section(of).lock.holder == holder
    writing.release(section(of), token="t", by=holder)
    assert not Lock.objects.filter(section=section(of)).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_asks_for_its_permission(db: None, verb: str) -> None:
    act, permission, stage, handed_in = VERBS[verb]
    of = ground(stage, handed_in=handed_in)
    wrong = []
    for role in Role:
        for home in HOMES:
            if (may := tried(act, of, one(role, home))) != ((role, home) in TABLE[permission]):
                wrong.append(f"{role} in the {home}: {'may' if may else 'may not'}")
    assert not tried(act, of, UserFactory())
    assert not wrong
