"""The verbs of clearance. Each takes one step in one transaction: the record's row is locked, the permission asked, the journal written,
those concerned told. What cannot be done raises Refused (or one of its kinds in errors.py) with a sentence for people.
"""

from migov.services.clearance.actions.deciding import decide
from migov.services.clearance.actions.handing import submit, take_back
from migov.services.clearance.actions.judging import answer_checklist, judge
from migov.services.clearance.actions.remarks import accept_wording, comment, reopen, reply, settle, withdraw_comment
from migov.services.clearance.actions.reminding import remind
from migov.services.clearance.actions.ruling import add_rule, change_rule, switch_rule
from migov.services.clearance.actions.seating import assign, give_up, reassign, set_due
from migov.services.clearance.actions.standing_in import delegate, end_delegation
from migov.services.clearance.errors import AlreadyStanding, Ended, Hindered, JudgedMeanwhile, StaleRound
from migov.services.clearance.subjects import Refused

__all__ = [
    "AlreadyStanding",
    "Ended",
    "Hindered",
    "JudgedMeanwhile",
    "Refused",
    "StaleRound",
    "accept_wording",
    "add_rule",
    "answer_checklist",
    "assign",
    "change_rule",
    "comment",
    "decide",
    "delegate",
    "end_delegation",
    "give_up",
    "judge",
    "reassign",
    "remind",
    "reopen",
    "reply",
    "set_due",
    "settle",
    "submit",
    "switch_rule",
    "take_back",
    "withdraw_comment",
]
