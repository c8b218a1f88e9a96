"""Evaluates the metric alarms that are deployed on an emulator, as CloudWatch does: by this toolkit's own engine.

The emulator stores an alarm, its state and its history, and sends the messages of a change. Which state it is in is decided here,
on the emulator's own metrics: N of M, dimensions, missing data. It has no composite alarms to deploy.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from foundation.cloudwatch.alarm_datapoints import step_seconds
from foundation.cloudwatch.alarm_history import evaluate_at
from foundation.cloudwatch.alarm_reading import metric_alarm_from_api
from foundation.cloudwatch.aws import CloudWatchSource
from foundation.cloudwatch.evaluation import AlarmState
from foundation.cloudwatch.explain import explain
from foundation.cloudwatch.metric_math.syntax import MathError
from foundation.cloudwatch.source import MetricSource
from foundation.errors import InputError, SourceError

_log = logging.getLogger("rounds")
# What is put of a minute is put in it; what reads logs looks every five seconds, and sees a line at the second look.
_SETTLED = timedelta(seconds=10)
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
_MOST_REASON = 1_023


class DeployedAlarms:
    """The alarms of a CloudWatch client, each evaluated once at every instant at which CloudWatch would."""

    def __init__(
        self, client: Any, source: MetricSource | None = None, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:  # fmt: skip
        self._client, self._now = client, now
        self._source: MetricSource = source or CloudWatchSource(
            client=client, name="the local platform", settles_after=lambda _metric: _SETTLED
        )
        self._evaluated: dict[str, datetime] = {}
        self._said: dict[str, str] = {}

    def turn(self) -> int:
        """Evaluate those whose next instant has come, and set the state of those that changed; the number of these."""
        settled = self._now() - _SETTLED
        pages = self._client.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
        return sum(self._evaluate(form, settled) for page in pages for form in page["MetricAlarms"])

    def _evaluate(self, form: Mapping[str, Any], settled: datetime) -> bool:
        """Whether an alarm, as DescribeAlarms has it, changed at the newest instant of which everything is known."""
        name = form["AlarmName"]
        try:
            alarm = metric_alarm_from_api({key: each for key, each in form.items() if each is not None})
            at = _last_instant(settled, step_seconds(alarm))
            if self._evaluated.get(name) == at:
                return False
            before = AlarmState(form["StateValue"])
            evaluation = evaluate_at(alarm, self._source, at=at, before=before)
        except (InputError, SourceError, MathError) as error:
            self._say(name, f"{error}")
            return False
        self._evaluated[name] = at
        self._said.pop(name, None)
        if evaluation.state is before:
            return False
        reason = explain(evaluation)[:_MOST_REASON]
        self._client.set_alarm_state(AlarmName=name, StateValue=evaluation.state.value, StateReason=reason)
        _log.info("%s", reason)
        return True

    def _say(self, name: str, problem: str) -> None:
        """Log why an alarm is not evaluated, once for each reason."""
        if self._said.get(name) != problem:
            self._said[name] = problem
            _log.warning("%s is not evaluated: %s", name, problem)


def _last_instant(until: datetime, every_seconds: int) -> datetime:
    """The last whole multiple of so many seconds, from the epoch on, that is not after a moment."""
    return datetime.fromtimestamp(int(until.timestamp()) // every_seconds * every_seconds, UTC)
