"""Each kind of rule of an IATI ruleset, on small documents, and on the official tests of rules where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from migov.exchange.iati.check_rules import Ruleset


def broken(rules: dict[str, Any], document: str, **known: Any) -> list[str]:
    """What of a document breaks the rules, as rule and what was found."""
    found = Ruleset(rules, **known).breaches(etree.fromstring(document))
    return [f"{one.rule} {one.found}".strip() for one in found]


def rule(kind: str, **case: Any) -> dict[str, Any]:
    return {"//iati-activity": {kind: {"cases": [case]}}}


def one(inside: str, attributes: str = "") -> str:
    return f"<iati-activities><iati-activity{attributes}>{inside}</iati-activity></iati-activities>"


@pytest.mark.parametrize(
    ("rules", "good", "bad"),
    [
        (rule("atleast_one", paths=["title"]), "<title/>", ""),
        (rule("atLeastOne", paths=["title", "@x"]), "<title/>", "<other/>"),
        (rule("atleast_one", paths=["title"], condition="status/@code = 3"), '<status code="2"/>', '<status code="3"/>'),
        (rule("no_more_than_one", paths=["title"]), "<title/>", "<title/><title/>"),
        (rule("one_or_all", one="@xml:lang", all="lang"), '<narrative xml:lang="en"/>', "<narrative/>"),
        (rule("one_or_all", one="@c", all="currency"), '<value currency="EUR"/>', "<value/>"),
        (rule("one_or_all", one="sector", all="sector"), "<transaction><sector/></transaction>", "<transaction/>"),
        (rule("only_one_of", excluded=["a"], paths=["b"]), "<a/>", "<a/><b/>"),
        (rule("only_one_of", excluded=["a"], paths=["b"]), "<b/>", "<b/><b/>"),
        (rule("dependent", paths=["a", "b"]), "<a/><b/>", "<a/>"),
        (rule("sum", paths=["a/@n"], sum=9), '<a n="5.5"/><a n="3.5"/>', '<a n="5.4"/><a n="3.5"/>'),
        (rule("strict_sum", paths=["a/@n"], sum=100), '<a n="33.34"/><a n="66.66"/>', '<a n="33.33"/><a n="66.66"/>'),
        (rule("strict_sum", paths=["a/@n"], sum=100), "", '<a n="many"/>'),
        (rule("date_order", less="a/@d", more="b/@d"), '<a d="2024-01-01"/><b d="2024-01-01"/>',
         '<a d="2024-01-02"/><b d="2024-01-01"/>'),
        (rule("date_order", less="a/@d", more="NOW"), '<a d="2020-01-01"/><b/>', '<a d="2020-01-01"/><a d="2999-01-01"/>'),
        (rule("date_now", date="a/@d"), '<a d="2020-01-01T23:00:00Z"/>', '<a d="2999-01-01"/>'),
        (rule("time_limit", start="a/@d", end="b/@d"), '<a d="2024-01-01"/><b d="2025-01-01"/>',
         '<a d="2024-01-01"/><b d="2025-01-02"/>'),
        (rule("time_limit", start="a/@d", end="b/@d"), '<a d="2024-02-29"/><b d="2025-03-01"/>',
         '<a d="2024-02-29"/><b d="2025-03-02"/>'),
        (rule("between_dates", date="a/@d", start="b/@d", end="c/@d"), '<a d="2024-05-01"/><b d="2024-01-01"/>',
         '<a d="2024-05-01"/><b d="2024-06-01"/><c d="2024-12-31"/>'),
        (rule("regex_matches", paths=["a"], regex="^[^&]+$"), "<a>ABC</a>", "<a>A&amp;C</a>"),
        (rule("regex_no_matches", paths=["a"], regex="B"), "<a>AC</a>", "<a>ABC</a>"),
        (rule("startswith", prefix=["@r"], separator="-", paths=["a"]), "<a>X-1</a>", "<a>X1</a>"),
        (rule("startsWith", start="@r", paths=["a"]), "<a>X1</a>", "<a>Y-1</a>"),
        (rule("unique", paths=["a", "b"]), "<a>1</a><b>2</b>", "<a>1</a><b>1</b>"),
        (rule("if_then", **{"if": "a", "then": "b"}), "<c/>", "<a/>"),
        (rule("range", paths=["a/@n"], min=0.0, max=100.0), '<a n="100"/>', '<a n="100.1"/>'),
        (rule("no_spaces", paths=["a"]), "<a>x y</a>", "<a>x\n</a>"),
        (rule("loop", foreach="a/@v", subs=["paths"], do={"strict_sum": {"cases": [{"paths": ["a[@v='$1']/@n"], "sum": 10}]}}),
         '<a v="1" n="10"/><a v="2" n="4"/><a v="2" n="6"/>', '<a v="1" n="10"/><a v="2" n="4"/>'),
        (rule("loop", foreach="a/@v", subs=["paths"], do={"noMoreThanOne": {"cases": [{"paths": ["a[@v='$1']"]}]}}),
         """<a v="it's"/><a v='"'/>""", """<a v="it's"/><a v="it's"/>"""),
    ],
)  # fmt: skip
def test_a_kind_of_rule(rules: dict[str, Any], good: str, bad: str) -> None:
    assert broken(rules, one(good, ' r="X"')) == []
    assert len(broken(rules, one(bad, ' r="X"'))) == 1


def test_a_breach_says_which_rule_where_and_what_was_found() -> None:
    told = {"id": "12.1.1", "severity": "warning", "message": "Between 0 and 100."}
    rules = rule("range", paths=["a/@n"], min=0, max=100, ruleInfo=told)
    (breach,) = Ruleset(rules).breaches(etree.fromstring(one('\n<a n="120"/>')))
    assert (breach.rule, breach.severity, breach.message, breach.found) == (
        "12.1.1", "warning", "Between 0 and 100.", "120",
    )  # fmt: skip
    assert (breach.element.tag, breach.element.sourceline) == ("a", 2)


def test_identifiers_of_organisations_that_exist_are_left_alone() -> None:
    rules = rule("startswith", idCondition="NOT_EXISTING_ORG_ID", prefix=["ORG-ID-PREFIX"], paths=["a"])
    known = {"agencies": ["GB-CHC"], "organisations": ["XI-OLD"]}
    assert broken(rules, one("<a>GB-CHC-1</a>"), **known) == []
    assert broken(rules, one("<a>XI-OLD</a>"), **known) == []
    assert broken(rules, one("<a>ZZ-1</a>"), **known) == ["startswith ZZ-1"]
    rules = rule("regex_matches", idCondition="NOT_EXISTING_ORG_ID_PREFIX", regex="^[^/]+$", paths=["a"])
    assert broken(rules, one("<a>XI-OLD-1/2</a>"), **known) == []
    assert broken(rules, one("<a>ZZ-1/2</a>"), **known) == ["regex_matches ZZ-1/2"]


def test_an_unknown_kind_of_rule_is_an_error_and_not_passed_by() -> None:
    with pytest.raises(ValueError, match="guess"):
        Ruleset(rule("guess", paths=[]))


# The official tests of rules: which documents hold to which rules.
GOOD_AND_BAD = {
    "at_least_one": (["at_least_one_narrative", "at_least_one_ref", "at_least_one_no_element_good"], ["at_least_one_bad"]),
    "between_dates": (["between_dates_good"], ["between_dates_bad"]),
    "condition": (["activity_status_2"], ["activity_status_3"]),
    "date_now": (["date_now_good"], ["date_now_bad"]),
    "date_order": (["date_good", "empty_activity"], ["date_bad"]),
    "dependent_title_description": (["title_description", "empty_activity"], ["title", "description"]),
    "empty": (["empty", "title"], []),
    "forloop": (["forloop_good"], ["forloop_bad"]),
    "if_then": (["if_then_good"], ["if_then_bad"]),
    "no_more_than_one_title": (["title", "empty_activity"], ["title_twice"]),
    "one_or_all": (
        ["one_or_all_currency_all_good", "one_or_all_currency_good", "one_or_all_lang_good", "one_or_all_lang_good_all",
         "one_or_all_sector_all_good", "one_or_all_sector_good"],
        ["one_or_all_currency_all_bad", "one_or_all_currency_bad", "one_or_all_lang_bad", "one_or_all_lang_bad_all",
         "one_or_all_sector_all_bad", "one_or_all_sector_bad"],
    ),
    "one_or_all_org": (["one_or_all_org_currency_good"], ["one_or_all_org_currency_bad"]),
    "only_one_of": (
        ["only_one_of_activity_good", "only_one_of_transaction_good"],
        ["only_one_of_activity_bad", "only_one_of_transaction_bad"],
    ),
    "period_time": (["period_time_good"], ["period_time_bad"]),
    "range": (["range_good"], ["range_bad"]),
    "recipient_country": (["recipient_country_good"], ["recipient_country_bad"]),
    "recipient_region_budget": (["recipient_region_budget_good"], ["recipient_region_budget_bad"]),
    "regex_matches": (["regex_good"], ["regex_bad"]),
    "regex_no_matches": (["regex_bad"], ["regex_good"]),
    "result_indicator_baseline_selector_with_conditions": (
        ["results_indicator_baseline_value_good", "results_indicator_baseline_value_not_relevant"],
        ["results_indicator_baseline_value_bad"],
    ),
    "result_indicator_period_actual_selector_with_conditions": (
        ["results_indicator_period_actual_value_good", "results_indicator_period_actual_value_not_relevant"],
        ["results_indicator_period_actual_value_bad"],
    ),
    "result_indicator_period_target_selector_with_conditions": (
        ["results_indicator_period_target_value_good", "results_indicator_period_target_value_not_relevant"],
        ["results_indicator_period_target_value_bad"],
    ),
    "results_references": (["results_refs_good"], ["results_refs_bad"]),
    "sector_percentage_sum": (["sector_percentage_sum_good"], ["sector_percentage_sum_bad"]),
    "starts_with": (["identifiers"], ["identifiers_bad"]),
    "sum": (["sum_good"], ["sum_bad"]),
    "sum_two": (["sum_two_good"], ["sum_two_bad"]),
    "time_limit": (["time_limit_good"], ["time_limit_bad"]),
    "title_exists": (["title"], ["empty_activity", "description"]),
    "title_text_exists": (["title_text"], ["title"]),
    "total_expenditure": (["total_expenditure_good"], ["total_expenditure_bad"]),
    "unique": (["unique_good"], ["unique_bad"]),
    "unique_title_description": (["title_description"], []),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD_AND_BAD)
def test_an_official_test_of_rules(name: str, official: Callable[[str], Path]) -> None:
    folder = official("rulesets-2.03/meta_tests")
    rules = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    good, bad = GOOD_AND_BAD[name]
    for held in good:
        assert broken(rules, (folder / f"{held}.xml").read_text(encoding="utf-8")) == [], held
    for failing in bad:
        assert broken(rules, (folder / f"{failing}.xml").read_text(encoding="utf-8")), failing


def test_every_official_ruleset_can_be_read(official: Callable[[str], Path]) -> None:
    for path in official("rulesets-2.03/rulesets").glob("*.json"):
        Ruleset(json.loads(path.read_text(encoding="utf-8")))


def test_every_official_test_of_rules_is_in_the_table(official: Callable[[str], Path]) -> None:
    named = {path.stem for path in official("rulesets-2.03/meta_tests").glob("*.json")}
    assert named - GOOD_AND_BAD.keys() == {"no_paths"}
