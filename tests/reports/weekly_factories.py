"""A month of metrics with a known outage, and a bill, as a weekly report reads them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

import numpy as np

from foundation.cloudwatch.frame import FrameSource, Points
from foundation.cloudwatch.metrics import Metric
from foundation.cloudwatch.subscribers import Subscribers
from foundation.costs.traffic_file import choose_profile
from foundation.readings import Interval, Known, NoData, Reading
from foundation.slo.detection import Detection
from foundation.slo.event_metrics import BadCount, GoodRank, event_metrics
from foundation.slo.incidents import Incident
from foundation.slo.model import BudgetedObjective, SliceIndicator
from foundation.slo.reader import read_objectives
from infra.service import T_DEVELOPER, metrics_of
from reports.deployments import Operation
from reports.histogram import rank_below
from reports.known_values import Span
from reports.money import Charge, CostActuals, Forecast, days_between, reading_of_days
from reports.service_names import code_of
from reports.weekly.inputs import AlarmsWeek, AlarmWeek
from reports.weekly.latency import EDGES_MS
from reports.weekly.reading import ReportRequest, Sources
from reports.weekly.week import Week
from tests.foundation.readings_factories import HELD, MADE_UP

LEAN = choose_profile("lean", T_DEVELOPER.traffic_profiles, unit="pipeline")
WEEK = Week(first_on=date(2026, 11, 9))  # 2026-W46
NOW = datetime(2026, 11, 17, 8, 30, tzinfo=UTC)
THE_WEEK = Span(start_at=WEEK.start_at, until=WEEK.end_at, now=NOW)
START_AT = WEEK.end_at - timedelta(days=35)
PERIOD_SECONDS = 300
PER_PERIOD = 600
SOMEBODY = tuple(
    Subscribers(
        topic=f"t-developer-production-{name}",
        region="us-east-1",
        is_there=True,
        confirmed_count=1,
        unconfirmed_count=0,
    )
    for name in ("page", "ticket")
)


def a_month(
    *, bad_in: Callable[[datetime], int] = lambda _at: 0, slice_fails: Callable[[datetime], bool] = lambda _at: False,
    without: frozenset[str] = frozenset(),
) -> FrameSource:  # fmt: skip
    """35 days of 600 events in five minutes, and a canary run in each; `bad_in` of a period's events are bad."""
    times = np.arange(int(START_AT.timestamp()), int(WEEK.end_at.timestamp()), PERIOD_SECONDS, dtype=np.int64)
    at = [datetime.fromtimestamp(int(each), UTC) for each in times]
    total = np.full(times.size, float(PER_PERIOD))
    bad = np.array([float(bad_in(each)) for each in at])
    statistics: dict[tuple[Metric, str, int], Points] = {}

    def put(metric: Metric, statistic: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        statistics[metric, statistic, PERIOD_SECONDS] = Points(times=times, values=values)

    for objective in read_objectives(T_DEVELOPER.objectives, stage="production"):
        if not isinstance(objective, BudgetedObjective) or objective.name in without:
            continue
        if isinstance(objective.indicator, SliceIndicator):
            runs = np.array([0.0 if slice_fails(each) else 100.0 for each in at])
            metric = objective.indicator.samples.metric
            put(metric, "Average", runs)
            put(metric, "Sum", runs)
            put(metric, "SampleCount", np.ones(times.size))
            continue
        counting = event_metrics(objective.indicator)
        assert counting is not None
        for part in counting.parts:
            put(part.total.metric, part.total.statistic, total)
            match part.bad:
                case BadCount(count=count):
                    put(count.metric, count.statistic, bad)
                case GoodRank(count=count):
                    put(count.metric, count.statistic, 100 * (1 - bad / total))
        if objective.name == "api-latency":
            for edge in EDGES_MS:
                share = 100 * (1 - bad / total) if edge >= 1000 else np.full(times.size, 80.0 if edge >= 100 else 40.0)
                put(counting.parts[0].total.metric, rank_below(edge), share)
    return FrameSource(statistics=MappingProxyType(statistics), samples=MappingProxyType({}), held=HELD)


def some_operations(*, failed: bool = False) -> tuple[Operation, ...]:
    ended_at = WEEK.start_at + timedelta(hours=30, minutes=5)
    status = "UPDATE_ROLLBACK_COMPLETE" if failed else "UPDATE_COMPLETE"
    return (Operation(stack="t-developer-production-platform", status=status, ended_at=ended_at),)


def of_quarter(operations: tuple[Operation, ...]) -> Reading[tuple[Operation, ...]]:
    """Operations as CloudFormation answers with them at NOW: as far back as its events reach."""
    asked = Interval(start_at=NOW - timedelta(days=90), end_at=NOW)
    known = Known.throughout(asked.start_at, asked.end_at)
    return Reading(asked=asked, known=known, resolution_seconds=1, origin=MADE_UP, answer=operations)


def a_bill(*, daily_usd: str = "5.00", through_on: date = date(2026, 11, 15)) -> CostActuals:
    days = [through_on - timedelta(days=number) for number in range(45)]
    charges = [
        Charge(
            on=on,
            service=service,
            service_code=code_of(service),
            usage_type=usage_type,
            kind="Usage",
            cost_usd=Decimal(daily_usd) * share,
            quantity=Decimal(100),
        )
        for on in days
        for service, usage_type, share in (
            ("AWS Lambda", "Lambda-GB-Second-ARM", Decimal("0.2")),
            ("AmazonCloudWatch", "CW:Canary-runs", Decimal("0.5")),
            ("Amazon Virtual Private Cloud", "USE1-VpcEndpoint-Hours", Decimal("0.3")),
        )
    ]
    charges.append(
        Charge(on=through_on.replace(day=2), service="adjustments", usage_type="", kind="Credit", cost_usd=Decimal(-20))
    )
    return CostActuals(
        source="a bill of a test",
        through_on=through_on,
        complete_on=through_on,
        charges=tuple(charges),
        estimated=True,
        forecast=Forecast(rest_usd=Decimal(75), low_usd=Decimal(70), high_usd=Decimal(85), method="a forecast"),
        anomalies=(),
        request_count=8,
        previous_month_usd=Decimal(155),
    )


@dataclass(frozen=True)
class Bill:
    """A cost source that has what it was given."""

    actuals: CostActuals | NoData

    def read(self, *, through_on: date, complete_on: date) -> Reading[CostActuals] | NoData:
        if isinstance(self.actuals, NoData):
            return self.actuals
        asked_on = through_on - timedelta(days=44), complete_on
        return reading_of_days(self.actuals, asked_on=asked_on, known_on=days_between(*asked_on), origin=MADE_UP)


def asked(objectives_without_agents: bool = True, incidents: tuple[Incident, ...] = ()) -> ReportRequest:
    objectives = read_objectives(T_DEVELOPER.objectives, stage="production")
    if objectives_without_agents:
        kept = tuple(each for each in objectives if each.name != "agent-turn")
        objectives = replace(objectives, items=kept)
    return ReportRequest(
        objectives=objectives,
        stage="production",
        label="production",
        week=WEEK,
        now=NOW,
        commit="0123456789ab",
        cost_through_on=date(2026, 11, 15),
        cost_complete_on=date(2026, 11, 15),
        traffic=LEAN,
        incidents=incidents,
    )


def alarms_week(*fired: AlarmWeek, detections: tuple[tuple[Incident, Detection], ...] = ()) -> AlarmsWeek:
    """The alarms of a week that is known as a whole."""
    return AlarmsWeek(fired=fired, evaluated_count=40, without_count=(), partly_known=(), detections=detections)


def sources(
    metrics: FrameSource | None = None,
    *,
    operations: tuple[Operation, ...] | NoData | None = None,
    bill: CostActuals | NoData | None = None,
    alarms: tuple[AlarmWeek, ...] | NoData = (),
    detections: tuple[tuple[Incident, Detection], ...] = (),
    subscribers: tuple[Subscribers, ...] | NoData = SOMEBODY,
) -> Sources:
    given = some_operations() if operations is None else operations
    told = given if isinstance(given, NoData) else of_quarter(given)
    return Sources(
        metrics=a_month() if metrics is None else metrics,
        metrics_name="a recording of a test",
        operations=lambda _prefix: told,
        cost=Bill(a_bill() if bill is None else bill),
        alarms=lambda _start, _until: (
            alarms if isinstance(alarms, NoData) else alarms_week(*alarms, detections=detections)
        ),
        canaries=(("api", 5),),
        subscribers=lambda: subscribers,
        own=metrics_of("t-developer", "production"),
    )
