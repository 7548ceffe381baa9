"""The question sets that are shipped: what they ask, what they point at, and that loading again leaves what is used alone."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from migov.work.governance.assess.shipped import DATA, load_question_sets, read_sets
from migov.work.governance.models import Domain, Option, Question, QuestionElement, QuestionSet
from tests.work.governance.making import assessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The shipped files, to be changed."""
    shutil.copytree(str(DATA), tmp_path / "data")
    return tmp_path / "data"


def test_the_thirty_and_the_questions_over_migof_are_there() -> None:
    done = load_question_sets()
    assert (done.sets, done.written) == (2, ["migof 1", "sdg-10-7-2 1"])
    counts = Counter(Question.objects.values_list("set__code", flat=True))
    assert counts["sdg-10-7-2"] == 30
    assert 80 <= counts["migof"] <= 110
    for code in ("sdg-10-7-2", "migof"):
        domains = Domain.objects.filter(set__code=code)
        assert list(domains.values_list("element__code", flat=True)) == ["P1", "P2", "P3", "O1", "O2", "O3"]
        assert {domain.questions.count() >= 5 for domain in domains} == {True}


def test_every_question_says_what_it_asks_what_counts_and_what_it_is_about() -> None:
    load_question_sets()
    questions = Question.objects.prefetch_related("options", "elements__framework")
    for question in questions:
        assert question.text.endswith("?"), question.code
        assert question.short and question.scope and question.evidence, question.code
        frameworks = {element.framework.code for element in question.elements.all()}
        assert "migof" in frameworks or "gcm" in frameworks, question.code
        scores = [option.score for option in question.options.all() if option.score is not None]
        assert (max(scores), min(scores)) == (1, 0), question.code
        question.full_clean()
    texts = Counter(question.text for question in questions)
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_domain_of_the_global_compact_and_of_migof_is_asked_about() -> None:
    load_question_sets()
    asked = set(
        QuestionElement.objects.filter(question__set__code="migof").values_list(
            "element__framework__code", "element__code"
        )
    )
    assert {("gcm", str(number)) for number in range(1, 24)} <= asked
    wanted = {
        ("migof", f"{part}.{n}")
        for part, last in (("P1", 7), ("P2", 6), ("P3", 5), ("O1", 7), ("O2", 6), ("O3", 7))
        for n in range(1, last + 1)
    }
    assert wanted <= asked
    assert ("sdg", "10.7") in asked


def test_domain_1_of_the_indicator_knows_half_a_point() -> None:
    load_question_sets()
    options = Option.objects.filter(question__set__code="sdg-10-7-2")
    assert {
        str(score) for score in options.filter(question__domain__code="domain1").values_list("score", flat=True)
    } == {"0.000", "0.500", "1.000"}
    assert set(options.exclude(question__domain__code="domain1").values_list("code", flat=True)) == {"yes", "no"}


def test_loading_again_writes_nothing(django_assert_max_num_queries: Any) -> None:
    load_question_sets()
    before = list(Question.objects.values_list("pk", "text"))
    with django_assert_max_num_queries(4):
        again = load_question_sets()
    assert again.written == []
    assert list(Question.objects.values_list("pk", "text")) == before


def test_the_same_version_is_left_alone_and_a_new_one_stands_beside_it(home: Path) -> None:
    load_question_sets()
    old = QuestionSet.objects.get(code="migof")
    begun = assessment(of=old)
    file = home / "migof" / "p1.toml"
    file.write_text(file.read_text().replace('short = "Housing"', 'short = "A home"'))
    assert load_question_sets(home=home).written == []
    assert not Question.objects.filter(short="A home").exists()

    head = home / "migof" / "set.toml"
    head.write_text(head.read_text().replace("version = 1", "version = 2"))
    assert load_question_sets(home=home).written == ["migof 2"]
    old.refresh_from_db()
    begun.refresh_from_db()
    assert (old.standing, begun.set) == (False, old)
    new = QuestionSet.objects.get(code="migof", standing=True)
    assert new.version == 2
    assert new.questions.filter(short="A home").exists()
    assert load_question_sets().written == []  # an older version that is shipped does not take its place


def test_an_element_that_does_not_exist_is_told_and_nothing_is_written(home: Path) -> None:
    file = home / "migof" / "p1.toml"
    file.write_text(file.read_text().replace('"sdg:11.1"', '"sdg:99.1"', 1))
    with pytest.raises(ValueError, match=r"p1-5: there is no element sdg:99.1"):
        load_question_sets(home=home)
    assert not QuestionSet.objects.exists()


def test_codes_are_kept_between_files_and_set() -> None:
    for one in read_sets():
        codes = [question["code"] for domain in one["domain"] for question in domain["question"]]
        assert len(codes) == len(set(codes))
        assert all(
            code.startswith(domain["code"].removeprefix("domain") + "-")
            for domain in one["domain"]
            for code in [q["code"] for q in domain["question"]]
        )
