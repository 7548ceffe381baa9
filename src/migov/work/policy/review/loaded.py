"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
