"""Statistics from CloudWatch itself, or from anything that answers as it does (the local platform has an endpoint).

Fetches with GetMetricData: 500 queries a call, every page; throttled calls are repeated by botocore with growing pauses.
CloudWatch keeps short periods for a short time only, which is checked before it is asked, since it answers with nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import boto3

from foundation.aws_errors import asking, connecting, patient
from foundation.cloudwatch.alarm_writing import queries_to_api
from foundation.cloudwatch.metrics import MetricStat, Query
from foundation.cloudwatch.series import Series, from_datapoints
from foundation.errors import SourceError, about

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

MAX_QUERIES_A_CALL = 500
MAX_CLOCK_SKEW = timedelta(seconds=60)
# How long datapoints are kept, by the shortest period that is left of them:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
_KEPT: tuple[tuple[timedelta, int], ...] = (
    (timedelta(hours=3), 1),
    (timedelta(days=15), 60),
    (timedelta(days=63), 300),
    (timedelta(days=455), 3_600),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWatchSource:
    """A metric source on a CloudWatch client; `now` gives the time that retention is counted from."""

    client: "CloudWatchClient"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def read(self, wanted: Sequence[MetricStat], *, start_at: datetime, end_at: datetime) -> Sequence[Series]:
        """As MetricSource says.

        Raises SourceError when the time is no longer kept in such periods, the call fails, or the clocks disagree;
        InputError when CloudWatch could not be asked at all.
        """
        shortest = shortest_period_seconds(start_at, self.now())
        for stat in wanted:
            if shortest is None:
                raise SourceError(f"{stat}: CloudWatch keeps 455 days, and nothing from {start_at.isoformat()}")
            if stat.period_seconds % shortest:
                raise SourceError(
                    f"{stat}: from {start_at.isoformat()} on CloudWatch keeps periods of {shortest} s and multiples of it; "
                    f"ask for such a period, or for a later time"
                )
        datapoints: dict[int, list[tuple[datetime, float]]] = {place: [] for place in range(len(wanted))}
        numbered = list(enumerate(wanted))
        for first in range(0, len(numbered), MAX_QUERIES_A_CALL):
            batch = numbered[first : first + MAX_QUERIES_A_CALL]
            for place, at, value in self._fetch(batch, start_at, end_at):
                datapoints[place].append((at, value))
        with about("CloudWatch answered with datapoints that are none"):
            return [
                from_datapoints(datapoints[place], period_seconds=stat.period_seconds, start_at=start_at, end_at=end_at)
                for place, stat in enumerate(wanted)
            ]

    def dimension_sets(self, namespace: str, name: str) -> frozenset[frozenset[str]]:
        """The sets of dimension names that a metric was published with lately (`ListMetrics`); empty when it was not.

        Raises SourceError; InputError when nobody could be asked.
        """
        with asking("CloudWatch"):
            pages = self.client.get_paginator("list_metrics").paginate(Namespace=namespace, MetricName=name)
            return frozenset(
                frozenset(dimension.get("Name", "") for dimension in metric.get("Dimensions", []))
                for page in pages
                for metric in page["Metrics"]
            )

    def _fetch(
        self, batch: Sequence[tuple[int, MetricStat]], start_at: datetime, end_at: datetime
    ) -> Iterator[tuple[int, datetime, float]]:
        queries: Any = queries_to_api(Query(id=f"q{place}", source=stat) for place, stat in batch)
        token: dict[str, str] = {}
        while True:
            with asking("CloudWatch"):
                page = self.client.get_metric_data(
                    MetricDataQueries=queries,
                    StartTime=start_at,
                    EndTime=end_at,
                    ScanBy="TimestampAscending",
                    **token,  # type: ignore[arg-type]
                )
            self._check_clock(page.get("ResponseMetadata", {}))
            for result in page["MetricDataResults"]:
                status = result.get("StatusCode", "Complete")
                if status not in ("Complete", "PartialData"):
                    raise SourceError(f"CloudWatch answered {status} for {dict(batch)[int(result['Id'][1:])]}")
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    yield int(result["Id"][1:]), at, value
            if not (following := page.get("NextToken")):
                return
            token = {"NextToken": following}

    def _check_clock(self, metadata: Mapping[str, Any]) -> None:
        if (date := metadata.get("HTTPHeaders", {}).get("date")) is None:
            return
        skew = parsedate_to_datetime(date) - self.now()
        if abs(skew) > MAX_CLOCK_SKEW:
            ahead = "behind" if skew > timedelta(0) else "ahead of"
            raise SourceError(
                f"the clock here is {abs(skew).total_seconds():.0f} s {ahead} CloudWatch's, so that the newest periods would "
                "be wrong; set the clock"
            )


def connect(region: str) -> CloudWatchSource:
    """A source on a region's CloudWatch, with the environment's credentials; constructing it calls nothing.

    Raises InputError when the environment's settings cannot be used.
    """
    with connecting():
        return CloudWatchSource(client=boto3.client("cloudwatch", region_name=region, config=patient(attempt_count=5)))


def shortest_period_seconds(start_at: datetime, now: datetime) -> int | None:
    """The shortest period that CloudWatch still keeps for a time; None when it keeps nothing of it."""
    return next((period for kept_for, period in _KEPT if now - start_at <= kept_for), None)
