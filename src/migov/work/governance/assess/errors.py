"""Why a step of an assessment cannot be taken. Every error says it in a sentence for people."""

from __future__ import annotations

from migov.services.writing.errors import Unwritable
from migov.work.governance.models import Answer, Option


class AssessmentRefused(Unwritable):
    """A step that cannot be taken. field: of the form that is wrong; empty: none."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AnswerConflict(AssessmentRefused):
    """Another answer of the same side came meanwhile. stands: that answer; option, note: what was not saved."""

    def __init__(self, message: str, *, stands: Answer, option: Option | None, note: str) -> None:
        super().__init__(message)
        self.stands, self.option, self.note = stands, option, note
