"""Labelled texts are read with clear faults, and one call measures a matcher on them."""

import json
import math
from collections.abc import Sequence

import numpy as np
import pytest

from migov.services.matching import Answer, Element, Framework, Labelled, Match
from migov.services.matching.evaluation import (
    LabelledRefused,
    UnknownCodes,
    evaluate,
    evaluate_file,
    figures,
    judged,
    predictions,
    read_labelled,
)

FRAMEWORK = Framework(
    "f",
    "A framework",
    (
        Element("top", "Above the main level"),
        Element("1", "Water", main="1"),
        Element("1.1", "Wells", parent="1", main="1"),
        Element("2", "Work", main="2"),
        Element("3", "Health", main="3"),
    ),
)


class Fixed:
    """Answers with the probabilities it was given for each text; 0.5 and above is suggested."""

    frameworks = {"f": FRAMEWORK}

    def __init__(self, said: dict[str, tuple[float, float, float]]) -> None:
        self.said = said
        self.chunks: list[int] = []

    def model_name(self, framework: str) -> str:
        return "fixed 1"

    def match_many(
        self, texts: Sequence[str], framework: str, *, top: int | None = None, reasons: bool = True
    ) -> list[Answer]:
        self.chunks.append(len(texts))
        answers = []
        for text in texts:
            pairs = sorted(zip(("1", "2", "3"), self.said[text], strict=True), key=lambda pair: -pair[1])
            matches = tuple(Match(code, 0.0, probability, probability >= 0.5) for code, probability in pairs)
            answers.append(Answer(framework, matches, language="ru" if "р" in text else "en", threshold=0.5))
        return answers


SAID = {
    "a well": (0.9, 0.1, 0.2),
    "a job at the clinic": (0.1, 0.4, 0.8),
    "a poem": (0.6, 0.2, 0.1),
    "работа": (0.3, 0.7, 0.1),
}
LABELLED = [
    Labelled("a well", frozenset({"1.1"})),
    Labelled("a job at the clinic", frozenset({"2", "3"})),
    Labelled("a poem"),
    Labelled("работа", frozenset({"2"})),
]


# Reading


def write(folder, name, words):
    (folder / name).write_text(words, encoding="utf-8")
    return folder / name


def test_json_lines_are_read(tmp_path):
    file = write(
        tmp_path,
        "set.jsonl",
        '{"id": 7, "text": "A", "fits": ["1"], "not": ["2"]}\n\n{"text": "B\\u2028C", "fits": [], "complete": false}\n',
    )
    assert read_labelled(file) == [
        Labelled("A", frozenset({"1"}), frozenset({"2"}), True, "7"),
        Labelled("B\u2028C", complete=False),
    ]


def test_csv_is_read_as_excel_writes_it(tmp_path):
    file = write(tmp_path, "set.CSV", '\ufeffid,Text,Codes,not,complete\r\n7,"A, b\nc",1; 2|3,,no\r\n,D,,1,\r\n')
    assert read_labelled(file) == [
        Labelled("A, b\nc", frozenset({"1", "2", "3"}), frozenset(), False, "7"),
        Labelled("D", frozenset(), frozenset({"1"})),
    ]


def test_every_fault_is_told_with_its_line(tmp_path):
    lines = [
        '{"text": "A", "fits": ["1"]}',
        "{broken",
        '["A"]',
        '{"fits": ["1"]}',
        '{"text": "A"}',
        '{"text": "A", "fits": "1"}',
        '{"text": "A", "fits": ["1", "2"], "not": ["2"]}',
        '{"text": "A", "fits": ["1"], "complete": "perhaps", "id": [1]}',
    ]
    with pytest.raises(LabelledRefused) as refused:
        read_labelled(write(tmp_path, "set.jsonl", "\n".join(lines)))
    assert refused.value.faults == [
        "line 2: expected a JSON object",
        "line 3: expected a JSON object",
        "line 4: text: expected words",
        "line 5: fits: expected a list of codes",
        "line 6: fits: expected a list of codes",
        "line 7: 2: said to fit and not to fit",
        "line 8: complete: expected true or false",
        "line 8: id: expected text or a number",
    ]


def test_only_the_first_faults_are_shown(tmp_path):
    with pytest.raises(LabelledRefused, match=r"… and 30 more\.") as refused:
        read_labelled(write(tmp_path, "set.jsonl", "no\n" * 80))
    assert (len(refused.value.faults), refused.value.total) == (50, 80)


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("set.csv", "text,goal\nA,1\n", "row 1: expected the columns text and codes"),
        ("set.csv", "text,codes\nA,1,2\n", "row 2: more cells than columns"),
        ("set.csv", "text,codes,complete\nA,1,perhaps\n", "row 2: complete: expected true or false"),
        ("set.csv", 'text,codes\n"A,1\n', "near line 1: unexpected end of data"),
        ("set.csv", "", "row 1: expected the columns text and codes"),
        ("set.jsonl", "\n", "expected at least one text"),
        ("set.xlsx", "A", "expected a .jsonl or .csv file, found “.xlsx”"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, name, words, said):
    with pytest.raises(LabelledRefused, match=said):
        read_labelled(write(tmp_path, name, words))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "set.csv").write_bytes("text,codes\nГрузия,1\n".encode("cp1251"))
    with pytest.raises(LabelledRefused, match="byte 11: the file must be UTF-8"):
        read_labelled(tmp_path / "set.csv")


# Labels on the main level


def test_labels_are_brought_to_the_main_level():
    found = judged(FRAMEWORK, LABELLED)
    assert found.codes == ("1", "2", "3")
    assert found.truth.tolist() == [[True, False, False], [False, True, True], [False] * 3, [False, True, False]]
    assert found.known.all()


def test_only_judged_pairs_are_known_where_labels_are_not_complete():
    labels = [
        Labelled("A", frozenset({"1"}), frozenset({"2"}), False),
        Labelled("B", rejected=frozenset({"1.1"}), complete=False),
    ]
    found = judged(FRAMEWORK, labels)
    assert found.known.tolist() == [[True, True, False], [False] * 3]


@pytest.mark.parametrize("code", ["9", "top"])
def test_codes_that_are_not_of_the_framework_are_refused(code):
    with pytest.raises(UnknownCodes, match=f"main level of “f”: {code}"):
        judged(FRAMEWORK, [Labelled("A", frozenset({code}))])


# Measuring


def test_all_figures_of_a_small_case_by_hand():
    found = evaluate(Fixed(SAID), "f", LABELLED, repeats=50)
    assert (found.model, found.texts, found.pairs, found.threshold) == ("fixed 1", 4, 12, 0.5)
    figure = found.figures
    # Suggested: 1 | 3 | 1 (wrong) | 2; the second text's element 2 is missed.
    assert figure["precision"] == pytest.approx(3 / 4)
    assert figure["recall"] == pytest.approx(3 / 4)
    assert figure["micro_f1"] == pytest.approx(3 / 4)
    assert figure["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert figure["accuracy"] == pytest.approx((3 / 4 + 3 / 4 + 1) / 3)
    assert figure["coverage"] == 1.0
    assert figure["nothing_right"] == 0.0
    assert figure["p_at_1"] == 1.0
    assert figure["r_at_3"] == figure["r_at_5"] == figure["map"] == figure["lrap"] == 1.0
    assert found.precision_at_coverage == ((0.25, 1.0), (0.5, 1.0), (0.75, 1.0), (1.0, 0.75))
    assert found.languages == {"en": 3, "ru": 1}
    water = found.elements[0]
    assert (water.code, water.fitting, water.suggested, water.precision, water.recall) == ("1", 1, 2, 0.5, 1.0)
    assert found.texts_per_second > 0
    for name in ("macro_f1", "micro_f1", "p_at_1", "map"):
        assert found.intervals[name].low <= figure[name] <= found.intervals[name].high


def test_nothing_fits_is_right_where_nothing_fits():
    found = evaluate(Fixed(SAID), "f", LABELLED, threshold=0.65, repeats=10)
    assert found.threshold == 0.65
    assert found.figures["nothing_right"] == 1.0
    assert found.figures["coverage"] == pytest.approx(3 / 4)
    assert found.figures["precision"] == 1.0


def test_the_result_is_plain_json_with_null_for_what_is_not_known():
    found = evaluate(Fixed(SAID), "f", LABELLED[:2], repeats=10).to_dict()
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again["figures"]["nothing_right"] is None
    assert again["elements"][0]["code"] == "1"
    assert again["reliability"][0].keys() == {"predicted", "observed", "count"}
    assert again["threshold_for_promise"] is None


def test_the_same_seed_gives_the_same_figures():
    one, two = (evaluate(Fixed(SAID), "f", LABELLED, repeats=30, seed=5) for _ in range(2))
    assert one.intervals.keys() == two.intervals.keys()
    for name, interval in one.intervals.items():
        assert [interval.low, interval.high] == pytest.approx(
            [two.intervals[name].low, two.intervals[name].high], nan_ok=True
        )


def test_a_threshold_for_a_promise_is_found_with_enough_texts():
    texts = {f"text {at}": (0.9, 0.1, 0.1) if at % 2 else (0.2, 0.1, 0.1) for at in range(200)}
    labelled = [Labelled(text, frozenset({"1"} if said[0] > 0.5 else set())) for text, said in texts.items()]
    point = evaluate(Fixed(texts), "f", labelled, promise=0.9, repeats=10).threshold_for_promise
    assert point is not None
    assert (point.threshold, point.precision, point.suggested) == (0.9, 1.0, 100)
    assert 0.9 <= point.lower < 1


def test_texts_are_given_in_chunks():
    texts = {f"text {at}": (0.9, 0.1, 0.1) for at in range(2300)}
    matcher = Fixed(texts)
    assert predictions(matcher, "f", list(texts)).probability.shape == (2300, 3)
    assert matcher.chunks == [1000, 1000, 300]


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match="no labelled text"):
        evaluate(Fixed(SAID), "f", [])


def test_a_file_is_measured(tmp_path):
    file = write(tmp_path, "set.csv", "text,codes\na well,1\nработа,2\n")
    assert evaluate_file(file, Fixed(SAID), "f", repeats=10).figures["macro_f1"] == 1.0


def test_the_figures_of_a_model_card():
    said = np.array([SAID[one.text] for one in LABELLED])
    found = figures(judged(FRAMEWORK, LABELLED).truth, said, threshold=0.65)
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert (found["precision"], found["coverage"], found["p_at_1"]) == (1.0, 0.75, 1.0)
    assert sum(count for _, _, count in found["reliability"]) == 12
    assert json.dumps(found, allow_nan=False)
    empty = figures(np.zeros((1, 3), dtype=bool), said[:1])
    assert empty["macro_f1"] is None
    assert not math.isnan(empty["brier"])
