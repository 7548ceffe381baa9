"""What the stages of a project mean for figures."""

from __future__ import annotations

from migov.foundation.records.models import Stage

IN_PREPARATION = (Stage.IDEA, Stage.CONCEPT, Stage.PROPOSAL, Stage.REVIEW, Stage.ENDORSED, Stage.SUBMITTED)
DROPPED = (Stage.WITHDRAWN, Stage.REJECTED)


def is_carried_out(stage: str) -> bool:
    """Whether a project is or was carried out; one without a stage was published by others as such."""
    return stage not in IN_PREPARATION and stage not in DROPPED
