"""The rule tests of the alarms on a month's charges: its limit, a tenth ahead of the pace that ends at it, and where it leads.

Charges of the month so far come every six hours here. Each month has its own pace.
"""

import calendar
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from alarms.model import Context
from alarms.proof_tests import MINUTE, expect, metric_input, rule_test, runs
from alarms.rule_test_file import Expectation, RuleTest
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import exact_usd
from foundation.slo.burn_rate import Severity
from foundation.slo.model import CostObjective

_OK, _ALARM = AlarmState.OK, AlarmState.ALARM
_CHARGES = Metric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=(("Currency", "USD"),))
_HOUR, _QUARTER_DAY = timedelta(hours=1), timedelta(hours=6)
_YEAR = 2026
_AHEAD = Fraction(11, 10)
_JUDGED_FROM_DAY = 4
_STEP = Fraction(1, 1_000)
# As long as CloudWatch looks for a value, and longer: what was told stays.
_NO_WORD = (None,) * 4


def cost_tests(objective: CostObjective, context: Context) -> Iterator[RuleTest]:
    """The tests of the three alarms on a limit of a month's charges."""
    page = _name(objective, Severity.PAGE, "limit", context)
    pace, forecast = (_name(objective, Severity.TICKET, what, context) for what in ("pace", "forecast"))
    yield from _limit(objective, page)
    yield _credit(objective, page)
    for month in range(1, 13):
        yield from _pace(objective, pace, month)
    yield _early_days(objective, pace)
    for month in (2, 3, 4):
        yield from _forecast(objective, forecast, month)
    yield _credit_of_a_day(objective, forecast)


def _limit(objective: CostObjective, name: str) -> Iterator[RuleTest]:
    limit = Fraction(objective.limit_usd)
    for said, most, state in (("a thousandth above", limit * (1 + _STEP), _ALARM), ("exactly at", limit, _OK)):
        yield _test(
            f"{objective.name}: charges {said} {exact_usd(objective.limit_usd)}, and then no word of them",
            datetime(_YEAR, 3, 20, tzinfo=UTC),
            [limit, most, *_NO_WORD],
            [expect(_QUARTER_DAY, {name: _OK}), expect(6 * _QUARTER_DAY, {name: state})],
        )


def _credit(objective: CostObjective, name: str) -> RuleTest:
    """Charges above the limit for a minute are told for a quarter of a day, in which they are the highest."""
    limit = Fraction(objective.limit_usd)
    minutes = _QUARTER_DAY // MINUTE
    return _test(
        f"{objective.name}: charges that are above {exact_usd(objective.limit_usd)} for a minute",
        datetime(_YEAR, 3, 20, tzinfo=UTC),
        [limit * (1 + _STEP), *([limit / 2] * minutes)],
        [expect(_QUARTER_DAY, {name: _ALARM}), expect(_QUARTER_DAY + MINUTE, {name: _OK})],
        interval=MINUTE,
    )


def _credit_of_a_day(objective: CostObjective, name: str) -> RuleTest:
    """The same of what a day leads to, a day long; what falls leads nowhere."""
    limit, day = Fraction(objective.limit_usd), timedelta(days=1)
    minutes = day // MINUTE
    return _test(
        f"{objective.name}: charges that lead beyond {exact_usd(objective.limit_usd)} for a minute",
        datetime(_YEAR, 3, 20, tzinfo=UTC),
        [*([limit / 4] * minutes), limit * (1 + _STEP), *([limit / 4] * minutes)],
        [
            expect(day, {name: _OK}),
            expect(day + MINUTE, {name: _ALARM}),
            expect(2 * day, {name: _ALARM}),
            expect(2 * day + MINUTE, {name: _OK}),
        ],
        interval=MINUTE,
    )


def _pace(objective: CostObjective, name: str, month: int) -> Iterator[RuleTest]:
    """Charges on the fifth day, as they come: those of all hours before."""
    for said, ahead, state in (
        ("less than a tenth", _AHEAD - _STEP, _OK),
        ("more than a tenth", _AHEAD + _STEP, _ALARM),
    ):
        start_at = datetime(_YEAR, month, 5, tzinfo=UTC)
        yield _test(
            f"{objective.name}: charges {said} ahead of the pace on the fifth of {calendar.month_name[month]}",
            start_at,
            [ahead * _pace_at(objective, start_at + number * _QUARTER_DAY) for number in range(2)],
            [expect(_QUARTER_DAY + MINUTE, {name: state})],
        )


def _early_days(objective: CostObjective, name: str) -> RuleTest:
    """Ahead of the pace since the second day, which is of no interest until the fourth."""
    start_at = datetime(_YEAR, 3, _JUDGED_FROM_DAY - 1, tzinfo=UTC)
    charges = [2 * _pace_at(objective, start_at + number * _QUARTER_DAY) for number in range(6)]
    charges += [charges[0] / 4] * 2
    # A quarter of a day is on the day on which it begins.
    judged = timedelta(days=1) + _QUARTER_DAY
    return _test(
        f"{objective.name}: charges at twice the pace from the third day on, which is told on the fourth",
        start_at,
        charges,
        [
            expect(judged - MINUTE, {name: _OK}),
            expect(judged, {name: _ALARM}),
            expect(judged + _QUARTER_DAY + MINUTE, {name: _OK}),
        ],
    )


def _forecast(objective: CostObjective, name: str, month: int) -> Iterator[RuleTest]:
    """A day's charges that lead, if every day until the month's end has as many, just above the limit or just below."""
    start_at = datetime(_YEAR, month, 10, tzinfo=UTC)
    limit = Fraction(objective.limit_usd)
    so_far = limit / 4
    days_left = calendar.monthrange(_YEAR, month)[1] - start_at.day
    for said, where, state in (("below", 1 - _STEP, _OK), ("above", 1 + _STEP, _ALARM)):
        a_day = (where * limit - so_far) / (days_left + 1)
        yield _test(
            f"{objective.name}: a day in {calendar.month_name[month]} that leads to a thousandth {said} "
            f"{exact_usd(objective.limit_usd)}",
            start_at,
            [so_far] * 4 + [so_far + a_day],
            [expect(timedelta(days=1), {name: _OK}), expect(timedelta(days=1) + MINUTE, {name: state})],
        )


def _pace_at(objective: CostObjective, at: datetime) -> Fraction:
    """The limit's share of the month until then."""
    days = calendar.monthrange(at.year, at.month)[1]
    hours = (at - datetime(at.year, at.month, 1, tzinfo=UTC)) // _HOUR
    return Fraction(objective.limit_usd) * Fraction(hours, 24 * days)


def _test(
    name: str,
    start_at: datetime,
    charges: Sequence[Fraction | None],
    expectations: Sequence[Expectation],
    *,
    interval: timedelta = _QUARTER_DAY,
) -> RuleTest:  # fmt: skip
    values = runs(*((math.nan if each is None else float(each), 1) for each in charges))
    return rule_test(
        name,
        [metric_input(_CHARGES, "Maximum", values)],
        expectations,
        interval=interval,
        start_at=start_at,
    )


def _name(objective: CostObjective, severity: Severity, what: str, context: Context) -> str:
    return context.scope.alarm(objective.name, severity.value, what).removeprefix(f"{context.prefix}-")
