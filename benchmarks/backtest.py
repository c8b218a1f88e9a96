"""How fast alarms are backtested: 200 alarms over 30 days of minutes, beside `promtool test rules` on equal rules and input.

promtool is in Debian's package `prometheus`; without it our own figures are printed, and no ratio.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from foundation.cloudwatch.alarm_history import alarm_history
from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.evaluation import AlarmState, MissingData
from foundation.cloudwatch.frame import read_frame, to_frame
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.series import Series, Values
from foundation.cloudwatch.source import MetricSource

_START_AT = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS_COUNT = 30
_ALARM_COUNT = 200
# promtool takes minutes for what takes us seconds, so it gets fewer rules and fewer days, and is compared by rate.
_PEER_ALARM_COUNT = 20
_PEER_HOURS_COUNT = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    stats: dict[MetricStat, Values]
    source: MetricSource
    load_seconds: float


def run() -> None:
    """Print our time and rate, promtool's rate, the ratio, and that both see the same alarms."""
    minutes = _DAYS_COUNT * 24 * 60
    alarms = _alarms(_ALARM_COUNT)
    data = _data(alarms, minutes)
    end_at = _START_AT + timedelta(minutes=minutes)
    began = time.perf_counter()
    changes = sum(len(alarm_history(alarm, data.source, start_at=_START_AT, end_at=end_at).changes) for alarm in alarms)
    seconds = time.perf_counter() - began
    evaluations = len(alarms) * minutes
    math = sum(isinstance(alarm.watches, tuple) for alarm in alarms)
    print(
        f"backtest: {len(alarms)} alarms ({math} of two-metric math) x {_DAYS_COUNT} days of minutes in {seconds:.2f} s, "
        f"{evaluations / seconds:,.0f} alarm-datapoints/s, {changes:,} changes of state "
        f"(loading {len(data.stats)} series into the frame: {data.load_seconds:.1f} s, not counted)"
    )
    if (promtool := shutil.which("promtool")) is None:
        print("backtest: no promtool here (Debian's package prometheus has it), so no ratio")
        return
    few, peer_minutes = alarms[:_PEER_ALARM_COUNT], _PEER_HOURS_COUNT * 60
    peer_seconds = _promtool(promtool, few, data, peer_minutes)
    rate, peer_rate = evaluations / seconds, len(few) * peer_minutes / peer_seconds
    print(
        f"backtest: promtool test rules {peer_rate:,.0f} alarm-datapoints/s ({len(few)} equal rules x {_PEER_HOURS_COUNT} h "
        f"in {peer_seconds:.1f} s, agreeing with us at every hour), ratio {rate / peer_rate:.0f}"
    )


def _alarms(count: int) -> list[MetricAlarm]:
    return [_alarm(number) for number in range(count)]


def _alarm(number: int) -> MetricAlarm:
    bad, total = (
        MetricStat(
            metric=Metric(namespace="Bench", name=name, dimensions=(("Service", f"s{number}"),)),
            period_seconds=60,
            statistic="Sum",
        )
        for name in ("bad", "total")
    )
    share = (
        Query(id="bad", source=bad, return_data=False),
        Query(id="total", source=total, return_data=False),
        Query(id="share", source=MathExpression(expression="bad / total")),
    )
    return MetricAlarm(
        name=f"alarm{number}",
        watches=share if number % 2 else bad,
        comparison=ComparisonOperator.MORE_THAN,
        threshold=0.04 if number % 2 else 4.0,
        evaluation_periods=1,
        missing_data=MissingData.NOT_BREACHING,
    )


def _data(alarms: Sequence[MetricAlarm], minutes: int) -> _Data:
    randomness = np.random.default_rng(20260101)
    stats: dict[MetricStat, Values] = {}
    for alarm in alarms:
        for stat in alarm.stats:
            is_total = stat.metric.name == "total"
            stats[stat] = randomness.poisson(100 if is_total else 1, minutes).astype(np.float64)
    began = time.perf_counter()
    frame = to_frame(
        [(stat, Series(start_at=_START_AT, period_seconds=60, values=values)) for stat, values in stats.items()]
    )
    source = read_frame(frame)
    return _Data(stats=stats, source=source, load_seconds=time.perf_counter() - began)


def _promtool(promtool: str, alarms: Sequence[MetricAlarm], data: _Data, minutes: int) -> float:
    """Seconds that promtool takes for the same alarms; it fails when it sees other alarms at an hour than we do."""
    with tempfile.TemporaryDirectory() as directory:
        rules, tests = Path(directory) / "rules.yaml", Path(directory) / "tests.yaml"
        rules.write_text(_rules(alarms))
        tests.write_text(_tests(alarms, data, minutes))
        began = time.perf_counter()
        subprocess.run([promtool, "test", "rules", str(tests)], check=True, stdout=subprocess.DEVNULL, timeout=300)
        return time.perf_counter() - began


def _rules(alarms: Sequence[MetricAlarm]) -> str:
    lines = ["groups:", "- name: bench", "  interval: 1m", "  rules:"]
    for number, alarm in enumerate(alarms):
        of = f'{{service="s{number}"}}'
        watched = f"bad{of} / total{of}" if number % 2 else f"bad{of}"
        lines += [f"  - alert: {alarm.name}", f"    expr: {watched} > {alarm.threshold}"]
    return "\n".join(lines) + "\n"


def _tests(alarms: Sequence[MetricAlarm], data: _Data, minutes: int) -> str:
    lines = ["rule_files: [rules.yaml]", "evaluation_interval: 1m", "tests:", "- interval: 1m", "  input_series:"]
    for stat in (stat for alarm in alarms for stat in alarm.stats):
        service = dict(stat.metric.dimensions)["Service"]
        values = " ".join(f"{value:g}" for value in data.stats[stat][:minutes])
        lines += [f"  - series: '{stat.metric.name}{{service=\"{service}\"}}'", f"    values: '{values}'"]
    lines.append("  alert_rule_test:")
    for number, alarm in enumerate(alarms):
        states = alarm_history(alarm, data.source, start_at=_START_AT, end_at=_START_AT + timedelta(minutes=minutes))
        for minute in range(0, minutes, 60):
            # What Prometheus samples at a minute, CloudWatch has when the period that begins then is over.
            fires = states.at(_START_AT + timedelta(minutes=minute + 1)) is AlarmState.ALARM
            expected = f"[{{exp_labels: {{service: s{number}}}}}]" if fires else "[]"
            lines.append(f"  - {{eval_time: {minute}m, alertname: {alarm.name}, exp_alerts: {expected}}}")
    return "\n".join(lines) + "\n"
