"""The rule tests of objectives on slices of time: of those that are judged by their events, and of those by an average.

Slices judged by their events have a budget of bad slices, and pairs as events have; a window is so many slices, to the nearest.
An average that is bad in two slices of three, or for which there is none, pages; one bad slice is a ticket.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import numpy as np

from alarms.budget_spending import Spending, looked_at_every, spendings
from alarms.model import Context
from alarms.proof_tests import MINUTE, average, events, expect, rule_test
from alarms.rule_test_file import Expectation, RuleTest
from foundation.cloudwatch.alarms import MAX_EVALUATION_SECONDS, MAX_EVALUATION_SECONDS_BELOW_AN_HOUR
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.pages.numbers import counted, duration, exact_percent
from foundation.slo.burn_rate import BurnRatePolicy, Severity
from foundation.slo.model import BudgetedObjective, RatioSliceIndicator, SliceIndicator, ThresholdOperator

_OK, _ALARM = AlarmState.OK, AlarmState.ALARM
_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)
_LEAST_EVENTS_COUNT = 100_000
_SILENT_COUNT = 6

# All and bad events of one slice.
_Slice = tuple[float, float]
_SINGLE_FAILURE: _Slice = (1, 1)
_NO_EVENTS: _Slice = (0, 0)
_NOTHING_COUNTED: _Slice = (math.nan, math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A pair of windows in slices: how many there are, and how many must be bad to alarm."""

    objective: BudgetedObjective
    slices: RatioSliceIndicator
    spending: Spending
    name: str

    @property
    def long(self) -> str:
        return f"{self.name}-long"

    @property
    def short(self) -> str:
        return f"{self.name}-short"

    @property
    def long_count(self) -> int:
        return self._slices_in(self.spending.long_minutes)

    @property
    def short_count(self) -> int:
        return self._slices_in(self.spending.short_minutes)

    @property
    def long_bad_count(self) -> int:
        return math.floor(self.spending.rate * self.long_count) + 1

    @property
    def short_bad_count(self) -> int:
        return math.floor(self.spending.rate * self.short_count) + 1

    @property
    def is_looked_at(self) -> bool:
        """An alarm looks back a day at most on slices of less than an hour, and a week on others."""
        most = MAX_EVALUATION_SECONDS if self.slices.slice_length >= _HOUR else MAX_EVALUATION_SECONDS_BELOW_AN_HOUR
        return self.long_count * self.slices.slice_length <= most * _SECOND

    @property
    def title(self) -> str:
        return f"{self.objective.name}, {self.spending.pair.name}"

    @property
    def share(self) -> str:
        window = duration(self.objective.window)
        return f"{exact_percent(self.spending.pair.budget_share_ratio)} of the budget for {window}"

    @property
    def long_window(self) -> str:
        return duration(MINUTE * self.spending.long_minutes)

    def expect(
        self, slices_count: int, states: dict[str, AlarmState], actions: dict[str, NotificationOutcome] | None = None
    ) -> Expectation:
        """What must be true at the end of so many slices."""
        return expect(self.slices.slice_length * slices_count, states, actions or {})

    def rule_test(self, name: str, slices: Sequence[_Slice], expectations: Sequence[Expectation]) -> RuleTest:
        total, bad = (np.array(column, dtype=np.float64) for column in zip(*slices, strict=True))
        inputs = [events(self.objective.name, total, bad)]
        return rule_test(
            name,
            inputs,
            sorted(expectations, key=lambda each: each.after),
            interval=self.slices.slice_length,
        )

    def _slices_in(self, minutes: int) -> int:
        return max(1, round(Fraction(MINUTE * minutes // _SECOND, self.slices.slice_length // _SECOND)))


def ratio_slice_tests(
    objective: BudgetedObjective, slices: RatioSliceIndicator, policy: BurnRatePolicy, context: Context
) -> Iterator[RuleTest]:
    """The tests of every pair of an objective that judges slices by their events; none of a pair that it cannot have."""
    faster = None
    for each in spendings(objective, policy):
        name = _name(objective, each.pair.severity, each.pair.name, context)
        pair = _Pair(objective=objective, slices=slices, spending=each, name=name)
        if pair.is_looked_at:
            yield _bad_slices(pair, faster, policy.suppression_wait)
            yield from _tolerated(pair)
            yield from _whole_slices(pair)
            faster = pair


def _bad_slices(pair: _Pair, faster: _Pair | None, wait: timedelta) -> RuleTest:
    """A bad slice more than the budget's share, one after the other.

    When those have left the long window, as many as the short one alone has too many of, each with a single event.
    """
    tolerated, bad_slice = _around_tolerance(pair.slices)
    long, bad, short, bad_short = pair.long_count, pair.long_bad_count, pair.short_count, pair.short_bad_count
    fires, left, again = long + bad, 2 * long, 2 * long + bad
    recovers = fires + short - bad_short + 1
    slices = [
        *[tolerated] * long,
        *[bad_slice] * (bad - 1),
        # Of the last of several a single event says that it is bad.
        bad_slice if bad == 1 else _SINGLE_FAILURE,
        *[tolerated] * (again - fires),
        *[_SINGLE_FAILURE] * bad_short,
        tolerated,
    ]
    is_held = faster is not None and _is_held_throughout(pair, faster, wait)
    also_long = _OK if bad_short < bad else _ALARM
    return pair.rule_test(
        f"{pair.title}: {counted(bad, 'bad slice')}, more than {pair.share} has in {pair.long_window}",
        slices,
        [
            pair.expect(fires - 1, {pair.long: _OK, pair.name: _OK}),
            pair.expect(
                fires,
                {pair.long: _ALARM, pair.short: _ALARM, pair.name: _ALARM},
                {pair.name: NotificationOutcome.SUPPRESSED} if is_held else {},
            ),
            pair.expect(recovers - 1, {pair.short: _ALARM}),
            pair.expect(recovers, {pair.short: _OK, pair.name: _OK}),
            pair.expect(left, {pair.long: _ALARM}),
            pair.expect(left + 1, {pair.long: _OK, pair.name: _OK}),
            pair.expect(again + bad_short - 1, {pair.short: _OK}),
            pair.expect(again + bad_short, {pair.short: _ALARM, pair.long: also_long, pair.name: also_long}),
        ],
    )


def _is_held_throughout(pair: _Pair, faster: _Pair, wait: timedelta) -> bool:
    """Whether a faster pair tells of so many bad slices, and the slower one is over before it would be told, too."""
    if faster.long_bad_count > pair.long_bad_count:
        return False
    over, faster_over = (
        min(each.short_count - each.short_bad_count, each.long_count - each.long_bad_count) for each in (pair, faster)
    )
    length = pair.slices.slice_length
    # What is looked at every hour may be seen an hour later.
    slack = _HOUR if length >= _HOUR else timedelta(0)
    return (over - faster_over) * length + slack < MINUTE * pair.spending.short_minutes + wait


def _tolerated(pair: _Pair) -> Iterator[RuleTest]:
    """As many bad slices as are tolerated in each window, for ever; all others just tolerated, or without an event."""
    states = {pair.long: _OK, pair.name: _OK}
    long_bad, short_bad = pair.long_bad_count - 1, pair.short_bad_count - 1
    if not long_bad:
        states[pair.short] = _OK
    yield _recurring(pair, "long", pair.long_count, long_bad, states)
    if long_bad:
        yield _recurring(pair, "short", pair.short_count, short_bad, {pair.short: _OK})


def _recurring(pair: _Pair, which: str, window: int, bad: int, states: dict[str, AlarmState]) -> RuleTest:
    tolerated, bad_slice = _around_tolerance(pair.slices)
    others = [tolerated, _NO_EVENTS, tolerated, _NOTHING_COUNTED] * window
    slices = ([bad_slice] * bad + others[: window - bad]) * 2 + [bad_slice] * bad
    # At its end, and at least a few slices.
    slices += others[: max(1, 4 - len(slices))]
    return pair.rule_test(
        f"{pair.title}: {counted(bad, 'bad slice')} of every {window} of the {which} window, for ever",
        slices,
        [pair.expect(len(slices), states)],
    )


def _whole_slices(pair: _Pair) -> Iterator[RuleTest]:
    """Slices that are bad by one event are so only as a whole: not without their last minute, nor with the one after it."""
    minutes, rest = divmod(pair.slices.slice_length, MINUTE)
    if rest or minutes == 1 or looked_at_every(pair.long_count * minutes) > 1:
        return
    tolerated, bad_slice = _around_tolerance(pair.slices)
    a_slice = [bad_slice, *[tolerated] * (minutes - 1)]
    clear: _Slice = (tolerated[0], 0)
    bad, bad_short = pair.long_bad_count, pair.short_bad_count
    minute_by_minute = [*[clear] * minutes, *a_slice * bad, clear]
    total, failing = (np.array(column, dtype=np.float64) for column in zip(*minute_by_minute, strict=True))
    fires, fires_short = MINUTE * minutes * (1 + bad), MINUTE * minutes * (1 + bad_short)
    expectations = [
        expect(fires_short - MINUTE, {pair.short: _OK}),
        expect(fires_short, {pair.short: _ALARM}),
        expect(fires - MINUTE, {pair.long: _OK, pair.name: _OK}),
        expect(fires, {pair.long: _ALARM, pair.name: _ALARM}),
        expect(fires + MINUTE, {pair.long: _OK, pair.name: _OK}),
    ]
    yield rule_test(
        f"{pair.title}: {counted(bad, 'slice')} with one bad event too many, minute by minute",
        [events(pair.objective.name, total, failing)],
        sorted(expectations, key=lambda each: each.after),
    )


def _around_tolerance(slices: RatioSliceIndicator) -> tuple[_Slice, _Slice]:
    """A slice with exactly the share of bad events that is tolerated, and one with an event more."""
    tolerated = Fraction(1 - slices.slice_target_ratio)
    total = tolerated.denominator * math.ceil(Fraction(_LEAST_EVENTS_COUNT, tolerated.denominator))
    most = math.floor(tolerated * total)
    return (total, most), (total, most + 1)


def slice_tests(objective: BudgetedObjective, slices: SliceIndicator, context: Context) -> Iterator[RuleTest]:
    """The tests of the page and the ticket of an objective that judges slices by the average of a metric."""
    page, ticket = (
        _name(objective, severity, what, context)
        for severity, what in ((Severity.PAGE, "failing"), (Severity.TICKET, "failed-once"))
    )
    length, metric = slices.slice_length, slices.samples.metric
    good, bad, _ = _around_threshold(slices)
    yield _two_of_three(objective, slices, page, ticket)
    thirds = [good, good, bad] * 4
    yield rule_test(
        f"{objective.name}: one of every three slices is just bad, for ever",
        average(metric, np.array(thirds)),
        [
            expect(length * 3, {ticket: _ALARM}),
            expect(length * 4, {ticket: _OK}),
            expect(length * len(thirds), {page: _OK}),
        ],
        interval=length,
    )
    yield rule_test(
        f"{objective.name}: three slices that are just bad, and {_SILENT_COUNT} of which nothing is known",
        average(metric, np.array([good, bad, bad, bad, *[math.nan] * _SILENT_COUNT])),
        [
            expect(length * 4, {page: _ALARM, ticket: _ALARM}),
            expect(length * (4 + _SILENT_COUNT), {page: _ALARM if slices.is_silence_bad else _OK}),
        ],
        interval=length,
    )
    just_good = [good] * 12
    yield rule_test(
        f"{objective.name}: slices that are just good, and {_SILENT_COUNT} of which nothing is known",
        average(metric, np.array([*just_good, *[math.nan] * _SILENT_COUNT])),
        [expect(length * (len(just_good) + _SILENT_COUNT), {ticket: _OK})],
        interval=length,
    )


def _two_of_three(objective: BudgetedObjective, slices: SliceIndicator, page: str, ticket: str) -> RuleTest:
    """Two of three slices are bad, just so, and only as a whole: a minute of a good one makes a slice good.

    Then another is, and of those after it nothing is known.
    """
    length = slices.slice_length
    minutes, rest = divmod(length, MINUTE)
    is_by_minutes = not rest and minutes > 1
    values_count = minutes if is_by_minutes else 1
    _, bad, very_good = _around_threshold(slices, mixed_with_count=values_count)
    sequence = [very_good] * 3 + [bad, very_good, bad] + [very_good] * 3 + [bad] + [math.nan] * _SILENT_COUNT
    of_a_minute = [
        expect(length * 4 - MINUTE, {ticket: _OK}),
        expect(length * 4 + MINUTE, {ticket: _OK}),
        expect(length * 6 - MINUTE, {page: _OK}),
        expect(length * 6 + MINUTE, {page: _OK}),
    ]
    expectations = [
        expect(length * 3, {page: _OK, ticket: _OK}),
        expect(length * 4, {page: _OK, ticket: _ALARM}),
        expect(length * 5, {page: _OK, ticket: _OK}),
        expect(length * 6, {page: _ALARM, ticket: _ALARM}),
        expect(length * 7, {page: _OK, ticket: _OK}),
        expect(length * 10, {page: _OK, ticket: _ALARM}),
        expect(length * (10 + _SILENT_COUNT), {page: _ALARM if slices.is_silence_bad else _OK, ticket: _ALARM}),
        *(of_a_minute if is_by_minutes and looked_at_every(3 * minutes) == 1 else ()),
    ]
    return rule_test(
        f"{objective.name}: two bad slices of three, and a bad one before {_SILENT_COUNT} of which nothing is known",
        average(slices.samples.metric, np.repeat(sequence, values_count)),
        sorted(expectations, key=lambda each: each.after),
        interval=length / values_count,
    )


def _around_threshold(slices: SliceIndicator, *, mixed_with_count: int = 1) -> tuple[float, float, float]:
    """An average that is just good, one that is just bad, and one so good that among so many bad ones it outweighs them."""
    at = float(slices.threshold)
    step = abs(at) / 10_000 or 0.001
    match slices.comparison:
        case ThresholdOperator.LESS_THAN:
            return at - step, at if mixed_with_count == 1 else at + step, at - 2 * mixed_with_count * step
        case ThresholdOperator.AT_MOST:
            return at, at + step, at - 2 * mixed_with_count * step
        case ThresholdOperator.MORE_THAN:
            return at + step, at if mixed_with_count == 1 else at - step, at + 2 * mixed_with_count * step
        case ThresholdOperator.AT_LEAST:
            return at, at - step, at + 2 * mixed_with_count * step


def _name(objective: BudgetedObjective, severity: Severity, what: str, context: Context) -> str:
    return context.scope.alarm(objective.name, severity.value, what).removeprefix(f"{context.prefix}-")
