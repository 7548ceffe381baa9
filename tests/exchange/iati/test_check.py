"""Files against the official schema, codelists and ruleset of IATI 2.03."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from migov.exchange.iati.check import CheckRefused, CheckReport, check_file
from tests.exchange.iati.conftest import FILES

Official = Callable[[str], Path]
GOOD = """<iati-activities version="2.03">
<iati-activity xml:lang="en" default-currency="EUR">
<iati-identifier>XM-DAC-47066-1</iati-identifier>
<reporting-org ref="XM-DAC-47066" type="40"><narrative>IOM</narrative></reporting-org>
<title><narrative>Counters</narrative></title>
<description><narrative>Advice.</narrative></description>
<participating-org role="4" ref="XM-DAC-47066"/>
<activity-status code="2"/>
<activity-date type="1" iso-date="2024-01-01"/>
<recipient-country code="MD"/>
<sector vocabulary="1" code="15190"/>
</iati-activity>
</iati-activities>"""


@pytest.fixture
def check(official: Official) -> Callable[[str | bytes], CheckReport]:
    def checked(text: str | bytes) -> CheckReport:
        data = text.encode() if isinstance(text, str) else text
        return check_file(io.BytesIO(data), official(""), name="test.xml")

    return checked


def rules(report: CheckReport) -> list[tuple[str, str]]:
    return [(finding.kind, finding.rule) for finding in report.findings]


def test_a_file_in_order(check: Any) -> None:
    report = check(GOOD)
    assert (report.records, report.errors, report.warnings, report.valid) == (1, 0, 0, True)


def test_a_breach_of_the_schema_names_activity_line_and_what_was_expected(check: Any) -> None:
    report = check(GOOD.replace('<activity-status code="2"/>\n', ""))
    (finding,) = report.findings
    assert (finding.kind, finding.severity, finding.identifier, finding.line) == (
        "schema", "error", "XM-DAC-47066-1", 8,
    )  # fmt: skip
    assert "activity-status" in finding.expected
    assert report.invalid == {"XM-DAC-47066-1"}


def test_an_unknown_code_names_the_list(check: Any) -> None:
    report = check(GOOD.replace('code="15190"', 'code="99999"').replace('type="1"', 'type="17"'))
    found = {(one.rule, one.found, one.line) for one in report.findings if one.kind == "codelist"}
    assert found == {("Sector", "@code 99999", 11), ("ActivityDateType", "@type 17", 9)}


def test_a_list_that_is_not_complete_and_a_vocabulary_of_ones_own_are_left_alone(check: Any) -> None:
    own = '<sector vocabulary="1" code="15190"/><sector vocabulary="99" code="mine"><narrative>m</narrative></sector>'
    report = check(GOOD.replace('<sector vocabulary="1" code="15190"/>', own).replace('code="MD"', 'code="ZZ"'))
    assert [finding for finding in report.findings if finding.kind == "codelist"] == []


def test_a_breach_of_the_ruleset_names_the_rule(check: Any) -> None:
    two = '<recipient-country code="MD" percentage="60"/><recipient-country code="AL" percentage="30"/>'
    report = check(GOOD.replace('<recipient-country code="MD"/>', two))
    assert rules(report) == [("ruleset", "3.1.2")]
    finding = report.findings[0]
    assert (finding.severity, finding.line, finding.found) == ("error", 10, "90")
    assert "100" in finding.expected
    assert report.by_rule == {"ruleset error 3.1.2": 1}


def test_an_identifier_used_twice(check: Any) -> None:
    begin, end = GOOD.index("<iati-activity "), GOOD.index("</iati-activities>")
    report = check(GOOD.replace("</iati-activities>", GOOD[begin:end] + "</iati-activities>"))
    assert rules(report) == [("ruleset", "identifier-once")]


def test_the_root_element_is_looked_at_too(check: Any) -> None:
    assert rules(check(GOOD.replace(' version="2.03"', "")))[0][0] == "schema"
    assert ("codelist", "Version") in rules(check(GOOD.replace('version="2.03"', 'version="7"')))
    assert not check(GOOD.replace("</iati-activities>", "<other/></iati-activities>")).valid
    assert not check('<iati-activities version="2.03"/>').valid


def test_what_cannot_be_checked_is_refused(check: Any, tmp_path: Path) -> None:
    with pytest.raises(CheckRefused, match="well-formed"):
        check(GOOD[:-30])
    with pytest.raises(CheckRefused, match="neither"):
        check("<html/>")
    with pytest.raises(CheckRefused, match="document type"):
        check('<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD)
    with pytest.raises(CheckRefused, match=r"schemas-2\.03"):
        check_file(io.BytesIO(GOOD.encode()), tmp_path)


def test_without_the_standard_the_answer_says_what_to_set(settings: Any) -> None:
    settings.MIGOV_IATI_STANDARD = ""
    with pytest.raises(CheckRefused, match="MIGOV_IATI_STANDARD"):
        check_file(io.BytesIO(GOOD.encode()))


def test_the_setting_names_the_folder(settings: Any, official: Official) -> None:
    settings.MIGOV_IATI_STANDARD = str(official(""))
    assert check_file(io.BytesIO(GOOD.encode())).valid
    assert check_file(FILES / "complete.xml").records == 2


def test_the_official_samples(official: Official) -> None:
    """Files that the schema must accept are accepted, those it must refuse are refused."""
    folder = official("sample-tests/tests")
    wrong, counted = [], 0
    for path in sorted(folder.rglob("*.xml")):
        parts = path.relative_to(folder).parts
        if "registry-tests" in parts or not {"should-pass", "should-fail"} & set(parts):
            continue
        counted += 1
        report = check_file(path, official(""))
        valid = not any(name.startswith("schema ") for name in report.by_rule)
        if valid != ("should-pass" in parts):
            wrong.append("/".join(parts))
    assert wrong == []
    assert counted > 600
