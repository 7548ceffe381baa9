"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.frameworks import panels
    from migov.foundation.shell import search
    from migov.work.policy.instruments.panels import requirements_panel
    from migov.work.policy.instruments.search import instrument_hits, requirement_hits

    panels.register(requirements_panel, 60)
    search.register(instrument_hits)
    search.register(requirement_hits)
