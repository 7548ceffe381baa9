"""The measurements of an indicator as they were recorded: baselines, targets, actuals, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from migov.exchange.iati.registers import Registers
from migov.site.demo.shapes import BaselineRow, CorrectionRow, PartRow, PeriodRow, PlaceRow
from migov.site.demo.timeline import moment
from migov.work.results.models import Indicator, Measurement, MeasurementKind, Period


class Values:
    """Makes measurements. `now`: nothing that was recorded later is made."""

    def __init__(self, registers: Registers, places: dict[str, int], now: datetime) -> None:
        self._registers, self._places, self._now = registers, places, now

    def baseline(self, indicator: Indicator, row: BaselineRow, entered: datetime) -> Measurement | None:
        """The baseline, recorded when the project was entered or on its own day where that is later; None before that day."""
        recorded = max(entered, moment(row.date))
        if recorded > self._now:
            return None
        return Measurement(
            indicator=indicator, kind=MeasurementKind.BASELINE, value=row.value, year=row.date.year, date=row.date,
            comment=row.note, recorded_at=recorded,
        )  # fmt: skip

    def target(self, indicator: Indicator, period: Period, row: PeriodRow, entered: datetime) -> Measurement | None:
        """The target; it carries the comment where there is no actual to carry it."""
        if row.target is None:
            return None
        comment = row.comment if row.actual is None else ""
        return Measurement(
            indicator=indicator, period=period, kind=MeasurementKind.TARGET, value=row.target, comment=comment,
            recorded_at=entered,
        )  # fmt: skip

    def actuals(self, indicator: Indicator, period: Period, row: PeriodRow) -> Iterator[Measurement]:
        """The actual as first reported with what it is made of and, where it was corrected, all of it again as it stands since."""
        if row.actual is None or row.reported is None or (reported := moment(row.reported)) > self._now:
            return
        corrected = self.correction(row)
        replaced = moment(corrected.reported) if corrected else None
        first = (row.actual, row.comment, row.parts, row.places)
        yield from self._reported(indicator, period, *first, recorded=reported, superseded=replaced)
        if corrected and replaced:
            comment = " ".join(filter(None, (row.comment, f"Corrected: {corrected.note}.")))
            second = (corrected.actual, comment, corrected.parts, corrected.places)
            yield from self._reported(indicator, period, *second, recorded=replaced, superseded=None)

    def correction(self, row: PeriodRow) -> CorrectionRow | None:
        """The correction of an actual, where there is one by now."""
        return row.corrected if row.corrected and moment(row.corrected.reported) <= self._now else None

    def _reported(
        self,
        indicator: Indicator,
        period: Period,
        value: Decimal,
        comment: str,
        parts: tuple[PartRow, ...],
        places: tuple[PlaceRow, ...],
        *,
        recorded: datetime,
        superseded: datetime | None,
    ) -> Iterator[Measurement]:
        def measured(value: Decimal, order: int) -> Measurement:
            return Measurement(
                indicator=indicator, period=period, kind=MeasurementKind.ACTUAL, value=value, order=order,
                recorded_at=recorded, superseded_at=superseded,
            )  # fmt: skip

        whole = measured(value, 0)
        whole.comment = comment
        yield whole
        for order, part in enumerate(parts, start=1):
            row = measured(part.value, order)
            row.slice_id = self._slice(part)
            yield row
        for order, place in enumerate(places, start=1 + len(parts)):
            row = measured(place.value, order)
            row.place_id = self._places[place.code]
            yield row

    def _slice(self, part: PartRow) -> int:
        pairs = (("sex", part.sex), ("age", part.age)) if part.age else (("sex", part.sex),)
        key, _ = self._registers.slice(pairs)
        return key
