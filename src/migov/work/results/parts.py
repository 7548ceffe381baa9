"""Which parts of its values an indicator tells apart, and whether a part somebody names is one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from migov.foundation.shell import typed
from migov.work.results.models import Dimension, Indicator, StandardIndicator
from migov.work.results.slices import Pairs, tidy

LONGEST = 120  # of a value of a dimension without a list of its own


def dimensions_of(indicators: Iterable[Indicator]) -> dict[int, list[Dimension]]:
    """The dimensions of each indicator: its own, else those of its standard. Three queries, whatever the number of indicators."""
    rows = list(indicators)
    own = _through(Indicator, "indicator_id", [row.pk for row in rows])
    standard = _through(StandardIndicator, "standardindicator_id", [row.standard_id for row in rows if row.standard_id])
    wanted = {key for keys in (*own.values(), *standard.values()) for key in keys}
    known = Dimension.objects.in_bulk(wanted) if wanted else {}
    return {
        row.pk: [known[key] for key in sorted(own.get(row.pk) or standard.get(row.standard_id or 0, []))]
        for row in rows
    }


def _through(model: type[Indicator | StandardIndicator], of: str, keys: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    pairs = model.dimensions.through.objects.filter(**{f"{of}__in": keys}).values_list(of, "dimension_id")
    for key, dimension in pairs:
        found[key].append(dimension)
    return found


def parts_of(dimensions: Sequence[Dimension]) -> list[Pairs]:
    """The parts by one dimension each, in the order of the dimensions and their values."""
    return [((one.code, str(code)),) for one in dimensions for code, _label in one.values]


def label_of(part: Pairs, dimensions: Sequence[Dimension]) -> str:
    """A part for people: "Women and girls", "Women and girls, 0 to 4"; what is not known stays as it was given."""
    labels = {(tidy(one.code), tidy(str(code))): str(label) for one in dimensions for code, label in one.values}
    return ", ".join(labels.get((tidy(name), tidy(value)), value) for name, value in part)


def problem_of(part: Pairs, dimensions: Sequence[Dimension]) -> str:
    """Why values cannot be reported for a part; empty where they can. Each of its dimensions is one of those given, with a value it has."""
    known = {tidy(one.code): one for one in dimensions}
    named: set[str] = set()
    for name, value in part:
        dimension = known.get(tidy(name))
        if dimension is None:
            return _("This indicator is not told apart by “%s”.") % typed.short(name)
        if tidy(name) in named:
            return _("The part names “%s” twice.") % typed.short(name)
        named.add(tidy(name))
        if len(value) > LONGEST or not value.isprintable():
            return _("“%s” cannot be the name of a part.") % typed.short(value)
        values = [str(code) for code, _label in dimension.values]
        if (values and tidy(value) not in map(tidy, values)) or not tidy(value):
            return _("“%(value)s” is no value of %(dimension)s. It has: %(values)s.") % {
                "value": typed.short(value), "dimension": dimension.name, "values": ", ".join(values),
            }  # fmt: skip
    return "" if part else _("The part names nothing.")
