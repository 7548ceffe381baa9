"""What tests of learning share: decisions to learn from, versions of models, and a stand-in for learning itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from migov.foundation.frameworks.models import Framework
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignment
from migov.services.matching.answers import Labelled
from migov.services.suggestions import decisions
from migov.services.suggestions.comparing import Comparison
from migov.services.suggestions.models import ModelVersion
from tests.factories import element, project

ACTIVE, RETIRED, REFUSED = ModelVersion.State.ACTIVE, ModelVersion.State.RETIRED, ModelVersion.State.REFUSED
SUBJECTS = ("orchard", "harbour", "library", "quarry", "railway", "glacier", "meadow", "foundry", "lantern", "pottery")
FIGURES = {
    "macro_f1": 0.61, "average_precision": 0.7, "ece": 0.04, "brier": 0.11, "p_at_1": 0.8, "r_at_5": 0.9,
    "precision": 0.86, "coverage": 0.7, "reliability": [[0.1, 0.08, 40], [0.5, 0.47, 30], [0.9, 0.92, 20]],
}  # fmt: skip
BEFORE = FIGURES | {"macro_f1": 0.5, "ece": 0.09, "brier": 0.15, "precision": 0.6}


@dataclass(frozen=True)
class SomeModel:
    """A learned model that can only be kept."""

    name: str = "learned"

    def dump(self) -> bytes:
        return self.name.encode()


@dataclass
class Engine:
    """Stands in for learning itself: it answers what the test says, and remembers what it was given."""

    better: bool = True
    better_than_in_use: bool = True
    card: dict[str, Any] = field(default_factory=dict)
    given: list[Labelled] = field(default_factory=list)
    compared: list[tuple[bytes, int, int]] = field(default_factory=list)

    def learn(self, framework: Framework, examples: Sequence[Labelled]) -> Any:
        self.given = list(examples)
        card = {
            "decisions": decisions.number_of(examples), "texts": len(examples), "held_out": 45, "held_out_decisions": 90,
            "base": BEFORE, "learned": FIGURES, "leaks_removed": 2, "threshold": 0.42, "precision": 0.7,
            "base_model": "gcm base 1, learned 1",
        }  # fmt: skip
        return SimpleNamespace(learned=SomeModel(), card=card | self.card, better=self.better)

    def compare(self, framework: Framework, in_use: bytes, seen: Sequence[Labelled], unseen: Sequence[Labelled]) -> Any:
        self.compared.append((in_use, len(seen), len(unseen)))
        figures = (BEFORE, FIGURES) if self.better_than_in_use else (FIGURES, BEFORE)
        return Comparison(len(unseen), *figures)


def decide(number: int, by: Any, *, confirmed: bool = True, code: str = "10") -> list[Record]:
    """So many projects with one decision each."""
    made = [project(title=f"Work {code} {n} {confirmed}").record for n in range(number)]
    for record in made:
        proposed = alignment.propose(record, element(code), origin="suggested")
        (alignment.confirm if confirmed else alignment.reject)(proposed, by=by)
    return made


def decide_enough(by: Any, *, code: str = "10") -> list[Record]:
    """As many decisions as a training needs, as many of them rejections as it needs."""
    return [*decide(10, by, code=code), *decide(10, by, confirmed=False, code=code)]


def version(framework: Framework, number: int, state: str, **card: Any) -> ModelVersion:
    return ModelVersion.objects.create(
        framework=framework, number=number, state=state, trained_at=timezone.now(), decisions=40, data=b"x",
        card={"held_out": 90, "learned": FIGURES, "base": BEFORE, "texts": 40, "threshold": 0.4, "precision": 0.86} | card,
    )  # fmt: skip
