"""The verbs of reviews. Each is one transaction, checked for permission and journalled."""

from migov.work.policy.review.actions.answering import answer, finish
from migov.work.policy.review.actions.carrying import Carried, carry_over
from migov.work.policy.review.actions.judging import Judged, judge, judge_many, summarise
from migov.work.policy.review.actions.life import change, close, release, reopen, take_out
from migov.work.policy.review.actions.starting import propose, start

__all__ = [
    "Carried",
    "Judged",
    "answer",
    "carry_over",
    "change",
    "close",
    "finish",
    "judge",
    "judge_many",
    "propose",
    "release",
    "reopen",
    "start",
    "summarise",
    "take_out",
]
