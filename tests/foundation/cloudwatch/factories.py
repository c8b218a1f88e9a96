"""Values that the tests of this room share, with everything that a test does not care about filled in."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from foundation.cloudwatch.alarms import ComparisonOperator, MetricAlarm
from foundation.cloudwatch.metrics import MathExpression, Metric, MetricStat, Query
from foundation.cloudwatch.series import Series
from foundation.readings import Reading
from tests.foundation.readings_factories import whole

START_AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
METRIC = Metric(namespace="TDeveloper", name="Errors", dimensions=(("Stage", "prod"),))
TOTAL = Metric(namespace="TDeveloper", name="Requests", dimensions=(("Stage", "prod"),))


def drawn(signs: str) -> np.ndarray:
    """Datapoints as they are drawn: numbers, and "-" for a missing one."""
    return np.array([math.nan if sign == "-" else float(sign) for sign in signs.split()])


def minute(count: float) -> datetime:
    return START_AT + timedelta(minutes=count)


def stat(metric: Metric = METRIC, statistic: str = "Sum", period_seconds: int = 60) -> MetricStat:
    return MetricStat(metric=metric, period_seconds=period_seconds, statistic=statistic)


def alarm(watches: MetricStat | tuple[Query, ...] | None = None, **changes: object) -> MetricAlarm:
    settings = {
        "name": "errors",
        "watches": watches or stat(),
        "comparison": ComparisonOperator.MORE_THAN,
        "threshold": 0.0,
        "evaluation_periods": 1,
    } | changes
    return MetricAlarm(**settings)  # type: ignore[arg-type]


def ratio(expression: str = "bad / total", period_seconds: int = 60) -> tuple[Query, ...]:
    """Queries of the share of bad requests."""
    return (
        Query(id="bad", source=stat(METRIC, period_seconds=period_seconds), return_data=False),
        Query(id="total", source=stat(TOTAL, period_seconds=period_seconds), return_data=False),
        Query(id="share", source=MathExpression(expression=expression)),
    )


class FakeSource:
    """One-minute values by metric and statistic, from `first_at` on; what lies outside is missing."""

    def __init__(
        self, values: dict[tuple[Metric, str], np.ndarray], first_at: datetime = START_AT, period_seconds: int = 60
    ) -> None:
        self.values = values
        self.first_at = first_at
        self.period_seconds = period_seconds

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Reading[Series]]:
        return [whole(self._one(each, start_at, end_at)) for each in wanted]

    def _one(self, wanted: MetricStat, start_at: datetime, end_at: datetime) -> Series:
        assert wanted.period_seconds == self.period_seconds
        step = timedelta(seconds=self.period_seconds)
        values = self.values[wanted.metric, wanted.statistic]
        first = round((start_at - self.first_at) / step)
        cells = [
            values[place] if 0 <= place < values.size else math.nan
            for place in range(first, first + round((end_at - start_at) / step))
        ]
        return Series(start_at=start_at, period_seconds=self.period_seconds, values=np.array(cells))


def of_minutes(signs: str, metric: Metric = METRIC, statistic: str = "Sum") -> FakeSource:
    return FakeSource({(metric, statistic): drawn(signs)})


_names = st.text(alphabet="abcXYZ-_. /09", min_size=1, max_size=20).filter(lambda text: text.strip() == text)
# Of tags, which may have letters of any script.
_words = st.text(alphabet="abcXYZ-_. /09ü", min_size=1, max_size=20).filter(lambda text: text.strip() == text)
_dimension_lists = st.lists(
    st.fixed_dictionaries({"Name": _names, "Value": _names}),
    min_size=1,
    max_size=3,
    unique_by=lambda pair: pair["Name"],
)
_arns = st.lists(st.sampled_from([f"arn:aws:sns:eu-west-1:123456789012:topic{n}" for n in range(5)]), max_size=5)
_statistics = st.sampled_from(["Sum", "Average", "SampleCount", "Minimum", "Maximum"])
_extended = st.sampled_from(["p99", "p99.9", "tm90", "IQM", "PR(:1000)", "PR(10:20)", "TC(10%:90%)", "WM(20%:80%)"])
_percentiles = st.sampled_from(["p50", "p99", "p99.9"])
_units = st.sampled_from(["Count", "Milliseconds", "Bytes/Second"])
_namespaces = st.sampled_from(["AWS/Lambda", "TDeveloper"])
_thresholds = st.floats(-1e9, 1e9)
_tags = st.lists(st.fixed_dictionaries({"Key": _words, "Value": _words}), max_size=3)


def _common(
    name: st.SearchStrategy[str],
) -> tuple[dict[str, st.SearchStrategy[object]], dict[str, st.SearchStrategy[object]]]:
    optional: dict[str, st.SearchStrategy[object]] = {
        "AlarmDescription": st.text(max_size=40),
        "ActionsEnabled": st.booleans(),
        "AlarmActions": _arns,
        "OKActions": _arns,
        "InsufficientDataActions": _arns,
        "Tags": _tags,
    }
    return {"AlarmName": name}, optional


@st.composite
def metric_alarm_forms(draw: st.DrawFn, *, for_moto: bool = False) -> dict[str, Any]:
    """The keyword arguments of put_metric_alarm, with any of the optional ones.

    moto 5.2 knows no extended statistic but percentiles, and forgets the account of a query.
    """
    required, optional = _common(_names)
    evaluation_periods = draw(st.integers(1, 20))
    form = draw(
        st.fixed_dictionaries(
            required
            | {
                "ComparisonOperator": st.sampled_from(
                    [comparison.value for comparison in ComparisonOperator if not comparison.is_of_a_band]
                ),
                "EvaluationPeriods": st.just(evaluation_periods),
                "Threshold": _thresholds,
            },
            optional=optional
            | {
                "DatapointsToAlarm": st.integers(1, evaluation_periods),
                "TreatMissingData": st.sampled_from(["breaching", "notBreaching", "ignore", "missing"]),
                "EvaluateLowSampleCountPercentile": st.sampled_from(["evaluate", "ignore"]),
            },
        )
    )
    period = draw(st.sampled_from([10, 30, 60, 300, 3600]))
    if draw(st.booleans()):
        return {**form, **draw(_single_metrics(period, for_moto))}
    return {**form, "Metrics": draw(_math_queries(period, for_moto))}


def _single_metrics(period: int, for_moto: bool) -> st.SearchStrategy[dict[str, Any]]:
    required = {"Namespace": _namespaces, "MetricName": _names, "Period": st.just(period)}
    optional = {"Dimensions": _dimension_lists, "Unit": _units}
    return st.one_of(
        st.fixed_dictionaries(required | {"Statistic": _statistics}, optional=optional),
        st.fixed_dictionaries(
            required | {"ExtendedStatistic": _percentiles if for_moto else _extended}, optional=optional
        ),
    )


@st.composite
def _math_queries(draw: st.DrawFn, period: int, for_moto: bool) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 4))
    queries: list[dict[str, Any]] = []
    for number in range(count):
        metric = draw(
            st.fixed_dictionaries(
                {"Namespace": _namespaces, "MetricName": _names}, optional={"Dimensions": _dimension_lists}
            )
        )
        metric_stat = draw(
            st.fixed_dictionaries(
                {"Metric": st.just(metric), "Period": st.just(period), "Stat": st.one_of(_statistics, _extended)},
                optional={"Unit": _units},
            )
        )
        queries.append(
            draw(
                st.fixed_dictionaries(
                    {"Id": st.just(f"m{number}"), "MetricStat": st.just(metric_stat), "ReturnData": st.just(False)},
                    optional={"Label": _names} | ({} if for_moto else {"AccountId": st.just("123456789012")}),
                )
            )
        )
    watched = draw(
        st.fixed_dictionaries(
            {"Id": st.just("e1"), "Expression": st.sampled_from(["m0 * 100", "SUM(METRICS())", "FILL(m0, 0)"])},
            optional={"Label": _names, "ReturnData": st.just(True), "Period": st.just(period)},
        )
    )
    return [*queries, watched]


@st.composite
def composite_alarm_forms(draw: st.DrawFn) -> dict[str, object]:
    """The keyword arguments of put_composite_alarm."""
    required, optional = _common(_names)
    rule = st.sampled_from(
        ['ALARM("a") AND NOT ALARM("b")', "ALARM(a) OR (OK(b) AND TRUE)", "AT_LEAST(2, ALARM, (a, b, c))"]
    )
    form = draw(st.fixed_dictionaries(required | {"AlarmRule": rule}, optional=optional))
    if draw(st.booleans()):
        form |= draw(
            st.fixed_dictionaries(
                {
                    "ActionsSuppressor": _names,
                    "ActionsSuppressorWaitPeriod": st.integers(0, 600),
                    "ActionsSuppressorExtensionPeriod": st.integers(0, 600),
                }
            )
        )
    return form
