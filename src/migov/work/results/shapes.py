"""The cells of a value: which ones a measure has, how what people type is read, how it is shown again.

Percentages and ratios keep numerator and denominator, so that figures of several can be made anew from both; a percentage may also be
typed alone, and then it cannot be put together with others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.shell import typed
from migov.work.results.models import Indicator, Measure

VALUE, NUMERATOR, DENOMINATOR, WORDS = "value", "numerator", "denominator", "words"
FRACTIONS = frozenset({Measure.PERCENTAGE, Measure.RATIO})
IN_WORDS = frozenset({Measure.NOMINAL, Measure.QUALITATIVE})
LABELS: Mapping[str, str | Promise] = {
    VALUE: gettext_lazy("value"), NUMERATOR: gettext_lazy("numerator"), DENOMINATOR: gettext_lazy("denominator"),
    WORDS: gettext_lazy("in words"),
}  # fmt: skip
PLACES = Decimal("0.000001")  # as the database keeps numbers
YES, NO = "yes", "no"


def fields_of(measure: str) -> tuple[str, ...]:
    """The cells of a value of a measure, in the order in which they are filled."""
    if measure in FRACTIONS:
        return NUMERATOR, DENOMINATOR, VALUE
    return (WORDS,) if measure in IN_WORDS else (VALUE,)


@dataclass(slots=True)
class Amount:
    """What a value says: a number, perhaps as a fraction of two, or words. All empty: nothing is said."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.numerator is None and self.denominator is None and not self.words


def is_computed(amount: Amount) -> bool:
    """Whether the value follows from numerator and denominator."""
    return amount.numerator is not None and amount.denominator is not None


def put(indicator: Indicator, amount: Amount, field: str, text: str) -> Amount:
    """The amount with one cell as it was typed. Empty text empties the cell. Raises typed.Unreadable, saying what was expected."""
    if field not in fields_of(indicator.measure):
        raise typed.Unreadable(_("This indicator has no such cell."))
    made = Amount(amount.value, amount.numerator, amount.denominator, amount.words)
    if field == WORDS:
        made.words = typed.tidy(text)
        return made
    found = _read(indicator, field, text)
    if field == VALUE and is_computed(made) and found != made.value:
        raise typed.Unreadable(_("This follows from numerator and denominator. Change those."))
    setattr(made, field, found)
    if field != VALUE:
        made.value = _fraction(indicator.measure, made)
    return made


def _read(indicator: Indicator, field: str, text: str) -> Decimal | None:
    plain = typed.line(text)
    if not plain:
        return None
    if field == VALUE and indicator.measure == Measure.YES_NO:
        return _yes_or_no(plain)
    if field == VALUE and indicator.measure == Measure.ORDINAL and indicator.scale:
        return _step(plain, indicator.scale)
    found = typed.number(plain)
    if field == DENOMINATOR and found == 0:
        raise typed.Unreadable(_("The denominator cannot be zero. Leave both empty where nobody was asked."))
    return found


def _fraction(measure: str, amount: Amount) -> Decimal | None:
    if amount.numerator is None or amount.denominator is None:
        return None
    times = 100 if measure == Measure.PERCENTAGE else 1
    try:
        return (amount.numerator * times / amount.denominator).quantize(PLACES)
    except InvalidOperation:
        raise typed.Unreadable(_("Numerator and denominator make a number that is too large.")) from None


def _yes_or_no(text: str) -> Decimal:
    known = {YES: 1, NO: 0, str(_("yes")): 1, str(_("no")): 0, "y": 1, "n": 0, "1": 1, "0": 0, "true": 1, "false": 0}
    try:
        return Decimal(known[text.lower()])
    except KeyError:
        raise typed.Unreadable(_("“%s” is neither yes nor no.") % typed.short(text)) from None


def _step(text: str, scale: Sequence[str]) -> Decimal:
    labels = [label.lower() for label in scale]
    if text.lower() in labels:
        return Decimal(labels.index(text.lower()) + 1)
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(labels):
        return Decimal(text)
    raise typed.Unreadable(
        _("“%(text)s” is not on the scale: %(scale)s.") % {"text": typed.short(text), "scale": ", ".join(scale)}
    )


def shown(indicator: Indicator, amount: Amount, field: str) -> str:
    """A cell as a page shows it and reads it again: "1200.5", "yes", a label of the scale, words."""
    if field == WORDS:
        return amount.words
    found = getattr(amount, field)
    if found is None:
        return ""
    if field == VALUE and indicator.measure == Measure.YES_NO:
        return YES if found else NO
    if field == VALUE and indicator.measure == Measure.ORDINAL and indicator.scale:
        step = int(found)
        if found == step and 1 <= step <= len(indicator.scale):
            return str(indicator.scale[step - 1])
    return digits(found)


def digits(number: Decimal) -> str:
    """A number without the zeros at its end."""
    return f"{number.normalize():f}" if number else "0"
