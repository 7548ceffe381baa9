"""Sentence vectors of the texts that describe frameworks: shipped for the shipped packs, kept on disk for others."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from migov.services.matching.base import HOME
from migov.services.matching.encoder import DIMENSIONS, sentence_model

SHIPPED = HOME / "vectors.npz"
SCALE = 400


def key_of(text: str) -> int:
    """A text as a number of 63 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


@cache
def _shipped() -> dict[int, NDArray[np.float32]]:
    return _read(SHIPPED)


def _read(file: Path) -> dict[int, NDArray[np.float32]]:
    if not file.is_file():
        return {}
    try:
        with np.load(file, allow_pickle=False) as held:
            rows = held["vectors"].astype(np.float32) / SCALE
            return dict(zip(map(int, held["keys"]), rows, strict=True))
    except (KeyError, ValueError, OSError, EOFError, TypeError, BadZipFile, zlib.error):
        return {}  # it is a cache: a damaged one is made anew


def write(file: Path, vectors: dict[int, NDArray[Any]]) -> None:
    """Keep vectors in a file, a byte for each number; readers see the old file or the new one, never a half."""
    keys = np.array(sorted(vectors), dtype=np.int64)
    rows = np.stack([vectors[int(key)] for key in keys]) if len(keys) else np.zeros((0, DIMENSIONS))
    small = np.clip(np.round(rows * SCALE), -127, 127).astype(np.int8)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".npz", delete=False) as new:
        np.savez_compressed(new, keys=keys, vectors=small)
    made = Path(new.name)
    made.chmod(0o644)
    made.replace(file)


_recent: dict[int, NDArray[np.float16]] = {}
_turn = Lock()
RECENT = 20_000


def recent_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of texts to be matched. The last twenty thousand (15 MB) are remembered, so that reading a text for a second framework
    costs nothing."""
    keys = [key_of(text) for text in texts]
    with _turn:
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in _recent}
        if missing:
            new = sentence_model().encode(list(missing.values()))
            while len(_recent) + len(missing) > RECENT and _recent:
                del _recent[next(iter(_recent))]
            _recent.update(zip(missing, new.astype(np.float16), strict=True))
            fresh = dict(zip(missing, new, strict=True))
        rows = [_recent[key] if key in _recent else fresh[key] for key in keys]
    return np.array(rows, dtype=np.float32).reshape(len(rows), DIMENSIONS)


def vectors_of(texts: Sequence[str], kept: Path | None = None) -> NDArray[np.float32]:
    """Vectors of length 1 for texts that describe elements. `kept`: a file where those not shipped are kept for the next time."""
    known = _shipped()
    own = _read(kept) if kept else {}
    keys = [key_of(text) for text in texts]
    missing = [at for at, key in enumerate(keys) if key not in known and key not in own]
    if missing:
        new = sentence_model().encode([texts[at] for at in missing])
        own |= {keys[at]: vector for at, vector in zip(missing, new, strict=True)}
        if kept:
            write(kept, own)
    rows = np.stack([known[key] if key in known else own[key] for key in keys]) if keys else np.zeros((0, DIMENSIONS))
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
