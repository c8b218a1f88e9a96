"""One series of a statistic from what is recorded of it in periods of several lengths: gaps of the longer from the shorter.

CloudWatch keeps short periods for a short time, so that one recording may hold the newest time in minutes and what is older in
hours. The same events give the same numbers however they are tiered, wherever both are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foundation.cloudwatch.metrics import MetricStat
from foundation.cloudwatch.rollup import combine, parts_of
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.whole_periods import whole_periods
from foundation.readings import Known


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tier:
    """The statistics that the wanted one is made of, in periods of one length, and the time that they are known of."""

    period_seconds: int
    parts: tuple[Values, ...]
    known: Known

    def of(self, stat: MetricStat) -> Values:
        """The wanted statistic of its own, longer periods."""
        width = stat.period_seconds // self.period_seconds
        return combine(stat.statistic, self.parts, width=width, stride=width)


def put_together(
    stat: MetricStat, start: int, *, exact: tuple[Values, Known] | None, tiers: Sequence[Tier]
) -> Values | None:
    """The statistic from `start` on, in seconds since 1970; None from nothing.

    `exact` is what is recorded of it itself, if it does not add up; `tiers` are those that it follows from, from short periods
    to long ones.
    """
    found: list[tuple[Values, Known]] = []
    joined: Tier | None = None
    for tier in tiers:
        if joined is not None and tier.period_seconds % joined.period_seconds:
            # Neither is made of the other: each is worked out by itself.
            found.insert(0, (joined.of(stat), joined.known))
            joined = None
        joined = tier if joined is None else _joined(stat, start, joined, tier)
    if joined is not None:
        found.insert(0, (joined.of(stat), joined.known))
    if exact is not None:
        found.insert(0, exact)
    if not found:
        return None
    (values, known), *others = found
    for more, held in others:
        values, known = _filled(start, stat.period_seconds, values, known, more, held), known | held
    return values


def _joined(stat: MetricStat, start: int, shorter: Tier, longer: Tier) -> Tier:
    """A tier with its gaps filled from one of shorter periods, before both become still longer ones."""
    width = longer.period_seconds // shorter.period_seconds
    parts = tuple(
        _filled(
            start,
            longer.period_seconds,
            own,
            longer.known,
            combine(name, [part], width=width, stride=width),
            shorter.known,
        )
        for name, own, part in zip(parts_of(stat.statistic) or (), longer.parts, shorter.parts, strict=True)
    )
    return Tier(period_seconds=longer.period_seconds, parts=parts, known=longer.known | shorter.known)


def _filled(start: int, period: int, values: Values, known: Known, more: Values, held: Known) -> Values:
    """What is there, and more of it in gaps, and where that knows all of a period that is cut off here."""
    is_cut = whole_periods(held, start, period, values.size) & ~whole_periods(known, start, period, values.size)
    return np.where((np.isnan(values) | is_cut) & ~np.isnan(more), more, values)
