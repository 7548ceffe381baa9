"""A model's card in words: whether it can be trusted, what it was trained on, its figures before and after, its probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.shell import formats
from migov.services.documents.charts import theme
from migov.services.suggestions.models import ModelVersion

# What a model must reach on decisions it has not seen before we say that it can be trusted.
ENOUGH_HELD_OUT = 50
MOST_OFF = 0.10  # by which probabilities may be off on average (expected calibration error)
USUAL_AIM = 0.8


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the card: what it means in plain words, its technical name, and whether less of it is better."""

    key: str
    words: str | Promise
    name: str | Promise
    less_is_better: bool = False


MEASURES = (
    Measure("precision", gettext_lazy("Of its proposals, this part is right"), gettext_lazy("precision at the threshold")),
    Measure("coverage", gettext_lazy("This part of the texts gets a proposal"), gettext_lazy("coverage at the threshold")),
    Measure("p_at_1", gettext_lazy("Its first proposal is right"), gettext_lazy("P@1")),
    Measure("r_at_5", gettext_lazy("Of what fits, this part is among its first five"), gettext_lazy("R@5")),
    Measure("average_precision", gettext_lazy("What fits stands before what does not"), gettext_lazy("average precision")),
    Measure("macro_f1", gettext_lazy("Right on rare elements too"), gettext_lazy("macro F1")),
    Measure("log_loss", gettext_lazy("How much decisions surprise it"), gettext_lazy("log loss"), less_is_better=True),
    Measure("ece", gettext_lazy("Its probabilities are off by, on average"), gettext_lazy("ECE"), less_is_better=True),
    Measure("brier", gettext_lazy("Its probabilities miss by, squared"), gettext_lazy("Brier score"), less_is_better=True),
)  # fmt: skip


PLAIN = frozenset({"brier", "log_loss"})  # no shares: shown as numbers


@dataclass(frozen=True, slots=True)
class Row:
    """A measure with its figure before and after; `change`: "better", "worse" or "same", nothing where one is missing."""

    measure: Measure
    before: float | None
    after: float | None

    @property
    def shown_before(self) -> str:
        return self._shown(self.before)

    @property
    def shown_after(self) -> str:
        return self._shown(self.after)

    def _shown(self, value: float | None) -> str:
        return formats.number(value, 3) if self.measure.key in PLAIN else formats.percent(value, 1)

    @property
    def change(self) -> str:
        if self.before is None or self.after is None:
            return ""
        before, after = round(self.before, 3), round(self.after, 3)  # as they are shown
        gain = before - after if self.measure.less_is_better else after - before
        return "better" if gain > 0 else "worse" if gain < 0 else "same"

    @property
    def change_words(self) -> str:
        return {"better": _("better"), "worse": _("worse"), "same": _("the same")}.get(self.change, "")


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions whose probability was about `said`: the part of them that was right, and how many there were."""

    said: float
    right: float
    number: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model can be trusted. tone: "good", "warn" or "bad". doubts: what to keep in mind."""

    words: str
    tone: str
    because: str
    doubts: tuple[str, ...] = field(default=())


def figure(card: Any, side: str, key: str) -> float | None:
    """A figure of the card: side "base" or "learned"; None where it was not measured."""
    part = card.get(side) if isinstance(card, Mapping) else None
    value = part.get(key) if isinstance(part, Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def count(card: Any, key: str) -> int:
    """A number of the card; 0 where it is missing."""
    value = card.get(key) if isinstance(card, Mapping) else None
    return int(value) if isinstance(value, int | float) else 0


def held_out_decisions(card: Any) -> int:
    """How many decisions the figures were measured on."""
    return count(card, "held_out_decisions") or count(card, "held_out")


def built_on(card: Any) -> str:
    """The base model that a model corrects, as its name says ("gcm base 1 + sentences")."""
    name = card.get("base_model") if isinstance(card, Mapping) else None
    return str(name or "").partition(",")[0]


def exact_name(version: ModelVersion) -> str:
    """The name that a version's suggestions carry ("gcm base 1 + sentences, learned 3")."""
    return ", ".join(filter(None, (built_on(version.card), f"learned {version.number}")))


def promised(card: Any) -> float:
    """The part of its proposals that a model aims to have right."""
    value = card.get("precision") if isinstance(card, Mapping) else None
    return float(value) if isinstance(value, int | float) else USUAL_AIM


def rows(card: Any) -> list[Row]:
    """The measures that the card holds, before and after."""
    found = [
        Row(measure, figure(card, "base", measure.key), figure(card, "learned", measure.key)) for measure in MEASURES
    ]
    return [row for row in found if row.before is not None or row.after is not None]


def bins(card: Any, side: str = "learned") -> list[Bin]:
    """The reliability of the card's probabilities, by rising probability; bins without decisions are left out."""
    part = card.get(side) if isinstance(card, Mapping) else None
    listed = part.get("reliability") if isinstance(part, Mapping) else None
    found = [
        Bin(float(one[0]), float(one[1]), int(one[2]))
        for one in listed or ()
        if isinstance(one, list | tuple) and len(one) == 3 and None not in one and one[2]
    ]
    return sorted(found, key=lambda one: one.said)


def miscalibrated(card: Any) -> list[str]:
    """Why a model's probabilities should not be read as percentages, from its decisions held out: they are off by more than
    MOST_OFF on average, or by more than those of the base model, as far as the shown figures tell. Empty where all is well.
    """
    off, base = figure(card, "learned", "ece"), figure(card, "base", "ece")
    if off is None:
        return [_("It is not known how far its probabilities can be taken at their word.")]
    found = []
    if off > MOST_OFF:
        found.append(
            _("Its probabilities are off by %(off)s on average; at most %(most)s would be good.")
            % {"off": formats.percent(off, 1), "most": formats.percent(MOST_OFF)}
        )
    if base is not None and round(off, 3) > round(base, 3):
        found.append(
            _("Its probabilities are further off than the base model's: by %(off)s on average instead of %(base)s.")
            % {"off": formats.percent(off, 1), "base": formats.percent(base, 1)}
        )
    return found


def verdict(version: ModelVersion) -> Verdict:
    """Whether a version can be trusted, from its figures on decisions that it had not seen."""
    card = version.card
    held_out = held_out_decisions(card)
    precision = figure(card, "learned", "precision")
    aim = promised(card)
    if version.state == ModelVersion.State.REFUSED:
        return Verdict(_("Not used"), "bad", str(card.get("reason", "")))
    doubts = []
    if held_out < ENOUGH_HELD_OUT:
        doubts.append(
            _("Only %(number)s decisions were held out to test it, so the figures may be off by a lot.")
            % {"number": formats.number(held_out)}
        )
    if precision is None:
        doubts.append(_("It is not known how many of its proposals are right."))
    elif precision < aim:
        words = _("Fewer of its proposals are right than it aims at (%(aim)s): read each before you confirm it.")
        doubts.append(words % {"aim": formats.percent(aim)})
    doubts += miscalibrated(card)
    because = in_one_sentence(card)
    if doubts:
        return Verdict(_("Use with care"), "warn", because, tuple(doubts))
    return Verdict(_("Can be trusted"), "good", because)


def in_one_sentence(card: Any) -> str:
    """What a person who decides proposals may expect.

    Nothing of what fits and was not judged: people mostly judge one to three elements of a text, so that nearly all are among the
    first five of any model.
    """
    precision = figure(card, "learned", "precision")
    if precision is None:
        return ""
    return _("Of 10 elements it proposes, about %(n)s are right.") % {"n": formats.number(precision * 10, 0)}


def reliability_chart(points: list[Bin]) -> dict[str, Any]:
    """The picture of a model's probabilities: what it said against what was right; on the line both are the same."""
    ticks = {"format": ".0%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1]}
    scale = {"domain": [0, 1]}
    return {
        "$schema": theme.SCHEMA_URL,
        "width": 320,
        "height": 320,
        "layer": [
            {
                "data": {"values": [{"said": 0, "right": 0}, {"said": 1, "right": 1}]},
                "mark": {"type": "line", "color": theme.AMBER, "strokeDash": [4, 4], "strokeWidth": 1.5},
                "encoding": {
                    "x": {"field": "said", "type": "quantitative"},
                    "y": {"field": "right", "type": "quantitative"},
                },
            },
            {
                "data": {"values": [{"said": p.said, "right": p.right, "number": p.number} for p in points]},
                "mark": {"type": "point", "filled": True, "opacity": 0.9, "color": theme.BLUE},
                "encoding": {
                    "x": {
                        "field": "said",
                        "type": "quantitative",
                        "scale": scale,
                        "axis": ticks,
                        "title": _("it said"),
                    },
                    "y": {
                        "field": "right",
                        "type": "quantitative",
                        "scale": scale,
                        "axis": ticks,
                        "title": _("people confirmed"),
                    },
                    "size": {
                        "field": "number",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"range": [40, 320], "zero": True},
                    },
                },
            },
        ],
    }
