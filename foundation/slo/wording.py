"""An objective in words: what it promises, what makes an event bad, and how many are too many.

It is the one place where the numbers of an objective are put into a text: descriptions of alarms, lists, tables and panels take
theirs from here, so that none of them can say what the objective no longer says. Its title is a name and has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal
from types import MappingProxyType
from typing import assert_never

from foundation.cloudwatch.known_metrics import known_metrics
from foundation.cloudwatch.metrics import Metric
from foundation.pages.numbers import duration, exact, exact_percent, exact_usd
from foundation.slo.model import (
    AllOfIndicator,
    BudgetedObjective,
    CostObjective,
    EveryEventObjective,
    Indicator,
    MetricSamples,
    Objective,
    RatioIndicator,
    RatioSliceIndicator,
    SliceIndicator,
    Source,
    StackOperations,
    ThresholdIndicator,
    ThresholdOperator,
    TracesMatching,
)
from foundation.slo.signals import SignalKind, signal_of

# A description of an alarm holds the names of two metrics, and each may have 255 characters twice.
_MOST_NAME_CHARACTERS = 80
_TEN_SECONDS_MS = 10_000
# As many digits of a threshold as anybody reads; the alarm has them all.
_SHOWN = Context(prec=4)
_UNITS: Mapping[str, str] = MappingProxyType(
    {"Milliseconds": " ms", "Seconds": " s", "Microseconds": " µs", "Percent": " %", "Bytes": " bytes"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """What the events of an indicator are called, and after that word what good ones are and what bad ones did.

    API requests / under 800 ms / took 800 ms or longer.
    """

    events: str
    good: str
    bad: str


def words_of(indicator: Indicator) -> tuple[EventWords, ...]:
    """The words of an indicator's events: one of each of its parts, in their order."""
    match indicator:
        case ThresholdIndicator():
            return (_of_threshold(indicator),)
        case AllOfIndicator():
            return tuple(_of_threshold(part.indicator) for part in indicator.parts)
        case RatioIndicator():
            return (_of_ratio(indicator),)
        case SliceIndicator():
            return (_of_slices(indicator),)
        case RatioSliceIndicator():
            of = _of_ratio(indicator.events)
            bad_percent = share(indicator.tolerated_bad_ratio)
            return (
                EventWords(
                    events=_slices(indicator.slice_length),
                    good=f"in which at most {bad_percent} of {of.events} {of.bad}",
                    bad=f"had more than {bad_percent} of {of.events} that {of.bad}",
                ),
            )
        case _:
            assert_never(indicator)


def promise(objective: Objective) -> str:
    """What an objective promises: 99 % of API requests under 800 ms over 28 d."""
    match objective:
        case BudgetedObjective():
            good = " and ".join(f"{each.events} {each.good}" for each in words_of(objective.indicator))
            return f"{exact_percent(objective.target_ratio)} of {good} over {duration(objective.window)}"
        case EveryEventObjective():
            (words,) = words_of(objective.indicator)
            return f"100 % of {words.events} {words.good} over {duration(objective.window)}"
        case CostObjective():
            return f"under {exact_usd(objective.limit_usd)} in a calendar month"
        case _:
            assert_never(objective)


def good_share(objective: Objective) -> str:
    """How much must be good, without the window: 99.9 % without a server fault. A load of minutes shows no more."""
    match objective:
        case BudgetedObjective():
            good = " and ".join(each.good for each in words_of(objective.indicator))
            return f"{exact_percent(objective.target_ratio)} {good}"
        case EveryEventObjective():
            (words,) = words_of(objective.indicator)
            return f"100 % {words.good}"
        case CostObjective():
            return f"under {exact_usd(objective.limit_usd)} a month"
        case _:
            assert_never(objective)


def target(objective: Objective) -> str:
    """The same with its window, as a table has it: 99 % under 800 ms over 28 d."""
    said = good_share(objective)
    return said if isinstance(objective, CostObjective) else f"{said} over {duration(objective.window)}"


def more_bad_than(indicator: Indicator, bad_ratio: Decimal) -> str:
    """A share of bad events that is too much: More than 14.4 % of API requests took 800 ms or longer.

    Of several parts the shares are added up, as metrics alone can tell no more.
    """
    words = words_of(indicator)
    if len(words) == 1:
        return f"More than {share(bad_ratio)} of {words[0].events} {words[0].bad}"
    each = " and of ".join(f"{one.events} that {one.bad}" for one in words)
    return f"The shares of {each} add up to more than {share(bad_ratio)}"


def bad_events(indicator: Indicator) -> str:
    """What bad events did: API requests took 800 ms or longer."""
    return " or ".join(f"{each.events} {each.bad}" for each in words_of(indicator))


def bad_events_named(indicator: Indicator) -> str:
    """What bad events are: API requests that took 800 ms or longer."""
    return " or ".join(f"{each.events} that {each.bad}" for each in words_of(indicator))


def counted_events(indicator: Indicator) -> tuple[str, ...]:
    """What is counted of an indicator, or of each of its parts; of slices that are judged by their events these events."""
    of = indicator.events if isinstance(indicator, RatioSliceIndicator) else indicator
    return tuple(each.events for each in words_of(of))


def share(ratio: Decimal) -> str:
    """A share, in percent and to four digits."""
    return exact_percent(_SHOWN.plus(ratio))


def amount(value: Decimal, metric: Metric) -> str:
    """A value of a metric with its unit, where it is known: 800 ms, 60 s."""
    known = known_metrics().get((metric.namespace, metric.name), ())
    unit = known[0].unit if known else ""
    if unit == "Milliseconds" and value >= _TEN_SECONDS_MS and value % 1_000 == 0:
        return f"{exact(value / 1_000)} s"
    return f"{exact(value)}{_UNITS.get(unit, '')}"


def metric_name(metric: Metric) -> str:
    """A metric without its dimensions; what is too long for a sentence ends with an ellipsis."""
    whole = f"{metric.namespace} {metric.name}"
    return whole if len(whole) <= _MOST_NAME_CHARACTERS else f"{whole[: _MOST_NAME_CHARACTERS - 1]}…"


def _is_of_canaries(indicator: SliceIndicator) -> bool:
    """Whether a slice is good only when every run of a canary in it succeeded."""
    is_every = (indicator.comparison, indicator.threshold) == (ThresholdOperator.AT_LEAST, Decimal(100))
    return is_every and signal_of(indicator).kind is SignalKind.CANARY_SUCCESS


def _of_threshold(indicator: ThresholdIndicator) -> EventWords:
    metric = indicator.samples.metric
    limit = amount(indicator.threshold, metric)
    match signal_of(indicator).kind:
        case SignalKind.API_LATENCY:
            return _timed("API requests", indicator.comparison, limit)
        case SignalKind.AGENT_FIRST_TOKEN:
            return _timed("first tokens of agents", indicator.comparison, limit)
        case SignalKind.AGENT_TURN:
            return _timed("agent turns", indicator.comparison, limit)
        case _:
            good, bad = _compared(indicator.comparison, limit)
            return EventWords(events=f"samples of {metric_name(metric)}", good=good, bad=f"were {bad}")


def _timed(events: str, comparison: ThresholdOperator, limit: str) -> EventWords:
    match comparison:
        case ThresholdOperator.LESS_THAN:
            return EventWords(events=events, good=f"under {limit}", bad=f"took {limit} or longer")
        case ThresholdOperator.AT_MOST:
            return EventWords(events=events, good=f"of {limit} at most", bad=f"took longer than {limit}")
        case ThresholdOperator.MORE_THAN:
            return EventWords(events=events, good=f"over {limit}", bad=f"took {limit} or less")
        case ThresholdOperator.AT_LEAST:
            return EventWords(events=events, good=f"of {limit} at least", bad=f"took less than {limit}")
        case _:
            assert_never(comparison)


def _compared(comparison: ThresholdOperator, limit: str) -> tuple[str, str]:
    """What a good value is, and what a bad one."""
    match comparison:
        case ThresholdOperator.LESS_THAN:
            return f"below {limit}", f"{limit} or more"
        case ThresholdOperator.AT_MOST:
            return f"of {limit} at most", f"above {limit}"
        case ThresholdOperator.MORE_THAN:
            return f"above {limit}", f"{limit} or less"
        case ThresholdOperator.AT_LEAST:
            return f"of {limit} at least", f"below {limit}"
        case _:
            assert_never(comparison)


def _of_ratio(indicator: RatioIndicator) -> EventWords:
    match signal_of(indicator).kind:
        case SignalKind.API_FAULTS:
            return EventWords(
                events="API requests", good="without a server fault", bad="failed with a server fault"
            )  # fmt: skip
        case SignalKind.STACK_OPERATIONS:
            return EventWords(
                events="stack operations", good="without failure or rollback", bad="failed or were rolled back"
            )
        case _:
            bad = _source(indicator.bad)
            return EventWords(
                events=f"events of {_source(indicator.total)}", good=f"that are not in {bad}", bad=f"were in {bad}"
            )


def _source(source: Source) -> str:
    match source:
        case MetricSamples(metric=metric):
            return metric_name(metric)
        case TracesMatching(group_name=name):
            return f"the X-Ray group {name}"
        case StackOperations(failed_only=failed_only):
            return "failed stack operations" if failed_only else "stack operations"
        case _:
            assert_never(source)


def _of_slices(indicator: SliceIndicator) -> EventWords:
    metric, events = indicator.samples.metric, _slices(indicator.slice_length)
    if _is_of_canaries(indicator):
        return EventWords(events=events, good="without a failed canary run", bad="had a failed canary run")
    good, bad = _compared(indicator.comparison, amount(indicator.threshold, metric))
    average = f"{metric_name(metric)} on average"
    return EventWords(events=events, good=f"with {average} {good}", bad=f"had {average} {bad}")


def _slices(length: timedelta) -> str:
    return f"slices of {duration(length)}"
