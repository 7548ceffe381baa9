"""The illustrative portfolio is complete, consistent and tells the stories it was written for."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "migov"
PORTFOLIO = PACKAGE / "site" / "demo" / "portfolio"
PACKS = PACKAGE / "foundation" / "frameworks" / "packs"
LISTS = {"people.toml", "offices.toml", "standard_indicators.toml"}
FILES = sorted(path for path in PORTFOLIO.glob("*.toml") if path.name not in LISTS)

LAST_REPORT = dt.date(2026, 10, 31)
LATE_AFTER = dt.date(2026, 8, 31)
ROLES = "developer endorser mande policy analyst focal-point management reader administrator"
TERRITORY_CODES = "ALB ARM AZE BLR BIH GEO ISR KAZ XKX KGZ MDA MNE MKD RUS SRB TJK TUR TKM UKR UZB"
TERRITORIES = set(TERRITORY_CODES.split())
THEMES = {"assistance", "labour", "environment", "borders", "emergency", "health", "protection", "data", "mande"}
EARLY = {"idea", "concept", "proposal", "review", "endorsed", "submitted"}
STAGES = EARLY | {"active", "closing", "closed", "suspended", "withdrawn", "rejected"}
TYPE_CODES = "10 11 15 21 22 23 24 30 40 60 70 71 72 73 80 90"
ORGANISATION_TYPES = set(TYPE_CODES.split())
DOCUMENT_CATEGORIES = {f"A{n:02d}" for n in range(1, 13)}
TRANSACTIONS = {"incoming-commitment", "incoming-funds", "commitment", "disbursement", "expenditure"}
LEVELS = ["objective", "outcome", "output", "activity"]
SPENDING = {"expenditure", "disbursement"}

TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,), "number": (int, float), "date": (dt.date,), "flag": (bool,), "rows": (list,), "table": (dict,),
}  # fmt: skip
# What each kind of row may hold: "key:type"; a key that ends in "?" may be left out.
SHAPES = {
    "project": "reference:text title:text summary:text office:text themes:rows stage:text starts:date ends:date "
    "countries:rows organisations:rows budgets:rows results:rows history:table transactions?:rows "
    "alignments?:rows documents?:rows",
    "countries": "code:text share:number",
    "organisations": "name:text role:text type:text ref?:text",
    "budgets": "starts:date ends:date amount:number currency:text",
    "transactions": "kind:text date:date amount:number currency:text description:text",
    "alignments": "framework:text element:text role:text status:text share?:number note?:text",
    "documents": "title:text category:text url:text date:date",
    "results": "level:text key:text parent:text title:text description?:text aligned?:rows indicators?:rows",
    "aligned": "framework:text element:text role:text",
    "indicator": "title:text definition:text unit:text measure:text direction:text counts_people:flag "
    "cumulative:flag across_periods:text periods:rows standard?:text baseline?:table",
    "baseline": "value:number date:date note:text",
    "period": "starts:date ends:date target?:number actual?:number reported?:date parts?:rows places?:rows "
    "comment?:text corrected?:table",
    "parts": "sex:text age?:text value:number",
    "places": "code:text value:number",
    "corrected": "actual:number reported:date note:text parts?:rows places?:rows",
    "history": "created:date stage_since?:date",
}


@cache
def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def projects() -> list[dict[str, Any]]:
    return [read(path) for path in FILES]


def indicators(project: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for result in project["results"]:
        yield from result.get("indicators", [])


def all_periods(project: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for indicator in indicators(project):
        for period in indicator["periods"]:
            yield indicator, period


def alignments(project: dict[str, Any]) -> list[dict[str, Any]]:
    return list(project.get("alignments", []))


def check(shape: str, row: dict[str, Any]) -> None:
    pairs = [field.split(":") for field in SHAPES[shape].split()]
    types = {key.rstrip("?"): TYPES[kind] for key, kind in pairs}
    required = {key for key, _ in pairs if not key.endswith("?")}
    assert required <= row.keys() <= types.keys(), f"{shape}: {sorted(row)}"
    for key, value in row.items():
        assert isinstance(value, types[key]) and isinstance(value, bool) == (types[key] == (bool,)), f"{shape}.{key}"


@cache
def elements() -> dict[str, set[str]]:
    """Codes of the shipped frameworks, by framework code; empty while no pack is there."""
    found: dict[str, set[str]] = {}
    for folder in PACKS.glob("*"):
        head, table = folder / "framework.toml", folder / "elements.csv"
        if head.exists() and table.exists():
            with table.open(encoding="utf-8", newline="") as handle:
                found[read(head)["code"]] = {row["code"] for row in csv.DictReader(handle)}
    return found


@cache
def standards() -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in read(PORTFOLIO / "standard_indicators.toml")["standard_indicators"]}


@cache
def offices() -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in read(PORTFOLIO / "offices.toml")["offices"]}


per_project = pytest.mark.parametrize("project", projects(), ids=[path.stem for path in FILES])


def test_there_are_forty_projects_with_their_own_references() -> None:
    assert len(FILES) == 40
    assert len({project["reference"] for project in projects()}) == 40
    assert len({project["title"] for project in projects()}) == 40


@per_project
def test_every_key_is_known_and_has_the_right_type(project: dict[str, Any]) -> None:
    check("project", project)
    check("history", project["history"])
    for name in ("countries", "organisations", "budgets", "transactions", "alignments", "documents", "results"):
        for row in project.get(name, []):
            check(name, row)
    for result in project["results"]:
        for row in result.get("aligned", []):
            check("aligned", row)
    for indicator in indicators(project):
        check("indicator", indicator)
        if "baseline" in indicator:
            check("baseline", indicator["baseline"])
    for _, period in all_periods(project):
        check("period", period)
        for name in ("parts", "places"):
            for row in period.get(name, []):
                check(name, row)
        if "corrected" in period:
            corrected = period["corrected"]
            check("corrected", corrected)
            for name in ("parts", "places"):
                assert (name in corrected) == (name in period)
                for row in corrected.get(name, []):
                    check(name, row)


@per_project
def test_every_code_is_known(project: dict[str, Any]) -> None:
    assert project["office"] in offices()
    assert project["stage"] in STAGES
    assert set(project["themes"]) <= THEMES and project["themes"]
    assert {row["code"] for row in project["countries"]} <= TERRITORIES
    for row in project["organisations"]:
        assert row["role"] in {"funding", "accountable", "extending", "implementing"}
        assert row["type"] in ORGANISATION_TYPES
    assert {row["kind"] for row in project.get("transactions", [])} <= TRANSACTIONS
    for row in project.get("documents", []):
        assert row["category"] in DOCUMENT_CATEGORIES
        assert row["url"].startswith("https://example.org/")
    for indicator in indicators(project):
        assert indicator["measure"] in {"number", "percentage", "qualitative", "yes-no"}
        assert indicator["direction"] in {"up", "down"}
        assert indicator["across_periods"] in {"sum", "latest", "max"}
    for _, period in all_periods(project):
        assert {part["sex"] for part in period.get("parts", [])} <= {"female", "male", "other", "unknown"}
        assert {place["code"] for place in period.get("places", [])} <= {row["code"] for row in project["countries"]}


@per_project
def test_titles_and_summaries_have_a_readable_length(project: dict[str, Any]) -> None:
    assert len(project["title"]) <= 100
    assert 2 <= project["summary"].count(". ") + 1 <= 4
    assert "Kosovo" not in project["title"].replace("Kosovo (UNSCR 1244)", "")
    assert "Kosovo" not in project["summary"].replace("Kosovo (UNSCR 1244)", "")


@per_project
def test_alignments_name_elements_of_the_shipped_frameworks(project: dict[str, Any]) -> None:
    rows = alignments(project) + [row for result in project["results"] for row in result.get("aligned", [])]
    assert all(row["role"] in {"principal", "significant"} for row in rows)
    assert all(row.get("status", "confirmed") in {"confirmed", "proposed", "rejected"} for row in rows)
    pairs = [(row["framework"], row["element"]) for row in alignments(project)]
    assert len(pairs) == len(set(pairs))
    missing = {row["framework"] for row in rows} - elements().keys()
    if missing:
        pytest.skip(f"packs not shipped yet: {sorted(missing)}")
    assert [row for row in rows if row["element"] not in elements()[row["framework"]]] == []


@per_project
def test_shares_add_up(project: dict[str, Any]) -> None:
    assert sum(row["share"] for row in project["countries"]) == 100
    confirmed = [row for row in alignments(project) if row["status"] == "confirmed"]
    for framework in {row["framework"] for row in confirmed if "share" in row}:
        assert sum(row.get("share", -1000) for row in confirmed if row["framework"] == framework) == 100
    assert all("share" not in row for row in alignments(project) if row["status"] != "confirmed")


@per_project
def test_money_follows_the_budget_and_the_calendar(project: dict[str, Any]) -> None:
    rows = project.get("transactions", [])
    totals: Counter[str] = Counter()
    for row in rows:
        totals["spent" if row["kind"] in SPENDING else row["kind"]] += row["amount"]
        assert row["date"] <= LAST_REPORT and row["amount"] > 0
    for row in project["budgets"]:
        assert project["starts"] <= row["starts"] < row["ends"] <= project["ends"]
    for before, after in pairwise(project["budgets"]):
        assert before["ends"] + dt.timedelta(days=1) == after["starts"]
    assert {row["currency"] for row in rows} <= {row["currency"] for row in project["budgets"]}
    if project["stage"] in EARLY:
        assert rows == []
        return
    budget = sum(row["amount"] for row in project["budgets"])
    assert abs(budget - totals["incoming-commitment"]) <= 0.02 * budget
    assert totals["incoming-funds"] <= totals["incoming-commitment"]
    assert 0 < totals["spent"] <= totals["incoming-commitment"]
    if project["stage"] == "closed":
        assert totals["spent"] >= 0.9 * totals["incoming-commitment"]


@per_project
def test_dates_are_in_order(project: dict[str, Any]) -> None:
    assert project["history"]["created"] <= project["starts"] < project["ends"]
    for indicator in indicators(project):
        for before, after in pairwise(indicator["periods"]):
            assert before["ends"] < after["starts"]
    for indicator, period in all_periods(project):
        assert project["starts"] <= period["starts"] < period["ends"] <= project["ends"]
        assert ("actual" in period) == ("reported" in period), indicator["title"]
        if "actual" in period:
            assert period["ends"] <= period["reported"] <= LAST_REPORT, indicator["title"]
        if "corrected" in period:
            assert period["reported"] < period["corrected"]["reported"] <= LAST_REPORT
            assert period["corrected"]["actual"] != period["actual"]
    if project["stage"] == "closed":
        assert project["ends"] <= LAST_REPORT


@per_project
def test_the_results_matrix_is_a_tree_from_one_objective(project: dict[str, Any]) -> None:
    levels = {result["key"]: result["level"] for result in project["results"]}
    assert len(levels) == len(project["results"])
    counts = Counter(levels.values())
    assert counts["objective"] == 1 and 1 <= counts["outcome"] <= 3 and 1 <= counts["output"] <= 6
    seen: set[str] = set()
    for result in project["results"]:
        if result["level"] == "objective":
            assert result["parent"] == ""
        else:
            assert result["parent"] in seen
            assert LEVELS.index(levels[result["parent"]]) == LEVELS.index(result["level"]) - 1
        seen.add(result["key"])
    assert 4 <= len(list(indicators(project))) <= 12


@per_project
def test_early_stages_have_no_measured_values(project: dict[str, Any]) -> None:
    measured = any("actual" in period for _, period in all_periods(project))
    assert measured == (project["stage"] not in EARLY)


@per_project
def test_standard_indicators_are_measured_the_same_way_everywhere(project: dict[str, Any]) -> None:
    used = [indicator for indicator in indicators(project) if "standard" in indicator]
    assert len({indicator["standard"] for indicator in used}) == len(used)
    for indicator in used:
        standard = standards()[indicator["standard"]]
        for key in ("unit", "measure", "across_periods", "counts_people"):
            assert indicator[key] == standard[key], f"{indicator['title']}: {key}"
        assert not indicator["cumulative"]


@per_project
def test_percentages_and_running_totals_are_plausible(project: dict[str, Any]) -> None:
    for indicator in indicators(project):
        actuals = [period["actual"] for period in indicator["periods"] if "actual" in period]
        if indicator["cumulative"]:
            assert indicator["across_periods"] == "latest" and actuals == sorted(actuals)
        if indicator["measure"] == "yes-no":
            assert set(actuals) <= {0, 1}
        if indicator["measure"] == "percentage":
            assert indicator["across_periods"] == "latest"
        if indicator["counts_people"]:
            assert indicator["unit"] == "people" and indicator["measure"] == "number"


def test_parts_add_up_but_for_three_explained_cases() -> None:
    explained = 0
    for indicator, period in (pair for project in projects() for pair in all_periods(project) if "parts" in pair[1]):
        total = sum(part["value"] for part in period["parts"])
        if total != period["actual"]:
            assert total < period["actual"] and period["comment"], indicator["title"]
            explained += 1
    assert explained == 3


@per_project
def test_places_add_up(project: dict[str, Any]) -> None:
    for indicator, period in all_periods(project):
        if "places" in period and indicator["measure"] == "number":
            assert sum(place["value"] for place in period["places"]) == period["actual"], indicator["title"]
        if "parts" in period:
            keys = [(part["sex"], part.get("age")) for part in period["parts"]]
            assert len(keys) == len(set(keys)) and indicator["measure"] == "number"


@per_project
def test_corrections_restate_what_the_value_is_made_of(project: dict[str, Any]) -> None:
    for indicator, period in all_periods(project):
        corrected = period.get("corrected", {})
        for name in ("parts", "places"):
            if name in corrected:
                assert sum(row["value"] for row in corrected[name]) == corrected["actual"], indicator["title"]


def test_every_territory_has_at_least_two_projects() -> None:
    count = Counter(row["code"] for project in projects() for row in project["countries"])
    assert count.keys() == TERRITORIES
    assert [code for code, number in count.items() if number < 2] == []
    assert sum(len(project["countries"]) > 1 for project in projects()) in {5, 6}


def test_stages_currencies_and_themes_vary() -> None:
    stages = Counter(project["stage"] for project in projects())
    assert 4 <= sum(stages[stage] for stage in EARLY) <= 5
    assert stages["active"] >= 18 and stages["closed"] >= 8 and stages["closing"] >= 3 and stages["suspended"] >= 1
    assert {theme for project in projects() for theme in project["themes"]} == THEMES
    currencies = Counter(project["budgets"][0]["currency"] for project in projects())
    with (PORTFOLIO / "rates.csv").open(encoding="utf-8", newline="") as handle:
        rated = {row["currency"] for row in csv.DictReader(handle)} | {"USD"}
    assert [code for code in currencies if code not in rated] == ["GEL"]
    assert currencies["GEL"] == 1 and len(currencies) >= 7
    for project in projects():
        if project["stage"] == "closed":
            assert "A07" in {document["category"] for document in project["documents"]}


def test_alignment_states_vary() -> None:
    states = [{row["status"] for row in alignments(project)} for project in projects()]
    assert sum(not state for state in states) == 3
    assert sum("proposed" in state for state in states) >= 8
    assert sum("rejected" in state for state in states) in {2, 3}


def test_most_projects_count_people_by_sex() -> None:
    def split(project: dict[str, Any]) -> bool:
        return any(indicator["counts_people"] and period.get("parts") for indicator, period in all_periods(project))

    assert sum(split(project) for project in projects()) >= 24
    aged = [period for project in projects() for _, period in all_periods(project) if "age" in str(period.get("parts"))]
    assert len(aged) >= 30


def late(indicator: dict[str, Any]) -> bool:
    last = max((n for n, period in enumerate(indicator["periods"]) if "actual" in period), default=-1)
    return any(period["ends"] <= LATE_AFTER for period in indicator["periods"][last + 1 :])


def incomplete(project: dict[str, Any], indicator: dict[str, Any]) -> bool:
    reported = ["actual" in period for period in indicator["periods"]]
    gap = any(not before and after for before, after in pairwise(reported))
    over = project["stage"] in {"closed", "suspended"}
    return gap or (not any(reported) and late(indicator)) or (over and late(indicator))


def over_achieved(indicator: dict[str, Any]) -> bool:
    pairs = [(p["actual"], p["target"]) for p in indicator["periods"] if "actual" in p and p.get("target")]
    summed = indicator["across_periods"] == "sum" and indicator["direction"] == "up" and len(pairs) >= 2
    return summed and sum(actual for actual, _ in pairs) > 1.3 * sum(target for _, target in pairs)


def declining(indicator: dict[str, Any]) -> bool:
    values = [period["actual"] for period in indicator["periods"] if "actual" in period]
    falls = all(after < before for before, after in pairwise(values))
    return indicator["direction"] == "up" and indicator["measure"] == "number" and len(values) >= 3 and falls


def test_the_portfolio_tells_its_stories() -> None:
    running = [project for project in projects() if project["stage"] in {"active", "closing"}]
    worked = [project for project in projects() if project["stage"] not in EARLY]
    assert sum(any(map(late, indicators(project))) for project in running) >= 8
    assert sum(any(incomplete(p, indicator) for indicator in indicators(p)) for p in worked) >= 6
    assert sum(sum(map(over_achieved, indicators(project))) >= 1 for project in worked) >= 5
    assert sum(any(map(declining, indicators(project))) for project in worked) >= 4
    corrected = [period for project in worked for _, period in all_periods(project) if "corrected" in period]
    assert len(corrected) >= 4
    reported = [period for project in worked for _, period in all_periods(project) if "actual" in period]
    assert sum((period["reported"] - period["ends"]).days > 90 for period in reported) >= 4
    without = [i for project in worked for i in indicators(project) if "baseline" not in i]
    assert len(without) >= 5


def test_standard_indicators_are_twelve_and_all_in_use() -> None:
    assert len(standards()) == 12
    used = Counter(i.get("standard") for project in projects() for i in indicators(project))
    assert [code for code in standards() if used[code] < 2] == []
    for row in standards().values():
        assert row["title"] and row["definition"] and row["elements"]
        for framework, element in row["elements"]:
            if framework in elements():
                assert element in elements()[framework], (row["code"], framework, element)


def test_offices_form_a_tree_under_the_regional_office() -> None:
    rows = offices()
    assert [row["code"] for row in rows.values() if row["kind"] == "regional"] == ["ro-vienna"]
    country = [row for row in rows.values() if row["kind"] == "country"]
    assert {row["place"] for row in country} == TERRITORIES and len(country) == 20
    for row in rows.values():
        parent = {"regional": "", "country": "ro-vienna"}.get(row["kind"])
        assert row["parent"] == parent if parent is not None else rows[row["parent"]]["kind"] == "country"
        assert isinstance(row["valid_from"], dt.date)


def test_there_is_a_demonstration_user_of_every_kind() -> None:
    people = read(PORTFOLIO / "people.toml")["people"]
    roles = Counter(row["role"] for row in people)
    assert roles.pop("specialist") == 2
    assert roles.keys() == set(ROLES.split())
    assert len({row["username"] for row in people}) == len(people)
    for row in people:
        assert row["email"].endswith("@demo.example")
        assert row["office"] in offices() or (row["office"] == "" and row["role"] in {"focal-point", "reader"})
        assert set(row["themes"]) <= THEMES
        assert row["country"] in TERRITORIES | {""}


def test_rates_cover_every_year_without_a_gap() -> None:
    with (PORTFOLIO / "rates.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    years = Counter(row["currency"] for row in rows)
    assert years.keys() >= {"EUR", "CHF", "GBP", "NOK", "SEK", "DKK", "CAD", "JPY", "AUD"}
    assert set(years.values()) == {11}
    assert len({(row["currency"], row["valid_from"]) for row in rows}) == len(rows)
    assert all(float(row["rate"]) > 0 and "illustrative" in row["source"] for row in rows)
