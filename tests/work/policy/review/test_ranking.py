"""What the ranker proposes for a requirement, and the words that it gives."""

from __future__ import annotations

from migov.work.policy.review.ranking import Asked, Candidate, Ranker

PASSPORTS = Candidate(1, 1, "No employer may keep the passport of a worker. It is given back at once.", "Documents")
PART = Candidate(2, 1, "No employer may keep the passport of a worker.", "Documents")
DETENTION = Candidate(
    3, 3, "A minor shall not be deprived of liberty for reasons of residence status.", "Detention", "Children"
)
SCOPE = Candidate(5, 5, "This Law sets out the rights of foreigners who are recruited.", "Scope")


def best(asked: Asked, *of: Candidate) -> list[int]:
    return [one.key for one in Ranker(of or (PASSPORTS, PART, DETENTION, SCOPE)).rank([asked])[0]]


def test_the_provision_that_shares_the_words_comes_first():
    assert best(Asked("Employers may not keep identity documents", ("passport",)))[0] in (1, 2)


def test_an_article_is_proposed_once_through_the_paragraph_that_says_it_all():
    assert best(Asked("Employers may not keep a passport of a worker")) == [2]


def test_words_of_the_field_that_mean_the_same_count():
    assert best(Asked("No alien is recruited by force"), DETENTION, SCOPE) == [5]


def test_the_words_are_given_as_they_stand_in_the_provision():
    [first] = Ranker([DETENTION, SCOPE]).rank([Asked("Children are not detained")], top=1)[0]
    assert first.key == 3
    assert {"minor", "detention"} & set(first.words)


def test_nothing_is_proposed_where_no_word_is_shared():
    assert best(Asked("Astronauts orbit the moon")) == []


def test_a_text_without_provisions_has_no_proposals():
    assert Ranker([]).rank([Asked("anything")]) == [[]]


def test_at_most_eight_are_proposed():
    many = [Candidate(key, key, f"The passport of worker number {key}") for key in range(1, 30)]
    assert len(best(Asked("passport of a worker"), *many)) == 8


def test_every_requirement_finds_something_in_a_long_law_that_shares_its_words():
    words = ["passport", "detention", "family", "school", "court", "appeal", "worker", "employer", "border", "child"]
    law = [
        Candidate(key, key - key % 5, " ".join(words[(key + step) % 10] for step in range(80)), words[key % 10])
        for key in range(1000)
    ]
    asked = [Asked(" ".join(words[(key + step) % 10] for step in range(12))) for key in range(150)]
    assert all(Ranker(law).rank(asked))
