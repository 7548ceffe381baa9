"""Which part holds which chapter, and which chapter which article."""

from __future__ import annotations

from collections.abc import Sequence

from migov.work.policy.texts.tree import CONTAINERS, Piece
from migov.work.policy.texts.words import RANKS


def nest(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces in reading order as a tree: articles under what was opened before them, parts and chapters under each other.

    What stands above what is learnt from the text: a section that opens before a chapter, with no article between, holds it.
    """
    roots: list[Piece] = []
    stack: list[Piece] = []
    above: dict[str, str | None] = {}
    for piece in pieces:
        if piece.kind not in CONTAINERS:
            (stack[-1].children if stack else roots).append(piece)
            continue
        kinds = [one.kind for one in stack]
        if piece.kind in kinds:
            del stack[kinds.index(piece.kind) :]
        elif piece.kind not in above:
            while stack and stack[-1].children and RANKS[stack[-1].kind] >= RANKS[piece.kind]:
                stack.pop()
            above[piece.kind] = stack[-1].kind if stack else None
        else:
            holder = above[piece.kind]
            if holder in kinds:
                del stack[kinds.index(holder) + 1 :]
            else:
                while stack and RANKS[stack[-1].kind] >= RANKS[piece.kind]:
                    stack.pop()
        (stack[-1].children if stack else roots).append(piece)
        stack.append(piece)
    return roots
