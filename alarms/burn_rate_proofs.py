"""The rule tests that prove the burn-rate pairs of an objective whose events are counted, for any target, window and policy.

Each pair has an outage that spends its share of the budget and one event more, and the rate that spends exactly its share, for
ever. A slower pair has two more: it waits for the faster one, and it is silent until that one's outage is over for it, too.
Several parts of an objective share the bad events, so that none of them can be left out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import count as counting
from itertools import pairwise

import numpy as np

from alarms.budget_spending import Spending, looked_at_every, spendings
from alarms.model import Context
from alarms.proof_tests import MINUTE, events, expect, rule_test, runs
from alarms.rule_test_file import EventsInput, RuleTest
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.series import Values
from foundation.cloudwatch.suppression import NotificationOutcome
from foundation.pages import numbers
from foundation.pages.numbers import duration, exact_percent
from foundation.slo.burn_rate import BurnRatePolicy
from foundation.slo.model import AllOfIndicator, BudgetedObjective, RatioIndicator

_OK, _ALARM = AlarmState.OK, AlarmState.ALARM
_PENDING, _NOTIFIED = NotificationOutcome.PENDING, NotificationOutcome.NOTIFIED
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A pair's spending with the names of its alarms."""

    objective: BudgetedObjective
    spending: Spending
    name: str

    @property
    def long(self) -> str:
        return f"{self.name}-long"

    @property
    def short(self) -> str:
        return f"{self.name}-short"

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

    @property
    def looked_at_every(self) -> int:
        return looked_at_every(self.spending.long_minutes)


def burn_rate_tests(objective: BudgetedObjective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    """The tests of every pair of an objective whose events, and not slices of them, are judged."""
    pairs = [
        _Pair(
            objective=objective,
            spending=each,
            name=_alarm_name(objective, each, context),
        )
        for each in spendings(objective, policy)
    ]
    for pair in pairs:
        yield _outage(pair)
        yield _for_ever(pair)
        yield from _too_few(pair)
    for faster, pair in pairwise(pairs):
        between = _rate_between(pair, faster)
        if between is not None:
            yield _waits(pair, faster, between, policy.suppression_wait)
            yield _held_back(pair, faster, between, policy.suppression_wait)


def parts_of(objective: BudgetedObjective) -> tuple[str | None, ...]:
    """What the parts of an objective are called; None for the only one."""
    indicator = objective.indicator
    return tuple(part.name for part in indicator.parts) if isinstance(indicator, AllOfIndicator) else (None,)


def shared_events(objective: BudgetedObjective, total: Values, bad: Values) -> list[EventsInput]:
    """Events that every part counts; each has its share of the bad ones, and the first what is left over."""
    parts = parts_of(objective)
    share = np.floor(bad / len(parts))
    rest = bad - share * (len(parts) - 1)
    return [
        events(objective.name, total, share if number else rest, part) for number, part in enumerate(parts)
    ]  # fmt: skip


def events_of_part(objective: BudgetedObjective, part: str | None, total: Values, bad: Values) -> list[EventsInput]:
    """Events that one part counts, while nothing is counted of the others."""
    silence = np.full(total.size, math.nan)
    return [
        events(objective.name, total, bad, each) if each == part else events(objective.name, silence, silence, each)
        for each in parts_of(objective)
    ]


def next_look(minute: int, every: int) -> int:
    """The first look at or after a minute."""
    return -(-minute // every) * every


def _alarm_name(objective: BudgetedObjective, spending: Spending, context: Context) -> str:
    whole = context.scope.alarm(objective.name, spending.pair.severity.value, spending.pair.name)
    return whole.removeprefix(f"{context.prefix}-")


def _outage(pair: _Pair) -> RuleTest:
    """The share of the budget and one event, in an outage whose last minutes are when the long window is looked at.

    Then, long afterwards, what the short window alone has too many of. An outage begins so that its window ends when it is
    looked at: a window that is a minute shorter has lost its first minute by then, and in one that is longer it is too little.
    """
    spending, every = pair.spending, pair.looked_at_every
    steady = spending.steady_events_a_minute
    most = spending.tolerated_bad_count(steady, spending.long_minutes)
    most_short = spending.tolerated_bad_count(steady, spending.short_minutes)
    last = _total_outage(most_short + 1, steady)
    first = _total_outage(most - most_short, steady)
    began = next_look(2 * spending.long_minutes, every) - spending.long_minutes
    fires = next_look(began + first.size + last.size, every)
    left = began + spending.long_minutes
    expectations = [
        expect(MINUTE * (fires - every), {pair.long: _OK, pair.name: _OK}),
        expect(MINUTE * fires, {pair.long: _ALARM, pair.short: _ALARM, pair.name: _ALARM}),
    ]
    if fires + spending.short_minutes < left:
        recovered = fires + next_look(spending.short_minutes, looked_at_every(spending.short_minutes))
        expectations.append(expect(MINUTE * recovered, {pair.short: _OK, pair.name: _OK}))
    expectations.append(expect(MINUTE * left, {pair.long: _ALARM}))
    expectations.append(expect(MINUTE * (left + every), {pair.long: _OK, pair.name: _OK}))
    pieces = [(began, first), (fires - last.size, last)]
    end = left + every
    if most_short < most:
        every_short = looked_at_every(spending.short_minutes)
        after = max(end, fires + spending.long_minutes) + spending.short_minutes
        left_short = next_look(after + every_short, every_short)
        began_short = left_short - spending.short_minutes
        fires_short = next_look(began_short + last.size, every_short)
        end = left_short + every_short
        pieces.append((began_short, last))
        expectations += [
            expect(MINUTE * (fires_short - every_short), {pair.short: _OK}),
            expect(MINUTE * fires_short, {pair.short: _ALARM, pair.long: _OK, pair.name: _OK}),
            expect(MINUTE * left_short, {pair.short: _ALARM}),
            expect(MINUTE * end, {pair.short: _OK, pair.long: _OK, pair.name: _OK}),
        ]
    bad = np.zeros(end)
    for at, piece in pieces:
        bad[at : at + piece.size] = piece
    total = runs((steady, end))
    return rule_test(
        f"{pair.title}: an outage that spends {pair.share}, and one event more, within {pair.long_window}",
        shared_events(pair.objective, total, bad),
        sorted(expectations, key=lambda each: each.after),
    )


def _for_ever(pair: _Pair) -> RuleTest:
    spending = pair.spending
    steady, end = spending.steady_events_a_minute, spending.long_minutes + pair.looked_at_every
    most = spending.tolerated_bad_count(steady, 1)
    # A percentile's percentage is no exact number, so that a share of samples is never exactly at a rate.
    if not isinstance(pair.objective.indicator, RatioIndicator):
        most -= 1
    return rule_test(
        f"{pair.title}: the rate that spends {pair.share} in {pair.long_window}, for ever",
        shared_events(pair.objective, runs((steady, end)), runs((most, end))),
        [expect(MINUTE * end, {pair.long: _OK, pair.short: _OK, pair.name: _OK})],
    )


def _too_few(pair: _Pair) -> Iterator[RuleTest]:
    """As many failures as there are events, and yet too few to say anything; with one more it is an outage."""
    spending, every = pair.spending, pair.looked_at_every
    few = spending.too_few_events_count
    # The second look is at both as long as the short window reaches back to the first.
    more, again = (
        (1, 2 * every) if spending.short_minutes > every else (few + 1, next_look(spending.long_minutes + every, every))
    )
    counted = runs((0, every - 1), (few, 1), (0, again - every - 1), (more, 1))
    for part in parts_of(pair.objective):
        of = "" if part is None else f" of {part}"
        yield rule_test(
            f"{pair.title}: {numbers.count(few)} events{of} that all fail are too few, and one more is an outage",
            events_of_part(pair.objective, part, counted, counted),
            [
                expect(MINUTE * every, {pair.long: _OK, pair.short: _OK, pair.name: _OK}),
                expect(MINUTE * again, {pair.long: _ALARM, pair.short: _ALARM, pair.name: _ALARM}),
            ],
        )


def _rate_between(pair: _Pair, faster: _Pair) -> int | None:
    """Bad events a minute, halfway between the rates of two pairs; None where there is nothing between them."""
    steady = _steady(pair, faster)
    between = math.floor((pair.spending.rate + faster.spending.rate) / 2 * steady)
    is_between = pair.spending.rate * steady < between < faster.spending.rate * steady
    return between if is_between else None


def _waits(pair: _Pair, faster: _Pair, between: int, wait: timedelta) -> RuleTest:
    fires = MINUTE * max(pair.looked_at_every, faster.looked_at_every)
    end = next_look(math.ceil((fires + wait) / MINUTE), looked_at_every(pair.spending.short_minutes))
    pending = [expect(fires + wait - _SECOND, {}, {pair.name: _PENDING})] if wait else []
    return rule_test(
        f"{pair.title}: a rate that is too low for {faster.spending.pair.name} notifies after {duration(wait)}",
        shared_events(pair.objective, runs((_steady(pair, faster), end)), runs((between, end))),
        [*pending, expect(MINUTE * end, {pair.name: _ALARM, faster.name: _OK}, {pair.name: _NOTIFIED})],
    )


def _held_back(pair: _Pair, faster: _Pair, between: int, wait: timedelta) -> RuleTest:
    """An outage of which the faster pair tells, and after it a rate that is the slower one's business only.

    Nobody is told again until the slower pair's own short window could have recovered from the outage.
    """
    steady = _steady(pair, faster)
    outage = max(pair.looked_at_every, faster.looked_at_every)
    every = looked_at_every(faster.spending.short_minutes)
    short_minutes, rate = faster.spending.short_minutes, faster.spending.rate

    def burns_as_fast(at: int) -> bool:
        """Whether the faster pair's short window does, at a minute after the outage."""
        minutes = min(at, short_minutes)
        failing = max(0, minutes - (at - outage))
        return Fraction(failing * steady + (minutes - failing) * between, minutes * steady) > rate

    recovers = next(at for at in counting(outage, every) if not burns_as_fast(at))
    told = MINUTE * (recovers + pair.spending.short_minutes) + wait
    end = next_look(math.ceil(told / MINUTE), looked_at_every(pair.spending.short_minutes))
    name = faster.spending.pair.name
    held = [expect(MINUTE * (recovers - every), {faster.name: _ALARM})] if recovers > outage + every else []
    return rule_test(
        f"{pair.title}: an outage that {name} tells of is told again {duration(told - MINUTE * recovers)} after {name} is over",
        shared_events(pair.objective, runs((steady, end)), runs((steady, outage), (between, end - outage))),
        [
            expect(MINUTE * outage, {pair.name: _ALARM, faster.name: _ALARM}, {pair.name: _PENDING}),
            *held,
            expect(MINUTE * recovers, {faster.name: _OK}),
            expect(told - _SECOND, {pair.name: _ALARM}, {pair.name: _PENDING}),
            expect(MINUTE * end, {pair.name: _ALARM}, {pair.name: _NOTIFIED}),
        ],
    )


def _steady(*pairs: _Pair) -> int:
    return max(pair.spending.steady_events_a_minute for pair in pairs)


def _total_outage(bad_count: int, steady: int) -> Values:
    """So many bad events: minutes of which every event is one, and what is left over in the last."""
    whole, rest = divmod(bad_count, steady)
    return runs((steady, whole), (rest, 1 if rest else 0))
