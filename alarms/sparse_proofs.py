"""The rule tests of what an objective has beside its pairs: a ticket on failures with little traffic, and one on silence.

With few events no pair says anything, so that a policy's number of failures within the longest window of a page is a ticket, as
long as the events are too few for that pair. An hour in which nothing is counted is a ticket for each part.
"""

import math
from collections.abc import Iterator

import numpy as np

from alarms.budget_spending import Spending, looked_at_every, spendings
from alarms.burn_rate_proofs import events_of_part, next_look, parts_of
from alarms.model import Context
from alarms.proof_tests import MINUTE, events, expect, rule_test, runs
from alarms.rule_test_file import RuleTest
from foundation.cloudwatch.evaluation import AlarmState
from foundation.pages.numbers import count, duration
from foundation.slo.burn_rate import LOW_TRAFFIC, NO_DATA, BurnRatePolicy, Severity
from foundation.slo.model import BudgetedObjective

_OK, _ALARM = AlarmState.OK, AlarmState.ALARM
_SILENT_MINUTES = 60
# Where there is no value at all, CloudWatch looks for one two quarters of an hour further back.
_NO_WORD_MINUTES = 90


def low_traffic_tests(objective: BudgetedObjective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    """The tests of the ticket on failures among few events; none where no pair pages, or the policy excludes it."""
    pages = [each for each in spendings(objective, policy) if each.pair.severity is Severity.PAGE]
    if not pages or policy.excludes(objective.name, LOW_TRAFFIC):
        return
    slowest, failing = pages[-1], policy.low_traffic_failure_count
    name = _short_name(objective, LOW_TRAFFIC, context)
    for part in parts_of(objective):
        # Where so few events cannot hold so many failures, the ticket cannot be sent, and nothing shows it in ALARM.
        if slowest.too_few_events_count >= failing:
            yield _few_fail(objective, part, name, slowest, failing)
        yield _fewer_fail(objective, part, name, slowest, failing)


def _few_fail(
    objective: BudgetedObjective, part: str | None, name: str, slowest: Spending, failing: int
) -> RuleTest:  # fmt: skip
    """The first failure is at the window's first minute and the last at its last, among the most events that are too few.

    That is over with the next minute, and is still over when all of it lies a window back.
    """
    window, every = slowest.long_minutes, looked_at_every(slowest.long_minutes)
    fires = next_look(window + every, every)
    began, over = fires - window, fires + every
    end = over + next_look(window, every)
    bad, total = np.zeros(end), np.zeros(end)
    bad[began] += 1
    bad[fires - 1] += failing - 1
    total[began] += 1
    total[fires - 1] += slowest.too_few_events_count - 1
    return rule_test(
        f"{objective.name}, few events: {failing} failures{_of(part)} of {count(slowest.too_few_events_count)} events "
        f"in {duration(MINUTE * window)}",
        events_of_part(objective, part, total, bad),
        [
            expect(MINUTE * (fires - every), {name: _OK}),
            expect(MINUTE * fires, {name: _ALARM}),
            expect(MINUTE * over, {name: _OK}),
            expect(MINUTE * end, {name: _OK}),
        ],
    )


def _fewer_fail(
    objective: BudgetedObjective, part: str | None, name: str, slowest: Spending, failing: int
) -> RuleTest:  # fmt: skip
    """A failure less, for ever; then all of so many events that the pairs are to be asked, and nobody else; and then silence."""
    window, every = slowest.long_minutes, looked_at_every(slowest.long_minutes)
    enough = slowest.too_few_events_count + 1
    few = slowest.too_few_events_count
    gap = next_look(window, every)
    total = runs((0, every - 1), (few, 1), (0, gap), (enough, 1), (0, gap), (math.nan, gap))
    bad = runs((0, every - 1), (min(failing - 1, few), 1), (0, gap), (enough, 1), (0, gap), (math.nan, gap))
    return rule_test(
        f"{objective.name}, few events: {failing - 1} failures{_of(part)}, or {count(enough)} events that all fail",
        events_of_part(objective, part, total, bad),
        [expect(MINUTE * total.size, {name: _OK})],
    )


def no_data_tests(objective: BudgetedObjective, policy: BurnRatePolicy, context: Context) -> Iterator[RuleTest]:
    """The tests of the tickets on silence, one of each part."""
    if policy.excludes(objective.name, NO_DATA):
        return
    for part in parts_of(objective):
        of_part = () if part is None else (part,)
        name = _short_name(objective, NO_DATA, context, *of_part)
        silent = runs((1, 60), (0, _SILENT_MINUTES), (1, 60), (math.nan, _NO_WORD_MINUTES), (1, 1))
        no_word_at = 120 + _SILENT_MINUTES
        yield rule_test(
            f"{objective.name}, silence: nothing is counted{_of(part)} for {duration(MINUTE * _SILENT_MINUTES)}, "
            f"or not even that for {duration(MINUTE * _NO_WORD_MINUTES)}",
            [events(objective.name, silent, np.zeros(silent.size), part)],
            [
                expect(MINUTE * (60 + _SILENT_MINUTES - 1), {name: _OK}),
                expect(MINUTE * (60 + _SILENT_MINUTES), {name: _ALARM}),
                expect(MINUTE * (no_word_at + _NO_WORD_MINUTES - 1), {name: _OK}),
                expect(MINUTE * (no_word_at + _NO_WORD_MINUTES), {name: _ALARM}),
                expect(MINUTE * silent.size, {name: _OK}),
            ],
        )
        rare = np.full(6 * _SILENT_MINUTES, math.nan)
        rare[::_SILENT_MINUTES] = 1
        yield rule_test(
            f"{objective.name}, silence: one event{_of(part)} in {duration(MINUTE * _SILENT_MINUTES)}, for ever",
            [events(objective.name, rare, np.zeros(rare.size), part)],
            [expect(MINUTE * rare.size, {name: _OK})],
        )


def _of(part: str | None) -> str:
    return "" if part is None else f" of {part}"


def _short_name(objective: BudgetedObjective, what: str, context: Context, *of_part: str) -> str:
    whole = context.scope.alarm(objective.name, Severity.TICKET.value, what, *of_part)
    return whole.removeprefix(f"{context.prefix}-")
