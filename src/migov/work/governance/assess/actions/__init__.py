"""Every change of an assessment: one function each, in one transaction, with the right asked and the journal written."""

from migov.work.governance.assess.actions.answering import (
    add_evidence,
    answer,
    comment,
    remove_evidence,
    withdraw_comment,
)
from migov.work.governance.assess.actions.life import ask_consent, consent, publish, reopen, withdraw
from migov.work.governance.assess.actions.starting import change, start
from migov.work.governance.assess.actions.validating import agree_unopposed, answer_again, validate
from migov.work.governance.assess.actions.workshops import (
    agree,
    close_workshop,
    count_hands,
    open_workshop,
    put_on_screen,
    show_tally,
    vote,
    vote_again,
)

__all__ = [
    "add_evidence",
    "agree",
    "agree_unopposed",
    "answer",
    "answer_again",
    "ask_consent",
    "change",
    "close_workshop",
    "comment",
    "consent",
    "count_hands",
    "open_workshop",
    "publish",
    "put_on_screen",
    "remove_evidence",
    "reopen",
    "show_tally",
    "start",
    "validate",
    "vote",
    "vote_again",
    "withdraw",
    "withdraw_comment",
]
