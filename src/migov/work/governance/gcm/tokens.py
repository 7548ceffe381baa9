"""The words of a link: made here, shown once, kept only as a digest."""

from __future__ import annotations

import hashlib
import re
import secrets

BYTES = 32
SHAPE = re.compile(r"[A-Za-z0-9_-]{40,64}")


def fresh() -> str:
    """A token that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What is kept of a token; empty for words that are no token at all."""
    return hashlib.sha256(token.encode()).hexdigest() if SHAPE.fullmatch(token) else ""
