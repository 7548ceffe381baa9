"""Files of answers to SDG indicator 10.7.2: what is understood, and what is refused in which words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest

from migov.work.governance.indicator.answers import points_of, read_answers
from migov.work.governance.indicator.countries import score_countries, shares_of
from migov.work.governance.indicator.definition import domain_of, domains, subcategories, subcategories_of
from migov.work.governance.indicator.shares import share_of
from migov.work.governance.indicator.tables import Problem, Refused

HEAD = "country,year,domain,subcategory,answer"


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def full(country: str = "ALB", year: int = 2023, answer: str = "1", leave_out: Iterable[str] = ()) -> list[str]:
    """Thirty rows with one answer."""
    return [
        f"{country},{year},{one.domain},{one.number},{answer}"
        for one in subcategories().values()
        if one.number not in leave_out
    ]


def refusal(content: bytes) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        read_answers(content)
    return refused.value.problems


def test_six_domains_of_five() -> None:
    assert [len(domain.subcategories) for domain in domains()] == [5] * 6
    assert [domain.code for domain in domains()] == [f"domain{number}" for number in range(1, 7)]
    names = [name for one in subcategories().values() for name in one.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "text",
    ["1", "D1", "d1", "domain1", "Domain 1", "DOMAIN1", "domain_1", "1.0", "01", "Migrant rights", "1 Migrant rights",
     "Domain 1: migrant rights"],
)  # fmt: skip
def test_spellings_of_a_domain(text: str) -> None:
    found = domain_of(text)
    assert found is not None and found.code == "domain1"


@pytest.mark.parametrize("text", ["", "0", "7", "10", "alldomains", "rights of way", "1.5", "-1"])
def test_what_is_no_domain(text: str) -> None:
    assert domain_of(text) is None


@pytest.mark.parametrize(
    "text",
    ["2.3", "2_3", "2-3", "D2.3", "domain2.3", "domain2_sub3", "2c", "2.c", "2 3", "2.3 Policy or strategy for inclusion or integration",
     "Inclusion or integration", "policy or strategy for INCLUSION or integration", "3", "c", "C", "s3", "sub3", "Sub-category 3", "c)"],
)  # fmt: skip
def test_spellings_of_a_subcategory(text: str) -> None:
    assert [one.number for one in subcategories_of(text, domains()[1])] == ["2.3"]


@pytest.mark.parametrize(
    "text", ["", "6", "0", "2.6", "7.1", "f", "23", "2.33", "2.3.1", "2.3 Remittances", "integration of everything"]
)
def test_what_is_no_subcategory(text: str) -> None:
    assert subcategories_of(text, domains()[1]) == ()


@pytest.mark.parametrize(
    ("text", "points"),
    [("yes", "1"), ("No", "0"), ("Y", "1"), ("n", "0"), ("1", "1"), ("0", "0"), ("0.5", "0.5"), ("0,5", "0.5"), ("TRUE", "1"), ("1.0", "1"),
     ("Yes, regardless of immigration status", "1"), ("regardless of status", "1"), ("yes – regardless of legal status", "1"),
     ("Yes, only for those with legal status", "0.5"), ("yes, only for those with legal immigration status", "0.5"),
     ("legal status only", "0.5"), ("legal-only", "0.5"), ("yes_legal_status", "0.5"), ("regardless", "1"), ("all migrants", "1")],
)  # fmt: skip
def test_answers_of_domain_1(text: str, points: str) -> None:
    assert points_of(text, domains()[0]) == Decimal(points)


@pytest.mark.parametrize(
    "text", ["maybe", "2", "0.75", "-1", "illegal", "no, only legal", "yes but", "only regardless", "n/a", "status"]
)
def test_what_is_no_answer_of_domain_1(text: str) -> None:
    assert points_of(text, domains()[0]) is None


@pytest.mark.parametrize("text", ["0.5", "legal status only", "regardless of status", "partly", "unknown", "yes no"])
def test_other_domains_know_yes_and_no_only(text: str) -> None:
    assert points_of(text, domains()[3]) is None
    assert (points_of("Yes", domains()[3]), points_of("FALSE", domains()[3])) == (1, 0)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    text = "\r\n".join([HEAD, "Türkiye,2023,1,1,yes", "", ""]).replace(",", separator)
    given = read_answers(text.encode(encoding)).given
    assert [(one.row, one.country, one.year, one.points) for one in given] == [(2, "Türkiye", 2023, 1)]


def test_columns_in_any_order_with_others_beside() -> None:
    head = "Note;Sub-category; ANSWER ;Domain;Year;ISO3"
    (one,) = read_answers(table("x;2.1;yes;D2;2023;ALB", head=head)).given
    assert (one.country, one.subcategory.number, one.points) == ("ALB", "2.1", 1)


def test_an_answer_with_a_comma_needs_no_quotation_marks_in_the_last_column() -> None:
    given = read_answers(
        table("ALB,2023,1,1,yes, only for those with legal status", 'ALB,2023,1,2,"yes, regardless of status",,')
    ).given
    assert [one.points for one in given] == [Decimal("0.5"), 1]


def test_cells_beyond_the_header_are_not_passed_over() -> None:
    (problem,) = refusal(table("ALB,2023,1,1,yes,x,only legal", head=HEAD + ",note"))
    assert str(problem) == "row 2: expected as many cells as the header has, found “only legal”"


def test_every_problem_is_told_with_row_column_and_expectation() -> None:
    problems = refusal(
        table(
            "ALB,2023,7,1,yes",
            "ALB,23,1,1,yes",
            "ALB,2023,2,6,yes",
            "ALB,2023,2,1,perhaps",
            ",2023,2,2,no",
            "ALB,2023,2,3,",
            "ALB,2023,2,1.1,no",
        )
    )
    assert [(one.row, one.column) for one in problems] == [
        (2, "domain"), (3, "year"), (4, "subcategory"), (5, "answer"), (6, "country"), (7, "answer"), (8, "subcategory"),
    ]  # fmt: skip
    assert str(problems[0]) == "row 2, domain: expected one of the domains 1 to 6, found “7”"
    assert "yes (1) or no (0)" in problems[3].expected
    assert "domain 2" in problems[6].expected and "1.1" in problems[6].expected


def test_one_row_may_have_several_problems() -> None:
    assert {one.column for one in refusal(table("ALB,next year,nine,9,maybe"))} == {"year", "domain", "subcategory"}


def test_the_same_answer_twice_is_refused() -> None:
    (problem,) = refusal(table("ALB,2023,2,1,yes", "ALB,2023,D2,a,y"))
    assert (problem.row, problem.column, problem.found) == (3, "subcategory", "the same as in row 2")


def test_two_answers_that_contradict_are_refused() -> None:
    (problem,) = refusal(table("ALB,2023,2,1,yes", "ALB,2023,2,2,yes", "ALB,2023,2,1,no"))
    assert (problem.row, problem.column) == (4, "answer")
    assert "row 2 says otherwise" in str(problem)


def test_the_same_country_in_two_spellings_is_one() -> None:
    known = {"alb": "ALB", "albania": "ALB"}
    rows = table("ALB,2023,2,1,yes", "Albania,2023,2,1,yes")
    with pytest.raises(Refused):
        read_answers(rows, lambda text: known.get(text.casefold()))
    with pytest.raises(Refused):
        read_answers(table("Testland,2023,2,1,yes", "testland ,2023,2,1,yes"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty file"),
        (table(), "at least one row"),
        (table("ALB,2023,1,yes", head="country,year,domain,answer"), "one column “subcategory”"),
        (table("x", head="country,year,domain,subcategory,answer,Answer"), "2 of them"),
        (b"\xff\x00country", "text"),
        (HEAD.encode() + b"\nT\xfcrkiye,2023,1,1,yes", "row 2: expected text in UTF-8, found “byte 0xfc”"),
        (
            b"PK\x03\x04\x14\x00",
            "expected a CSV file, found “a workbook (XLSX) or another archive; save the sheet as CSV”",
        ),
        (b"country,year\0", "NUL"),
        (table(",,,,"), "row 2: expected country, year, domain, subcategory and answer, found “a blank row”"),
    ],
)
def test_what_is_no_table_of_answers(content: bytes, said: str) -> None:
    assert any(said in str(problem) for problem in refusal(content))


def test_empty_lines_are_passed_over_and_rows_keep_their_number() -> None:
    problems = refusal(table("", "ALB,2023,2,1,yes", "", "ALB,2023,2,2,oui"))
    assert [one.row for one in problems] == [5]


def test_a_plain_yes_in_domain_1_counts_in_full_and_is_noted() -> None:
    reading = read_answers(table("ALB,2023,1,1,yes", "ALB,2023,2,1,yes"), lambda text: text)
    assert reading.given[0].points == 1
    assert reading.notes == ["“yes” in domain 1 was read as “regardless of immigration status” (row 2)"]


def test_countries_and_years_are_scored_apart() -> None:
    rows = [*full("MDA", 2023), *full("MDA", 2019, "0"), *full("ALB", 2023, leave_out={"4.2"})]
    scored = score_countries(read_answers(table(*rows)).given)
    assert [(one.country, one.year, one.scores.category) for one in scored] == [
        ("ALB", 2023, None),
        ("MDA", 2019, 1),
        ("MDA", 2023, 4),
    ]
    said = scored[0].to_json()
    assert said["domains"]["domain4"] == {
        "score": None,
        "category": None,
        "category_label": None,
        "answered": 4,
        "missing": ["4.2"],
    }
    assert said["alldomains"] == {
        "score": None,
        "category": None,
        "category_label": None,
        "answered": 29,
        "missing": ["4.2"],
    }
    assert said["domains"]["domain5"]["category_label"] == "fully meets"


def test_a_domain_without_any_row_is_missing_not_nought() -> None:
    (one,) = score_countries(read_answers(table("ALB,2023,2,1,no")).given)
    assert [part.score for part in one.scores.domains] == [None] * 6
    assert one.scores.domains[0].missing == ("1-1", "1-2", "1-3", "1-4", "1-5")


def test_a_country_without_a_score_does_not_count_in_the_share() -> None:
    rows = [*full("MDA"), *full("SRB", answer="0"), *full("ALB", leave_out={"4.2"})]
    shares = {share.domain: share.to_json() for share in shares_of(score_countries(read_answers(table(*rows)).given))}
    assert shares["alldomains"] == {"year": 2023, "domain": "alldomains", "countries": 2, "meeting": 1, "share": 50.0}
    assert shares["domain1"] == {"year": 2023, "domain": "domain1", "countries": 3, "meeting": 2, "share": 66.7}
    none = shares_of(score_countries(read_answers(table("ALB,2023,1,1,no")).given))[0]
    assert (none.countries, none.percent) == (0, None)


def test_spaces_after_separators_and_before_quotation_marks_are_passed_over() -> None:
    (one,) = read_answers(
        table('ALB , 2023, "2", "2.1", "yes"', head="country, year, domain, subcategory, answer")
    ).given
    assert (one.country, one.subcategory.number, one.points) == ("ALB", "2.1", 1)


def test_a_share_is_rounded_half_up() -> None:
    assert [str(share_of(2023, "domain1", [3] + [1] * 15).percent), str(share_of(2023, "domain1", [1, 2]).percent)] == [
        "6.3",
        "0.0",
    ]
