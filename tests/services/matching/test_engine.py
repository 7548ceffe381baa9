"""The matcher through its public face: ranking, reasons, languages, other frameworks, the sentence model."""

from __future__ import annotations

import pytest

from migov.services.matching import Element, Framework, Matcher, NoSentenceModel, encoder
from migov.services.matching.base import base_of
from migov.services.matching.build import WITH_PASSAGES, shipped_frameworks
from migov.services.matching.knowledge import knowledge_of
from migov.services.matching.reasons import without

FRAMEWORKS = shipped_frameworks()
TRAFFICKING = "The project trains border guards in Moldova to identify victims of trafficking in persons and to refer them to shelters."
ANY_SENTENCES = pytest.mark.skipif(
    not encoder.is_installed(), reason="the sentence model is not installed (requirements/model.txt)"
)


@pytest.fixture(scope="module")
def plain() -> Matcher:
    return Matcher(FRAMEWORKS, sentence_model=False)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    return Matcher(FRAMEWORKS, sentence_model=True, kept=tmp_path_factory.mktemp("kept") / "vectors.npz")


@pytest.mark.parametrize("framework", WITH_PASSAGES)
def test_the_shipped_models_are_built_from_what_is_in_the_repository(framework: str) -> None:
    """Who changes a term or a passage has to run `make models`."""
    assert base_of(framework).digest == knowledge_of(framework).digest
    shipped = next(f for f in FRAMEWORKS if f.code == framework)
    assert base_of(framework).codes == tuple(e.code for e in shipped.main)


def test_trafficking_is_objective_10(plain: Matcher) -> None:
    answer = plain.match(TRAFFICKING, "gcm")
    first = answer.matches[0]
    assert (first.code, first.suggested, answer.nothing_fits) == ("10", True, False)
    assert first.probability > 0.8
    assert "victims of trafficking" in " ".join(reason.text for reason in first.reasons)
    for reason in first.reasons:
        assert TRAFFICKING[reason.start : reason.end] == reason.text


def test_every_element_of_the_main_level_is_scored_once_best_first(plain: Matcher) -> None:
    answer = plain.match(TRAFFICKING, "sdg")
    assert sorted(m.code for m in answer) == sorted(str(n) for n in range(1, 18))
    assert [m.score for m in answer] == sorted((m.score for m in answer), reverse=True)
    assert all(0 <= m.probability <= 1 for m in answer)
    assert len(plain.match(TRAFFICKING, "sdg", top=3).matches) == 3


def test_nothing_fits_is_an_answer(plain: Matcher) -> None:
    answer = plain.match("Lunch was good and the weather stayed dry until the evening.", "gcm")
    assert answer.nothing_fits
    assert answer.suggested == ()
    assert answer.matches[0].probability < 0.2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Проект помогает жертвам торговли людьми получить защиту и доступ к услугам в стране назначения.", "ru"),
        ("Proiectul sprijină victimele traficului de persoane și accesul lor la servicii sociale și medicale.", "ro"),
        ("Le projet aide les victimes de la traite des personnes à accéder à des services de protection.", "fr"),
    ],
)
def test_other_languages_are_said_and_nothing_is_suggested_from_them(plain: Matcher, text: str, language: str) -> None:
    answer = plain.match(text, "gcm")
    assert answer.language == language
    assert f"({language})" in answer.note
    assert answer.nothing_fits


@pytest.mark.parametrize("text", ["", "   ", "12 345 €", "\x00\ud800".encode("utf-8", "replace").decode(), "🙂" * 50])
def test_texts_without_words_are_answered(plain: Matcher, text: str) -> None:
    answer = plain.match(text, "gcm")
    assert answer.nothing_fits
    assert answer.note


def test_places_are_right_where_lower_case_is_longer(plain: Matcher) -> None:
    text = "İİİ İstanbul: shelters for victims of trafficking in persons were opened in the city by the ministry."
    for match in plain.match(text, "gcm").suggested:
        assert all(text[r.start : r.end] == r.text for r in match.reasons)


def test_an_unknown_framework_is_a_key_error(plain: Matcher) -> None:
    with pytest.raises(KeyError):
        plain.match(TRAFFICKING, "no-such")


def test_the_same_text_gets_the_same_answer_alone_and_among_others(plain: Matcher) -> None:
    texts = [one.text for one in knowledge_of("gcm").examples[:40]]
    together = plain.match_many(texts, "gcm")
    assert together == [plain.match(text, "gcm") for text in texts]
    assert together == Matcher(FRAMEWORKS, sentence_model=False).match_many(texts, "gcm")


@pytest.mark.parametrize("framework", WITH_PASSAGES)
def test_reasons_are_faithful(plain: Matcher, framework: str) -> None:
    """Deleting the words that are given as reasons lowers the score, for every suggestion; nearly all suggestions have reasons."""
    texts = [one.text for one in knowledge_of(framework).examples[::5]]
    suggestions = [
        (text, match)
        for text, answer in zip(texts, plain.match_many(texts, framework), strict=True)
        for match in answer.suggested
    ]
    assert len(suggestions) > 30
    explained = [(text, match) for text, match in suggestions if match.reasons]
    assert len(explained) >= 0.98 * len(suggestions)
    column = {element.code: at for at, element in enumerate(plain.frameworks[framework].main)}
    after = plain.logits([without(text, match.reasons) for text, match in explained], framework)
    for (_, match), row in zip(explained, after, strict=True):
        assert row[column[match.code]] < match.score


def test_a_framework_nobody_wrote_passages_for_is_matched_by_its_own_words(plain: Matcher) -> None:
    own = Framework(
        "office-plan", "Office plan",
        (
            Element("A", "Fight trafficking in persons", main="A", terms=("trafficking in persons", "forced labour")),
            Element("A.1", "Protect victims", parent="A", main="A", scope="Shelters and referral of victims."),
            Element("B", "Diaspora engagement", main="B", terms=("diaspora", "remittances"), exclude=("academic diaspora studies",)),
        ),
    )  # fmt: skip
    matcher = Matcher([own], sentence_model=False)
    answer = matcher.match(TRAFFICKING, "office-plan")
    assert answer.matches[0].code == "A"
    assert answer.matches[0].probability > 20 * answer.matches[1].probability
    assert {"trafficking in persons"} <= {
        reason.text.removeprefix("victims of ") for reason in answer.matches[0].reasons
    }
    assert answer.matches[0].narrower == ("A.1",)
    assert not answer.matches[1].suggested
    assert matcher.model_name("office-plan") == "generic base 1"


def test_a_framework_that_lost_and_gained_elements_still_works(plain: Matcher) -> None:
    gcm = plain.frameworks["gcm"]
    changed = Framework(
        "gcm",
        gcm.title,
        (*[e for e in gcm.elements if e.main != "10"], Element("24", "Lunar travel", main="24", terms=("moon base",))),
    )
    answer = Matcher([changed], sentence_model=False).match(
        "Travel to the moon base is arranged for lunar workers.", "gcm"
    )
    assert answer.matches[0].code == "24"
    assert "10" not in {match.code for match in answer}


def test_a_framework_without_elements_answers_nothing() -> None:
    answer = Matcher([Framework("empty", "Empty", ())], sentence_model=False).match(TRAFFICKING, "empty")
    assert answer.matches == ()
    assert answer.nothing_fits


def test_the_sentence_model_asked_for_and_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    encoder.sentence_model.cache_clear()
    with pytest.raises(NoSentenceModel, match="not installed"):
        Matcher(FRAMEWORKS, sentence_model=True).match(TRAFFICKING, "gcm")
    encoder.sentence_model.cache_clear()
    assert not Matcher(FRAMEWORKS).sentences


@ANY_SENTENCES
def test_alike_sentences_lie_close() -> None:
    one, two, three = encoder.sentence_model().encode(
        ["A man is eating food.", "A man eats something.", "The girl plays guitar."]
    )
    assert one @ one == pytest.approx(1, abs=1e-5)
    assert one @ two > 0.8
    assert one @ three < 0.1
    assert encoder.sentence_model().encode([]).shape == (0, encoder.DIMENSIONS)
    alone = encoder.sentence_model().encode(["A man is eating food."])
    assert alone[0] == pytest.approx(one, abs=1e-4)


@ANY_SENTENCES
def test_the_sentence_model_understands_what_no_term_says(plain: Matcher, sentences: Matcher) -> None:
    text = (
        "Young women were lured abroad with false promises, locked in a flat, beaten and sold to clients by the men who had brought "
        "them; the police freed them after a neighbour called."
    )
    with_it = {m.code: m.probability for m in sentences.match(text, "gcm")}
    without_it = {m.code: m.probability for m in plain.match(text, "gcm")}
    assert "10" in [match.code for match in sentences.match(text, "gcm", top=2)]
    assert with_it["10"] > without_it["10"]
    assert sentences.model_name("gcm") == "gcm base 1 + sentences"


@ANY_SENTENCES
def test_reasons_are_faithful_with_the_sentence_model(sentences: Matcher) -> None:
    texts = [one.text for one in knowledge_of("gcm").examples[::45]]
    column = {element.code: at for at, element in enumerate(sentences.frameworks["gcm"].main)}
    for text, answer in zip(texts, sentences.match_many(texts, "gcm"), strict=True):
        for match in answer.suggested:
            if match.reasons:
                assert sentences.logits([without(text, match.reasons)], "gcm")[0, column[match.code]] < match.score


@ANY_SENTENCES
def test_vectors_of_other_frameworks_are_kept_on_disk(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Framework(
        "own",
        "Own",
        (Element("A", "Rescue of people at sea", main="A"), Element("B", "Recognition of diplomas", main="B")),
    )
    first = Matcher([own], sentence_model=True, kept=tmp_path / "vectors.npz").match("Coast guards save boats.", "own")
    assert (tmp_path / "vectors.npz").is_file()
    read: list[str] = []
    encode = encoder.SentenceModel.encode
    monkeypatch.setattr(encoder.SentenceModel, "encode", lambda self, texts: read.extend(texts) or encode(self, texts))
    second = Matcher([own], sentence_model=True, kept=tmp_path / "vectors.npz").match("Coast guards save boats.", "own")
    assert read == []  # neither what describes the framework nor a text that was just read
    assert first.matches[0].code == second.matches[0].code == "A"
