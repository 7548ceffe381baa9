"""The rules of the figures in words, and what was left out. Printed in every report, so that every total explains itself."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.shell.formats import number
from migov.insight.contributions.answer import Contribution


def rules_in_words() -> list[tuple[str, str]]:
    """Pairs of what is counted and how."""
    currency = settings.MIGOV_REPORTING_CURRENCY
    return [
        (
            _("Projects"),
            _(
                "Projects that are or were carried out (active, suspended, closing, closed) and that have a confirmed alignment "
                "with the element or with one under it, on the project or on one of its results. Proposed ones do not count, nor "
                "do alignments derived through crosswalks."
            ),
        ),
        (
            _("Money"),
            _(
                "Budgets are spread evenly over their days and counted in the calendar years asked for; a revised budget takes "
                "the place of the original for the same span. Spending is disbursements and expenditure by date. Amounts are "
                "converted into %(currency)s with the rate of their value date. Within one framework a project's money is shared "
                "between its confirmed elements: principal counts twice significant, unless a person has set the shares; shares "
                "make 100 %%. So the framework's total never exceeds the portfolio's. Where countries are asked for, money is held "
                "to their share of the project; without stated shares it is split evenly."
            )
            % {"currency": currency},
        ),
        (
            _("Results"),
            _(
                "Each indicator with a number counts once, as it stands at the end of the last year asked for: achieved (100 % of "
                "target or more), nearly achieved (80 % or more), behind, late (a period has ended with a target and no value), "
                "not yet due (no target yet or nothing due). A result counts under the elements that it, or the nearest result "
                "above it, is aligned with; where none is, under all elements of its project. Values without dimensions count; where none "
                "was reported, the parts of one dimension are added up, never parts of several."
            ),
        ),
        (
            _("People reached"),
            _(
                "Indicators that say they count people. Within a project only the largest counts, since two indicators mostly "
                "count the same people; over projects they are added. Values of several periods are added only where the "
                "indicator says that they add up; otherwise the latest or largest counts."
            ),
        ),
        (
            _("Documents"),
            _("Documents and links kept with the projects and their results; a document counts once for each project."),
        ),
    ]


def left_out_in_words(answer: Contribution) -> list[tuple[str, str]]:
    """Pairs of what was left out and why; empty when nothing was."""
    out = answer.left_out
    currency = settings.MIGOV_REPORTING_CURRENCY
    found: list[tuple[str, str]] = []

    def add(count: int, one: str, many: str, why: str) -> None:
        if count:
            found.append((ngettext(one, many, count) % {"count": number(count)}, why))

    add(
        out.unaligned,
        "%(count)s project without an alignment",
        "%(count)s projects without an alignment",
        (
            _(
                "No confirmed alignment with this element. %(amount)s %(currency)s of the portfolio's budget are not counted here."
            )
            if answer.scope.element
            else _(
                "No confirmed alignment with this framework. %(amount)s %(currency)s of the portfolio's budget are not counted here."
            )
        )
        % {"amount": number(out.unaligned_budget // 100), "currency": currency},
    )
    add(
        out.in_preparation,
        "%(count)s project in preparation",
        "%(count)s projects in preparation",
        _("Idea, concept note, proposal, in review, endorsed or submitted: nothing is carried out yet."),
    )
    add(
        out.dropped,
        "%(count)s project withdrawn or rejected",
        "%(count)s projects withdrawn or rejected",
        _("Not carried out."),
    )
    add(
        out.proposed,
        "%(count)s proposed alignment",
        "%(count)s proposed alignments",
        _("Nobody has confirmed or rejected them yet."),
    )
    add(
        out.above_level,
        "%(count)s alignment above this level",
        "%(count)s alignments above this level",
        _("With an element that is broader than the rows of this report."),
    )
    add(
        out.split_evenly,
        "%(count)s project without country shares",
        "%(count)s projects without country shares",
        _("Several countries and no shares stated: their money is split evenly. They are counted."),
    )
    kinds = {"b": _("budget"), "s": _("spending")}
    for (kind, code), amount in sorted(out.unconverted.items()):
        found.append(
            (
                _("%(amount)s %(currency)s of %(kind)s not converted")
                % {
                    "amount": number(amount // 100),
                    "currency": code if code != "???" else _("(no currency stated)"),
                    "kind": kinds[kind],
                },
                _("There is no exchange rate for its date."),
            )
        )
    return found
