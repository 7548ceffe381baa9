"""A plain system to compare with in the same run: TF-IDF cosine between a text and an element's own words. It learns nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from migov.services.matching import Answer, Framework, Match


class Yardstick:
    """Ranks elements by cosine; what it calls probability is that cosine, and it suggests the best two."""

    def __init__(self, frameworks: Iterable[Framework]) -> None:
        self.frameworks = {framework.code: framework for framework in frameworks}
        self._made = {}
        for framework in self.frameworks.values():
            words = [
                " ".join(element.words for element in framework.elements if element.main == main.code)
                for main in framework.main
            ]
            vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True)
            self._made[framework.code] = (vectors, vectors.fit_transform(words))

    def model_name(self, framework: str) -> str:
        return "TF-IDF cosine on official words"

    def match_many(
        self, texts: Sequence[str], framework: str, *, top: int | None = None, reasons: bool = True
    ) -> list[Answer]:
        vectors, elements = self._made[framework]
        codes = [element.code for element in self.frameworks[framework].main]
        cosines = (vectors.transform(texts) @ elements.T).toarray()
        answers = []
        for row in cosines:
            order = (-row).argsort(kind="stable")
            matches = tuple(Match(codes[i], row[i], float(row[i]), place < 2) for place, i in enumerate(order))
            answers.append(Answer(framework, matches[:top]))
        return answers
