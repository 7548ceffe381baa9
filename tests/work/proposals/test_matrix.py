"""The results matrix as people change it: a tree with level rules, cells that name what they were begun from, rows that come back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry, Stage
from migov.services.clearance.models import Clearance
from migov.work.proposals.actions import matrix as actions
from migov.work.proposals.actions.ground import Closed, Conflict, ProposalError
from migov.work.proposals.matrix_cells import WrongInput, shown
from migov.work.proposals.matrix_periods import spans
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, Proposal
from migov.work.proposals.queries import matrix as queries
from migov.work.results.models import StandardIndicator
from tests.work.proposals.makers import aimed, measured, paper, planned, tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(people: dict[str, Any]) -> User:
    return people["ana"]


@pytest.fixture
def proposal(ana: User) -> Proposal:
    return paper(ana)


def shape(proposal: Proposal) -> list[str]:
    """The tree in numbers and titles."""
    return [f"{node.number} {node.row.title}" for node in queries.matrix_of(proposal).results()]


def test_a_matrix_is_built_from_the_objective_down(proposal: Proposal, ana: User) -> None:
    objective = actions.add_result(proposal, level="objective", title="People move safely", by=ana)
    outcome = actions.add_result(proposal, level="outcome", parent=objective, title="Officers refer", by=ana)
    first = actions.add_result(proposal, level="output", parent=outcome, title="Procedure", by=ana)
    actions.add_result(proposal, level="output", parent=outcome, title="Skills", by=ana)
    actions.add_result(proposal, level="output", parent=outcome, title="Between", after=first, by=ana)
    actions.add_result(proposal, level="activity", parent=first, title="Draft it", by=ana)
    assert shape(proposal) == [
        "O People move safely", "1 Officers refer", "1.1 Procedure", "1.1.1 Draft it", "1.2 Between", "1.3 Skills",
    ]  # fmt: skip


@pytest.mark.parametrize(("level", "under"), [
    ("outcome", None), ("outcome", "outcome"), ("output", "objective"), ("activity", "outcome"), ("objective", "outcome"),
    ("activity", "activity"),
])  # fmt: skip
def test_a_row_stands_only_below_the_level_above_it(
    proposal: Proposal, ana: User, level: str, under: str | None
) -> None:
    output = tree(proposal, outputs=1)[0]
    rows = {
        "output": output,
        "outcome": output.parent,
        "objective": output.parent.parent,
        "activity": output.children.get(),
    }
    before = shape(proposal)
    with pytest.raises(ProposalError):
        actions.add_result(proposal, level=level, parent=rows[under] if under else None, by=ana)
    assert shape(proposal) == before


def test_a_row_of_another_proposal_is_no_parent(proposal: Proposal, ana: User) -> None:
    other = tree(paper(ana), outputs=1)[0]
    with pytest.raises(ProposalError):
        actions.add_result(proposal, level="activity", parent=other, by=ana)


def test_a_cell_is_saved_and_noted_in_the_journal(proposal: Proposal, ana: User) -> None:
    row = planned(proposal, PlanLevel.OBJECTIVE, "Old title")
    actions.change_result(row, field="title", was="Old title", now="  New\ntitle ", by=ana)
    assert PlanResult.objects.get(pk=row.pk).title == "New title"
    entry = JournalEntry.objects.filter(record_id=proposal.pk).latest("pk")
    assert entry.detail == {"row": f"result:{row.pk}", "field": "title", "was": "Old title", "now": "New title"}


def test_saving_what_stands_is_no_change(proposal: Proposal, ana: User) -> None:
    row = planned(proposal, PlanLevel.OBJECTIVE, "Same")
    actions.change_result(row, field="title", was="anything", now="Same", by=ana)
    assert not JournalEntry.objects.filter(record_id=proposal.pk).exists()


def test_a_change_begun_from_older_words_gives_back_both(proposal: Proposal, ana: User) -> None:
    row = planned(proposal, PlanLevel.OBJECTIVE, "First")
    actions.change_result(row, field="title", was="First", now="Theirs", by=ana)
    with pytest.raises(Conflict) as told:
        actions.change_result(row, field="title", was="First", now="Mine", by=ana)
    assert (told.value.now, told.value.mine) == ("Theirs", "Mine")
    assert PlanResult.objects.get(pk=row.pk).title == "Theirs"


def test_other_cells_of_the_row_do_not_collide(proposal: Proposal, ana: User) -> None:
    row = planned(proposal, PlanLevel.OBJECTIVE, "First")
    actions.change_result(row, field="title", was="First", now="Theirs", by=ana)
    actions.change_result(row, field="assumptions", was="", now="Peace holds", by=ana)
    row.refresh_from_db()
    assert (row.title, row.assumptions) == ("Theirs", "Peace holds")


def test_months_of_an_activity_are_in_order(proposal: Proposal, ana: User) -> None:
    activity = tree(proposal, outputs=1)[0].children.get()
    actions.change_result(activity, field="last_month", was="", now="3", by=ana)
    with pytest.raises(WrongInput, match="before the first"):
        actions.change_result(activity, field="first_month", was="", now="4", by=ana)
    actions.change_result(activity, field="first_month", was="", now="3", by=ana)
    activity.refresh_from_db()
    assert (activity.first_month, activity.last_month) == (3, 3)


def test_an_indicator_is_filled_cell_by_cell(proposal: Proposal, ana: User) -> None:
    one = actions.add_indicator(tree(proposal, outputs=1)[0], by=ana)
    for name, now in {
        "title": "People referred", "unit": "people", "measure": "number", "ascending": "yes", "across_periods": "sum",
        "counts_people": "yes", "dimensions": "sex, age groups, Nationality", "baseline": "1 200,5", "baseline_date": "31.12.2025",
    }.items():  # fmt: skip
        one.refresh_from_db()
        actions.change_indicator(one, field=name, was=shown(one, name), now=now, by=ana)
    one.refresh_from_db()
    assert (str(one.baseline.normalize()), one.baseline_date) == ("1200.5", date(2025, 12, 31))
    assert one.dimensions == ["sex", "age", "Nationality"]
    assert one.counts_people


def test_a_baseline_may_be_words_and_takes_the_place_of_the_number(proposal: Proposal, ana: User) -> None:
    one = measured(tree(proposal, outputs=1)[0], baseline=5)
    actions.change_indicator(one, field="baseline", was="5", now="to be measured in month 2", by=ana)
    one.refresh_from_db()
    assert (one.baseline, one.baseline_words) == (None, "to be measured in month 2")


def test_targets_are_set_for_the_periods_of_the_project(proposal: Proposal, ana: User) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    first, second = spans(proposal)
    assert (first.starts, second.ends) == (date(2023, 1, 1), date(2024, 12, 31))
    actions.set_target(one, starts=first.starts, ends=first.ends, was="", now="1,200", by=ana)
    actions.set_target(one, starts=second.starts, ends=second.ends, was="", now="half of them", by=ana)
    assert [(target.value, target.words) for target in one.targets.all()] == [(1200, ""), (None, "half of them")]
    with pytest.raises(Conflict) as told:
        actions.set_target(one, starts=first.starts, ends=first.ends, was="", now="9", by=ana)
    assert told.value.now == "1200"
    assert actions.set_target(one, starts=first.starts, ends=first.ends, was="1200", now="", by=ana) is None
    assert one.targets.count() == 1


def test_a_target_for_a_period_that_the_project_does_not_have_is_refused(proposal: Proposal, ana: User) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    with pytest.raises(ProposalError, match="no period"):
        actions.set_target(one, starts=date(2030, 1, 1), ends=date(2030, 12, 31), was="", now="5", by=ana)


def test_periods_follow_the_step_and_keep_targets_that_end_on_the_same_day(proposal: Proposal, ana: User) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    aimed(one, date(2023, 1, 1), date(2023, 12, 31), 10)
    assert actions.set_periods(proposal, step="half", by=ana) == 1
    proposal.refresh_from_db()
    assert len(spans(proposal)) == 4
    assert one.targets.get().starts == date(2023, 7, 1)


def test_targets_move_with_the_dates_of_the_project(proposal: Proposal, ana: User) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    aimed(one, date(2023, 1, 1), date(2023, 12, 31), 10)
    aimed(one, date(2024, 1, 1), date(2024, 12, 31), 20)
    record = proposal.project.record
    record.starts = date(2025, 3, 1)
    record.save()
    assert [str(span) for span in queries.matrix_of(proposal).others] == ["2023", "2024"]
    assert actions.set_periods(proposal, step="year", by=ana) == 2
    assert [(t.starts, t.value) for t in one.targets.all()] == [(date(2025, 3, 1), 10), (date(2026, 3, 1), 20)]


def test_the_last_period_ends_with_the_project(ana: User) -> None:
    assert [(s.starts, s.ends) for s in spans(paper(ana, months=18, starts=date(2026, 1, 31), ends=None))] == [
        (date(2026, 1, 31), date(2027, 1, 30)), (date(2027, 1, 31), date(2027, 7, 30)),
    ]  # fmt: skip
    assert spans(paper(ana, starts=None, ends=None)) == []


def test_a_row_moves_with_all_below_it(proposal: Proposal, ana: User) -> None:
    first, second = tree(proposal, outputs=2, activities=2)
    activity = first.children.first()
    actions.move_result(activity, parent=second, position=1, by=ana)
    actions.move_result(second, parent=second.parent, position=0, by=ana)
    assert shape(proposal) == [
        "O People are safe", "1 Services work", "1.1 Output number 2", "1.1.1 Activity 1", "1.1.2 Activity 1",
        "1.1.3 Activity 2", "1.2 Output number 1", "1.2.1 Activity 2",
    ]  # fmt: skip


def test_a_row_cannot_move_below_itself_or_another_level(proposal: Proposal, ana: User) -> None:
    first, second = tree(proposal, outputs=2)
    for parent in (first, second, first.children.get(), first.parent.parent, None):
        with pytest.raises(ProposalError):
            actions.move_result(first, parent=parent, position=0, by=ana)


def test_indicators_move_between_results(proposal: Proposal, ana: User) -> None:
    first, second = tree(proposal, outputs=2)
    a, b, c = (measured(first, name) for name in "abc")
    d = measured(second, "d")
    actions.move_indicator(b, result=second, position=0, by=ana)
    actions.move_indicator(c, result=first, position=0, by=ana)
    assert [one.row.title for one in queries.matrix_of(proposal).indicators()] == ["c", "a", "b", "d"]
    assert {a.pk, d.pk} <= set(PlanIndicator.objects.values_list("pk", flat=True))


def test_what_was_removed_together_comes_back_together(proposal: Proposal, ana: User) -> None:
    first, _second = tree(proposal, outputs=2, activities=2)
    kept = measured(first, "kept")
    gone = measured(first, "gone before")
    whole = shape(proposal)
    actions.remove(gone, by=ana)
    actions.remove(first, by=ana)
    assert shape(proposal) == [
        "O People are safe",
        "1 Services work",
        "1.1 Output number 2",
        "1.1.1 Activity 1",
        "1.1.2 Activity 2",
    ]
    assert [row.title for row in queries.matrix_of(proposal).removed] == ["Output number 1", "gone before"]
    with pytest.raises(ProposalError, match="Put back “Output number 1” first"):
        actions.put_back(gone, by=ana)
    actions.put_back(first, by=ana)
    assert shape(proposal) == whole
    assert [one.row for one in queries.matrix_of(proposal).indicators()] == [kept]
    actions.put_back(gone, by=ana)
    assert [one.row for one in queries.matrix_of(proposal).indicators()] == [kept, gone]


def test_a_removed_row_is_not_changed(proposal: Proposal, ana: User) -> None:
    row = tree(proposal, outputs=1)[0]
    actions.remove(row, by=ana)
    for deed in (
        lambda: actions.change_result(row, field="title", was=row.title, now="x", by=ana),
        lambda: actions.move_result(row, parent=row.parent, position=0, by=ana),
        lambda: actions.add_indicator(row, by=ana),
        lambda: actions.remove(row, by=ana),
    ):
        with pytest.raises(ProposalError, match="removed"):
            deed()


def test_a_standard_indicator_brings_its_fields(proposal: Proposal, ana: User) -> None:
    standard = StandardIndicator.objects.create(
        code="referred",
        title="People referred",
        definition="Once a year.",
        unit="people",
        across_periods="sum",
        counts_people=True,
    )
    output = tree(proposal, outputs=1)[0]
    one = actions.add_standard(output, standard=standard, by=ana)
    assert (one.title, one.unit, one.across_periods, one.dimensions) == (
        "People referred",
        "people",
        "sum",
        ["sex", "age"],
    )
    assert one.standard == standard
    with pytest.raises(ProposalError, match="already"):
        actions.add_standard(output, standard=standard, by=ana)


def test_a_duplicate_stands_below_with_its_targets(proposal: Proposal, ana: User) -> None:
    output = tree(proposal, outputs=1)[0]
    one = measured(output, "first", baseline=3, dimensions=["sex"])
    aimed(one, date(2023, 1, 1), date(2023, 12, 31), 10)
    measured(output, "last")
    made = actions.duplicate_indicator(one, by=ana)
    made.dimensions.append("age")
    made.save()
    assert [node.row.title for node in queries.matrix_of(proposal).indicators()] == ["first", "first", "last"]
    assert (made.baseline, made.targets.get().value) == (3, 10)
    one.refresh_from_db()
    assert one.dimensions == ["sex"]


@pytest.mark.parametrize("who", ["boris", "emil", "carla", "jan", "ion", "nobody"])
def test_only_those_who_write_the_proposal_change_its_matrix(
    people: dict[str, Any], proposal: Proposal, who: str
) -> None:
    by = people[who]
    output = tree(proposal, outputs=1)[0]
    one = measured(output)
    standard = StandardIndicator.objects.create(code="x", title="x")
    clearance = Clearance(record=proposal.project.record, subject="proposal", title="x")
    for deed in (
        lambda: actions.add_result(proposal, level="objective", by=by),
        lambda: actions.change_result(output, field="title", was="Output number 1", now="x", by=by),
        lambda: actions.change_indicator(one, field="unit", was="", now="x", by=by),
        lambda: actions.move_result(output, parent=output.parent, position=0, by=by),
        lambda: actions.move_indicator(one, result=output, position=0, by=by),
        lambda: actions.remove(output, by=by),
        lambda: actions.put_back(output, by=by),
        lambda: actions.add_indicator(output, by=by),
        lambda: actions.add_standard(output, standard=standard, by=by),
        lambda: actions.duplicate_indicator(one, by=by),
        lambda: actions.set_target(one, starts=date(2023, 1, 1), ends=date(2023, 12, 31), was="", now="1", by=by),
        lambda: actions.set_periods(proposal, step="half", by=by),
        lambda: actions.accept_wording(clearance, f"result:{output.pk}", "Output", "x", by),
    ):
        with pytest.raises(PermissionDenied):
            deed()
    assert not JournalEntry.objects.filter(record_id=proposal.pk).exists()


@pytest.mark.parametrize("stage", [Stage.ENDORSED, Stage.ACTIVE, Stage.CLOSED, Stage.WITHDRAWN])
def test_what_is_decided_is_not_changed(ana: User, stage: str) -> None:
    row = planned(paper(ana, stage=stage), PlanLevel.OBJECTIVE, "Agreed")
    with pytest.raises(Closed):
        actions.change_result(row, field="title", was="Agreed", now="Other", by=ana)


def test_a_reviewers_wording_takes_the_place_of_the_words_it_quotes(proposal: Proposal, ana: User) -> None:
    output = tree(proposal, outputs=1)[0]
    one = measured(output, "Number of people", definition="People trained count.")
    clearance = Clearance(record=proposal.project.record, subject="proposal", title="x")
    actions.accept_wording(clearance, f"result:{output.pk}", "Output number", "Officers apply procedure", ana)
    actions.accept_wording(clearance, f"indicator:{one.pk}", "trained", "who pass the test", ana)
    output.refresh_from_db(), one.refresh_from_db()
    assert output.title == "Officers apply procedure 1"
    assert one.definition == "People who pass the test count."
    with pytest.raises(ProposalError, match="no longer there"):
        actions.accept_wording(clearance, f"result:{output.pk}", "Output number", "x", ana)
    with pytest.raises(ProposalError, match="no longer in the matrix"):
        actions.accept_wording(clearance, "result:999999", "Output", "x", ana)
    with pytest.raises(ProposalError):
        actions.accept_wording(clearance, "section:rationale", "Output", "x", ana)


def test_a_matrix_takes_the_same_queries_whatever_its_size(proposal: Proposal, django_assert_num_queries: Any) -> None:
    for size in (1, 8):
        for output in tree(proposal, outputs=size, activities=2):
            for number in range(10):
                aimed(measured(output, f"{number}"), date(2023, 1, 1), date(2023, 12, 31), 10)
        with django_assert_num_queries(3):
            found = queries.matrix_of(proposal)
        assert len(list(found.indicators())) >= size * 10


def test_rows_say_all_of_the_matrix_in_reading_order(proposal: Proposal, django_assert_num_queries: Any) -> None:
    output = tree(proposal, outputs=1)[0]
    one = measured(
        output, "People referred", unit="people", baseline=5, baseline_date=date(2022, 12, 31), dimensions=["sex"]
    )
    aimed(one, date(2023, 1, 1), date(2023, 12, 31), 10)
    with django_assert_num_queries(3):
        lines = queries.rows(proposal)
    assert [line.label for line in lines] == [
        "objective O",
        "outcome 1",
        "output 1.1",
        "indicator 1.1.a",
        "activity 1.1.1",
    ]
    assert lines[3].anchor == f"indicator:{one.pk}"
    assert lines[3].values["baseline"] == "5 (31.12.2022)"
    assert lines[3].values["targets"] == "31.12.2023: 10"
    keys = {heading.key for heading in queries.headings()}
    assert all(set(line.values) <= keys for line in lines)


def test_the_library_is_searched_by_words_and_by_elements(ana: User) -> None:
    from tests.factories import element

    made = StandardIndicator.objects.create(code="ref", title="People referred", definition="To a service.")
    made.elements.add(element("10"))
    StandardIndicator.objects.create(code="law", title="Laws adopted")
    assert [one.code for one in queries.library("service refer")] == ["ref"]
    assert [one.code for one in queries.library("gcm 10")] == ["ref"]
    assert queries.library("nothing like it") == []
