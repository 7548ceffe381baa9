"""The base model of a framework: what was learnt from its labelled passages, before any decision of a reviewer. Built by build.py.

A file ``models/<framework>.npz`` holds numbers only (no code is run when it is read). ``models/generic.npz`` is for frameworks that
nobody has written passages for: it holds only how to weigh what the framework says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.terms import TfIdf

HOME = Path(__file__).parent / "models"
VERSION = 1
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Weights:
    """How features become a logit: sum of weight x feature, plus a start. `threshold`: the logit from which a match is suggested."""

    names: tuple[str, ...]
    values: Numbers
    start: float
    threshold: float


@dataclass(frozen=True)
class Base:
    """Heads over words, heads over sentence vectors, known passages, and the weights with and without the sentence model."""

    framework: str
    digest: str
    codes: tuple[str, ...]
    plain: Weights
    sentences: Weights
    words: TfIdf | None = None
    word_heads: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    word_starts: Numbers = field(default_factory=lambda: np.zeros(0))
    sentence_heads: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    sentence_starts: Numbers = field(default_factory=lambda: np.zeros(0))
    passages: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    passage_fits: Numbers = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.framework} base {VERSION}"


def _pack(weights: Weights, prefix: str) -> dict[str, Numbers]:
    return {
        f"{prefix}_names": np.array(weights.names),
        f"{prefix}_values": np.asarray(weights.values, dtype=np.float64),
        f"{prefix}_rest": np.array([weights.start, weights.threshold]),
    }


def _unpack(file: Any, prefix: str) -> Weights:
    start, threshold = file[f"{prefix}_rest"]
    return Weights(tuple(map(str, file[f"{prefix}_names"])), file[f"{prefix}_values"], float(start), float(threshold))


def save(base: Base, file: Path) -> None:
    """Write a base model. Heads are kept in half precision, passages in a byte for each number."""
    import json

    held: dict[str, Numbers] = {
        "digest": np.array(base.digest),
        "codes": np.array(base.codes),
        "card": np.array(json.dumps(base.card, sort_keys=True)),
        **_pack(base.plain, "plain"),
        **_pack(base.sentences, "sentences"),
    }
    if base.words is not None:
        held |= {
            "vocabulary": np.array("\n".join(base.words.vocabulary)),
            "idf": base.words.idf.astype(np.float32),
            "word_heads": base.word_heads.astype(np.float16),
            "word_starts": base.word_starts,
            "sentence_heads": base.sentence_heads.astype(np.float16),
            "sentence_starts": base.sentence_starts,
            "passages": np.clip(np.round(base.passages * 400), -127, 127).astype(np.int8),
            "passage_fits": np.packbits(base.passage_fits, axis=1),
        }
    file.parent.mkdir(exist_ok=True)
    np.savez_compressed(file, **held)  # type: ignore[arg-type]


@cache
def base_of(framework: str) -> Base:
    """The shipped base model of a framework; the generic one where there is none of its own."""
    import json

    file = HOME / f"{framework}.npz"
    if framework != Path(framework).name or not file.is_file():
        file = HOME / "generic.npz"
    with np.load(file, allow_pickle=False) as held:
        codes = tuple(map(str, held["codes"]))
        base = Base(
            file.stem,
            str(held["digest"]),
            codes,
            _unpack(held, "plain"),
            _unpack(held, "sentences"),
            card=json.loads(str(held["card"])),
        )
        if "vocabulary" not in held:
            return base
        passages = held["passages"].astype(np.float32)
        passages /= np.maximum(np.linalg.norm(passages, axis=1, keepdims=True), 1e-9)
        return Base(
            base.framework, base.digest, codes, base.plain, base.sentences,
            TfIdf(str(held["vocabulary"]).split("\n"), held["idf"].astype(np.float64)),
            held["word_heads"].astype(np.float32), held["word_starts"], held["sentence_heads"].astype(np.float32),
            held["sentence_starts"], passages,
            np.unpackbits(held["passage_fits"], axis=1, count=len(codes)).astype(bool), base.card,
        )  # fmt: skip
